"""What time adds up to, and how it leaves: `exports` writes the entries of a filter as CSV."""
