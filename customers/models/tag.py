"""Labels on customers."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A coloured label that staff put on customers, such as "VIP"."""

    class Tone(models.TextChoices):
        GRAY = "gray", _("Gray")
        PINE = "pine", _("Pine")
        GREEN = "green", _("Green")
        AMBER = "amber", _("Amber")
        RED = "red", _("Red")
        BLUE = "blue", _("Blue")
        VIOLET = "violet", _("Violet")

    name = models.CharField(_("name"), max_length=40)
    tone = models.CharField(_("colour"), max_length=6, choices=Tone.choices, default=Tone.GRAY)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        default_permissions = ()
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="tag_name_unique_any_case",
                violation_error_message=_("There is a tag of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CustomerTag(models.Model):
    """That a customer has a tag."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["tag", "customer"], name="customer_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.tag_id}"
