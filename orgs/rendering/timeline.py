"""What happened and what was said, inside <ol class="timeline">."""

from __future__ import annotations

import datetime as dt

from django.utils.safestring import SafeString

from orgs.rendering.avatars import avatar
from orgs.rendering.fragments import Fragment
from orgs.rendering.icons import icon as draw_icon
from orgs.rendering.times import instant

EVENT = Fragment("components/_timeline_event.html")
COMMENT = Fragment("components/_comment.html")


def timeline_event(icon: str, author: str, text: str, at: dt.datetime, note: str = "") -> SafeString:
    """Something that somebody did; `note` is a line below."""
    return EVENT(
        icon=draw_icon(icon, "small"), author=author, text=text, at=instant(at), note=note or "", has_note=bool(note)
    )


def comment_event(author: str, at: dt.datetime, html: SafeString, anchor: str) -> SafeString:
    """A comment; `html` is sanitized, `anchor` is its id on the page."""
    return COMMENT(avatar=avatar(author), author=author, at=instant(at), html=html, id=anchor)
