"""The customers pages of the back office."""

from django.urls import path

from customers.views.allowing import AllowLogin, ResendAccess, RevokeAccess
from customers.views.bulk import Bulk
from customers.views.changes import Changes, ChangeSetPage, Undo
from customers.views.channels import ChooseChannels
from customers.views.closing import KeepAccount
from customers.views.duplicates import Duplicates
from customers.views.editing import AddCustomer, EditCustomer
from customers.views.email import AskEmailAgain, KeepEmail
from customers.views.export import Export
from customers.views.export_files import ExportFile, ExportPage, StopExport
from customers.views.handing_out import HandOut
from customers.views.importing.allowing import AllowImported
from customers.views.importing.checking import Check, Fix
from customers.views.importing.columns import Columns
from customers.views.importing.files import ErrorFile, Template
from customers.views.importing.running import Keep, Run, Start, Stop, UndoImport
from customers.views.importing.upload import Remove, Upload
from customers.views.inbox import AskAgain, DuplicateInbox, NotTheSame
from customers.views.list import ArchivedList, CustomerList
from customers.views.merging import MergePair, MergeWith
from customers.views.photo import Photo
from customers.views.profile import AddNote, DeleteNote, Profile
from customers.views.removing import DeleteCustomer, EraseCustomer, RestoreCustomer
from customers.views.tags import DeleteTag, EditTag, Tags
from customers.views.transfers import Transfers

app_name = "customers"
urlpatterns = [
    path("", CustomerList.as_view(), name="list"),
    path("archived/", ArchivedList.as_view(), name="archived"),
    path("add/", AddCustomer.as_view(), name="add"),
    path("duplicates/", Duplicates.as_view(), name="duplicates"),
    path("bulk/", Bulk.as_view(), name="bulk"),
    path("changes/", Changes.as_view(), name="changes"),
    path("changes/<int:pk>/", ChangeSetPage.as_view(), name="change"),
    path("changes/<int:pk>/undo/", Undo.as_view(), name="undo"),
    path("export/", Export.as_view(), name="export"),
    path("exports/<int:pk>/", ExportPage.as_view(), name="export-run"),
    path("exports/<int:pk>/stop/", StopExport.as_view(), name="export-stop"),
    path("exports/<int:pk>/file/", ExportFile.as_view(), name="export-file"),
    path("transfers/", Transfers.as_view(), name="transfers"),
    path("import/", Upload.as_view(), name="import"),
    path("import/template/", Template.as_view(), name="import-template"),
    path("import/<int:pk>/", Run.as_view(), name="import-run"),
    path("import/<int:pk>/columns/", Columns.as_view(), name="import-columns"),
    path("import/<int:pk>/check/", Check.as_view(), name="import-check"),
    path("import/<int:pk>/fix/", Fix.as_view(), name="import-fix"),
    path("import/<int:pk>/start/", Start.as_view(), name="import-start"),
    path("import/<int:pk>/stop/", Stop.as_view(), name="import-stop"),
    path("import/<int:pk>/keep/", Keep.as_view(), name="import-keep"),
    path("import/<int:pk>/errors/", ErrorFile.as_view(), name="import-errors"),
    path("import/<int:pk>/allow-login/", AllowImported.as_view(), name="import-allow-login"),
    path("import/<int:pk>/undo/", UndoImport.as_view(), name="import-undo"),
    path("import/<int:pk>/remove/", Remove.as_view(), name="import-remove"),
    path("tags/", Tags.as_view(), name="tags"),
    path("tags/<int:pk>/", EditTag.as_view(), name="tag"),
    path("tags/<int:pk>/delete/", DeleteTag.as_view(), name="delete-tag"),
    path("merge/", DuplicateInbox.as_view(), name="duplicate-inbox"),
    path("merge/<int:pk>/<int:other>/", MergePair.as_view(), name="merge-pair"),
    path("merge/<int:pk>/<int:other>/two-people/", NotTheSame.as_view(), name="not-the-same"),
    path("merge/two-people/<int:pk>/", AskAgain.as_view(), name="ask-again"),
    path("<int:pk>/merge/", MergeWith.as_view(), name="merge-with"),
    path("<int:pk>/", Profile.as_view(), name="profile"),
    path("<int:pk>/email/again/", AskEmailAgain.as_view(), name="ask-email-again"),
    path("<int:pk>/email/keep/", KeepEmail.as_view(), name="keep-email"),
    path("<int:pk>/edit/", EditCustomer.as_view(), name="edit"),
    path("<int:pk>/delete/", DeleteCustomer.as_view(), name="delete"),
    path("<int:pk>/allow-login/", AllowLogin.as_view(), name="allow-login"),
    path("<int:pk>/resend-access/", ResendAccess.as_view(), name="resend-access"),
    path("<int:pk>/revoke-access/", RevokeAccess.as_view(), name="revoke-access"),
    path("<int:pk>/channels/", ChooseChannels.as_view(), name="channels"),
    path("<int:pk>/keep-account/", KeepAccount.as_view(), name="keep-account"),
    path("<int:pk>/restore/", RestoreCustomer.as_view(), name="restore"),
    path("<int:pk>/erase/", EraseCustomer.as_view(), name="erase"),
    path("<int:pk>/data.zip", HandOut.as_view(), name="privacy"),
    path("<int:pk>/photo/", Photo.as_view(), name="photo"),
    path("<int:pk>/notes/", AddNote.as_view(), name="add-note"),
    path("<int:pk>/notes/<int:note_pk>/delete/", DeleteNote.as_view(), name="delete-note"),
]
