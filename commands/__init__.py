"""What a person can do in Slack: each file listens, calls a use case and answers."""
