"""`Limit of seats`."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.pages.confirmation_views import Act, ask, posted
from access.requests.forms import CapForm
from access.seat_limit import seat_limit
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts


@administrator_acts.get_and_post
def seat_cap(request: CompanyRequest, org: str) -> HttpResponse:
    """How many people may have full access at most, or no limit."""
    form = CapForm(posted(request), initial={"cap": request.org.seat_cap})
    return ask(request, _act(request.org), form, partial(seat_limit.change, org=request.org))


def _act(org: Organization) -> Act:
    back = reverse("billing:detailed", args=[org.slug])
    text = ngettext(
        "%(number)s person has Full access now. At the limit nobody gets more, and whoever joins with Full access"
        " waits under Access requests. Nobody loses what they have.",
        "%(number)s people have Full access now. At the limit nobody gets more, and whoever joins with Full access"
        " waits under Access requests. Nobody loses what they have.",
        org.full_seats,
    )
    return Act(
        title=_("Limit of seats"),
        text=text % {"number": org.full_seats},
        button=_("Save"),
        back=back,
        section="",
        above=(back, _("Detailed view")),
        said=_said,
    )


def _said(org: Organization) -> str:
    if org.seat_cap is None:
        return _("There is no limit of seats.")
    return _("The limit of seats is %(cap)s.") % {"cap": org.seat_cap}
