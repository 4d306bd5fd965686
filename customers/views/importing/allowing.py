"""After an import: "Allow to login" for those whom it brought. The import itself sends nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import signed_in
from customers import bulk
from customers.bulk import Action
from customers.importing.problems import NotNow
from customers.importing.taken import customers_of
from customers.models import ChangeSet, ImportRun
from customers.views.importing.pages import RunView
from customers.views.importing.result import undone_by
from customers.views.plans import plan_of
from customers.views.telling import tell_what_happened

LEFT_OUT_NAMED = 100


class AllowImported(RunView, View):
    """Who of the import gets a password, who can't be invited and why; then it is done."""

    permission_required = (roles.IMPORT, roles.SEND)
    states = (ImportRun.State.DONE,)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not self.is_due(run):
            return self.lead_on(request, run)
        meant = bulk.who_is_meant(Action.ALLOW, query=None, pks=[], run=pk)
        plan = plan_of(meant, others_named=LEFT_OUT_NAMED)
        before = customers_of(run).count() - plan["count"]
        context = {"run": run, "before": before, **plan}
        return render(request, "customers/access/allow_import.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not self.is_due(run):
            return self.lead_on(request, run)
        if undone_by(run) is not None:
            raise NotNow(_("This import was undone."))
        done = bulk.begin(
            Action.ALLOW, by=signed_in(request), source=ChangeSet.Source.BACK_OFFICE,
            query=None, pks=[], tags={}, run=pk,
        )  # fmt: skip
        if done.plan is None and not done.size:
            tell_what_happened(request, done)
            return redirect("customers:import-run", pk)
        return redirect("customers:change", done.pk)
