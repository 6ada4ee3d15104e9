"""Forms meet actions: an InvalidInputError becomes an error of the field that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms

from enishi.kernel.errors import EnishiError

T = TypeVar("T")


def attempt(form: forms.Form, action: Callable[[], T]) -> T | None:
    """Run an action for a valid form; its refusal is shown in the form and None returned."""
    try:
        return action()
    except EnishiError as error:
        field = error.field if error.field in form.fields else None
        form.add_error(field, str(error))
        return None
