"""How Slack talks: blocks, what came in, what is shown, messages."""
