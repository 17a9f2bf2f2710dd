"""Who is calling, what they may do, how they want to be written to (`callers`), and whom they ask (`admins`)."""
