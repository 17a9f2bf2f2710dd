"""The form of the preferences."""
