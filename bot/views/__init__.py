"""Block Kit: values in, dicts out."""
