"""Sessions in SQLite: each fact is on disk before the next step runs."""

from mozregression.journal.errors import JournalError, SessionInUseError, UnknownSessionError
from mozregression.journal.sessions import Journal, Record, Session, State, Summary

__all__ = [
    "Journal",
    "JournalError",
    "Record",
    "Session",
    "SessionInUseError",
    "State",
    "Summary",
    "UnknownSessionError",
]
