"""product.md §3 on closing a company, on top of the model of its Tracker: afterwards nobody is there to switch it on."""

from __future__ import annotations

from dataclasses import dataclass

from tests.orgs.lifecycle.model import Refuse, Tracker


@dataclass
class Company(Tracker):
    closed: bool = False

    def activate(self) -> None:
        if self.closed:
            raise Refuse
        super().activate()

    def deactivate(self) -> None:
        if self.closed:
            raise Refuse
        super().deactivate()

    def close(self) -> None:
        """What there is of data is deleted without the 30 days; no waiting mail goes out. An operator may hold it."""
        if self.held:
            return
        if self.phase in ("trial", "active", "read_only"):
            self.note()
        if self.phase in ("trial", "active", "read_only", "deactivated"):
            self.move("company_close", "deleting")
        self.closed, self.seats = True, 0
        self.waiting.clear()
