"""What axe says of a page, one run for all that is asked of it at one place: axe is the slow part of an inspection."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.e2e import contrast

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"runOnly": {"type": "tag", "values": TAGS}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # what changes with the theme
# Panels that are open lie over each other, so sizes of targets say nothing, nor does what is under one.
OPENED = ALL | {"rules": {"target-size": {"enabled": False}}}
RUN = """([options, selectors]) => {
  const measure = %s;
  return axe.run(options).then((all) => ({
    wrong: all.violations,
    open: measure(all.incomplete.filter((rule) => rule.id === "color-contrast").flatMap((rule) => rule.nodes), selectors),
  }));
}"""


def rules(page: Page) -> list[str]:
    """Every rule of WCAG 2.2 A and AA and the best practices; contrast that axe leaves open is measured."""
    return _complaints(_run(page, ALL))


def rules_opened(page: Page) -> list[str]:
    """The same with everything open; contrast of what is covered by that stays open."""
    return _violations(_run(page, OPENED))


def contrasts(page: Page) -> list[str]:
    """Contrast alone, with what axe leaves open."""
    return _complaints(_run(page, CONTRAST))


def places(page: Page) -> set[str]:
    """The explained places whose contrast axe leaves open on this page."""
    return {place for one in _run(page, CONTRAST)["open"] for place in one["places"]}


def _run(page: Page, options: dict[str, Any]) -> dict[str, Any]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = options | {"resultTypes": ["violations", "incomplete"], "iframes": False}
    found: dict[str, Any] = page.evaluate(RUN % contrast.MEASURE, [options, list(contrast.EXPLAINED)])
    return found


def _complaints(found: dict[str, Any]) -> list[str]:
    return _violations(found) + contrast.complaints(found["open"])


def _violations(found: dict[str, Any]) -> list[str]:
    return [
        f"axe {rule['id']}: {node['target']} {node['html'][:160]}" for rule in found["wrong"] for node in rule["nodes"]
    ]
