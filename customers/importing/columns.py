"""Headers -> fields, by meaning: what programs and people in several languages call a column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from customers.folding import fold
from customers.importing.problems import FileRefused
from customers.resources import Column, all_columns

IGNORE = ""
NAME_ALONE = "name"
WORDS = {
    "id": "bookkinda id",
    "external_id": "external id; id; customer id; client id; customer number; customer no; "
    "client number; reference; ref; record id; guest id; member id; uid; kundennummer; "
    "kundennr; kunden id; kunden nr; mitgliedsnummer; id client; numero client; numero de client; "
    "n client; code client; identifiant; id cliente; numero de cliente; codigo de cliente; codigo; "
    "n cliente; musteri no; musteri numarasi; musteri id; musteri kodu; dis kimlik",
    "first_name": "first name; firstname; given name; givenname; forename; fname; first; "
    "christian name; vorname; rufname; prenom; primer nombre; nombre de pila; adi; isim; "
    "musteri adi; ilk ad",
    "last_name": "last name; lastname; surname; family name; familyname; lname; last; nachname; "
    "familienname; zuname; nom de famille; nom famille; apellido; apellidos; primer apellido; "
    "soyad; soyadi; soyisim; soy isim",
    NAME_ALONE: "name; full name; fullname; customer; customer name; client; client name; "
    "display name; contact; contact name; guest; guest name; kunde; kundenname; "
    "vollstandiger name; nom; nom complet; nom du client; nombre; nombre completo; cliente; "
    "ad; ad soyad; adi soyadi; isim soyisim; musteri",
    "email": "email; e mail; email address; e mail address; mail; mail address; email id; "
    "e mail adresse; email adresse; mailadresse; mail adresse; courriel; adresse e mail; "
    "adresse email; adresse mail; adresse electronique; correo; correo electronico; "
    "direccion de correo; direccion de correo electronico; e posta; eposta; e posta adresi; "
    "eposta adresi; mail adresi; primary email; email 1; e mail 1",
    "phone": "phone; phone number; telephone; telephone number; tel; tel no; mobile; "
    "mobile number; mobile phone; mobile no; cell; cell phone; cellphone; contact number; "
    "whatsapp; telefon; telefonnummer; handy; handynummer; mobil; mobiltelefon; mobilnummer; "
    "rufnummer; telephone portable; portable; numero de telephone; n de telephone; gsm; telefono; "
    "numero de telefono; movil; telefono movil; celular; telefon no; telefon numarasi; cep; "
    "cep telefonu; cep no; primary phone; phone 1",
    "gender": "gender; sex; geschlecht; anrede; sexe; genre; civilite; sexo; genero; cinsiyet",
    "date_of_birth": "date of birth; birth date; birthdate; birthday; dob; born; birth; "
    "geburtsdatum; "
    "geburtstag; geb datum; geboren; geboren am; date de naissance; naissance; anniversaire; "
    "ne le; fecha de nacimiento; nacimiento; cumpleanos; f nacimiento; dogum tarihi; dogum gunu; "
    "dogum",
    "tags": "tags; tag; labels; label; groups; group; segment; category; categories; schlagworte; "
    "schlagworter; stichworte; gruppe; gruppen; kategorie; etiquettes; etiquette; groupe; groupes; "
    "etiquetas; etiqueta; grupo; grupos; categoria; etiketler; etiket; grup; gruplar",
    "note": "note; notes; remark; remarks; comment; comments; memo; description; notiz; notizen; "
    "bemerkung; bemerkungen; kommentar; anmerkung; anmerkungen; remarque; remarques; commentaire; "
    "commentaires; nota; notas; observaciones; comentario; comentarios; not; "
    "notlar; aciklama; yorum; musteri notu",
    "language": "language; lang; locale; sprache; langue; idioma; lengua; dil",
    "time_zone": "time zone; timezone; tz; zeitzone; fuseau horaire; fuseau; zona horaria; "
    "huso horario; "
    "saat dilimi; zaman dilimi",
    IGNORE: "added; changed; created; created at; updated; updated at; what is wrong; "
    "angelegt; geandert",
}
MEANINGS = {word.strip(): name for name, words in WORDS.items() for word in words.split(";")}
MOST_COLUMNS = 500


@dataclass(frozen=True)
class Mapped:
    """Which cell of a row is which field, and the headers that are not read."""

    cells: dict[int, Column]
    not_read: list[str] = field(default_factory=list)
    without_header: list[int] = field(default_factory=list)

    def position(self, name: str) -> int | None:
        """The cell that holds the field, if one does."""
        return next((at for at, column in self.cells.items() if column.name == name), None)


def key_of(header: str) -> str:
    """The header without case, accents and signs: "E-Mail-Adresse*" -> "e mail adresse"."""
    return " ".join(re.sub(r"[^\w]|_", " ", fold(re.sub(r"[(\[].*?[)\]]", " ", header))).split())


def match_columns(headers: Sequence[str], told: Mapping[str, str]) -> Mapped:
    """Give each column its field. `told` is what a person decided: header (or #3) -> field or "".

    Raises FileRefused when two columns are the same field, when `told` names a header or field
    that is not there, or when no column is a name, an e-mail or an ID.
    """
    if len(headers) > MOST_COLUMNS:
        raise FileRefused(_("This table has more than %(most)s columns.") % {"most": MOST_COLUMNS})
    names = meanings(headers)
    decided = decide(headers, told)
    settled = {name for name in decided.values() if name}
    names = [decided.get(at, None if name in settled else name) for at, name in enumerate(names)]
    refuse_twice(headers, names)
    columns = {column.name: column for column in all_columns()}
    cells = {at: columns[name] for at, name in enumerate(names) if name}
    if not {"first_name", "email", "external_id", "id"} & {
        column.name for column in cells.values()
    }:
        raise FileRefused(
            _("No column is known as the name. The headers are: %(headers)s. Say --map.")
            % {"headers": ", ".join(header for header in headers if header)[:300]}
        )
    return Mapped(
        cells,
        [header for at, header in enumerate(headers) if header and names[at] is None],
        [at for at, header in enumerate(headers) if not header and at not in cells],
    )


def meanings(headers: Sequence[str]) -> list[str | None]:
    """The field of each header, None where it is not known.

    "Name" is the surname beside "Vorname" or "Prénom", and the name where it stands alone.
    """
    names = [MEANINGS.get(key_of(header)) for header in headers]
    if NAME_ALONE not in names:
        return names
    has_first, has_last = "first_name" in names, "last_name" in names
    stands_for = "first_name" if not has_first else None if has_last else "last_name"
    return [stands_for if name == NAME_ALONE else name for name in names]


def decide(headers: Sequence[str], told: Mapping[str, str]) -> dict[int, str]:
    """What was told, by position. Raises FileRefused for a header or field that is not there."""
    fields = {column.name for column in all_columns() if not column.is_readonly}
    decided = {}
    for header, name in told.items():
        if name and name not in fields:
            raise FileRefused(
                _("There is no field %(name)s. The fields are: %(fields)s.")
                % {"name": name, "fields": ", ".join(sorted(fields))}
            )
        decided[find_header(headers, header)] = name
    return decided


def find_header(headers: Sequence[str], header: str) -> int:
    """The position of a header, in any spelling, or of #3 = the third column."""
    if re.fullmatch(r"#[1-9]\d*", header) and int(header[1:]) <= len(headers):
        return int(header[1:]) - 1
    if header in headers:
        return headers.index(header)
    keys = [key_of(known) for known in headers]
    if key_of(header) in keys:
        return keys.index(key_of(header))
    raise FileRefused(
        _("There is no column %(header)s. The headers are: %(headers)s.")
        % {"header": header, "headers": ", ".join(headers)[:300]}
    )


def refuse_twice(headers: Sequence[str], names: Sequence[str | None]) -> None:
    """Raises FileRefused when two columns claim one field."""
    for name in {name for name in names if name and names.count(name) > 1}:
        claims = [f"#{at + 1} {headers[at]}" for at in range(len(names)) if names[at] == name]
        raise FileRefused(
            _(
                "More than one column is the %(field)s: %(columns)s. "
                'Say which: --map "#%(at)s=%(name)s".'
            )
            % {
                "field": all_columns([name])[0].heading.lower(),
                "columns": ", ".join(claims),
                "at": names.index(name) + 1,
                "name": name,
            }
        )
