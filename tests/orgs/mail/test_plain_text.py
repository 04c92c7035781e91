"""The plain text of a mail: as good to read as its HTML."""

from __future__ import annotations

import pytest
from django.conf import settings

from issues.text import markdown
from orgs.mail import plain_text

FRAME = """
<html><head><title>Title</title><style>p { margin: 0 }</style></head><body>
<div class="preheader">Preheader</div><table role="presentation"><tr><td>Tracker</td><td>
<div class="letter">
  %s
  <p class="quiet reason">
    You get this because you asked.
  </p>
</div></td></tr></table></body></html>
"""
FACTS = """
<h1>
  The heading
</h1>
<p>
  On <b>4 Oct</b>
  it ends.
</p>
<table class="facts"><tr><td>Report</td><td>
  <a href="http://x.example/7">DEL-7</a>
</td></tr>
<tr><td>Access</td><td>Read only
<br>
Until Monday</td></tr>
<tr><td>6 × $2</td><td class="amount">$12</td></tr></table>
<p class="after">After</p>
<table role="presentation" class="action"><tr><td class="button">
  <a href="http://x.example/?a=1&amp;b=2">Open it</a>
</td></tr></table>
<p class="quiet address">
  Or open <a href="http://x.example/?a=1&amp;b=2">http://x.example/?a=1&amp;b=2</a>
</p>
"""
LINES = """The heading

On 4 Oct it ends.

Report: DEL-7, http://x.example/7
Access: Read only
Until Monday
6 × $2 = $12

After

Open it:
http://x.example/?a=1&b=2

--
You get this because you asked.
Tracker, {origin}
"""


def text_of(html: str) -> str:
    return plain_text.from_html(FRAME % html)


def test_frame_becomes_lines() -> None:
    assert text_of(FACTS) == LINES.format(origin=settings.ORIGIN)


@pytest.mark.parametrize(
    "written",
    [
        "It is the **cable** & only <that>, a_b * c_d",
        "First\n\n- one\n- two\n  - inner",
        "1. one\n2. two",
        "> quoted\n> on",
        "See [the plan](https://x.example/plan) and https://x.example/",
        "```\nif x:\n    y = '<b>'\n```",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
    ],
)
def test_what_people_write_stays_markdown(written: str) -> None:
    body, _, _reason = text_of(str(markdown.render(written))).partition("\n\n--\n")
    assert body == written


def test_no_depth_and_no_address_breaks_it() -> None:
    assert "deep" in text_of(str(markdown.render("> " * 15 + "deep")))
    assert "here" in text_of("<p><a>here</a></p>")
