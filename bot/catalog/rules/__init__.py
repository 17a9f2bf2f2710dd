"""Which project a person means."""
