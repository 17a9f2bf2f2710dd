"""What is typed after `trackomat` by whoever runs the bot.

`running` starts it and looks whether it is well, `keeping` brings its database up to date, backs it up and restores it,
`reading` reports from it, and `jobs` lists what failed. `database` opens it for them, and `by_hand` says which settings
hold and how a command ends. What a command alone needs is imported when it is called, for a start takes no longer then.
"""
