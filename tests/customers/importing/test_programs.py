"""Files that other programs export map by meaning, without a click.

Where the lists of headers come from stands in customers/importing/meanings.py. Those of Square,
Fresha and SimplyBook are put together from single headers; nobody publishes a whole list.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from customers.importing.columns import match_columns
from customers.models import Customer
from customers.resources import all_columns
from tests.customers.importing.conftest import run_import

Write = Callable[..., Path]
GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,"
    "Family Name Yomi,Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,"
    "Gender,Location,Billing Information,Directory Server,Mileage,Occupation,Hobby,Sensitivity,"
    "Priority,Subject,Notes,Language,Photo,Group Membership,E-mail 1 - Type,E-mail 1 - Value,"
    "E-mail 2 - Type,E-mail 2 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,"
    "Phone 2 - Value,Address 1 - Type,Address 1 - Formatted,Organization 1 - Type,"
    "Organization 1 - Name,Website 1 - Type,Website 1 - Value"
)
GOOGLE_NEW = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,"
    "Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,"
    "Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,"
    "E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,"
    "Address 1 - City,Website 1 - Label,Website 1 - Value,Event 1 - Label,Event 1 - Value"
)
OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,"
    "Business Street 2,Business City,Business Country/Region,Home Street,Home City,Other Street,"
    "Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,"
    "Company Main Phone,Home Fax,Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,Other Phone,"
    "Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Account,Anniversary,Assistant's Name,"
    "Billing Information,Birthday,Business Address PO Box,Categories,Children,Directory Server,"
    "E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Type,"
    "E-mail 2 Display Name,Gender,Government ID Number,Hobby,Initials,Keywords,Language,Location,"
    "Manager's Name,Mileage,Notes,Office Location,Organizational ID Number,Priority,Private,"
    "Profession,Referred By,Sensitivity,Spouse,User 1,User 2,Web Page"
)
SHOPIFY = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address Address1,Default Address Address2,Default Address City,"
    "Default Address Province Code,Default Address Country Code,Default Address Zip,"
    "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,"
    "Tax Exempt,Tags"
)
MAILCHIMP = (
    "Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,"
    "OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,"
    "LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)
NAMES = {"First Name": "first_name", "Last Name": "last_name"}
PROGRAMS = {
    "Booknetic": (
        "First name,Surname,Telephone,Sex,Date of birth,Note",
        {
            "First name": "first_name", "Surname": "last_name", "Telephone": "phone",
            "Sex": "gender", "Date of birth": "date_of_birth", "Note": "note",
        },
    ),
    "Amelia": (
        ("First Name,Last Name,Email,Phone,Gender,Date of Birth,Note,Last Appointment,"
        "Total Appointments,Pending Appointments"),
        {
            **NAMES, "Email": "email", "Phone": "phone", "Gender": "gender",
            "Date of Birth": "date_of_birth", "Note": "note",
        },
    ),
    "Bookly": (
        ("Name,First name,Last name,User,Phone,Email,Notes,Last appointment,Total appointments,"
        "Payments,Date of birth"),
        {
            "First name": "first_name", "Last name": "last_name", "Phone": "phone",
            "Email": "email", "Notes": "note", "Date of birth": "date_of_birth",
        },
    ),
    "Bookly with whole names": (
        "Name,User,Phone,Email,Notes",
        {"Name": "first_name", "Phone": "phone", "Email": "email", "Notes": "note"},
    ),
    "Square": (
        ("Reference ID,First Name,Last Name,Email Address,Phone Number,Nickname,Company Name,"
        "Birthday,Memo,Square Customer ID,Creation Date,First Visit,Email Subscription Status"),
        {
            **NAMES, "Reference ID": "external_id", "Email Address": "email",
            "Phone Number": "phone", "Birthday": "date_of_birth", "Memo": "note",
        },
    ),
    "Fresha": (
        ("Client ID,First Name,Last Name,Full Name,Blocked,Block Reason,Gender,Mobile Number,"
        "Telephone,Email,Accepts Marketing,Accepts SMS Marketing,Address,City,Post Code,"
        "Date of Birth,Added,Note,Referral Source"),
        {
            **NAMES, "Client ID": "external_id", "Gender": "gender", "Mobile Number": "phone",
            "Email": "email", "Date of Birth": "date_of_birth", "Note": "note",
        },
    ),
    "Acuity": (
        "First Name,Last Name,Phone,Email,Notes,Banned",
        {**NAMES, "Phone": "phone", "Email": "email", "Notes": "note"},
    ),
    "SimplyBook": (
        "Client name,Client email,Client phone",
        {"Client name": "first_name", "Client email": "email", "Client phone": "phone"},
    ),
    "Google Contacts until 2024": (
        GOOGLE_OLD,
        {
            "Given Name": "first_name", "Family Name": "last_name", "Birthday": "date_of_birth",
            "Gender": "gender", "Notes": "note", "Language": "language",
            "Group Membership": "tags", "E-mail 1 - Value": "email", "Phone 1 - Value": "phone",
        },
    ),
    "Google Contacts": (
        GOOGLE_NEW,
        {
            **NAMES, "Birthday": "date_of_birth", "Notes": "note", "Labels": "tags",
            "E-mail 1 - Value": "email", "Phone 1 - Value": "phone",
        },
    ),
    "Outlook": (
        OUTLOOK,
        {
            **NAMES, "Mobile Phone": "phone", "Birthday": "date_of_birth", "Categories": "tags",
            "E-mail Address": "email", "Gender": "gender", "Language": "language",
            "Notes": "note",
        },
    ),
    "HubSpot": (
        ("Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,"
        "Last Modified Date,Lifecycle Stage,Job Title,Associated Company"),
        {**NAMES, "Record ID": "external_id", "Email": "email", "Phone Number": "phone"},
    ),
    "Mailchimp": (
        MAILCHIMP,
        {
            **NAMES, "Email Address": "email", "Phone Number": "phone",
            "Birthday": "date_of_birth", "NOTES": "note", "TAGS": "tags",
        },
    ),
    "Shopify": (
        SHOPIFY,
        {
            **NAMES, "Customer ID": "external_id", "Email": "email", "Phone": "phone",
            "Note": "note", "Tags": "tags",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_file_of_a_program_maps_without_a_click(program: str):
    line, wanted = PROGRAMS[program]
    headers = line.split(",")

    mapped = match_columns(headers, {})

    assert {headers[at]: column.name for at, column in mapped.cells.items()} == wanted


def test_our_own_file_maps_without_a_click():
    columns = all_columns()

    mapped = match_columns([column.heading for column in columns], {})

    assert list(mapped.cells.values()) == [one for one in columns if not one.is_readonly]


@pytest.mark.django_db
def test_the_habits_of_google_contacts_are_understood(write: Write):
    row = dict.fromkeys(GOOGLE_NEW.split(","), "")
    row |= {
        "First Name": "Ada", "Last Name": "Lovelace", "Birthday": " --12-10",
        "Labels": "Friends ::: * myContacts ::: VIP", "E-mail 1 - Label": "* Home",
        "E-mail 1 - Value": "ada@example.org ::: ada@example.com",
        "Phone 1 - Value": "+44 7700 900123 ::: +44 7700 900124",
    }  # fmt: skip

    answer = run_import(write(f"{GOOGLE_NEW}\n{','.join(row.values())}\n"))

    assert answer.counts == {"new": 1}
    ada = Customer.objects.get()
    assert (ada.email, ada.phone) == ("ada@example.org", "+447700900123")
    assert ada.date_of_birth is None
    assert sorted(ada.tags.values_list("name", flat=True)) == ["Friends", "VIP"]
    assert "1 birthday has no year" in " ".join(answer.summary["notes"])


@pytest.mark.django_db
def test_the_blanks_of_outlook_are_blanks(write: Write):
    row = dict.fromkeys(OUTLOOK.split(","), "")
    row |= {"First Name": "Ada", "Birthday": "0/0/00", "Anniversary": "0/0/00"}
    row |= {"Gender": "Unspecified", "Title": "Dr."}

    answer = run_import(write(f"{OUTLOOK}\n{','.join(row.values())}\n"))

    assert answer.counts == {"new": 1}
    ada = Customer.objects.get()
    assert (ada.first_name, ada.gender, ada.date_of_birth) == ("Ada", "", None)


@pytest.mark.django_db
def test_the_numbers_that_shopify_guards_and_the_quotes_of_mailchimp_are_taken_off(write: Write):
    shopify = dict.fromkeys(SHOPIFY.split(","), "")
    shopify |= {"Customer ID": "'7210448301122", "First Name": "Ada", "Phone": "'+447700900123"}
    run_import(write(f"{SHOPIFY}\n{','.join(shopify.values())}\n"))
    mailchimp = dict.fromkeys(MAILCHIMP.split(","), "")
    mailchimp |= {"First Name": "Grace", "TIMEZONE": "nowhere", "Birthday": "12/09"}
    mailchimp |= {"TAGS": '"""VIP"",""a, b"""'}
    run_import(write(f"{MAILCHIMP}\n{','.join(mailchimp.values())}\n"))

    ada, grace = Customer.objects.order_by("first_name")
    assert (ada.external_id, ada.phone) == ("7210448301122", "+447700900123")
    assert sorted(grace.tags.values_list("name", flat=True)) == ["VIP", "a, b"]
    assert grace.time_zone == ""


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ("Name,Home Phone,Mobile", "Mobile"),
        ("Name,Home Phone,Phone", "Phone"),
        ("Name,Work phone", "Work phone"),
        ("Name,ID,Customer ID", "Customer ID"),
        ("Name,ID", "ID"),
        ("Name,Work email,E-mail", "E-mail"),
        ("Vorname,Anrede,Geschlecht", "Geschlecht"),
        ("Vorname,Telefon (privat),Mobiltelefon", "Mobiltelefon"),
    ],
)
def test_of_several_columns_the_better_one_is_taken(headers: str, taken: str):
    names = headers.split(",")

    mapped = match_columns(names, {})

    assert [names[at] for at in sorted(mapped.cells)] == [names[0], taken]


@pytest.mark.django_db
def test_a_number_at_home_counts_where_there_is_no_mobile_one(write: Write):
    rows = ["Ada,020 7946 0000,07700 900123,", "Bob,020 7946 0001, ,020 7946 0002", "Cy,,,", "Di"]

    answer = run_import(write("First Name,Telephone,Mobile Number,Work phone\n" + "\n".join(rows)))

    phones = dict(Customer.objects.values_list("first_name", "phone"))
    assert phones == {"Ada": "+447700900123", "Bob": "+442079460001", "Cy": "", "Di": ""}
    assert answer.summary["notes"] == [
        "Blank cells of Mobile Number are filled from: Telephone, Work phone."
    ]


@pytest.mark.django_db
def test_what_was_told_goes_before_what_stands_in(write: Write):
    path = write("First Name,Telephone,Mobile Number\nAda,020 7946 0000,07700 900123\n")

    run_import(path, "--map", "Telephone=phone", "--map", "Mobile Number=")

    assert Customer.objects.get().phone == "+442079460000"
