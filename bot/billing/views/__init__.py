"""What is said about invoice drafts."""
