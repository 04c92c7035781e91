"""The page of the company that a form stood on, to which its act leads back."""

from __future__ import annotations

import re
from typing import Any

from django.utils.http import url_has_allowed_host_and_scheme

SAVED = re.compile(r"[?&]saved=\w*$")  # what the page said about a former act


def find(request: Any, otherwise: str) -> str:
    """The path in the field or parameter `next`, when it is one of this company; else `otherwise`."""
    page = SAVED.sub("", request.POST.get("next") or request.GET.get("next", ""))
    is_ours = page.startswith(f"/o/{request.org.slug}/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else otherwise
