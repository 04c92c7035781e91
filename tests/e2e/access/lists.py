"""The lists in which levels are chosen, as an administrator's browser shows them; and what the database holds.

With a script the bar stands at the list; without one the list leads to `Review changes`.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from access.changes import save as grants
from access.grants.models import SavedAct
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.e2e import screen
from tests.e2e.ways import DESKTOP

Enter = Callable[..., Page]


def give(member: Membership, level: Level) -> None:
    """Another administrator does."""
    owner = Membership.objects.get(org=member.org_id, role=Role.OWNER)
    grants.set_level(member=member, level=level, actor=owner, now=timezone.now())


def level_of(member: Membership) -> str:
    return str(Membership.objects.values_list("level", flat=True).get(pk=member.pk))


def saved_acts() -> int:
    with platform_scope():
        return SavedAct.objects.count()


def open_users(page: Page, org: Organization, query: str = "?tab=readers") -> None:
    page.goto(f"/o/{org.slug}/access/{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text("All users")


def selector(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=f"Access for {name}")


def bar_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Unsaved changes")


def corner(page: Page) -> str:
    """What the lower-left corner says, or on a phone the strip: `6 of 9 $19.86`."""
    is_wide = page.viewport_size == DESKTOP
    values = page.locator(".seats dd" if is_wide else ".seats-strip b").all_inner_texts()
    return " ".join(" ".join(values).split())


def stage(page: Page, *names: str, level: str = "Full access") -> None:
    """Chooses a level for people; with a script the bar has heard of each before the next is chosen."""
    for number, name in enumerate(names, 1):
        selector(page, name).select_option(level)
        expect(bar_of(page)).to_contain_text(f"{number} unsaved change")


def review(page: Page) -> None:
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review changes")


def is_in_order(page: Page) -> None:
    """Nothing reaches out of the page, and nothing that has the focus lies under the bar."""
    page.wait_for_load_state()
    screen.still(page)
    assert "\n".join(screen.sideways(page) + screen.focus(page)) == ""
