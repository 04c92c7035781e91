"""The operator's site (Django admin): only what is registered here, each page marked for operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import BadRequest, FieldError
from django.db import DataError
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from billing.ledger.models import Entry
from billing.ledger.top_up_models import TopUp
from billing.pricing.admin import PriceListAdmin
from billing.pricing.models import PriceList
from billing.top_ups.admin import CompanyAdmin, EntryAdmin, TopUpAdmin
from orgs.companies.admin import BrakeAdmin
from orgs.lifecycle.models import Brake
from orgs.people.admin import PersonAdmin
from orgs.tenancy.organization_models import Organization
from users import permissions
from users.accounts.models import User
from users.login import reauthentication
from users.permissions import Mark

# What Django's lists raise for parameters that are none: a NUL, a year that is none, a pattern that does not end.
WRONG_ADDRESS = (DataError, FieldError, OverflowError, ValueError)


OF_EVERY_LIST = {"q", "o", "p", "e", "all", "_facets"}


class OperatorSite(AdminSite):
    site_header = site_title = _("Tracker operators")
    index_title = _("Companies, money, deletions and people")

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Marks every page; who is no operator gets a 404, who is not logged in the product's own login."""
        urls = super().get_urls()
        mark_pages(urls)
        return urls

    def logout(  # type: ignore[override] # the stubs know the page only that Django's own shows
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Passes the POST on to the product's own logout: a session is ended outside the platform's scope."""
        return HttpResponseRedirect(reverse("account_logout"), preserve_request=True)


def mark_pages(urls: list[URLResolver | URLPattern]) -> None:
    for pattern in urls:
        if isinstance(pattern, URLResolver):
            mark_pages(pattern.url_patterns)
        else:
            mark = permissions.of_operator_page(pattern.name)
            is_list = (pattern.name or "").endswith("_changelist")
            lists = pattern.callback.model_admin if is_list else None  # type: ignore[attr-defined] # set by Django
            pattern.callback = mark(wrapped(pattern.callback, mark, lists))


def wrapped(
    view: Callable[..., HttpResponseBase], mark: Mark, lists: ModelAdmin[Any] | None
) -> Callable[..., HttpResponseBase]:
    """A view of our own around Django's, rendered while the wall's transaction is open.

    Django's lists hand to the database what an address says, whatever it is: what breaks there is the address's fault.
    """

    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if mark.again and request.method in permissions.SHOWS and not reauthentication.is_recent(request):
            ask_before_typing(request)
        if lists:
            refuse_other_look_ups(request, lists)
        try:
            response = view(request, *args, **kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response
        except WRONG_ADDRESS as error:
            if request.method not in permissions.SHOWS:
                raise
            raise BadRequest(str(error)) from error

    return page


def refuse_other_look_ups(request: HttpRequest, lists: ModelAdmin[Any]) -> None:
    """A list takes what its filters offer. Django would take any field: a password's digest, asked letter by letter.

    Raises BadRequest.
    """
    offered = {f"{name}__exact" for name in lists.list_filter} | OF_EVERY_LIST
    if others := request.GET.keys() - offered:
        raise BadRequest(f"no filter of this list: {sorted(others)}")


def ask_before_typing(request: HttpRequest) -> None:
    """Says on a page that acts, and where, what its button would ask for: what was typed would be lost on the way."""
    text = _('First <a href="{url}">show again that it is you</a>: acts here need it, and it counts for five minutes.')
    messages.warning(request, format_html(str(text), url=reauthentication.url(request)))


site = OperatorSite(name="operator")
site.register(Organization, CompanyAdmin)
site.register(Brake, BrakeAdmin)
site.register(User, PersonAdmin)
site.register(TopUp, TopUpAdmin)
site.register(Entry, EntryAdmin)
site.register(PriceList, PriceListAdmin)
