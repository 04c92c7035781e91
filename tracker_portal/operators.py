"""The operator's site (Django admin): only what is registered here, each page marked for operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _

from billing.admin import CompanyAdmin, EntryAdmin, TopUpAdmin
from billing.models import Entry, PriceList, TopUp
from billing.price_admin import PriceListAdmin
from orgs.admin import BrakeAdmin
from orgs.models import Brake, Organization
from orgs.people_admin import PersonAdmin
from users import doors
from users.models import User


class OperatorSite(AdminSite):
    site_header = site_title = _("Tracker operators")
    index_title = _("Companies, money, deletions and people")

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Marks every page; who is no operator gets a 404, who is not logged in the product's own login."""
        urls = super().get_urls()
        mark(urls)
        return urls

    def logout(  # type: ignore[override] # the stubs know the page only that Django's own shows
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Passes the POST on to the product's own logout: a session is ended outside the platform's scope."""
        return HttpResponseRedirect(reverse("account_logout"), preserve_request=True)


def mark(urls: list[URLResolver | URLPattern]) -> None:
    for pattern in urls:
        if isinstance(pattern, URLResolver):
            mark(pattern.url_patterns)
        else:
            pattern.callback = doors.of_operator_page(pattern.name)(wrapped(pattern.callback))


def wrapped(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of our own around Django's, rendered while the wall's transaction is open."""

    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        return response.render() if isinstance(response, SimpleTemplateResponse) else response

    return page


site = OperatorSite(name="operator")
site.register(Organization, CompanyAdmin)
site.register(Brake, BrakeAdmin)
site.register(User, PersonAdmin)
site.register(TopUp, TopUpAdmin)
site.register(Entry, EntryAdmin)
site.register(PriceList, PriceListAdmin)
