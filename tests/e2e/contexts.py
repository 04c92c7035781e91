"""Browser contexts that are used again, each time as nobody's: a new one would load every style and every script anew."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE = 15_000  # milliseconds a step may take


@dataclass
class Contexts:
    """Those that wait to be used again, by whether scripts run in them. All of them look at `origin`.

    A test that leaves something else in its context than is taken away here closes it.
    """

    browser: Browser
    origin: str
    waiting: dict[bool, list[BrowserContext]] = field(default_factory=lambda: defaultdict(list))
    closed: set[BrowserContext] = field(default_factory=set)

    def open_page(self, *, javascript: bool) -> Page:
        """In a context that nobody else uses, without cookies and drafts of somebody before."""
        waiting = self.waiting[javascript]
        page = (waiting.pop() if waiting else self._new(javascript=javascript)).new_page()
        tools = page.context.new_cdp_session(page)
        tools.send("Storage.clearDataForOrigin", {"origin": self.origin, "storageTypes": "local_storage"})
        tools.detach()
        return page

    def give_back(self, context: BrowserContext, *, javascript: bool) -> None:
        if context in self.closed:
            return
        for page in context.pages:
            page.close()
        context.set_offline(False)
        context.clear_cookies()
        context.clear_permissions()
        context.unroute_all()
        self.waiting[javascript].append(context)

    def _new(self, *, javascript: bool) -> BrowserContext:
        context = self.browser.new_context(base_url=self.origin, java_script_enabled=javascript)
        context.set_default_timeout(PATIENCE)
        context.on("close", lambda gone: self.closed.add(gone))
        return context


@cache
def kept_contexts(browser: Browser, origin: str) -> Contexts:
    """Those of all tests."""
    return Contexts(browser, origin)
