"""In the way of Pygments, which only tools for developing bring: httpx would load it, and rich, for its own command.

A bot of requirements/run.lock has neither.
"""

raise ImportError(__name__)
