"""The door for Slack over HTTP: who is listened to, for how long, and what is answered before anybody is known."""
