"""Control: each check of `inspection` and `screen` finds what is wrong on a page made for it, nothing on a right one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import axe, inspection, screen
from tests.e2e.inspection import Check
from tests.e2e.ways import DESKTOP, PHONE

RIGHT = """<!doctype html><html lang="en"><head><title>Issues · Tracker</title><style>
a, button, input { min-height: 40px; display: inline-block } .skip { position: absolute; top: -60px }
.skip:focus { top: 8px } main { min-height: 200px } footer { padding: 8px }</style></head>
<body><a class="skip" href="#main">Skip to content</a><header><nav aria-label="Sections"><a href="/x">Issues</a></nav></header>
<main id="main" tabindex="-1"><h1>Issues</h1>%s</main><footer><a href="mailto:help@tracker.example">Get help</a></footer></body></html>"""

WRONG: list[tuple[Check, str]] = [
    (axe.rules, '<img src="/x.png">'),
    (axe.rules, "<input name='q'>"),
    (axe.rules, '<p style="background-image: linear-gradient(#fff, #eee)">On a gradient</p>'),
    (axe.rules_opened, '<a href="/x"></a>'),
    (axe.contrasts, '<p style="color: #ccc; background: #fff">Barely there</p>'),
    (axe.contrasts, '<p style="background-image: linear-gradient(#fff, #eee)">On a gradient</p>'),
    (axe.contrasts, '<p class="tabs"><a href="/x" style="color: #999">1</a></p>'),
    (inspection.headings_and_landmarks, "<h1>Twice</h1>"),
    (inspection.headings_and_landmarks, "<h2>Two</h2><h4>Four</h4>"),
    (inspection.headings_and_landmarks, "<nav><a href='/x'>Nameless</a></nav>"),
    (inspection.headings_and_landmarks, "<nav aria-label='Sections'><a href='/x'>The same</a></nav>"),
    (inspection.title_and_language, "<input aria-label='Name' aria-invalid='true'>"),
    (
        inspection.title_and_language,
        "<input aria-label='Name' aria-invalid='true'><script>document.title = 'Error: Error: Issues · Tracker'</script>",
    ),
    (inspection.title_and_language, "<script>document.title = 'Pricing'</script>"),
    (inspection.title_and_language, "<script>document.title = 'Import ·  · Northwind'</script>"),
    (screen.skip_link, "<script>document.querySelector('.skip').remove()</script>"),
    (
        screen.skip_link,
        "<script>document.getElementById('main').removeAttribute('tabindex'); main.id = 'other'</script>",
    ),
    (screen.focus, "<button style='outline: 0; box-shadow: none' type='button'>Unmarked</button>"),
    (
        screen.focus,
        "<button type='button'>Under</button><div style='position: fixed; inset: 0; background: red'></div>",
    ),
    (screen.targets, "<button style='min-height: 0; height: 20px; width: 20px'></button>"),
    (inspection.names, "<button aria-label='Remove'>Delete</button>"),
    (inspection.off_controls, "<button disabled>Out of reach</button>"),
    (inspection.off_controls, "<button aria-disabled='true'>No reason</button>"),
    (inspection.tables, "<table><tr><th scope='col'>No caption</th></tr></table>"),
    (inspection.tables, "<table aria-label='x'><tr><th>No scope</th></tr></table>"),
    (inspection.tables, "<table aria-label='x'><tr style='display: grid'><td>Lost role</td></tr></table>"),
    (inspection.marks, "<p><span class='badge'></span></p>"),
    (inspection.marks, "<svg></svg>"),
    (inspection.fields, "<input type='password' name='password'>"),
    (screen.sideways, "<div style='width: 2000px'>Wide</div>"),
    (screen.menus, "<details><summary>Menu</summary><div style='width: 2000px'>Wide</div></details>"),
    (screen.motion, "<p style='transition: color 1s'>Slow</p>"),
    (inspection.instants, "<time>Tomorrow</time>"),
    (
        inspection.help_link,
        "<script>document.addEventListener('DOMContentLoaded', () => document.querySelector('footer').remove())</script>",
    ),
]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One for all that is looked at: its content is set anew each time."""
    page = browser.new_page()
    yield page
    page.context.close()


@pytest.mark.parametrize(("check", "html"), WRONG, ids=[f"{check.__name__}-{n}" for n, (check, _) in enumerate(WRONG)])
def test_control_what_is_wrong_is_found(page: Page, check: Check, html: str) -> None:
    page.set_viewport_size(DESKTOP)
    page.set_content(RIGHT % html)
    assert check(page) != []


def test_right_page_has_no_complaint(page: Page) -> None:
    checks = [screen.motion, axe.rules, axe.contrasts, screen.targets, screen.sideways]
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        page.set_content(RIGHT % "<p>Nothing to see.</p>")
        assert [said for check in [*checks, screen.menus, *inspection.STATIC] for said in check(page)] == []


def test_every_check_has_its_control() -> None:
    assert {check for check, _ in WRONG} >= set(inspection.STATIC)
