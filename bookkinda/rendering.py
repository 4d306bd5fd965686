"""How form fields become HTML: Bootstrap's classes, and what the field template asks."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Widget

CHECKS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


class Field(BoundField):
    """A bound field whose widget carries the classes of our style sheet."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if not widget.is_hidden:
            own = attrs.get("class") or widget.attrs.get("class", "")
            attrs["class"] = f"{self.look(widget)} {own}".strip()
        return attrs

    def look(self, widget: Widget) -> str:
        """The class of the widget's kind, and whether its value was refused."""
        if isinstance(widget, CHECKS):
            kind = "form-check-input"
        elif isinstance(widget, forms.Select):
            kind = "form-select"
        else:
            kind = "form-control"
        return f"{kind} is-invalid" if self.errors else kind

    @property
    def is_check(self) -> bool:
        """A single checkbox, whose label stands behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_password(self) -> bool:
        return isinstance(self.field.widget, forms.PasswordInput)

    @property
    def is_new_password(self) -> bool:
        """The first of the fields for a new password: the one that shows its strength."""
        autocomplete = self.field.widget.attrs.get("autocomplete")
        return self.is_password and autocomplete == "new-password" and not self.name.endswith("2")

    @property
    def focus_id(self) -> str:
        """Where a link in the error summary leads: the control, or the group of them."""
        return self.id_for_label or self.auto_id


class Renderer(TemplatesSetting):
    """Renders forms from our templates, with our bound fields."""

    bound_field_class = Field
