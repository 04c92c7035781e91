"""A member who writes, once or all the time, and how the right is taken away."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.test import Client
from django.utils import timezone

from access.members import members
from issues.issue.comment_models import Comment
from orgs.people.models import Team
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.concurrency import in_thread

WRITERS, PAUSE = 4, 0.2  # 20 writes a second in all


def block(member: Membership, owner: Membership) -> None:
    members.block(member=member, actor=owner, now=timezone.now())


def written(org: Organization) -> int:
    """The teams that the pages of `tests/access/wall/urls.py` wrote."""
    with platform_scope():
        return Team.objects.filter(org=org, name__startswith="written ").count()


def comments(org: Organization) -> int:
    with platform_scope():
        return Comment.objects.filter(org=org).count()


def write(member: Membership, door: str = "product") -> int:
    """One POST of the member, in a thread of its own; the status of the answer."""
    client = Client()
    client.force_login(member.user)
    return client.post(f"/o/{member.org.slug}/test/{door}/").status_code


def re_read_only(org: Organization, member: Membership) -> tuple[Organization, Membership]:
    """The control: what the wall reads, without its locks."""
    return Organization.objects.get(pk=org.pk), Membership.objects.get(pk=member.pk)


@contextmanager
def stream_of_writes(member: Membership, page: str = "test/product/") -> Iterator[list[int]]:
    """Twenty writes a second by four threads, until the block ends; the list gathers their answers."""
    statuses: list[int] = []
    stop = threading.Event()

    def write_on() -> None:
        client = Client()
        client.force_login(member.user)
        while not stop.wait(PAUSE):
            body = {"text": "Still here.", "token": str(uuid.uuid4())}
            statuses.append(client.post(f"/o/{member.org.slug}/{page}", body).status_code)

    with ThreadPoolExecutor(WRITERS) as pool:
        running = [in_thread(pool, write_on) for _ in range(WRITERS)]
        try:
            yield statuses
        finally:
            stop.set()
        assert [future.result() for future in running] == [None] * WRITERS
