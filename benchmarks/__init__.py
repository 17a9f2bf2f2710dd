"""What the bot takes: time, processor and memory, measured against a Bolt app that does nothing."""
