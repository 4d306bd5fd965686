"""Files that are no table, whatever their names say; and cards."""

from tests.customers.importing.hostile.case import Case, not_unicode
from tests.customers.importing.hostile.making import card, container, text

CASES = [
    Case("nothing", b"", refused="This file is empty."),
    Case("blank lines", b"\n\n\r\n", refused="This file is empty."),
    Case("a mark and nothing else", b"\xef\xbb\xbf", refused="This file is empty."),
    Case(
        "an old workbook",
        container("Workbook"),
        refused=(
            "This is an old Excel file (.xls) or one with a password. Save it as .xlsx without one."
        ),
    ),
    Case(
        "a workbook under a password",
        container("EncryptionInfo", "EncryptedPackage"),
        refused="This workbook has a password. Save it without one.",
    ),
    Case(
        "a web page called .xls",
        b"<html><body><table><tr><td>Name</td></tr></table>",
        refused=(
            "This is a web page, whatever its name says. Open it in a spreadsheet and save it"
            " as .xlsx."
        ),
    ),
    Case(
        "a web page with a declaration",
        b'<?xml version="1.0"?>\n<!DOCTYPE html><html></html>',
        refused=(
            "This is a web page, whatever its name says. Open it in a spreadsheet and save it"
            " as .xlsx."
        ),
    ),
    Case(
        "a spreadsheet in XML",
        b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>',
        refused="This is XML. Open it in a spreadsheet and save it as .xlsx.",
    ),
    Case("a PDF", b"%PDF-1.7", refused="This is a PDF. Export the table itself, as CSV or XLSX."),
    Case(
        "a picture called .csv",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        refused="This is a picture and not a table.",
    ),
    Case(
        "bytes of no kind called .csv",
        bytes(range(256)) * 40,
        refused="This is not a table but some other kind of file. CSV or XLSX can be read.",
    ),
    Case("a packed file", b"\x1f\x8b\x08\x00", refused="This file is packed. Unpack it first."),
    Case(
        "another packed file",
        b"7z\xbc\xaf\x27\x1c",
        refused="This file is packed. Unpack it first.",
    ),
    Case(
        "a calendar",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
        refused="This is a calendar. People come as CSV, XLSX or vCard (.vcf).",
    ),
    Case("JSON", b'[{"name": "Ada"}]', refused="This is JSON. Save the table as CSV or XLSX."),
    Case(
        "a text document",
        b"{\\rtf1\\ansi Name}",
        refused="This is a text document. Put its table into a sheet, as CSV or XLSX.",
    ),
    Case(
        "a zip that is none",
        b"PK\x03\x04 not really",
        refused="This workbook is damaged and cannot be read.",
    ),
    Case(
        "a card of each version",
        text(
            card("N:Lovelace;Ada;;;", "TEL;CELL:07700 900123", version="2.1")
            + card("FN:Bob", "EMAIL:b@example.org")
            + card("FN:Cy", "BDAY:19801231", "GENDER:M", "LANG:de", version="4.0")
        ),
        rows=[
            (1, {"first_name": "Ada", "last_name": "Lovelace", "phone": "+447700900123"}),
            (2, {"first_name": "Bob", "email": "b@example.org"}),
            (
                3,
                {
                    "first_name": "Cy",
                    "gender": "male",
                    "date_of_birth": "1980-12-31",
                    "language": "de",
                },
            ),
        ],
    ),
    Case(
        "a card in quoted-printable",
        text(
            card(
                "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Y=C4=B1lmaz;=C3=96zg=",
                "=C3=BCr;;;",
                version="2.1",
            )
        ),
        rows=[(1, {"first_name": "Özgür", "last_name": "Yılmaz"})],
    ),
    Case(
        "cards in an 8-bit code page",
        text(card("FN:Şule"), "cp1254"),
        options={"language": "tr"},
        notes=[not_unicode("cp1254")],
        rows=[(1, {"first_name": "Şule"})],
    ),
    Case(
        "a birthday without a year, two addresses, a picture, a group",
        text(
            card(
                "FN:Ada",
                "BDAY:--1210",
                "EMAIL:a@example.org",
                "EMAIL;PREF=1:b@example.org",
                "PHOTO;ENCODING=b:AAAA",
                " BBBB",
            )
            + card("KIND:group", "FN:Family")
        ),
        rows=[(1, {"first_name": "Ada", "email": "b@example.org"})],
        notes=[
            "1 card has a picture, which is not read. Send pictures as a ZIP.",
            "1 card is a group and not a person; it is left out.",
            "1 birthday has no year; no date of birth is kept for it.",
        ],
    ),
    Case(
        "a card without a name",
        text(card("EMAIL:a@example.org")),
        rows=[(1, {"email": "a@example.org"})],
    ),
    Case(
        "cards that are cut off",
        text(card("FN:Ada") + "BEGIN:VCARD\nFN:Bo"),
        refused="The last card of this file has no end: the file was cut off.",
    ),
    Case(
        "a card of 3,000 lines",
        text(card(*["X-A:1"] * 3_000)),
        refused="One card of this file is too large to be a person's.",
    ),
]
