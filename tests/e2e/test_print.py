"""An issue on paper is the issue: no panels, nothing to press or to fill in, from a dark screen too (ux/spec.md §4, 37)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from issues.issue import comments
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.scopes import company_scope
from tests.factories import make_company
from tests.guards.rows import make_row

pytestmark = pytest.mark.django_db(transaction=True)
CONTROLS = "header, footer, aside nav, button, .button, input:not([type=hidden]), select, textarea, summary"
SEEN = """(selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()
  && !one.closest(".u-hidden-visually")).map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("age_days", [3, 40], ids=["trial", "read only"])
def test_printed_issue_is_the_issue(transactional_db: None, enter: Callable[..., Page], age_days: int) -> None:
    org = make_company("Lovelace Engines", age_days=age_days)
    with company_scope(org.pk):
        queue = make_row(Queue, org, key="TREK", name="Engines", last_number=1, issue_count=1)
        fields = {"summary": "Gripper drifts", "description": "It loses **torque**.", "type": "task"}
        issue = make_row(Issue, org, queue=queue, number=1, key="TREK-1", priority="normal", **fields)
        comments.add_comment(issue=issue, text="Seen again today.", actor=org.memberships.get(), now=timezone.now())
    page = enter(org.memberships.get().user, dark=True)
    page.goto("/o/lovelace-engines/issues/TREK-1/")
    assert page.evaluate(SEEN, CONTROLS) != [], "the control: on the screen there are controls"
    page.emulate_media(media="print")
    assert page.evaluate(SEEN, CONTROLS) == []
    text = page.locator("body").inner_text()
    for part in ("TREK-1", "Gripper drifts", "torque", "Seen again today.", "Engines"):
        assert part in text
    for noise in ("Get help", "Markdown works", "Read only"):
        assert noise not in text
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(239, 240, 242)", "black on white"
