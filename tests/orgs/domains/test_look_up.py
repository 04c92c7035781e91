"""The look-up against a real name server: there, definitely not there, or nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from orgs.domains import dns
from orgs.domains.models import Answer
from tests.orgs.domains import nameserver as ns
from tests.orgs.domains.nameserver import NameServer

HOST = "_tracker-challenge.acme.example"
VALUE = "tracker-verification=0123456789abcdef"


def split(value: str) -> list[bytes]:
    return [value[:7].encode(), value[7:20].encode(), value[20:].encode()]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(ns.texts(VALUE), id="alone"),
        pytest.param(ns.texts("v=spf1 -all", VALUE, "something else"), id="among others"),
        pytest.param(ns.texts(split(VALUE)), id="split into strings"),
        pytest.param(ns.texts(f'"{VALUE}" '), id="pasted with quotes"),
        pytest.param(ns.alias("challenges.example.", ns.texts(VALUE)), id="behind a CNAME"),
    ],
)
def test_record_is_found(nameserver: NameServer, reply: ns.Reply) -> None:
    nameserver.replies[HOST] = reply
    assert dns.look_up(HOST, VALUE) == Answer.PRESENT


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        pytest.param(ns.nonexistent, Answer.NO_RECORD, id="no such name"),
        pytest.param(ns.nothing, Answer.NO_RECORD, id="a name without TXT"),
        pytest.param(ns.alias("gone.example.", ns.nonexistent), Answer.NO_RECORD, id="a CNAME to nothing"),
        pytest.param(ns.texts("v=spf1 -all"), Answer.OTHER_VALUE, id="another value"),
        pytest.param(ns.texts(VALUE[:-1]), Answer.OTHER_VALUE, id="a part of it"),
        pytest.param(ns.texts(VALUE + "0"), Answer.OTHER_VALUE, id="more than it"),
        pytest.param(ns.texts(VALUE.upper()), Answer.OTHER_VALUE, id="in capitals"),
        pytest.param(
            ns.texts(*[part.decode() for part in split(VALUE)]), Answer.OTHER_VALUE, id="in parts of several records"
        ),
    ],
)
def test_record_is_definitely_not_there(nameserver: NameServer, reply: ns.Reply, answer: Answer) -> None:
    nameserver.replies[HOST] = reply
    assert dns.look_up(HOST, VALUE) == answer


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(ns.failure("SERVFAIL"), id="SERVFAIL"),
        pytest.param(ns.failure("REFUSED"), id="REFUSED"),
        pytest.param(ns.failure("NOTIMP"), id="not implemented"),
        pytest.param(ns.referral, id="lame: refers to others"),
        pytest.param(ns.loop, id="CNAME loop"),
    ],
)
def test_nobody_can_tell(nameserver: NameServer, reply: ns.Reply) -> None:
    nameserver.replies[HOST] = reply
    assert dns.look_up(HOST, VALUE) == Answer.UNKNOWN
    assert nameserver.asked


def test_silence_tells_nothing(nameserver: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "LIFETIME", 0.4)
    monkeypatch.setattr(dns, "TRY", 0.2)
    nameserver.replies[HOST] = ns.silent
    assert dns.look_up(HOST, VALUE) == Answer.UNKNOWN


def test_the_whole_look_up_is_bounded() -> None:
    assert dns.TRY < dns.LIFETIME <= 10


def test_no_name_server_at_all_tells_nothing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "LIFETIME", 0.4)
    with ns.running() as server:
        settings.DNS_SERVERS = [server.address]
    assert dns.look_up(HOST, VALUE) == Answer.UNKNOWN


def test_second_server_is_asked_when_the_first_fails(nameserver: NameServer, settings: Any) -> None:
    nameserver.publish(HOST, VALUE)
    with ns.running() as broken:
        broken.replies[HOST] = ns.failure("SERVFAIL")
        settings.DNS_SERVERS = [broken.address, nameserver.address]
        assert dns.look_up(HOST, VALUE) == Answer.PRESENT
        assert broken.asked


def test_huge_answer_comes_by_tcp(nameserver: NameServer) -> None:
    others = [f"filler-{number}-" + "x" * 180 for number in range(300)]
    nameserver.publish(HOST, *others, VALUE)
    assert dns.look_up(HOST, VALUE) == Answer.PRESENT
    assert [protocol for _, protocol in nameserver.asked] == ["udp", "tcp"]


def test_huge_answer_without_the_value_is_an_absence(nameserver: NameServer) -> None:
    nameserver.publish(HOST, *[f"filler-{number}-" + "x" * 180 for number in range(300)])
    assert dns.look_up(HOST, VALUE) == Answer.OTHER_VALUE


def test_wildcard_record_counts_with_the_value_and_not_without(nameserver: NameServer) -> None:
    nameserver.publish("*.acme.example", "v=spf1 -all")
    assert dns.look_up(HOST, VALUE) == Answer.OTHER_VALUE
    nameserver.publish("*.acme.example", VALUE)
    assert dns.look_up(HOST, VALUE) == Answer.PRESENT


def test_only_the_challenges_host_is_asked(nameserver: NameServer) -> None:
    """No search list of the machine, and not the domain itself: a TXT record there is worth nothing."""
    nameserver.publish("acme.example", VALUE)
    assert dns.look_up(HOST, VALUE) == Answer.NO_RECORD
    assert {name for name, _ in nameserver.asked} == {HOST}


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("192.0.2.1", "192.0.2.1", 53),
        ("192.0.2.1:5353", "192.0.2.1", 5353),
        ("[2001:db8::1]:5353", "2001:db8::1", 5353),
    ],
)
def test_setting_names_servers_with_and_without_port(address: str, host: str, port: int) -> None:
    server = dns._server(address)
    assert (server.address, server.port) == (host, port)
