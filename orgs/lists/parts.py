"""Pages of which htmx exchanges a part: the part is the very file that the page includes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from users.accounts.request import UserRequest


def render_part(request: UserRequest, page: str, part: str, context: Mapping[str, Any]) -> HttpResponse:
    """The page, or for htmx its part alone. Both have one address: whatever keeps answers has to tell them apart."""
    response = render(request, part if request.htmx else page, dict(context))
    patch_vary_headers(response, ["HX-Request"])
    return response
