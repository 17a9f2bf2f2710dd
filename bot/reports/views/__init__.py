"""What is said about reports and exports."""
