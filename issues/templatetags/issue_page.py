"""Forms of an issue's page that nobody has sent yet: the same for everybody, so they are drawn once a language."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from issues.issue.models import Issue
from issues.issue_page.forms import CommentForm, StatusForm

register = template.Library()


@register.simple_tag
def status_fields(refused: StatusForm | None, status: str) -> SafeString:
    """What moves an issue on that has this status."""
    return _status(refused) if refused else _unsent_status(status, get_language())


@lru_cache(maxsize=100)
def _unsent_status(status: str, language: str | None) -> SafeString:
    return _status(StatusForm(issue=Issue(status=status)))


def _status(form: StatusForm) -> SafeString:
    return render_to_string("issues/issue_page/_status_fields.html", {"form": form})


@register.simple_tag
def comment_fields(refused: CommentForm | None) -> SafeString:
    """What one writes in a comment."""
    return _comment(refused) if refused else _unsent_comment(get_language())


@lru_cache(maxsize=20)
def _unsent_comment(language: str | None) -> SafeString:
    return _comment(CommentForm())


def _comment(form: CommentForm) -> SafeString:
    return render_to_string("issues/issue_page/_comment_fields.html", {"form": form})
