"""The product as gunicorn serves it, with a while between the decision on a write and the write.

With WITHOUT_LOCKS set nothing is held meanwhile: the control. Then it takes longer, so that at any instant some write
is under way; with the locks the administrator's act waits until none is, so there it is short. Each answer names the process that gave it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from tracker_portal.wsgi import application as product  # first, for it sets Django up

# isort: split
from access.wall import middleware
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

WITHOUT_LOCKS = bool(os.environ.get("WITHOUT_LOCKS"))
A_WHILE = 0.6 if WITHOUT_LOCKS else 0.1  # seconds
lock = middleware.lock


def lock_and_linger(org: Organization, member: Membership) -> tuple[Organization, Membership]:
    if WITHOUT_LOCKS:
        rows = Organization.objects.get(pk=org.pk), Membership.objects.with_second_factor().get(pk=member.pk)
    else:
        rows = lock(org, member)
    time.sleep(A_WHILE)
    return rows


middleware.lock = lock_and_linger


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, ("X-Process", str(os.getpid()))], *rest)

    return product(environ, start)
