"""What an owner chooses from on the settings page: facts of the world, ordered by name."""

from functools import cache
from importlib.resources import files
from itertools import groupby
from zoneinfo import available_timezones

import phonenumbers
from django.conf.locale import LANG_INFO

Choices = list[tuple[str, str]]
Groups = list[tuple[str, Choices]]

# ISO 4217, without funds, metals and codes for tests.
CURRENCIES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW "
    "KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)


def currencies() -> Choices:
    """The currencies of the world by their ISO codes."""
    return [(code, code) for code in CURRENCIES.split()]


@cache
def countries() -> Choices:
    """Countries whose phone numbers we can read, by the names of the time zone database."""
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    known = [(code, name) for code, name in rows if code in phonenumbers.SUPPORTED_REGIONS]
    return sorted(known, key=lambda country: country[1])


@cache
def time_zones() -> Groups:
    """Time zones of places, grouped by their part of the world, and UTC."""
    places = sorted(zone for zone in available_timezones() if is_place(zone))
    groups = [
        (part, [(zone, zone.partition("/")[2].replace("_", " ")) for zone in zones])
        for part, zones in groupby(places, key=lambda zone: zone.partition("/")[0])
    ]
    return [*groups, ("UTC", [("UTC", "UTC")])]


def is_place(zone: str) -> bool:
    """Whether the name is one of a place, not of an offset or an old abbreviation."""
    part, slash, _place = zone.partition("/")
    return bool(slash) and part not in {
        "Etc",
        "SystemV",
        "US",
        "Brazil",
        "Canada",
        "Chile",
        "Mexico",
    }


@cache
def languages() -> Choices:
    """The languages that Django knows, by their own names, the English ones behind."""
    named = [
        (code, language_name(info["name_local"], info["name"]))
        for code, info in LANG_INFO.items()
        if "name" in info
    ]
    return sorted(named, key=lambda language: language[1].casefold())


def language_name(own: str, english: str) -> str:
    own = own[:1].upper() + own[1:]
    return own if own == english else f"{own} ({english})"
