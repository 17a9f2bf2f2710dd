"""Beside pyproject.toml for one thing: what another version left in build/ is not installed with this one.

setuptools installs all that it finds there. A migration of a newer version would have an older one take that version's
database for its own.
"""

import shutil

from setuptools import setup
from setuptools.command.build_py import build_py


class FreshBuild(build_py):
    """Begins with an empty folder."""

    def run(self) -> None:
        """Remove what was built before, and build."""
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()


setup(cmdclass={"build_py": FreshBuild})
