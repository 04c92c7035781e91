"""Why an invitation mail does not go out today, and when it can."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.mail import wording
from orgs.mail.mailing_models import BY_COMPANY


def too_often(again_at: dt.datetime) -> str:
    """Why an address is not written to."""
    text = _("One address gets one invitation a day from a company, three from all. It can be sent again from %(at)s.")
    return text % {"at": wording.instant(again_at)}


def beyond(number: int, *, most: int, left: int, again_at: dt.datetime) -> str:
    """Why so many cannot go out of a company that may send `most` a day and has `left` of them."""
    words = {"most": f"{most:,}", "left": left, "number": number, "at": wording.instant(again_at)}
    if left:
        text = ngettext(
            "%(left)s more invitation can go out today, and these are %(number)s. More can go out from %(at)s.",
            "%(left)s more invitations can go out today, and these are %(number)s. More can go out from %(at)s.",
            left,
        )
    else:
        text = _("Today’s %(most)s invitations are sent. More can go out from %(at)s.")
    if most < BY_COMPANY:
        text += " " + _("A company that has verified a domain or paid may send 1,000 a day.")
    return text % words
