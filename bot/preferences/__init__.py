"""What people set for themselves, and admins for all."""
