"""The errors that people see.

    EnishiError
    ├── InvalidInputError    a field must change            400 / exit 2
    ├── NotAllowedError      the role or token forbids it   403 / exit 3
    ├── NotFoundError        no such thing for this actor   404 / exit 4
    └── ConflictError        somebody or something was first 409 / exit 5

Each surface turns them into its own form (page, problem details, exit code, tool error).
`message` may be a lazy translation: it is rendered in the reader's language.
"""

from __future__ import annotations

from typing import ClassVar


class EnishiError(Exception):
    """Something that a person can understand and mend."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    exit_code: ClassVar[int] = 1

    def __init__(self, message: object, *, field: str = "", remedy: object = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class InvalidInputError(EnishiError):
    """What was given cannot be used; `field` names it and `remedy` says what to do."""

    code = "invalid"
    exit_code = 2


class NotAllowedError(EnishiError):
    """The actor's role, or the token's scopes, do not include the permission."""

    code = "not-allowed"
    status = 403
    exit_code = 3


class NotFoundError(EnishiError):
    """There is no such thing, or not for this actor."""

    code = "not-found"
    status = 404
    exit_code = 4


class ConflictError(EnishiError):
    """The thing changed since it was read, or its state does not allow the step."""

    code = "conflict"
    status = 409
    exit_code = 5
