"""What people set for themselves and admins for all: one `form`, above all subjects that read what is set."""
