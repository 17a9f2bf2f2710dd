"""The Billomat account: how it is reached, connected and imported from."""
