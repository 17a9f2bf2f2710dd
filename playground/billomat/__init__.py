"""A Billomat account to try and test the bot without one: its state, the habits of its REST interface, its troubles.

`account` is what a person sees in Billomat, `rest` what a program sees of it, `http` the thin web side. Where
Billomat's documentation is silent, the stricter reading was taken.
"""
