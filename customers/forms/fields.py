"""Text fields whose values the rules of customers/values.py read."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from customers.values import clean_line

PLAIN = {"autocomplete": "off"}


class TypedField(forms.CharField):
    """A text whose stored value a rule of customers/values.py makes of what was typed."""

    def __init__(self, read: Callable[[str], Any], **options: Any) -> None:
        super().__init__(**options)
        self.read = read

    def clean(self, value: Any) -> Any:
        read = self.read(str(value or ""))
        if self.required and not read:
            raise ValidationError(self.error_messages["required"], code="required")
        return read


def line(longest: int) -> Callable[[str], str]:
    return partial(clean_line, longest=longest)
