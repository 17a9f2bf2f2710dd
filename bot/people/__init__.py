"""Who is calling, what they may do, and how they want to be written to (`callers`)."""
