"""A small and strict reader of iCalendar files (RFC 5545): whatever it does not know is an error."""

from __future__ import annotations

import datetime as dt
import re

ONCE = {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "URL", "TRANSP"}
INSTANT = re.compile(r"\d{8}T\d{6}Z")
TEXT = re.compile(r"(?:[^\\;,\x00-\x1f\x7f]|\\[\\;,nN])*")


def parse(text: str) -> list[dict[str, str]]:
    """The events with their values, unescaped. Raises AssertionError."""
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines), "a line ends with CRLF"
    assert all(len(line.encode()) <= 75 for line in lines), "a line has at most 75 octets"
    content = [tuple(line.split(":", 1)) for line in "\r\n".join(lines).replace("\r\n ", "").split("\r\n")]
    assert all(len(line) == 2 for line in content)
    assert content[0] == ("BEGIN", "VCALENDAR")
    assert content[-1] == ("END", "VCALENDAR")
    head = [line for line in content[1:-1] if line[0] in ("VERSION", "PRODID", "CALSCALE")]
    assert sorted(name for name, _ in head) == ["CALSCALE", "PRODID", "VERSION"]
    assert ("VERSION", "2.0") in head
    return events(content[1 + len(head) : -1])


def events(content: list[tuple[str, ...]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    inside = False
    for name, value in content:
        if name in ("BEGIN", "END"):
            assert value == "VEVENT"
            assert inside == (name == "END")
            inside = name == "BEGIN"
            found += [{}] if inside else []
            continue
        assert inside
        assert name in ONCE
        assert name not in found[-1], f"{name} stands once"
        found[-1][name] = read(name, value)
    assert not inside
    assert all(set(event) == ONCE for event in found)
    assert len({event["UID"] for event in found}) == len(found)
    return found


def read(name: str, value: str) -> str:
    if name.startswith("DT"):
        assert INSTANT.fullmatch(value), "an instant in UTC"
    if name == "SUMMARY":
        assert TEXT.fullmatch(value), "the text is escaped"
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
    return value


def instant(value: str) -> dt.datetime:
    return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
