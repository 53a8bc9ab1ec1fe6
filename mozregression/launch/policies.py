"""Keeping a desktop build from updating itself."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def disable_updates(resources: Path) -> str:
    """Set DisableAppUpdate in distribution/policies.json and keep all else that stands there.

    Returns a sentence for a person when that was not possible, else "".
    """
    file = resources / "distribution" / "policies.json"
    try:
        content = _policies(file)
        if content is None:
            return f"{file} holds no policies that can be read; the build may update itself."
        if content["policies"].get("DisableAppUpdate") is not True:
            content["policies"]["DisableAppUpdate"] = True
            _replace(file, json.dumps(content, indent=2))
    except OSError as error:
        return f"The build may update itself, {file} cannot be written: {error}"
    return ""


def _policies(file: Path) -> dict[str, Any] | None:
    """The content of the policy file; None when it is not what it should be."""
    if not file.exists():
        return {"policies": {}}
    try:
        content = json.loads(file.read_bytes())
    except ValueError:
        return None
    if isinstance(content, dict) and isinstance(content.setdefault("policies", {}), dict):
        return content
    return None


def _replace(file: Path, text: str) -> None:
    """Write the file so that nobody ever sees half of it."""
    file.parent.mkdir(exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(name, 0o644)  # noqa: PTH101 - mkstemp lets nobody else read it
        os.replace(name, file)  # noqa: PTH105
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise
