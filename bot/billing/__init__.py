"""Invoice drafts: put together, approved, delivered, followed."""
