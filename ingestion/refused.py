"""The error that refuses a delivered file."""


class RefusedError(Exception):
    """A delivered file (or sheet) that cannot be loaded: what we found, expected, and what to do."""

    def __init__(self, found: str, expected: str, action: str, extract: str | None = None) -> None:
        super().__init__(found, expected, action)
        self.found, self.expected, self.action = found, expected, action
        self.extract = extract  # the extract it looks like, if any

    def __str__(self) -> str:
        return f"{self.found}. Expected {self.expected}. {self.action}."
