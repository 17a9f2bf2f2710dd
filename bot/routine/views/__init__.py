"""What summary and App Home show."""
