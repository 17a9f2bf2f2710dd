"""What is said about the Billomat account."""
