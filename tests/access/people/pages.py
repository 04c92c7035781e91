"""What the pages of `User access management` show, and what is sent there."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.utils.html import strip_tags


def text(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def names(response: Any) -> list[str]:
    """Whom the list shows, in its order."""
    found = re.findall(r'class="users__line">\s*<a [^>]*>([^<]+)</a>', response.content.decode())
    return [name.strip() for name in found]


def posts(client: Client, url: str, **data: Any) -> Any:
    """The act's page asks first and changes nothing; then it is sent."""
    assert client.get(url).status_code == 200
    return client.post(url, data)
