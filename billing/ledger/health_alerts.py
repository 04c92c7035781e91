"""What an operator must look at in the books: `/readyz` shows it, the log repeats it with the companies' ids."""

from __future__ import annotations

import logging

from billing.ledger.book_models import BooksCheck
from orgs.tenancy.scopes import platform_scope

logger = logging.getLogger(__name__)


def alerts() -> list[str]:
    """A sentence when the last look at some company found something; a number only, the page is public."""
    with platform_scope(read_only=True):
        number = BooksCheck.faulty().count()
    return [f"companies whose books are not right: {number}"] if number else []


def write_log() -> None:
    """Logs what `alerts` counts as errors, with ids and what is wrong."""
    with platform_scope(read_only=True):
        wrong = list(BooksCheck.faulty().values_list("org_id", "fault")[:100])
    if wrong:
        logger.error("These books are not right (company, what is wrong): %s", wrong)
