"""What is kept of all that led to an invoice: `history` says who changed what when, `books` is all of it in a file."""
