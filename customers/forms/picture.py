"""The profile picture in a form: checked, and kept aside while another field is put right, because
browsers do not send a chosen file twice."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers import photos
from customers.editing import Photo


class PictureFields(forms.Form):
    """A form with a profile picture; sets `user`, whose form it is, before it is checked."""

    user: User

    photo = forms.FileField(
        label=_("Profile picture"),
        required=False,
        allow_empty_file=True,
        help_text=_("JPEG, PNG or WEBP, up to 5 MB. We cut it to a square."),
        widget=forms.FileInput(
            {
                "accept": "image/jpeg,image/png,image/webp",
                "class": "form-control-sm bk-file",
                "data-preview": "photo",
            }
        ),
    )
    photo_aside = forms.CharField(required=False, widget=forms.HiddenInput)
    remove_photo = forms.BooleanField(label=_("Remove the picture"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        upload = data.get("photo")
        if upload:
            try:
                data["photo"] = photos.prepare(upload)
            except ValidationError as problem:
                self.add_error("photo", problem)
        elif data.get("photo_aside"):
            data["photo"] = photos.take_back(data["photo_aside"], self.user.pk)
            if data["photo"] is None:
                self.add_error("photo", _("The picture is not here any more. Choose it again."))
        return data

    def picture_to_save(self) -> File | Photo:
        """As the rules of customers/editing.py take it."""
        if self.cleaned_data.get("photo"):
            return cast("File", self.cleaned_data["photo"])
        return Photo.REMOVE if self.cleaned_data["remove_photo"] else Photo.KEEP

    def keep_photo(self) -> None:
        """Before the form is shown again: a new picture that is good waits aside."""
        picture = self.cleaned_data.get("photo") if self.is_bound else None
        if not isinstance(picture, ContentFile) or self.has_error("photo"):
            self.fill("photo_aside", [""])
            return
        picture.seek(0)
        self.picture = picture.read()
        if not self.data.get("photo_aside") or self.files.get("photo"):
            self.fill("photo_aside", [photos.set_aside(ContentFile(self.picture), self.user.pk)])

    @property
    def kept_photo(self) -> str:
        """The picture that waits aside, as the address of an image."""
        picture = getattr(self, "picture", b"")
        return f"data:image/webp;base64,{b64encode(picture).decode()}" if picture else ""

    def forget_photo(self) -> None:
        """After the form went through: nothing waits aside for it."""
        if self.cleaned_data["photo_aside"]:
            photos.drop_aside(self.cleaned_data["photo_aside"])

    def fill(self, name: str, values: Iterable[Any]) -> None:
        """Put other values into a field of a form that was sent."""
        data = cast("QueryDict", self.data).copy()
        data.setlist(name, [str(value) for value in values])
        self.data = data
