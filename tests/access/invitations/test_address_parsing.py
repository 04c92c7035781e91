"""Whatever people paste into `Email addresses`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.invitations import address_parsing


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.com, bo@example.com",
        "anna@example.com; bo@example.com;",
        "anna@example.com bo@example.com",
        "anna@example.com\r\nbo@example.com\r\n",
        "Anna Petrova <anna@example.com>, Bo <bo@example.com>",
        '"Petrova, Anna" <anna@example.com>; Bo Lund <bo@example.com>',
        "Petrova, Anna <anna@example.com>\nbo@example.com",
        "mailto:anna@example.com|bo@example.com",
        "anna@example.com,bo@example.com,ANNA@Example.com",
        "\ufeffanna@example.com\u00a0bo@example.com",
        "(anna@example.com) [bo@example.com].",
    ],
)
def test_any_mixture_of_separators_gives_the_addresses(text: str) -> None:
    assert address_parsing.parse(text) == address_parsing.Pasted(("anna@example.com", "bo@example.com"), ())


def test_address_on_a_domain_in_another_script_is_taken_once_by_its_a_label() -> None:
    found = address_parsing.parse("anna@ромашка.рф, Anna@РОМАШКА.РФ anna@xn--80aa3agjl3d.xn--p1ai")
    assert found == address_parsing.Pasted(("anna@xn--80aa3agjl3d.xn--p1ai",), ())


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("j.weber@", "a domain is missing after the @"),
        ("@example.com", "a name is missing before the @"),
        ("weber", "no @ in it"),
        ("a@b@c", "not an email address"),
        ("a@localhost..x", "not an email address"),
        ("a" * 300 + "@example.com", "too long"),
    ],
)
def test_each_bad_word_has_its_reason(word: str, reason: str) -> None:
    found = address_parsing.parse(f"anna@example.com, {word}")
    assert found.good == ("anna@example.com",)
    assert found.bad == ((word[:100], reason),)


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    found = address_parsing.parse(text)
    assert all("@" in email and email == email.lower() for email in found.good)
    assert len(set(found.good)) == len(found.good)
