"""Reports of a session in every format, as pure functions of an Account."""

from collections.abc import Callable

from mozregression.reports.account import Account, Environment, Trial, account_of
from mozregression.reports.bugzilla import bugzilla
from mozregression.reports.data import json_text
from mozregression.reports.markdown import markdown
from mozregression.reports.page import page
from mozregression.reports.text import text

FORMATS: dict[str, Callable[[Account], str]] = {
    "text": text,
    "markdown": markdown,
    "json": json_text,
    "html": page,
    "bugzilla": bugzilla,
}
"""Each gives the whole report, ending with a line break."""

__all__ = ["FORMATS", "Account", "Environment", "Trial", "account_of"]
