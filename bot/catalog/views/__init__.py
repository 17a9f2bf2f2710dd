"""What is said about customers, projects, services and channels."""
