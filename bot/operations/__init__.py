"""What whoever runs the bot does with its data: backups, and the data of the service when called by hand."""
