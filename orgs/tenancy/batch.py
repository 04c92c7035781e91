"""A task's round over companies: one that fails keeps no other from its turn."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


class Batch:
    """`failed`: ids of companies whose turn raised; what is due for them is due in the next round."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failed: set[int] = set()

    @contextmanager
    def turn(self, org_id: int) -> Iterator[None]:
        """One company's turn, outside any transaction. What it raises is logged as an error with the company's id."""
        try:
            yield
        except Exception:
            self.failed.add(org_id)
            logger.exception("%s: company %s failed; the round goes on", self.name, org_id)
