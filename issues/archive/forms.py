"""The forms that start an export or an import. The token names the form: sent twice, it starts one job."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from users.input.field_errors import Form

UPLOAD_LIMIT = 200 * 1024 * 1024  # bytes


class StartForm(Form):
    """A form with nothing but its button; without a token it is a form of its own."""

    token = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_token(self) -> uuid.UUID:
        return self.cleaned_data["token"] or uuid.uuid4()


class UploadForm(StartForm):
    """The archive that is to be imported; what is in it is checked by the job."""

    archive = forms.FileField(
        label=_("Archive"),
        help_text=_("The zip file of an export, at most 200 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def clean_archive(self) -> UploadedFile[Any]:
        archive: UploadedFile[Any] = self.cleaned_data["archive"]
        if archive.size is not None and archive.size > UPLOAD_LIMIT:
            raise forms.ValidationError(_("The file is larger than 200 MB."))
        return archive
