"""What a verb raises when a rule says no."""

from __future__ import annotations

from django.utils.functional import Promise


class Refused(Exception):
    """A rule forbids the act.

    `str(error)` is a sentence for the person; `field` names a form's field when one is meant.
    """

    def __init__(self, sentence: str | Promise, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field

    def __str__(self) -> str:
        return str(self.args[0])
