"""Rows that do not fit, headers that are missing or too many, and values that cannot be."""

from tests.customers.importing.hostile.case import LOST, SERIAL, Case
from tests.customers.importing.hostile.making import text

CASES = [
    Case(
        "a first cell that would make a pattern try every end",
        text("a@" + "." * 120_000 + "@,x\n1,2\n"),
        refused="No column is known as the name. The headers are: a@" + "." * 298 + ".",
    ),
    Case(
        "rows too short and too long",
        text("Name,E-mail,Phone\nAda\nBob,bob@example.org,,,\nCy,,,extra\n"),
        rows=[(2, {"first_name": "Ada"}), (3, {"first_name": "Bob", "email": "bob@example.org"})],
        problems={4: "This row has more cells than there are headers."},
    ),
    Case(
        "blank lines between",
        text("\n\nName\n\nAda\n   \n,,\nBob\n"),
        rows=[(5, {"first_name": "Ada"}), (8, {"first_name": "Bob"})],
    ),
    Case(
        "more blank rows at the end than there may be rows",
        text("Name,Note\nAda,x\n" + ",\n" * 10_100),
        rows=[(2, {"first_name": "Ada", "note": "x"})],
    ),
    Case(
        "a title above the headers",
        text("Clients, exported on 1 May\n\nName,E-mail,Phone\nAda,a@example.org,\n"),
        rows=[(4, {"first_name": "Ada", "email": "a@example.org"})],
        notes=["The headers are in row 3; what stands above them was not read."],
    ),
    Case(
        "no headers",
        text("Ada,Lovelace,ada@example.org,07700 900123\nBob,Babbage,,\n"),
        told={"#1": "first_name", "#3": "email"},
        rows=[(1, {"first_name": "Ada", "email": "ada@example.org"}), (2, {"first_name": "Bob"})],
        notes=["This file has no row of headers: it begins with people. Its columns have numbers."],
    ),
    Case(
        "no headers, and nobody said what is what",
        text("Ada,ada@example.org\nBob,\n"),
        refused="No column is known as the name. The headers are: Column 1, Column 2.",
    ),
    Case(
        "only headers",
        text("Name,E-mail\n"),
        refused="There are headers in this file and no rows below them.",
    ),
    Case(
        "only headers and blank rows",
        text("Name,E-mail\n,\n,\n"),
        refused="There are headers in this file and no rows below them.",
    ),
    Case(
        "two columns of one name",
        text("Name,E-mail,E-mail\nAda,a@example.org,b@example.org\n"),
        refused=("More than one column is the e-mail: #2 E-mail, #3 E-mail."),
    ),
    Case(
        "two columns of one name, told",
        text("Name,E-mail,E-mail\nAda,a@example.org,b@example.org\n"),
        told={"#3": "email"},
        rows=[(2, {"first_name": "Ada", "email": "b@example.org"})],
    ),
    Case(
        "columns without a header",
        text("Name,,E-mail,\nAda,secret,a@example.org,x\n"),
        rows=[(2, {"first_name": "Ada", "email": "a@example.org"})],
    ),
    Case(
        "headers with blanks, stars and capitals",
        text(' NAME* ,"E-Mail\nAddress",phone (mobile)\nAda,a@example.org,07700 900123\n'),
        rows=[(2, {"first_name": "Ada", "email": "a@example.org", "phone": "+447700900123"})],
    ),
    Case(
        "headers that nobody knows",
        text("x,y\n1,2\n"),
        refused="No column is known as the name. The headers are: x, y.",
    ),
    Case(
        "more than 500 columns",
        text(",".join(["Name", *(f"c{n}" for n in range(500))]) + "\nAda\n"),
        refused="This table has more than 500 columns.",
    ),
    Case(
        "more than 500 columns below a title",
        text("People\n" + ",".join(["Name", "E-mail", *(f"c{n}" for n in range(500))]) + "\nAda\n"),
        refused="This table has more than 500 columns.",
    ),
    Case(
        "a row of a million cells",
        text("Name,Note\nAda,fine\nBob" + "," * 1_000_000 + "x\n"),
        refused="Row 3 has more than 10,000 cells. No table of people does.",
    ),
    Case(
        "a cell of 200,000 letters",
        text("Name,Note\nAda,fine\nBob," + "x" * 200_000 + "\n"),
        refused="Row 3 has a cell of more than 131,072 letters. No table of people does.",
    ),
    Case(
        "a line of a million letters",
        text("Name\n" + "x" * 3_000_000),
        refused="This file has a line of more than a million letters.",
    ),
    Case(
        "formulas",
        text("Name,Note\n=1+1,'=2+2\n'@SUM(A1),-x\n"),
        rows=[
            (2, {"first_name": "=1+1", "note": "=2+2"}),
            (3, {"first_name": "@SUM(A1)", "note": "-x"}),
        ],
    ),
    Case(
        "phones that a spreadsheet rounded",
        text('Name,Phone\nA,5.55E+11\nB,"4,47701E+11"\nC,5E+11\n'),
        problems={
            2: LOST % "5.55E+11",
            3: LOST % "4,47701E+11",
            4: LOST % "5E+11",
        },
    ),
    Case(
        "phones without their first zero",
        text("Name,Phone\nAda,7700900123\n"),
        rows=[(2, {"first_name": "Ada", "phone": "+447700900123"})],
    ),
    Case(
        "leading zeros",
        text("Name,Customer ID,Phone\nAda,007,07700 900123\n"),
        rows=[(2, {"first_name": "Ada", "external_id": "007", "phone": "+447700900123"})],
    ),
    Case(
        "dates of which one decides",
        text("Name,Birthday\nA,03/04/1990\nB,31/12/1990\n"),
        rows=[
            (2, {"first_name": "A", "date_of_birth": "1990-04-03"}),
            (3, {"first_name": "B", "date_of_birth": "1990-12-31"}),
        ],
        notes=["Dates were read day first, because row 3 has 31/12/1990."],
    ),
    Case(
        "dates that leave it open",
        text("Name,Birthday\nA,03/04/1990\n"),
        options={"country": "US"},
        rows=[(2, {"first_name": "A", "date_of_birth": "1990-03-04"})],
        notes=[
            (
                "Dates like 03/04 were read month first, as is usual in US. Say --date-order if "
                "that is wrong."
            )
        ],
    ),
    Case(
        "dates of both orders",
        text("Name,Birthday\nA,31/12/1990\nB,30/12/1990\nC,12/31/1990\n"),
        rows=[
            (2, {"first_name": "A", "date_of_birth": "1990-12-31"}),
            (3, {"first_name": "B", "date_of_birth": "1990-12-30"}),
        ],
        problems={4: "Birthday: There is no such day: 12/31/1990."},
        notes=[
            (
                "Some dates are day first and some month first; all were read day first. The "
                "others are refused."
            )
        ],
    ),
    Case(
        "dates as numbers, with two digits, on no day, blank",
        text("Name,Birthday\nA,33238\nB,1/2/79\nC,30.02.1990\nD,0000-00-00\nE,12-31\n"),
        rows=[(5, {"first_name": "D"}), (6, {"first_name": "E"})],
        problems={
            2: SERIAL,
            3: "Birthday: Write the year with four digits, like 1990-12-31.",
            4: "Birthday: There is no such day: 30.02.1990.",
        },
        notes=["1 birthday has no year; no date of birth is kept for it."],
    ),
    Case(
        "emoji, right to left, and what cannot be seen",
        text("Name,Surname\n🎉,محمد\nA\u202eda,Love\u200blace\u0007\n"),
        rows=[
            (2, {"first_name": "🎉", "last_name": "محمد"}),
            (3, {"first_name": "Ada", "last_name": "Lovelace"}),
        ],
    ),
    Case(
        "addresses that look alike",
        text("Name,E-mail\nA, ADA@Example.ORG \nB,a@exampl\u212a.org\nC,a@@b.c\n"),
        rows=[
            (2, {"first_name": "A", "email": "ada@example.org"}),
            (3, {"first_name": "B", "email": "a@examplk.org"}),
        ],
        problems={
            4: "E-mail: This is not an e-mail address: a dot or a sign is missing or misplaced."
        },
    ),
]
