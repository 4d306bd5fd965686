"""Who may not book on the booking page."""

from http import HTTPStatus

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from appointments.forms.blocks import BlockForm
from appointments.models import Block
from bookkinda.requests import business_of, for_dialog

MOST_SHOWN = 100


def find_blocks(words: str) -> QuerySet[Block]:
    """The newest first; with words, those whose address, number or reason holds them."""
    found = Block.objects.select_related("created_by")
    digits = "".join(letter for letter in words if letter.isdigit()).lstrip("0")
    if words:
        holds = Q(email__icontains=words) | Q(reason__icontains=words)
        found = found.filter(holds | Q(phone__contains=digits) if digits else holds)
    return found


class Blocks(StaffRequired, View):
    """The list with a form for a new one; `email` and `phone` in the address fill it in."""

    permission_required = roles.BOOK

    def show(self, form: BlockForm) -> HttpResponse:
        words = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        blocks = list(find_blocks(words)[: MOST_SHOWN + 1])
        context = {
            "form": form,
            "blocks": blocks[:MOST_SHOWN],
            "has_more": len(blocks) > MOST_SHOWN,
            "most": MOST_SHOWN,
            "words": words,
            "today": business_of(self.request).today(),
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(self.request, "appointments/setup/blocks.html", context, status=status)

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {name: request.GET.get(name, "") for name in ("email", "phone")}
        return self.show(BlockForm(initial=asked, business=business_of(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BlockForm(request.POST, business=business_of(request))
        if not form.is_valid():
            return self.show(form)
        form.instance.created_by = signed_in(request)
        form.save()
        messages.success(request, _("They can't book online any more."))
        return redirect("appointments:blocks")


class EditBlock(StaffRequired, View):
    permission_required = roles.BOOK

    def show(self, form: BlockForm) -> HttpResponse:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        context = {"form": form}
        return render(self.request, "appointments/setup/block.html", context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        block = get_object_or_404(Block, pk=pk)
        return self.show(BlockForm(instance=block, business=business_of(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        block = get_object_or_404(Block, pk=pk)
        form = BlockForm(request.POST, instance=block, business=business_of(request))
        if not form.is_valid():
            return self.show(form)
        form.save()
        messages.success(request, _("The block is saved."))
        return redirect("appointments:blocks")


class RemoveBlock(StaffRequired, View):
    """Whoever it is may book again."""

    permission_required = roles.BOOK

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        part = "#dialog" if for_dialog(request) else ""
        context = {"blocked": get_object_or_404(Block, pk=pk)}
        return render(request, f"appointments/setup/remove_block.html{part}", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(Block, pk=pk).delete()
        messages.success(request, _("They can book online again."))
        return redirect("appointments:blocks")
