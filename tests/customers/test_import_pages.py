"""The pages of the import wizard, without a browser: every state, every refusal, nothing lost."""

import csv
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookkinda.worker import run_due_jobs
from customers.importing import steps
from customers.importing.uploads import accept_paste
from customers.models import Customer, ImportRun, Tag
from tests.customers import pictures
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
START = reverse("customers:import")
TABLE = "Name\tSurname\tE-mail\tStylist\nAda\tLovelace\tada@example.org\tElif\nBob\t\tbob@\tTom\n"
ANSWERS = {
    "column-0": "first_name", "column-1": "last_name", "column-2": "email", "column-3": "",
    "existing": "skip", "match": ["email"], "shared_email": "", "new_tags": "Autumn",
}  # fmt: skip
STEPS = ("run", "columns", "check", "stop", "undo", "remove", "errors")
ACTS = ("columns", "check", "fix", "start", "stop", "keep", "undo", "remove")


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def address(name: str, run: ImportRun) -> str:
    return reverse(f"customers:import-{name}", args=[run.pk])


def uploaded() -> ImportRun:
    return accept_paste(TABLE, by=None)


def checked() -> ImportRun:
    run = steps.start_check(uploaded())
    run_due_jobs()
    run.refresh_from_db()
    return run


def saved() -> ImportRun:
    run = steps.start_saving(checked())
    run_due_jobs()
    run.refresh_from_db()
    return run


def failed() -> ImportRun:
    run = uploaded()
    run.state, run.failure = ImportRun.State.FAILED, "The sky fell."
    run.save()
    return run


RUNS: dict[str, Any] = {
    "uploaded": uploaded,
    "checking": lambda: steps.start_check(uploaded()),
    "checked": checked,
    "saving": lambda: steps.start_saving(checked()),
    "stopped": lambda: steps.stop(steps.start_saving(checked())),
    "done": saved,
    "failed": failed,
}


def said(response: Any) -> list[str]:
    """The messages on the page that an answer leads to."""
    return [str(message) for message in response.context["messages"]]


class TestUpload:
    def test_a_pasted_table_leads_to_its_columns(self, desk: Client) -> None:
        page = desk.post(START, {"pasted": TABLE}, follow=True)

        assert page.redirect_chain[-1][0] == address("columns", ImportRun.objects.get())
        assert [column["header"] for column in page.context["columns"]] == [
            "Name", "Surname", "E-mail", "Stylist",
        ]  # fmt: skip
        assert [column["badge"]["label"] for column in page.context["columns"]] == [
            "Matched", "Matched", "Matched", "Left out",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("sent", "field", "sentence"),
        [
            ({}, "file", "Choose a file"),
            ({"pasted": "only one line"}, "pasted", "headers"),
            ({"pasted": "x" * 1_000_001}, "pasted", "too long to paste"),
            ({"file": SimpleUploadedFile("a.csv", b"")}, "file", "empty"),
            ({"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4")}, "file", "PDF"),
        ],
    )
    def test_what_cannot_be_read_is_said_at_its_field(
        self, desk: Client, sent: dict[str, Any], field: str, sentence: str
    ) -> None:
        page = desk.post(START, sent)

        assert page.status_code == 422
        assert sentence in " ".join(page.context["form"].errors[field])
        assert ImportRun.objects.count() == 0
        assert page.context["form"]["pasted"].value() in (sent.get("pasted"), None, "")

    def test_a_file_and_a_pasted_table_are_not_both_taken(self, desk: Client) -> None:
        page = desk.post(START, {"pasted": TABLE, "file": SimpleUploadedFile("a.csv", b"a")})

        assert page.status_code == 422
        assert "bob@" in page.content.decode()

    def test_pictures_that_are_none_do_not_stop_the_table(self, desk: Client) -> None:
        photos = SimpleUploadedFile("photos.zip", b"no zip")
        page = desk.post(START, {"pasted": TABLE, "photos": photos}, follow=True)

        assert page.status_code == 200
        assert "The pictures were not taken" in said(page)[0]
        assert not ImportRun.objects.get().photos

    def test_pictures_stand_beside_the_table(self, desk: Client) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("ada@example.org.jpg", b"x")
        photos = SimpleUploadedFile("photos.zip", packed.getvalue())
        page = desk.post(START, {"pasted": TABLE, "photos": photos}, follow=True)

        assert "Pictures: photos.zip" in page.content.decode()

    def test_an_import_that_was_left_is_found_again(self, desk: Client) -> None:
        run = uploaded()

        assert address("run", run) in desk.get(START).content.decode()

    @pytest.mark.parametrize("form", ["csv", "xlsx", "nonsense"])
    def test_the_template_can_be_imported(self, desk: Client, form: str) -> None:
        template = desk.get(reverse("customers:import-template"), {"form": form})

        body = b"".join(template.streaming_content)  # type: ignore[attr-defined]
        assert template.status_code == 200
        assert body[:2] == b"PK" if form == "xlsx" else b"Surname" in body


class TestColumns:
    def test_the_answers_begin_the_check(self, desk: Client) -> None:
        run = uploaded()
        page = desk.post(address("columns", run), ANSWERS)

        run.refresh_from_db()
        assert page.headers["Location"] == address("check", run)
        assert run.state == ImportRun.State.CHECKING
        assert run.options["tags"] == ["Autumn"]
        assert run.options["match"] == ["id", "email"]

    @pytest.mark.parametrize(
        ("answers", "sentence"),
        [
            ({"column-3": "email"}, "goes there already"),
            ({"column-0": "", "column-2": ""}, "Say which column is the name."),
            ({"column-0": "password"}, "Select a valid choice"),
            ({"existing": "destroy"}, "Select a valid choice"),
            ({"match": ["user"]}, "Select a valid choice"),
            ({"new_tags": "x" * 41}, "40"),
        ],
    )
    def test_answers_that_do_not_fit_are_asked_again(
        self, desk: Client, answers: dict[str, Any], sentence: str
    ) -> None:
        run = uploaded()
        page = desk.post(address("columns", run), {**ANSWERS, **answers})

        run.refresh_from_db()
        assert page.status_code == 422
        assert sentence in page.content.decode()
        assert run.state == ImportRun.State.UPLOADED

    def test_a_file_that_leaves_no_doubt_asks_no_question(self, desk: Client) -> None:
        page = desk.get(address("columns", uploaded()))

        assert not {"encoding", "date_order", "country"} & page.context["form"].fields.keys()

    def test_columns_without_anything_stand_aside(self, desk: Client) -> None:
        run = accept_paste("Name,Nickname,E-mail,Fax\nAda,,,\nBob,Bobby,,\n", by=None)
        page = desk.get(address("columns", run))

        shown, aside = (page.context[name] for name in ("columns", "empty_columns"))
        assert [column["header"] for column in shown] == ["Name", "Nickname", "E-mail"]
        assert [column["header"] for column in aside] == ["Fax"]
        assert "1 column with nothing in its first rows is left out" in page.content.decode()

    def test_what_was_chosen_is_shown_again(self, desk: Client) -> None:
        Tag.objects.create(name="Old")
        run = uploaded()
        desk.post(address("columns", run), {**ANSWERS, "chosen_tags": ["Old"], "column-3": "tags"})
        run_due_jobs()

        form = desk.get(address("columns", run)).context["form"]
        assert (form["chosen_tags"].value(), form["new_tags"].value()) == (["Old"], "Autumn")
        assert form["column-3"].value() == "tags"


class TestCheck:
    def test_each_kind_of_rows_has_its_tab(self, desk: Client) -> None:
        run = checked()

        page = desk.get(address("check", run))
        assert [(str(tab.label), tab.count) for tab in page.context["tabs"]] == [
            ("New", 1), ("Update", 0), ("Unchanged", 0), ("Skipped", 0), ("Need fixing", 1),
        ]  # fmt: skip
        assert page.context["show"] == "refused"
        for tab in ("new", "update", "unchanged", "skip", "refused", "nonsense"):
            assert desk.get(address("check", run), {"show": tab, "page": "99"}).status_code == 200

    def test_a_cell_is_fixed_without_scripts(self, desk: Client) -> None:
        run = checked()
        sent = {"line": "3", "column": "2", "seen": "bob@", "text": "bob@example.org", "page": "1"}
        page = desk.post(address("fix", run), sent, follow=True)

        assert said(page) == ["Row 3 is right now: a new customer."]
        assert page.redirect_chain[0][0].endswith("#row-3")
        assert "Import 2 rows" in page.content.decode()

    @pytest.mark.parametrize(
        ("sent", "status"),
        [
            ({"line": "3", "column": "99", "text": "x"}, 302),
            ({"line": "99", "column": "2", "text": "x"}, 302),
            ({"line": "2", "column": "2", "text": "x"}, 302),
            ({"line": "3", "column": "2", "seen": "carol@", "text": "x"}, 302),
            ({"line": "3", "column": "9" * 18, "text": "x"}, 400),
            ({"line": "-1", "column": "2"}, 400),
            ({}, 400),
        ],
    )
    def test_a_fix_that_does_not_fit_changes_nothing(
        self, desk: Client, sent: dict[str, str], status: int
    ) -> None:
        run = checked()
        page = desk.post(address("fix", run), sent)

        assert page.status_code == status
        assert run.fixes.count() == 0

    def test_those_who_share_an_address_are_offered_as_new_persons(self, desk: Client) -> None:
        CustomerFactory(first_name="Byron", last_name="", email="ada@example.org")
        run = checked()
        asked = desk.get(address("check", run)).content.decode()
        assert "1 row has the e-mail address of somebody with another name." in asked

        desk.post(address("check", run), {"shared_email": "1"})
        run_due_jobs()
        page = desk.get(address("check", run))
        assert page.context["tabs"][0].count == 1
        assert "somebody with another name" not in page.content.decode()

    def test_the_error_file_has_the_rows_to_fix(self, desk: Client) -> None:
        run = checked()
        answer = desk.get(address("errors", run), {"form": "csv"})

        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        head, row = csv.reader(io.StringIO(text), delimiter="\t")
        assert head[0] == "What is wrong"
        assert row[1:] == ["Bob", "", "bob@", "Tom"]
        assert "attachment" in answer.headers["Content-Disposition"]


class TestStates:
    @pytest.mark.parametrize("state", RUNS)
    @pytest.mark.parametrize("page", STEPS)
    def test_every_page_answers_in_every_state(self, desk: Client, state: str, page: str) -> None:
        run = RUNS[state]()

        assert desk.get(address(page, run)).status_code in (200, 302)
        partly = desk.get(address(page, run), headers={"HX-Request": "true"})
        assert partly.status_code == 200
        assert desk.get(address("run", run), follow=True).status_code == 200

    @pytest.mark.parametrize("state", RUNS)
    @pytest.mark.parametrize("act", ACTS)
    def test_every_act_is_done_or_answered_with_a_sentence(
        self, desk: Client, state: str, act: str
    ) -> None:
        run = RUNS[state]()
        before = Customer.objects.count()
        sent = {**ANSWERS, "line": "3", "column": "2", "text": "bob@example.org"}
        page = desk.post(address(act, run), sent, follow=True)

        assert page.status_code == 200
        after = ImportRun.objects.filter(pk=run.pk).first()
        if after is not None and (after.state, act) == (run.state, act) and act != "fix":
            assert said(page) or page.context.get("working") or run.state in PRESSED_TWICE[act]
        assert Customer.objects.count() == before

    def test_a_run_is_everybodys_who_may_import(self, desk: Client) -> None:
        assert desk.get(address("run", saved())).status_code == 200

    def test_an_import_of_the_command_line_has_no_pages(self, desk: Client) -> None:
        run = ImportRun.objects.create(file_name="a.csv", digest="x", state="done")

        assert desk.get(address("run", run)).status_code == 404

    @pytest.mark.parametrize("page", [*STEPS])
    def test_a_run_that_is_gone_is_not_found(self, desk: Client, page: str) -> None:
        run = uploaded()
        gone = address(page, run)
        run.delete()

        assert desk.get(gone).status_code == 404


# What may be pressed again without a word: it is done already.
PRESSED_TWICE = {
    "columns": ("failed",), "check": ("checking",), "fix": (), "start": ("saving",),
    "stop": ("stopped", "uploaded"), "keep": ("done",), "undo": ("done", "stopped"), "remove": (),
}  # fmt: skip


class TestPictures:
    @pytest.fixture
    def known(self) -> Customer:
        return CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org")

    def test_pictures_alone_are_worth_an_import(self, desk: Client, known: Customer) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("ada@example.org.jpg", pictures.picture())
            archive.writestr("nobody.jpg", pictures.picture())
        table = "Name,Surname,E-mail\nAda,Lovelace,ada@example.org\n"
        photos = SimpleUploadedFile("photos.zip", packed.getvalue())
        desk.post(START, {"pasted": table, "photos": photos})
        run = ImportRun.objects.get()
        desk.post(address("columns", run), {**ANSWERS, "existing": "update", "new_tags": ""})
        run_due_jobs()

        page = desk.get(address("check", run)).content.decode()
        assert "1 of 2 pictures have their customer." in page
        assert "Import 1 picture" in page
        desk.post(address("start", run))
        run_due_jobs()
        page = desk.get(address("run", run)).content.decode()
        assert "1 picture imported" in page
        assert "1 of 2 pictures are on their customers." in page
        assert "No customer of the table has this name." in page
        known.refresh_from_db()
        assert known.photo
