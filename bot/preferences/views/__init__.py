"""The form of the preferences: its fields are described in `own` and `shared`."""
