"""The operator's pages: companies with their state and instants, never edited directly; acts with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.companies import operations
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Brake
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from users.accounts.request import user_of

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when the code runs
    CompanyForm = forms.ModelForm[Organization]
    CompanyAdmin = admin.ModelAdmin[Organization]
    BrakeModelAdmin = admin.ModelAdmin[Brake]
else:
    CompanyForm, CompanyAdmin, BrakeModelAdmin = forms.ModelForm, admin.ModelAdmin, admin.ModelAdmin

SHOWN = [field.name for field in Organization._meta.get_fields() if field.concrete and field.name != "account_limit"]


class ActsForm(CompanyForm):
    """An operator's acts on one company; what is left as it is, is not done."""

    extend_trial_days = forms.IntegerField(
        label=_("Extend the trial by days"), min_value=1, max_value=365, required=False
    )
    hold = forms.BooleanField(label=_("Hold the deletion"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Kept in the audit trail. Name no person."))

    class Meta:
        model = Organization
        fields: ClassVar = ["account_limit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hold"].initial = self.instance.deletion_held_at is not None


class OrganizationAdmin(CompanyAdmin):
    form = ActsForm
    list_display = ("name", "slug", "state", "state_now", "trial_ends_at", "retention_ends_at", "full_seats")
    list_filter = ("state",)
    search_fields = ("name", "slug")
    readonly_fields = (*SHOWN, "state_now")
    fieldsets = (
        (_("Acts"), {"fields": ["account_limit", "extend_trial_days", "hold", "reason"]}),
        (_("Company"), {"fields": ["state_now", *SHOWN]}),
    )
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("State that counts now"))
    def state_now(self, org: Organization) -> str:
        return str(lifecycle.state_at(org, timezone.now()).label)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        """Calls a verb for each act that was chosen; nothing is saved directly."""
        common = {
            "org": obj,
            "operator": user_of(request),
            "reason": form.cleaned_data["reason"],
            "now": timezone.now(),
        }
        try:
            if "account_limit" in form.changed_data:
                operations.set_account_limit(limit=obj.account_limit, **common)
            if days := form.cleaned_data["extend_trial_days"]:
                operations.extend_trial(days=days, **common)
            if "hold" in form.changed_data:
                operations.hold_deletion(hold=form.cleaned_data["hold"], **common)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)


class BrakeAdmin(BrakeModelAdmin):
    """The off switch: adding a row stops all deletions, setting "released at" lets them go on."""

    list_display = ("reason", "pulled_at", "released_at")
    fields = ("reason", "pulled_at", "released_at")

    def has_delete_permission(self, request: HttpRequest, obj: Brake | None = None) -> bool:
        return False
