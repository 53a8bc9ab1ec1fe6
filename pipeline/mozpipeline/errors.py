"""Faults that are told to a person."""


class PipelineError(Exception):
    """Nothing can go on. what: what happened, to what and why; advice: what to do next."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what, advice)
        self.what = what
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.what}\n{self.advice}"
