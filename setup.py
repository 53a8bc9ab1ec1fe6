"""What pyproject.toml cannot say: files from the top of the repository that go into a package."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithDefinitions(build_py):
    """Puts metrics.yaml and pings.yaml where telemetry/definitions.py finds them installed."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for name in ("metrics.yaml", "pings.yaml"):
                target = Path(self.build_lib, "mozregression", "telemetry", name)
                self.copy_file(name, str(target))


setup(cmdclass={"build_py": BuildWithDefinitions})
