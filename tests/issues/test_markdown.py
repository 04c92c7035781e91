"""Text that people wrote is shown as HTML that can do nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.text import markdown
from issues.text.markdown import render

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:x) [y](data:text/html;base64,PHNjcmlwdD4=) [z](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    '[x](https://a.example "onmouseover=alert(1) \\" onclick=alert(1)")',
    '<a href="https://a.example" onclick="alert(1)">x</a>',
    "<iframe src=https://evil.example></iframe><style>*{display:none}</style><form action=/x><input></form>",
    "```html\n<script>alert(1)</script>\n```",
    "`<script>`",
    "| <img src=x> | b |\n|-|-|\n| <script>x</script> | [q](javascript:1) |",
    "<!-- --><![CDATA[x]]><?php ?>",
    "</article></main><h1>Fake</h1>",
    'javascript:alert(1) www.a.example">x',
    "[a]: javascript:alert(1)\n\n[a]",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
ALLOWED = set("p br hr h2 h3 h4 h5 h6 blockquote pre code ul ol li strong em s a table thead tbody tr th td".split())
ATTRIBUTES = {("a", "href"), ("a", "title"), ("a", "rel"), ("ol", "start"), ("pre", "tabindex")}


class Judge(HTMLParser):
    """Fails on any tag, attribute or address that is not allowed."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        for name, value in attrs:
            assert (tag, name) in ATTRIBUTES
            if name == "href":
                assert re.match(r"(https?:|mailto:|[^:]*([/?#]|$))", value or "", re.I), value
        if tag == "a":
            assert dict(attrs)["rel"] == "nofollow noopener noreferrer"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_harmless(text: str) -> None:
    Judge().feed(render(text))


@given(
    st.lists(st.sampled_from([*HOSTILE, "*", "_", "`", "[", "](", ")", "<", ">", "\n", "|", "a", "\\", "&#x"])).map(
        "".join
    )
)
def test_no_combination_breaks_out(text: str) -> None:
    Judge().feed(render(text))


def test_markdown_is_shown() -> None:
    html = render("**bold** _em_ ~~gone~~ `code`\nnext line\n\n- one\n- two\n\nhttps://a.example/b?c=1&d=2")
    assert "<strong>bold</strong> <em>em</em> <s>gone</s> <code>code</code><br>" in html
    assert "<li>one</li>" in html
    assert '<a href="https://a.example/b?c=1&amp;d=2" rel="nofollow noopener noreferrer">' in html


def test_table_and_code_keep_their_shape() -> None:
    assert "<td>1</td>" in render("| a | b |\n|-|-|\n| 1 | 2 |")
    assert '<pre tabindex="0"><code>x &lt; y\n</code></pre>' in render("```python\nx < y\n```")


@pytest.mark.parametrize(
    ("text", "top", "levels"),
    [
        ("# A\n## B\n# C", 2, "2 3 2"),
        ("### A\n##### B\n### C", 2, "2 3 2"),
        ("### A\n# B\n### C", 2, "2 2 3"),
        ("# A\n## B\n### C\n#### D\n##### E\n###### F", 3, "3 4 5 6 6 6"),
        ("A\n===\n\nB\n---", 3, "3 4"),
    ],
)
def test_headings_fit_into_the_pages_outline(text: str, top: int, levels: str) -> None:
    assert " ".join(re.findall(r"<h(\d)", render(text, heading=top))) == levels
    assert " ".join(re.findall(r"</h(\d)", render(text, heading=top))) == levels


def test_longest_text_is_shown_too() -> None:
    assert render("word " * 20_000).count("word") == 20_000


def test_kept_html_is_the_text_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = markdown.keep("**bold**", heading=3)
    monkeypatch.setattr(markdown, "_cached", lambda text, heading: f"rendered anew: {text}")
    assert markdown.kept_or_rendered("**bold**", kept, heading=3) == "<p><strong>bold</strong></p>\n"
    for text, heading in (("**bolder**", 3), ("**bold**", 2)):
        assert markdown.kept_or_rendered(text, kept, heading=heading) == f"rendered anew: {text}"
    assert markdown.kept_or_rendered("**bold**", "", heading=3) == "rendered anew: **bold**"
    monkeypatch.setattr(markdown, "VERSION", markdown.VERSION + 1)
    assert markdown.kept_or_rendered("**bold**", kept, heading=3) == "rendered anew: **bold**"


def test_nothing_is_kept_of_no_text() -> None:
    assert markdown.keep("") == ""
    assert markdown.kept_or_rendered("", "") == ""
