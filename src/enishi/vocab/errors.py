"""The one error of the vocabulary."""

from __future__ import annotations


class VocabError(ValueError):
    """A document is not ActivityStreams. `path` leads to the place, as in `$.object.url`."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.message = message
        self._steps = path

    @property
    def path(self) -> str:
        return "$" + self._steps

    def below(self, step: str) -> None:
        """Add a step in front of the path, while the error rises through the document."""
        self._steps = step + self._steps

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"
