"""What an operator must look at in the books: `/readyz` shows it, the log repeats it with the companies' ids."""

from __future__ import annotations

import logging

from django.core.cache import cache

from billing import ledger

logger = logging.getLogger(__name__)

FOUND = "billing.drifted"  # how many accounts the last check found


def check() -> int:
    """Compares every cached balance with its postings; how many differ. In the platform's scope."""
    wrong = list(ledger.drifted().values_list("org_id", "code", "balance", "true"))
    if wrong:
        logger.error("These balances are not the sum of their postings (company, account, cached, true): %s", wrong)
    return len(wrong)


def remember(number: int) -> None:
    """Keeps for `/readyz` what a check found, until the next one."""
    cache.set(FOUND, number, timeout=None)


def find() -> list[str]:
    """A sentence when the last check found something; a number only, the page is public."""
    number = cache.get(FOUND)
    return [f"balances that are not the sum of their postings: {number}"] if number else []
