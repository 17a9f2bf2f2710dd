"""Customers, projects and services: `lookup` finds and creates them, `channels` are the channels that know theirs.

`rules.names` says which is meant by what somebody typed.
"""
