"""Step 1 of the import wizard: a file or a pasted table, and pictures beside it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import PLAIN
from customers.importing.reading import LARGEST_FILE

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.vcf,text/csv,text/vcard"
LONGEST_PASTE = 1_000_000  # letters; what is longer is a file
TOO_LONG = _("This is too long to paste. Save it as a file first.")


class PhotosField(forms.FileField):
    """Pictures beside a table; reading says what is wrong with them."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Pictures (ZIP)"),
            required=False,
            allow_empty_file=True,
            widget=forms.FileInput({"accept": ".zip,application/zip"}),
            help_text=_(
                "A ZIP of JPEG, PNG or WEBP files, each named after its customer: the e-mail "
                "address, the external ID, the phone number or the full name."
            ),
        )


class UploadForm(forms.Form):
    """A file, or a table pasted from a spreadsheet; perhaps pictures beside it."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,  # reading says what is wrong with it
        widget=forms.FileInput({"accept": ACCEPTED, "data-most": LARGEST_FILE}),
        help_text=_(
            "CSV, TSV, Excel (.xlsx) or contacts (.vcf), up to 200 MB and 1,000,000 rows "
            "(Excel: 250,000). Nothing is saved until you have checked it."
        ),
    )
    pasted = forms.CharField(
        label=_("Table"),
        required=False,
        strip=False,
        # Not max_length: the browser would cut off what is pasted, and say nothing.
        validators=[MaxLengthValidator(LONGEST_PASTE, TOO_LONG)],
        widget=forms.Textarea(
            {
                "rows": 8,
                "class": "bk-pasted",
                "wrap": "off",
                "spellcheck": "false",
                "data-longest": LONGEST_PASTE,
                **PLAIN,
            }
        ),
        help_text=_("With the headings in the first row. Cells copied from a spreadsheet fit."),
    )
    photos = PhotosField()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        is_pasted = bool(data.get("pasted", "").strip())
        if data.get("file") is not None and is_pasted:
            raise ValidationError(
                _("There are a file and a pasted table. Take one away, and import it afterwards.")
            )
        if not self.errors and data.get("file") is None and not is_pasted:
            self.add_error("file", _("Choose a file, or paste a table below."))
        return data
