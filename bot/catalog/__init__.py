"""Customers, projects and services: `finding` finds them, and `creation` adds new ones.

`channels` are the channels that know their project. `rules.names` says which is meant by what somebody typed.
"""
