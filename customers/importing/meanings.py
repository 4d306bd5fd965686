"""What programs and people in several languages call a column, and whose file it is.

Where the lists of headers come from that tests/customers/importing/test_programs.py maps:
- Amelia: github.com/verdigris-digital/Amelia-Booking,
  src/Application/Commands/Report/GetCustomersCommandHandler.php
- Bookly: the labels in the export dialog of the plugin, which is public
- Booknetic: bookingtjeneste.no/en/documentation/?article_id=66 names the columns of a template of
  its make
- Acuity: help.acuityscheduling.com/hc/en-us/articles/360023934112 and 16676918445965
- Google Contacts (both), Outlook, Shopify, HubSpot, Mailchimp: the first line of their exports, as
  it stands in many public repositories; spstechnical.com/outlook_contacts_schema.htm and
  matrixify.app/documentation/customers say the same of two of them
- Square and Fresha publish no whole list: single headers stand in public programs that read their
  files, and squareup.com/help/us/en/article/6632-import-customers-online names some
- SimplyBook: none was found; its columns are known by what such columns are called
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from customers.folding import fold

IGNORE = ""
NAME_ALONE = "name"
# A better name of the same field first: those behind a bar count where no column has one before.
WORDS = {
    "id": "bookkinda id",
    "external_id": "external id; customer id; client id; customer number; customer no; client "
    "number; reference; record id; guest id; member id; kundennummer; kundennr; kunden id; kunden "
    "nr; mitgliedsnummer; id client; numero client; numero de client; n client; code client; "
    "identifiant; id cliente; numero de cliente; codigo de cliente; codigo; n cliente; musteri "
    "no; musteri numarasi; musteri id; musteri kodu; dis kimlik; reference id; contact id; record "
    "id contact; client no; customer code; client code; patient id; patient number; danisan no | "
    "id; uid; ref; square customer id; user id; unique id",
    "first_name": "first name; firstname; given name; givenname; forename; fname; first; "
    "christian name; vorname; rufname; prenom; primer nombre; nombre de pila; adi; isim; musteri "
    "adi; ilk ad; client first name; customer first name; contact first name; guest first name; "
    "vorname n; nome; imie; voornaam; fornavn; fornamn",
    "last_name": "last name; lastname; surname; family name; familyname; lname; last; nachname; "
    "familienname; zuname; nom de famille; nom famille; apellido; apellidos; primer apellido; "
    "soyad; soyadi; soyisim; soy isim; client last name; customer last name; contact last name; "
    "guest last name; second name; apellidos del cliente; cognome; nazwisko; achternaam; "
    "etternavn; efternamn; efternavn",
    NAME_ALONE: "name; full name; fullname; customer; customer name; client; client name; display "
    "name; contact; contact name; guest; guest name; kunde; kundenname; vollstandiger name; nom; "
    "nom complet; nom du client; nombre; nombre completo; cliente; ad; ad soyad; adi soyadi; isim "
    "soyisim; musteri; client s name; customer s name; person; patient; patient name; danisan; "
    "vor und nachname; nom et prenom; nombre y apellidos",
    "email": "email; e mail; email address; e mail address; mail; mail address; email id; e mail "
    "adresse; email adresse; mailadresse; mail adresse; courriel; adresse e mail; adresse email; "
    "adresse mail; adresse electronique; correo; correo electronico; direccion de correo; "
    "direccion de correo electronico; e posta; eposta; e posta adresi; eposta adresi; mail "
    "adresi; primary email; email 1; e mail 1; e mail 1 value; client email; client e mail; "
    "customer email; customer e mail; customer email address; guest email; kunden email; personal "
    "email; email 1 value; email address 1 | home email; work email; other email; secondary "
    "email; e mail 2 address; email 2; e mail 2 value; private email; business email",
    "phone": "mobile; mobile number; mobile phone; mobile no; cell; cell phone; cellphone; handy; "
    "handynummer; mobil; mobiltelefon; mobilnummer; telephone portable; portable; gsm; movil; "
    "telefono movil; celular; cep; cep telefonu; cep no; whatsapp; mobile phone number; cell "
    "number; cell phone number; sms; sms number; client mobile; customer mobile; mobile "
    "telephone; numero de portable; telefono celular; numero de celular; cep numarasi | phone; "
    "phone number; telephone; telephone number; tel; tel no; contact number; telefon; "
    "telefonnummer; rufnummer; numero de telephone; n de telephone; telefono; numero de telefono; "
    "telefon no; telefon numarasi; primary phone; phone 1; phone 1 value; phone no; client phone; "
    "client phone number; customer phone; customer phone number; guest phone; kundentelefon; "
    "telephone 1; phone number 1 | home phone; phone home; home telephone; other phone; business "
    "phone; work phone; home phone 2; business phone 2; landline; phone 2; phone 2 value; "
    "telephone 2; festnetz; festnetznummer; telefon privat; privattelefon; telefon 2; telephone "
    "fixe; fixe; domicile; telefono fijo; telefono casa; ev telefonu; is telefonu; sabit telefon",
    "gender": "gender; sex; geschlecht; sexe; genre; sexo; genero; cinsiyet | anrede; civilite; "
    "salutation; hitap",
    "date_of_birth": "date of birth; birth date; birthdate; birthday; dob; born; birth; "
    "geburtsdatum; geburtstag; geb datum; geboren; geboren am; date de naissance; naissance; "
    "anniversaire; ne le; fecha de nacimiento; nacimiento; cumpleanos; f nacimiento; dogum "
    "tarihi; dogum gunu; dogum; date of birth dd mm yyyy; birthday date; born on; client "
    "birthday; customer birthday; data di nascita; geboortedatum; data urodzenia; fodselsdato; "
    "fodelsedatum",
    "tags": "tags; tag; labels; label; groups; group; segment; category; categories; schlagworte; "
    "schlagworter; stichworte; gruppe; gruppen; kategorie; etiquettes; etiquette; groupe; "
    "groupes; etiquetas; etiqueta; grupo; grupos; categoria; etiketler; etiket; grup; gruplar; "
    "customer groups; client groups; customer group; client group; group membership; kategorien; "
    "customer tags; client tags; groups tags; segments",
    "note": "note; notes; remark; remarks; comment; comments; memo; description; notiz; notizen; "
    "bemerkung; bemerkungen; kommentar; anmerkung; anmerkungen; remarque; remarques; commentaire; "
    "commentaires; nota; notas; observaciones; comentario; comentarios; not; notlar; aciklama; "
    "yorum; musteri notu; customer note; customer notes; client note; client notes; internal "
    "note; internal notes; staff notes; kundennotiz; notiz intern",
    "language": "language; lang; locale; sprache; langue; idioma; lengua; dil; preferred "
    "language; customer language; bevorzugte sprache",
    "time_zone": "time zone; timezone; tz; zeitzone; fuseau horaire; fuseau; zona horaria; huso "
    "horario; saat dilimi; zaman dilimi; customer time zone; client time zone",
    IGNORE: "added; changed; created; created at; updated; updated at; what is wrong; angelegt; "
    "last visit; next visit; "
    "geandert; date added; date created; create date; creation date; last modified date; last "
    "changed",
}
MEANINGS = {
    word.strip(): (name, rank)
    for name, lines in WORDS.items()
    for rank, words in enumerate(lines.split("|"))
    for word in words.split(";")
}


@dataclass(frozen=True)
class Preset:
    """A program whose headers say less than it means by them.

    The headers `marks` stand in its files and in no others; `fields` are by key_of(header).
    """

    name: str
    source: str
    marks: tuple[str, ...]
    fields: dict[str, str]


PRESETS = (
    # Its time zones are guesses from where somebody opened a mail, not what the person said.
    Preset(
        "Mailchimp",
        "https://mailchimp.com/help/about-geolocation/",
        ("member rating", "gmtoff", "dstoff", "timezone"),
        {"timezone": IGNORE},
    ),
)


def key_of(header: str) -> str:
    """The header without case, accents and signs: "E-Mail-Adresse*" -> "e mail adresse"."""
    return " ".join(re.sub(r"[^\w]|_", " ", fold(re.sub(r"[(\[].*?[)\]]", " ", header))).split())


def preset_of(keys: Sequence[str]) -> dict[str, str]:
    """What the program that wrote the file means by some of its headers."""
    known = set(keys)
    return next((one.fields for one in PRESETS if known.issuperset(one.marks)), {})
