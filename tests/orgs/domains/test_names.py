"""Which names may be linked: A-labels of domains that can belong to one company."""

from __future__ import annotations

import pytest

from orgs.domains import consumer_mail
from orgs.domains import names as domain_names
from orgs.tenancy.errors import Refused

NO_DOMAIN = "Enter a domain name"
SHARED = "is a public suffix"
CONSUMER = "Anybody can get an address at"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("acme.com", "acme.com"),
        ("  ACME.Com. ", "acme.com"),
        ("@acme.com", "acme.com"),
        ("https://acme.com/contact", "acme.com"),
        ("mail.acme.co.uk", "mail.acme.co.uk"),
        ("acme.github.io", "acme.github.io"),
        ("gmail.acme.com", "gmail.acme.com"),
        ("notgmail.com", "notgmail.com"),
        ("Müller.de", "xn--mller-kva.de"),
        ("xn--mller-kva.de", "xn--mller-kva.de"),
        ("mu\u0308ller.de", "xn--mller-kva.de"),
        ("faß.de", "xn--fa-hia.de"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("acme。com", "acme.com"),
        ("ａｃｍｅ.com", "acme.com"),
    ],
)
def test_name_becomes_its_a_label(typed: str, name: str) -> None:
    assert domain_names.normalize(typed) == name


@pytest.mark.parametrize(
    "look_alike",
    ["аcme.com", "acmе.com", "αcme.com", "acmé.com", "acme.соm"],
    ids=["Cyrillic a", "Cyrillic e", "Greek alpha", "acute e", "Cyrillic co"],
)
def test_look_alike_is_another_name_and_is_seen_to_be(look_alike: str) -> None:
    name = domain_names.normalize(look_alike)
    assert name != "acme.com"
    assert "xn--" in name


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", ".", "..", "localhost", "acme", "com.", "acme..com", "-acme.com", "acme-.com", "ac_me.com", "ac me.com",
        "anna@acme.com", "acme.com:443", "192.0.2.1", "[2001:db8::1]", "2001:db8::1", "☃.com", "xn--zzzz.com", "*.acme.com",
        "ac\u200dme.com", "ac\u202eme.com", "\x00.com", "a" * 64 + ".com", ("a" * 60 + ".") * 4 + "com", "x" * 5000, "acme.com\nevil.com",
    ],
)  # fmt: skip
def test_what_is_no_domain_is_refused_at_the_field(typed: str) -> None:
    with pytest.raises(Refused, match=NO_DOMAIN) as refused:
        domain_names.normalize(typed)
    assert refused.value.field == "name"


@pytest.mark.parametrize("typed", ["co.uk", "com.au", "github.io", "blogspot.com", "CO。UK"])
def test_public_suffix_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match=SHARED):
        domain_names.normalize(typed)


@pytest.mark.parametrize(
    "typed",
    ["gmail.com", "Gmail.COM", "googlemail.com", "yahoo.co.uk", "yandex.ru", "mail.ru", "outlook.de", "proton.me", "icloud.com",
     "mail.gmail.com", "ｇmail.com", "gmail。com", "@gmail.com", "vip.qq.com", "privaterelay.appleid.com"],
)  # fmt: skip
def test_consumer_mail_domain_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match=CONSUMER):
        domain_names.normalize(typed)


def test_control_without_the_deny_list_a_consumer_domain_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain_names, "FAMILIES", frozenset())
    monkeypatch.setattr(domain_names, "DOMAINS", frozenset())
    assert domain_names.normalize("gmail.com") == "gmail.com"


def test_deny_list_is_written_as_names_are_stored() -> None:
    assert len(consumer_mail.DOMAINS) > 150
    assert {name for name in consumer_mail.DOMAINS if domain_names.to_a_label(name) != name} == set()


def test_challenges_host_of_the_longest_name_is_a_name() -> None:
    longest = f"{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 46}.{'e' * 4}"
    assert len(f"_tracker-challenge.{longest}") == 253
    assert domain_names.normalize(longest) == longest
    with pytest.raises(Refused, match=NO_DOMAIN):
        domain_names.normalize(f"{longest}e")


@pytest.mark.parametrize(
    ("typed", "sender", "origin"),
    [
        ("portal.dev-mail.com", "Tracker <no-reply@Portal.dev-mail.com>", "https://elsewhere.com"),
        ("eu.portal-mail.com", "no-reply@portal-mail.com", "https://elsewhere.com"),
        ("portal-web.com", "no-reply@elsewhere.com", "https://portal-web.com:8443"),
        ("xn--mller-kva.de", "no-reply@müller.de", "http://127.0.0.1:8000"),
    ],
)
def test_the_portals_own_domains_cannot_be_linked(typed: str, sender: str, origin: str, settings: object) -> None:
    assert domain_names.normalize(typed)  # the control: it is the settings that make the difference
    settings.DEFAULT_FROM_EMAIL, settings.ORIGIN = sender, origin
    with pytest.raises(Refused, match="Tracker itself sends mail from") as refused:
        domain_names.normalize(typed)
    assert refused.value.field == "name"


def test_neighbours_of_the_portals_domains_can_be_linked(settings: object) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.ORIGIN = "no-reply@portal-mail.com", "http://127.0.0.1:8000"
    assert domain_names.normalize("not-portal-mail.com") == "not-portal-mail.com"
