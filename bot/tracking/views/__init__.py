"""What is said about time."""
