"""Addresses and words of `Detailed view`."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from orgs.tenancy.organization_models import Organization


def url(org: Organization, name: str = "detailed", query: str = "") -> str:
    return reverse(f"billing:{name}", args=[org.slug]) + query


def text_of(client: Client, address: str) -> str:
    """What the page says, without its tags."""
    response = client.get(address)
    assert response.status_code == 200
    html = re.sub(r"<(svg|use)\b[^>]*>|</?(text|line|rect)\b[^>]*>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def logged_in(org: Organization) -> Client:
    client = Client()
    client.force_login(org.memberships.get(role="owner").user)
    return client
