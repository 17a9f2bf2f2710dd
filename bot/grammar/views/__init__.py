"""What is said about commands."""
