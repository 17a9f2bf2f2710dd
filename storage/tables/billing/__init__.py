"""What work costs, drafts, and what was billed."""
