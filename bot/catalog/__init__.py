"""Customers, projects and services, and the channels that know theirs."""
