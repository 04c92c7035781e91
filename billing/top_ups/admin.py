"""The operator's pages of money: acts with a reason; nothing is edited, and what is posted is shown as it is."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.ledger import ledger
from billing.ledger.models import AccountCode, Entry, Posting
from billing.ledger.refund_models import Takeback
from billing.ledger.top_up_models import TopUp
from billing.money import amount_parsing
from billing.money.formatting import format_money
from billing.top_ups import operations
from orgs.companies.admin import ActsForm, OrganizationAdmin
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from users.accounts.request import user_of

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when the code runs
    TopUpModelForm = forms.ModelForm[TopUp]
    TopUpModelAdmin = admin.ModelAdmin[TopUp]
    EntryModelAdmin = admin.ModelAdmin[Entry]
    PostingTable = admin.TabularInline[Posting, Entry]
else:
    TopUpModelForm, TopUpModelAdmin, EntryModelAdmin = forms.ModelForm, admin.ModelAdmin, admin.ModelAdmin
    PostingTable = admin.TabularInline

REASON = _("Kept in the audit trail. Name no person.")


def read_amount(form: forms.ModelForm[Any], field: str, currency: str) -> int | None:
    """The amount that was typed, in minor units; None when nothing was. An error stands at the field."""
    typed = form.cleaned_data.get(field) or ""
    try:
        return amount_parsing.parse(typed, currency) if typed else None
    except amount_parsing.Unreadable:
        form.add_error(field, gettext("Enter an amount in %(currency)s, such as 1,234.50.") % {"currency": currency})
        return None


class MoneyActsForm(ActsForm):
    """The operator's acts on a company, and those on its money."""

    adjust_by = forms.CharField(
        label=_("Change the balance by"),
        max_length=40,
        required=False,
        help_text=_("In the company’s currency; with a minus to take away."),
    )
    reverse_entry = forms.CharField(
        label=_("Take back the entry"), max_length=16, required=False, help_text=_("Its public id.")
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["adjustment"] = read_amount(self, "adjust_by", self.instance.currency)
        return data


class CompanyAdmin(OrganizationAdmin):
    form = MoneyActsForm
    readonly_fields = (*OrganizationAdmin.readonly_fields, "balance")

    @admin.display(description=_("Balance"))
    def balance(self, org: Organization) -> str:
        return format_money(ledger.balance(org), org.currency)

    def get_fieldsets(self, request: HttpRequest, obj: Organization | None = None) -> Any:
        acts, *rest = super().get_fieldsets(request, obj)
        return [acts, (_("Money"), {"fields": ["balance", "adjust_by", "reverse_entry", "token"]}), *rest]

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        data = form.cleaned_data
        common = {"org": obj, "operator": user_of(request), "reason": data["reason"], "now": timezone.now()}
        try:
            if data["adjust_by"]:
                operations.adjust(amount=data["adjustment"], token=data["token"] or uuid.uuid4(), **common)
            if data["reverse_entry"]:
                operations.reverse(entry=data["reverse_entry"].strip(), **common)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)


class ReceivedForm(TopUpModelForm):
    """What arrived of a payment, and how the operator knows."""

    received = forms.CharField(label=_("Amount received"), max_length=40, help_text=_("What came is what is credited."))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=REASON)

    class Meta:
        model = TopUp
        fields: ClassVar[list[str]] = []

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["amount"] = read_amount(self, "received", self.instance.currency)
        if data["amount"] is not None and data["amount"] <= 0:
            self.add_error("received", gettext("What was received is above zero."))
        return data


TOP_UP_SHOWN = (
    "public_id",
    "org",
    "method",
    "state",
    "asked",
    "reference",
    "provider",
    "provider_id",
    "created_at",
    "asked_at",
    "settled_at",
    "entry",
    "taken_back",
)


class TopUpAdmin(TopUpModelAdmin):
    """Payments, found by the reference that a transfer names; one that has come is read only."""

    form = ReceivedForm
    list_display = ("reference", "public_id", "org", "method", "state", "asked", "created_at")
    list_display_links = ("reference", "public_id")
    list_filter = ("method", "state")
    list_select_related = ("org",)
    search_fields = ("reference", "public_id", "org__name", "org__slug")
    readonly_fields = TOP_UP_SHOWN
    ordering = ("-created_at", "-id")
    list_per_page = 50
    show_full_result_count = False
    actions = None

    @admin.display(description=_("Asked for"))
    def asked(self, top_up: TopUp) -> str:
        return format_money(top_up.amount, top_up.currency)

    @admin.display(description=_("Taken back"))
    def taken_back(self, top_up: TopUp) -> str:
        """Of what is being checked nothing was posted."""
        takebacks = Takeback.objects.filter(org=top_up.org_id, top_up=top_up).order_by("at", "pk")
        lines = (
            f"{row.get_kind_display()} {row.provider_id}, {format_money(row.amount, row.currency)}:"
            f" {row.get_state_display()}"
            for row in takebacks
        )
        return "; ".join(lines) or "—"

    def get_fieldsets(self, request: HttpRequest, obj: TopUp | None = None) -> Any:
        acts = [(_("The money came"), {"fields": ["received", "reason"]})]
        shown = [(_("Payment"), {"fields": TOP_UP_SHOWN})]
        return acts + shown if self.has_change_permission(request, obj) else shown

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TopUp | None = None) -> bool:
        return obj is None or operations.is_recordable(obj)

    def has_delete_permission(self, request: HttpRequest, obj: TopUp | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: TopUp, form: Any, change: bool) -> None:
        """The one act; nothing is saved directly."""
        data = form.cleaned_data
        common = {"operator": user_of(request), "reason": data["reason"], "now": timezone.now()}
        try:
            operations.record_received(top_up=obj, amount=data["amount"], **common)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)


class Postings(PostingTable):
    model = Posting
    fields = readonly_fields = ("account", "amount")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False


class EntryAdmin(EntryModelAdmin):
    """What is posted; it is corrected on the company's page."""

    list_display = ("public_id", "org", "kind", "at", "change")
    list_filter = ("kind",)
    list_select_related = ("org",)
    search_fields = ("public_id", "org__name", "org__slug")
    ordering = ("-at", "-id")
    list_per_page = 50
    show_full_result_count = False
    inlines = (Postings,)
    actions = None

    @admin.display(description=_("Changes the balance by"))
    def change(self, entry: Entry) -> str:
        return format_money(ledger.amounts_of(entry).get(AccountCode.CUSTOMER, 0), entry.org.currency)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False
