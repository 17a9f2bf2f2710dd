"""Beside pyproject.toml for one thing: what is built on the way to an installation is not left in this folder.

setuptools installs all that it finds in build/, also what only another version had. With a migration of a newer one, an
older version takes that one's database for its own.
"""

from tempfile import TemporaryDirectory

from setuptools import setup

with TemporaryDirectory() as folder:
    setup(options={"build": {"build_base": folder}})
