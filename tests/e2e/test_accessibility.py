"""Every page, by the walk of the URL table: WCAG 2.2 AA by axe, and what axe does not look at (ux.md §4)."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request

from tests.e2e import axe, contrast, inspection, screen
from tests.e2e.tour import Tour, Visit, build_world
from tests.e2e.ways import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = 3


class Side(NamedTuple):
    size: dict[str, int]
    theme: str


SIDES = [Side(size, theme) for size in (DESKTOP, PHONE) for theme in ("light", "dark")]
SMALLEST = {"width": 320, "height": 568}
TABLETS = ({"width": 960, "height": 700}, {"width": 641, "height": 900})  # the least with sections beside, and without
EXCUSED = {"styleguide": ("title: mistakes", "fields: ")}  # it shows a form with mistakes on a page that has none
OPEN_ALL = """() => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  document.querySelectorAll("[popover]").forEach((one) => one.showPopover());
}"""


@pytest.fixture
def tour(transactional_db: None, browser: Browser, live_server: object, settings: object) -> Iterator[Tour]:
    settings.ORIGIN = "http://testserver"  # where the people log in whose sessions the browsers get
    world = build_world()
    settings.ORIGIN = live_server.url
    tour = Tour(world, browser, live_server.url)
    yield tour
    for page in tour.pages.values():
        page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_in_order(tour: Tour, part: int, subtests: pytest.Subtests) -> None:
    """In parts, so that several workers share them; from one side each, by turns: pages consist of the same components."""
    visits = [*tour.visits(part, PARTS)]
    assert len(visits) > 5 * len(SIDES)
    for visit, side in zip(visits, itertools.cycle(SIDES), strict=False):
        inspect(tour, visit, [side], subtests)


@pytest.mark.soak
def test_every_page_is_in_order_from_all_sides(tour: Tour, subtests: pytest.Subtests) -> None:
    for visit in tour.visits():
        inspect(tour, visit, SIDES, subtests)


def inspect(tour: Tour, visit: Visit, sides: list[Side], subtests: pytest.Subtests) -> None:
    tour.enter(visit.state)
    page = tour.page(visit.role)
    with subtests.test(msg=str(visit)), watched(page, tour.origin) as heard:
        open_page(page, visit)
        said = look(page, sides)
        excused = EXCUSED.get(visit.name, "-")
        assert [one for one in heard + said if not one.startswith(excused)] == []


def test_what_is_explained_of_contrast_is_still_open(tour: Tour, subtests: pytest.Subtests) -> None:
    """An entry that axe can tell by now is deleted."""
    visits = {str(visit).partition(",")[0]: visit for visit in reversed([*tour.addresses()]) if visit.status == 200}
    for place, known in contrast.EXPLAINED.items():
        visit = visits[known.seen]
        tour.enter(visit.state)
        page = tour.page(visit.role)
        with subtests.test(msg=f"{place}: {known.reason}"):
            open_page(page, visit)
            screen.still(page)
            page.set_viewport_size(PHONE if known.is_on_a_phone else DESKTOP)
            assert any(place in axe.places(page) for _ in scrolled(page))


def test_two_pages_never_have_one_title(transactional_db: None, browser: Browser) -> None:
    """As the server sends it: `open_page` sees that scripts leave it, and that mistakes put one word before it."""
    tour = Tour(build_world(), browser, "")
    titles = []
    for visit in tour.addresses():
        tour.enter(visit.state)
        answer = tour.world.people[visit.role].get(visit.path)
        if answer.status_code == 200:
            titles.append((title_of(answer.content.decode()), visit.path))
    assert len(set(titles)) > 20
    assert shared(titles) == {}


def shared(titles: list[tuple[str, str]]) -> dict[str, set[str]]:
    """The addresses of each title that more than one has; a query makes no other page."""
    paths: dict[str, set[str]] = defaultdict(set)
    for title, path in titles:
        paths[title].add(path.partition("?")[0])
    return {title: found for title, found in paths.items() if len(found) > 1}


def test_control_a_title_of_two_pages_is_noticed() -> None:
    assert shared([("Issues", "/a/"), ("Issues", "/a/?q=x"), ("People", "/b/")]) == {}
    assert shared([("Issues", "/a/"), ("Issues", "/b/?q=x")]) == {"Issues": {"/a/", "/b/"}}


def title_of(html: str) -> str:
    """A page's title, as a browser reads it."""
    [title] = re.findall(r"<title>(.*?)</title>", html, re.S)
    return " ".join(unescape(title).split())


def scrolled(page: Page, step: int = 100) -> Iterator[int]:
    """The page at one place after another, in pixels from its top: what lies over others lies over each of them once."""
    for top in range(0, page.evaluate("document.documentElement.scrollHeight"), step):
        page.evaluate("(top) => scrollTo(0, top)", top)
        yield top


def open_page(page: Page, visit: Visit) -> None:
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    response = page.goto(visit.path)
    assert response
    assert response.status == visit.status
    assert not response.request.redirected_from, f"{visit.path} sends on to {page.url}: list it in tour.NO_PAGE"
    title = title_of(response.text())
    assert page.title() == title
    if visit.mistakes:
        with page.expect_navigation():
            page.evaluate(
                """() => {
                  const form = document.querySelector("main form[method=post]:not([data-theme-form])");
                  form.noValidate = true;
                  for (const field of form.querySelectorAll("input:not([type=hidden]), textarea")) field.value = "";
                  form.requestSubmit(form.querySelector(".button--primary") ?? undefined);
                }"""
            )
        assert page.title() in (title, f"Error: {title}")


@contextmanager
def watched(page: Page, origin: str) -> Iterator[list[str]]:
    """Complaints that come in while a page is open: the browser's own, and requests to other hosts."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        said.extend([f"console: {message.text}"] if is_complaint(message) else [])

    def note(request: Request) -> None:
        said.extend([] if request.url.startswith((origin, "data:")) else [f"third party: {request.url}"])

    def fail(error: Error) -> None:
        said.append(f"script: {error}")

    heard = {"console": hear, "pageerror": fail, "request": note}
    for event, act in heard.items():
        page.on(event, act)
    try:
        yield said
    finally:
        for event, act in heard.items():
            page.remove_listener(event, act)


def is_complaint(message: object) -> bool:
    """An error page's own status is noted by the browser, too; that is none, nor is that the machine was slow."""
    excused = ("the server responded with a status of 4", "was preloaded using link preload but not used within")
    return message.type in {"error", "warning"} and not any(text in message.text for text in excused)


def look(page: Page, sides: list[Side]) -> list[str]:
    """All sizes, with menus, details and popovers shut and open; axe, the slow part, from the given sides."""
    said = screen.motion(page)
    screen.still(page)
    said += [complaint for check in inspection.STATIC for complaint in check(page)]
    said += screen.targets(page)
    for size in (DESKTOP, *TABLETS, SMALLEST, PHONE):
        page.set_viewport_size(size)
        said += screen.sideways(page) + (screen.menus(page) if size in (SMALLEST, PHONE) else [])
    said += screen.targets(page)
    for side in sides:
        page.set_viewport_size(side.size)
        page.emulate_media(color_scheme=side.theme)
        said += axe.rules(page)
    page.set_viewport_size(PHONE)
    page.evaluate(OPEN_ALL)
    for theme in {side.theme for side in sides}:
        page.emulate_media(color_scheme=theme)
        said += axe.rules_opened(page)
    return said
