"""Forms of issues. They read and shape what was typed; the verbs decide."""

from __future__ import annotations

import uuid
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from issues.catalogue import catalogue
from issues.issue import transitions
from issues.issue.models import SUMMARY_LENGTH, TAG_LENGTH, TAG_LIMIT, TEXT_LENGTH, Issue
from issues.issue.writing import IssueFields
from issues.people.forms import PersonField
from issues.queues.models import Queue
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from users.accounts.forms import WholeTextField
from users.input.field_errors import Form

COMMENT_LENGTH = 32_000
SHOWN_QUEUES = 100  # in the select; the others are reached from their own page


class TagsField(forms.CharField):
    """Words with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        tags = list(dict.fromkeys(" ".join(tag.split()) for tag in text.split(",") if tag.strip()))
        if len(tags) > TAG_LIMIT:
            named = {"number": len(tags), "limit": TAG_LIMIT, "tag": tags[TAG_LIMIT]}
            raise forms.ValidationError(
                _("These are %(number)s tags, and %(limit)s are enough: “%(tag)s” is one too many."), params=named
            )
        if long := next((tag for tag in tags if len(tag) > TAG_LENGTH), None):
            named = {"tag": long, "length": len(long), "limit": TAG_LENGTH}
            raise forms.ValidationError(
                _("The tag “%(tag)s” has %(length)s characters. Use %(limit)s at most."), params=named
            )
        return tags


class IssueForm(Form):
    """An issue's fields."""

    summary = WholeTextField(label=_("Summary"), max_length=SUMMARY_LENGTH)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=TEXT_LENGTH,
        strip=False,
        help_text=_("Markdown works: **bold**, lists, `code`, links."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    type = forms.ChoiceField(label=_("Type"), choices=catalogue.choices(catalogue.TYPES))
    priority = forms.ChoiceField(label=_("Priority"), choices=catalogue.choices(catalogue.PRIORITIES))
    assignee = PersonField(label=_("Assignee"), required=False, help_text=_("Full name or email address."))
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    tags = TagsField(label=_("Tags"), required=False, max_length=1_000, help_text=_("Separate them with commas."))

    def __init__(self, *args: Any, org: Organization, assignee: Membership | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(PersonField, self.fields["assignee"])
        field.org, field.current = org, assignee

    def clean_summary(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["summary"].split())

    def clean_description(self) -> str:
        text: str = self.cleaned_data["description"]
        return text.replace("\r\n", "\n").rstrip()

    def values(self) -> IssueFields:
        """What the verbs write."""
        return {
            "type": self.cleaned_data["type"],
            "summary": self.cleaned_data["summary"],
            "description": self.cleaned_data["description"],
            "priority": self.cleaned_data["priority"],
            "assignee": self.cleaned_data["assignee"],
            "due_on": self.cleaned_data["due_on"],
            "tags": self.cleaned_data["tags"],
        }


class NewIssueForm(IssueForm):
    """With the queue, and the token that lets the form create one issue only."""

    queue = forms.ModelChoiceField(label=_("Queue"), queryset=Queue.objects.none(), to_field_name="key")
    token = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("queue", "summary", "description", "type", "priority", "assignee", "due_on", "tags")

    def __init__(self, *args: Any, org: Organization, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid.uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, org=org, **kwargs)
        self.known_queues = Queue.objects.of(org)
        field = cast("forms.ModelChoiceField[Queue]", self.fields["queue"])
        field.queryset = self.known_queues
        field.choices = self._queues  # asked for when the form is drawn, not when it is read

    @property
    def has_queues(self) -> bool:
        return self.known_queues.exists()

    def _queues(self) -> list[tuple[str, str]]:
        """Some queues to choose from, the chosen one always among them; the only one is chosen."""
        rows = dict(self.known_queues.by_name().values_list("key", "name")[:SHOWN_QUEUES])
        chosen = self["queue"].value()
        extra = {chosen: chosen} if chosen and chosen not in rows else {}
        queues = [(key, f"{name} · {key}") for key, name in (rows | extra).items()]
        return queues if len(queues) == 1 else [("", str(_("Choose a queue"))), *queues]


class EditIssueForm(IssueForm):
    """With the version that the person read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class StatusForm(Form):
    """The next status, out of those that the workflow leads to from here."""

    status = forms.ChoiceField(label=_("Move to"), choices=catalogue.choices(catalogue.STATUSES))
    resolution = forms.ChoiceField(
        label=_("Resolution"),
        required=False,
        choices=[("", _("Choose when closing")), *catalogue.choices(catalogue.RESOLUTIONS)],
    )

    def __init__(self, *args: Any, issue: Issue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issue = issue
        # The others are not offered; when one is posted, the workflow says why it cannot be.
        offered = catalogue.choices(catalogue.allowed(issue.status))
        self.fields["status"].widget.choices = [("", _("Choose a status")), *offered]

    def clean(self) -> dict[str, Any]:
        """The workflow's refusal stands at its field."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            transitions.check(self.issue, data.get("status", self.issue.status), data.get("resolution", ""))
        except Refused as refused:
            self.add_error(refused.field, str(refused))
        return data

    def typed(self) -> str:
        """What was chosen, as a query string: the issue's page shows it, and what is wrong with it."""
        return urlencode({name: self.data.get(name, "")[:20] for name in self.fields})


class CommentForm(Form):
    """A comment, and the token that lets the form post one only."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=COMMENT_LENGTH,
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"token": uuid.uuid4()}, **kwargs})

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")
