"""The tables of docs/console.md, made from the settings. Run this module to renew them."""

import re
from pathlib import Path

from mozregression.console.arguments import help_text
from mozregression.settings.table import SETTINGS, Group, Kind, Setting

DOCUMENT = Path(__file__).parents[2] / "docs/console.md"


def renewed(text: str) -> str:
    """The document with its tables as they should be."""
    for name, table in (("options", _options()), ("keys", _keys())):
        mark = f"<!-- {name} of the settings table -->\n"
        text = re.sub(f"{mark}.*?{mark}", f"{mark}\n{table}\n{mark}", text, flags=re.DOTALL)
    return text


def _options() -> str:
    rows = ["| option | meaning |", "| --- | --- |"]
    for group in Group:
        rows.append(f"| **{group.value}** | |")
        rows += [
            f"| {_option(setting)} | {_cell(help_text(setting))} |"
            for setting in SETTINGS
            if setting.group is group and setting.options
        ]
    return "\n".join(rows) + "\n"


def _option(setting: Setting) -> str:
    options = ", ".join(f"`{option}`" for option in setting.options)
    if setting.kind is Kind.FLAG:
        return options
    value = setting.metavar or ", ".join(map(str, setting.choices))
    return f"{options} `{value}`{' …' if setting.several else ''}"


def _keys() -> str:
    rows = ["| key | value |", "| --- | --- |"]
    for setting in SETTINGS:
        if setting.key:
            allowed = ", ".join(f"`{choice}`" for choice in setting.choices)
            note = " (accepted, does nothing yet)" if setting.inert else ""
            rows.append(f"| `{setting.key}` | {allowed or setting.kind.value}{note} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
