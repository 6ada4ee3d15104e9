"""The one error of the vocabulary."""

from __future__ import annotations


class VocabError(ValueError):
    """A document is not ActivityStreams. `path` leads to the place, as in `$.object.url`."""

    def __init__(self, message: str, *, path: str = "$") -> None:
        super().__init__(f"{path}: {message}")
        self.message = message
        self.path = path
