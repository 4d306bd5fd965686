"""Addresses that are probably a slip of the finger: ann@gmial.com, ann@web.con.

A guess, made from the address alone: nobody is asked whether it exists. It is only ever a question,
because somebody may well have the address that looks wrong.
"""

# The mail providers that most people have, and neighbours of theirs that are no slip.
PROVIDERS = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.it",
    "yahoo.es", "yahoo.in", "yahoo.ca", "yahoo.com.au", "yahoo.com.br", "ymail.com",
    "rocketmail.com", "hotmail.com", "hotmail.co.uk", "hotmail.de", "hotmail.fr", "hotmail.it",
    "hotmail.es", "hotmail.ca", "outlook.com", "outlook.de", "outlook.fr", "outlook.es",
    "outlook.it", "live.com", "live.co.uk", "live.de", "live.fr", "live.it", "live.nl", "live.ca",
    "msn.com", "icloud.com", "me.com", "mac.com", "aol.com", "aol.de", "gmx.de", "gmx.net",
    "gmx.at", "gmx.ch", "gmx.com", "web.de", "t-online.de", "freenet.de", "arcor.de", "posteo.de",
    "mailbox.org", "proton.me", "protonmail.com", "pm.me", "fastmail.com", "zoho.com", "mail.com",
    "email.com", "email.de", "mail.de", "mail.ru", "yandex.ru", "yandex.com", "orange.fr",
    "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "libero.it", "virgilio.it", "tiscali.it",
    "alice.it", "btinternet.com", "sky.com", "virginmedia.com", "talktalk.net", "ntlworld.com",
    "bluewin.ch", "sunrise.ch", "telenet.be", "skynet.be", "ziggo.nl", "kpnmail.nl", "xs4all.nl",
    "wp.pl", "o2.pl", "interia.pl", "onet.pl", "seznam.cz", "comcast.net", "verizon.net",
    "att.net", "sbcglobal.net", "cox.net", "bellsouth.net", "bigpond.com", "naver.com", "qq.com",
    "163.com", "126.com", "rediffmail.com", "uol.com.br", "terra.com.br", "telia.com", "online.no",
})  # fmt: skip
# Endings that no country and no registry has.
ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "comm": "com", "coom": "com", "vom": "com",
    "xom": "com", "cpm": "com", "clm": "com", "cim": "com", "c0m": "com", "nte": "net",
    "ent": "net", "nett": "net", "ogr": "org", "orgg": "org", "deu": "de", "dee": "de", "uik": "uk",
}  # fmt: skip


def probably_meant(address: str) -> str:
    """The address that was probably meant, of one in its normal spelling (accounts/addresses.py);
    "" where nothing looks wrong."""
    name, _at, domain = address.rpartition("@")
    if domain in PROVIDERS:
        return ""
    meant = provider_near(domain) or with_other_ending(domain)
    return f"{name}@{meant}" if meant else ""


def provider_near(domain: str) -> str:
    """The provider whose domain is one slip away."""
    return next((known for known in sorted(PROVIDERS) if is_one_slip(known, domain)), "")


def with_other_ending(domain: str) -> str:
    rest, dot, ending = domain.rpartition(".")
    meant = ENDINGS.get(ending)
    if not meant:
        return ""
    corrected = f"{rest}{dot}{meant}"
    return provider_near(corrected) or corrected


def is_one_slip(meant: str, typed: str) -> bool:
    """Whether one letter is missing, too many, another one, or two neighbours changed places."""
    longer, shorter = sorted((meant, typed), key=len, reverse=True)
    if meant == typed or len(longer) - len(shorter) > 1:
        return False
    at = next((i for i, letter in enumerate(shorter) if letter != longer[i]), len(shorter))
    if len(longer) > len(shorter):
        return longer[at + 1 :] == shorter[at:]
    if longer[at + 1 :] == shorter[at + 1 :]:
        return True
    return (
        longer[at + 2 :] == shorter[at + 2 :] and longer[at : at + 2] == shorter[at : at + 2][::-1]
    )
