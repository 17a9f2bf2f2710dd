"""What keeps a workspace from Billomat: pure values that storage may take."""
