"""What an operator must look at in the books: `/readyz` shows it, the log repeats it with the companies' ids."""

from __future__ import annotations

import logging

from billing import ledger

logger = logging.getLogger(__name__)


def write_log() -> int:
    """Compares every cached balance with its postings; how many differ. In the platform's scope."""
    wrong = list(ledger.drifted().values_list("org_id", "code", "balance", "true")[:100])
    if wrong:
        logger.error("These balances are not the sum of their postings (company, account, cached, true): %s", wrong)
    return len(wrong)
