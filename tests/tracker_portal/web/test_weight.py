"""What a first view sends over the wire, part by part (ux.md §4, 42), compressed as the product sends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from orgs.tenancy.membership_models import Membership
from tests.factories import make_company
from tracker_portal.demo import issues as demo
from users.accounts.models import User

Login = Callable[[Membership | User], Client]

KB = 1024
LIMITS = {"html": 20 * KB, "css": 15 * KB, "js": 25 * KB, "woff2": 40 * KB, "svg": 8 * KB}
FIRST_VIEW, REPEAT_VIEW = 120 * KB, 30 * KB
COMPRESSED_ALREADY = {".woff2"}
LINKS = re.compile(r"""(?:href|src)="/static/([^"#?]+)[^"]*\"""")
IMPORTS = re.compile(r"""import[^"]*"\./([^"]+)\"""")


def files(html: str) -> set[Path]:
    """Static files that a page loads, and the modules that its scripts import."""
    found = {Path(finders.find(name)) for name in LINKS.findall(html)}
    waiting = [path for path in found if path.suffix == ".js"]
    while waiting:
        path = waiting.pop()
        imported = {path.parent / name for name in IMPORTS.findall(path.read_text())} - found
        found |= imported
        waiting += imported
    return found


def sent(path: Path) -> int:
    data = path.read_bytes()
    return len(data) if path.suffix in COMPRESSED_ALREADY else len(brotli.compress(data))


def weigh(response: object) -> dict[str, int]:
    """Bytes by kind. The client asks for gzip, as every browser does."""
    plain = Client.get(response.client, response.request["PATH_INFO"])  # type: ignore[attr-defined]
    weight = dict.fromkeys(LIMITS, 0) | {"html": len(response.content)}  # type: ignore[attr-defined]
    for path in files(plain.content.decode()):
        weight[path.suffix[1:]] += sent(path)
    return weight


@pytest.mark.parametrize("path", ["", "tracker/settings/", "issues/", "issues/ROB-312/", "people/"])
def test_first_view_is_light(login: Login, path: str) -> None:
    org = make_company(age_days=18)
    demo.fill(org, list(org.memberships.all()), now=timezone.now(), share=0.3)
    client = login(org.memberships.get())
    response = client.get(f"/o/{org.slug}/{path}", headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200
    weight = weigh(response)
    assert {kind: size for kind, size in weight.items() if size > LIMITS[kind]} == {}
    assert min(weight.values()) > 0, "something of every kind is weighed"
    assert sum(weight.values()) <= FIRST_VIEW
    assert weight["html"] <= REPEAT_VIEW, "the rest never changes: its names hold its content's digest"


def test_control_without_compression_a_list_is_heavier(login: Login) -> None:
    org = make_company(age_days=18)
    demo.fill(org, list(org.memberships.all()), now=timezone.now(), share=0.3)
    client = login(org.memberships.get())
    assert len(client.get(f"/o/{org.slug}/issues/").content) > LIMITS["html"]
