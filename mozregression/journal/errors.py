"""What can go wrong with a journal, told so that a person can act on it."""


class JournalError(Exception):
    """The journal cannot be used. The message says what happened and what to do next."""


class UnknownSessionError(JournalError):
    """There is no such session, or none that could be resumed."""


class SessionInUseError(JournalError):
    """Another process works on the session. pid: that process, None when it is not known."""

    def __init__(self, session_id: int, pid: int | None) -> None:
        holder = "another process" if pid is None else f"process {pid}"
        super().__init__(
            f"Session {session_id} is in use by {holder}. "
            "Go on there, or end that process and resume the session here."
        )
        self.session_id = session_id
        self.pid = pid
