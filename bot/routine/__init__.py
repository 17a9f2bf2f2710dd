"""What comes by itself or at a glance: the daily summary, the sweep, the App Home."""
