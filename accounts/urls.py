"""Signing in and out, and one's own account.

There is no address to sign up at. The names without "accounts:" are those that the sign-in library
looks up; where a page has a name of ours too, both lead to the same address.
"""

from django.urls import include, path, re_path

from accounts.views import account, mailed, passwords, second_factor, signing_in, staff

PAGES = [
    path("sign-in/", signing_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/mail/", mailed.AskByMail.as_view(), name="sign-in-mail"),
    path("sign-in/mail/sent/", mailed.MailSent.as_view(), name="sign-in-mail-sent"),
    path("sign-in/mail/<str:token>/", mailed.OpenLink.as_view(), name="sign-in-link"),
    path("sign-out/", signing_in.SignOut.as_view(), name="sign-out"),
    path("account/", account.Account.as_view(), name="account"),
    path("account/password/", passwords.ChangePassword.as_view(), name="password"),
    path("account/sessions/", account.Sessions.as_view(), name="sessions"),
    path("account/sessions/<int:pk>/end/", account.EndSession.as_view(), name="end-session"),
    path("account/second-factor/", second_factor.SecondFactor.as_view(), name="second-factor"),
]

STAFF = [
    path("", staff.StaffList.as_view(), name="staff"),
    path("add/", staff.AddStaff.as_view(), name="add-staff"),
    path("<int:pk>/", staff.EditStaff.as_view(), name="edit-staff"),
    path("<int:pk>/link/", staff.PasswordLink.as_view(), name="staff-link"),
    path("<int:pk>/suspend/", staff.Suspend.as_view(), name="suspend-staff"),
    path("<int:pk>/reinstate/", staff.Reinstate.as_view(), name="reinstate-staff"),
    path("<int:pk>/forget-factor/", staff.ForgetFactor.as_view(), name="forget-factor"),
]

FORGOTTEN = [
    path("", passwords.ForgotPassword.as_view(), name="account_reset_password"),
    path("sent/", passwords.ForgotPasswordDone.as_view(), name="account_reset_password_done"),
    # A regular expression, because both halves of the key may hold hyphens.
    re_path(
        r"^(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        passwords.ChoosePassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "done/",
        passwords.ChoosePasswordDone.as_view(),
        name="account_reset_password_from_key_done",
    ),
]

CONFIRM = [
    path("", second_factor.ConfirmPassword.as_view(), name="account_reauthenticate"),
    path("code/", second_factor.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path("passkey/", second_factor.ConfirmPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
]

SECOND_FACTOR = [
    path("", second_factor.SecondFactor.as_view(), name="mfa_index"),
    path("app/add/", second_factor.AddApp.as_view(), name="mfa_activate_totp"),
    path("app/remove/", second_factor.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("recovery-codes/", second_factor.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "recovery-codes/new/",
        second_factor.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery-codes/download/",
        second_factor.DownloadRecoveryCodes.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/add/", second_factor.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "passkeys/<int:pk>/remove/",
        second_factor.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "passkeys/<int:pk>/rename/",
        second_factor.RenamePasskey.as_view(),
        name="mfa_edit_webauthn",
    ),
]

urlpatterns = [
    path("", signing_in.home, name="home"),
    path("", include(([*PAGES, path("backoffice/settings/staff/", include(STAFF))], "accounts"))),
    path("sign-in/", signing_in.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", second_factor.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-out/", signing_in.SignOut.as_view(), name="account_logout"),
    path("forgotten-password/", include(FORGOTTEN)),
    path("account/confirm/", include(CONFIRM)),
    path("account/second-factor/", include(SECOND_FACTOR)),
]
