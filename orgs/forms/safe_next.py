"""The page of the company that a form stood on, to which its act leads back."""

from __future__ import annotations

import re

from django.utils.http import url_has_allowed_host_and_scheme

from orgs.tenancy.request import CompanyRequest

SAVED = re.compile(r"[?&]saved=\w*$")  # what the page said about a former act


def next_path(request: CompanyRequest, otherwise: str) -> str:
    """The path in the field or parameter `next`, when it is one of this company; else `otherwise`."""
    page = SAVED.sub("", request.POST.get("next") or request.GET.get("next", ""))
    return page if page.startswith(f"/o/{request.org.slug}/") and is_own_path(page) else otherwise


def is_own_path(url: str) -> bool:
    """Whether the address is a path of this very site: one with a host, ours included, is somebody's trick."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
