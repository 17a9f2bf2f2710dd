"""What Trackomat knows and does."""
