"""What pyproject.toml cannot say: metrics.yaml and pings.yaml go into the packages that read them.

In a checkout, and so in an editable install, they are read from the top of the repository.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

READERS = ("mozpipeline",)
DEFINITIONS = ("metrics.yaml", "pings.yaml")


class BuildWithDefinitions(build_py):
    """Builds the packages, and copies the definitions beside their code."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for reader in READERS:
            for name in DEFINITIONS:
                shutil.copyfile(name, Path(self.build_lib, reader, name))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        copies = [
            str(Path(self.build_lib, reader, name)) for reader in READERS for name in DEFINITIONS
        ]
        outputs: list[str] = super().get_outputs(include_bytecode)
        return outputs if self.editable_mode else [*outputs, *copies]


setup(cmdclass={"build_py": BuildWithDefinitions})
