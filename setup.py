"""What pyproject.toml cannot say: metrics.yaml and pings.yaml go into the packages that read them.

In a checkout, and so in an editable install, they are read from the top of the repository.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

READERS = ("mozregression/telemetry", "mozpipeline")


class BuildWithDefinitions(build_py):
    """Builds the packages, and copies the definitions beside their code."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for reader in READERS:
                for name in ("metrics.yaml", "pings.yaml"):
                    self.copy_file(name, str(Path(self.build_lib, reader, name)))


setup(cmdclass={"build_py": BuildWithDefinitions})
