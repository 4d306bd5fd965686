"""Text with delimiters: encodings, delimiters, quotes, line ends."""

from tests.customers.importing.hostile.case import OPEN_QUOTE, Case, not_unicode
from tests.customers.importing.hostile.making import text

ADA = "Name,Surname,Phone\nÖzgür,Yılmaz,\nЖанна,李,\n"

CASES = [
    Case(
        "utf-8",
        text(ADA),
        rows=[
            (2, {"first_name": "Özgür", "last_name": "Yılmaz"}),
            (3, {"first_name": "Жанна", "last_name": "李"}),
        ],
    ),
    Case(
        "utf-8 with a mark",
        text(ADA, "utf-8-sig"),
        rows=[
            (2, {"first_name": "Özgür", "last_name": "Yılmaz"}),
            (3, {"first_name": "Жанна", "last_name": "李"}),
        ],
    ),
    Case(
        "utf-16 with a mark",
        text(ADA, "utf-16"),
        rows=[
            (2, {"first_name": "Özgür", "last_name": "Yılmaz"}),
            (3, {"first_name": "Жанна", "last_name": "李"}),
        ],
    ),
    Case(
        "utf-16 without a mark, little end first",
        text("Name,Note\nAda,caf\u00e9\n", "utf-16-le"),
        rows=[(2, {"first_name": "Ada", "note": "café"})],
    ),
    Case(
        "utf-16 without a mark, big end first",
        text("Name,Note\nAda,caf\u00e9\n", "utf-16-be"),
        rows=[(2, {"first_name": "Ada", "note": "café"})],
    ),
    Case(
        "utf-32",
        text(ADA, "utf-32"),
        rows=[
            (2, {"first_name": "Özgür", "last_name": "Yılmaz"}),
            (3, {"first_name": "Жанна", "last_name": "李"}),
        ],
    ),
    Case(
        "Windows-1254, where the business is Turkish",
        text("Ad;Soyad\nŞule;Işık\n", "cp1254"),
        options={"language": "tr"},
        rows=[(2, {"first_name": "Şule", "last_name": "Işık"})],
        notes=[not_unicode("cp1254")],
    ),
    Case(
        "Windows-1254 is guessed wrong elsewhere, and said",
        text("Ad;Soyad\nŞule;Işık\n", "cp1254"),
        options={"language": "de"},
        rows=[(2, {"first_name": "Þule", "last_name": "Iþýk"})],
        notes=[not_unicode("cp1252")],
    ),
    Case(
        "Windows-1254, told",
        text("Ad;Soyad\nŞule;Işık\n", "cp1254"),
        options={"language": "de", "encoding": "cp1254"},
        rows=[(2, {"first_name": "Şule", "last_name": "Işık"})],
    ),
    Case(
        "Windows-1250",
        text("Imie,Nazwisko\nŁucja,Święta\n", "cp1250"),
        options={"language": "pl"},
        rows=[(2, {"first_name": "Łucja", "last_name": "Święta"})],
        notes=[not_unicode("cp1250")],
    ),
    Case(
        "Windows-1251",
        text("Name\nФёдор\n", "cp1251"),
        options={"language": "ru"},
        rows=[(2, {"first_name": "Фёдор"})],
        notes=[not_unicode("cp1251")],
    ),
    Case(
        "Macintosh, which Windows-1252 cannot read",
        text("Prénom,Nom\nHélène,Lefèvre\n", "mac-roman"),
        options={"language": "fr"},
        rows=[(2, {"first_name": "Hélène", "last_name": "Lefèvre"})],
        notes=[not_unicode("mac-roman")],
    ),
    Case(
        "DOS",
        text("Name\nMüller\n", "cp850"),
        options={"language": "de"},
        rows=[(2, {"first_name": "Müller"})],
        notes=[not_unicode("cp850")],
    ),
    Case(
        "Shift JIS",
        text("Name,Surname\n太郎,山田\n", "cp932"),
        options={"language": "ja"},
        rows=[(2, {"first_name": "太郎", "last_name": "山田"})],
        notes=[not_unicode("cp932")],
    ),
    Case(
        "letters of no encoding",
        b"Name\nSm\x81\x98\xb0\xdb\x9dth\n",
        refused="The letters of this file cannot be read as utf-8 / cp1252. Save it as CSV UTF-8.",
    ),
    Case(
        "a wrong encoding, told",
        text(ADA),
        options={"encoding": "utf-16"},
        refused="The letters of this file cannot be read as utf-16. Save it as CSV UTF-8.",
    ),
    Case(
        "Unicode that is cut off in a letter",
        text("Name\nZoë\nJosé")[:-1],
        refused="This file is cut off in the middle of a letter. Fetch it again.",
    ),
    Case(
        "an 8-bit letter at the very end",
        text("Name\nJosé", "cp1252"),
        rows=[(2, {"first_name": "José"})],
        notes=[not_unicode("cp1252")],
    ),
    Case(
        "more rows than there may be",
        text("Name\n" + "Ada\n" * 10_100),
        refused="This file has more than 10,000 rows. Divide it, and import one by one.",
    ),
    Case(
        "semicolons",
        text("Name;E-mail\nAda;a@example.org\n"),
        rows=[(2, {"first_name": "Ada", "email": "a@example.org"})],
    ),
    Case(
        "tabs",
        text("Name\tE-mail\nAda\ta@example.org\n"),
        rows=[(2, {"first_name": "Ada", "email": "a@example.org"})],
    ),
    Case(
        "bars",
        text("Name|E-mail\nAda|a@example.org\n"),
        rows=[(2, {"first_name": "Ada", "email": "a@example.org"})],
    ),
    Case(
        "carets",
        text("Name^E-mail\nAda^a@example.org\n"),
        rows=[(2, {"first_name": "Ada", "email": "a@example.org"})],
    ),
    Case(
        "a delimiter that was told",
        text("Name#E-mail\nAda#a@example.org\n"),
        options={"delimiter": "#"},
        rows=[(2, {"first_name": "Ada", "email": "a@example.org"})],
    ),
    Case(
        "commas in the cells of a file with semicolons",
        text("Name;Note\nAda;a, b, c\nBob;d, e, f\n"),
        rows=[
            (2, {"first_name": "Ada", "note": "a, b, c"}),
            (3, {"first_name": "Bob", "note": "d, e, f"}),
        ],
    ),
    Case(
        "semicolons in quoted headers",
        text('"Name";"Note; or memo, if any"\nAda;x\n'),
        told={"#2": "note"},
        rows=[(2, {"first_name": "Ada", "note": "x"})],
    ),
    Case(
        "the hint of Excel",
        text("sep=|\nName|E-mail\nAda|nonsense\n"),
        problems={3: "E-mail: An e-mail address looks like name@example.org."},
    ),
    Case(
        "one column",
        text("Name\nAda\nBob\n"),
        rows=[(2, {"first_name": "Ada"}), (3, {"first_name": "Bob"})],
    ),
    Case(
        "a pasted range with a cell of two lines",
        text('Name\tNote\tPhone\r\nAda\t"one\r\ntwo"\t07700 900123\r\n'),
        rows=[(2, {"first_name": "Ada", "note": "one\ntwo", "phone": "+447700900123"})],
    ),
    Case(
        "doubled quotes",
        text('Name,Note\n"Ada ""the Countess""","say ""hi"""\n'),
        rows=[(2, {"first_name": 'Ada "the Countess"', "note": 'say "hi"'})],
    ),
    Case(
        "quotes in the middle of a cell",
        text('Name,Note\nAda,5" tall\n'),
        rows=[(2, {"first_name": "Ada", "note": '5" tall'})],
    ),
    Case(
        "a quote that is never closed",
        text('Name,Note\nAda,fine\nBob,"open\nCy,x\n'),
        refused=OPEN_QUOTE % 3,
    ),
    Case(
        "a quote that is never closed in a long file",
        text('Name,Note\nAda,"open\n' + "c,d\n" * 60_000),
        refused=OPEN_QUOTE % 2,
    ),
    Case(
        "old Macintosh line ends",
        text("Name,Note\rAda,x\rBob,y\r"),
        rows=[(2, {"first_name": "Ada", "note": "x"}), (3, {"first_name": "Bob", "note": "y"})],
    ),
    Case(
        "mixed line ends",
        text("Name,Note\r\nAda,x\nBob,y\rCy,z"),
        rows=[
            (2, {"first_name": "Ada", "note": "x"}),
            (3, {"first_name": "Bob", "note": "y"}),
            (4, {"first_name": "Cy", "note": "z"}),
        ],
    ),
    Case("no line end at the end", text("Name\nAda"), rows=[(2, {"first_name": "Ada"})]),
    Case(
        "NUL bytes",
        b"Na\x00me,E-mail\nA\x00da,a@example.org\n",
        rows=[(2, {"first_name": "Ada", "email": "a@example.org"})],
    ),
]
