"""The operator's page of a person: one act, with a reason; nothing is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.people import mfa_reset
from users.accounts.models import User
from users.accounts.request import user_of
from users.login import mfa

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when the code runs
    PersonForm = forms.ModelForm[User]
    PersonModelAdmin = admin.ModelAdmin[User]
else:
    PersonForm, PersonModelAdmin = forms.ModelForm, admin.ModelAdmin

SHOWN = ("email", "first_name", "last_name", "is_active", "is_staff", "date_joined", "has_second_step")


class ResetForm(PersonForm):
    """The act is confirmed by its box; the reason stands in the trail of each company of the person."""

    reset = forms.BooleanField(label=_("Reset the second step"))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Kept in the audit trail. Name no person."))

    class Meta:
        model = User
        fields: ClassVar[list[str]] = []

    def clean_reset(self) -> bool:
        """An error at the box when there is nothing to reset, or when it is the operator's own."""
        if self.instance.pk == self.operator_id:
            raise forms.ValidationError(_("Another operator has to do this for you."))
        if not mfa.has_one(self.instance.pk):
            raise forms.ValidationError(_("This person has no second step."))
        return True

    operator_id = 0  # set by the page for each request


class PersonAdmin(PersonModelAdmin):
    form = ResetForm
    list_display = ("email", "first_name", "last_name", "is_active", "date_joined")
    search_fields = ("email", "first_name", "last_name")
    readonly_fields = SHOWN
    fieldsets = ((_("Acts"), {"fields": ["reset", "reason"]}), (_("Person"), {"fields": SHOWN}))
    ordering = ("email",)
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("Has a second step"), boolean=True)
    def has_second_step(self, user: User) -> bool:
        return mfa.has_one(user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[PersonForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"operator_id": user_of(request).pk})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """The one act; nothing is saved directly."""
        reason = form.cleaned_data["reason"]
        mfa_reset.reset(user=obj, operator=user_of(request), reason=reason, now=timezone.now())

    def construct_change_message(  # type: ignore[override] # a text is logged as it is
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> str:
        """What the log of the operator's pages says."""
        return gettext("Reset the second step: %(reason)s") % {"reason": form.cleaned_data["reason"]}
