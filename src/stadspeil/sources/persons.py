"""Refusing a town's own workbook in which persons, addresses or households stand: only figures of areas are taken.

What is found is named by its cell and never repeated. It is a net with known holes: a name of a person cannot be told
from another word. So the heads of columns are looked at as well, and a doubt is settled by whoever hands it in.
Source:  design note on safety, 4.3; the eleven test of the citizen service number (bsn).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from stadspeil.areas.names import fold

Rows = Sequence[Sequence[str | None]]

_REMEDY = "zet hier alleen cijfers over gebieden in, en haal dit weg"
# Heads without case, blanks and signs.
_HEADS: Mapping[str, str] = {
    **dict.fromkeys((
        "naam", "voornaam", "achternaam", "voornamen", "voorletters", "tussenvoegsel", "geslachtsnaam", "roepnaam", "persoon",
        "persoonid", "persoonsnummer", "bsn", "burgerservicenummer", "sofinummer", "geboortedatum", "geboortedag", "client",
        "clientnummer", "clientid", "clientnaam", "naambewoner", "bewoner", "respondent", "respondentid", "respondentnummer",
        "email", "mail", "emailadres", "mailadres", "telefoon", "telefoonnummer", "mobiel", "mobielnummer", "iban",
        "rekeningnummer", "bankrekening", "kenteken", "paspoortnummer", "patientnummer", "leerlingnummer",
    ), "een persoon"),
    **dict.fromkeys((
        "adres", "straat", "straatnaam", "huisnummer", "huisnr", "huisletter", "toevoeging", "postcode", "postcode6", "pc6",
        "woonplaatsadres", "bagid", "adresid", "verblijfsobject", "verblijfsobjectid", "nummeraanduiding",
    ), "een adres"),
    **dict.fromkeys(("huishouden", "huishoudnummer", "huishoudensnummer", "huishoudenid", "huishoudid"), "een huishouden"),
}  # fmt: skip
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_POSTCODE = re.compile(r"(?<!\w)[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}(?!\w)")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{0,4}(?!\w)")
_PHONE = re.compile(r"(?<![\d.,])(?:\+31|0031|0)[ -]?(?:6[ -]?(?:\d[ -]?){8}|[1-57-9]\d[ -]?(?:\d[ -]?){7})(?![\d.,])")
_NINE = re.compile(r"(?<![\d.,])\d{9}(?![\d.,])")
# Columns of numbers, in which a number of nine digits may be a figure.
_NUMBERS = frozenset(("waarde", "n", "marge", "jaar"))
_FEWEST = 3


def person_problems(
    sheets: Iterable[tuple[str, Rows]], letters: Callable[[int], str], unheaded: frozenset[str] = frozenset()
) -> list[str]:
    """Columns that look like persons, addresses or households, each by its first cell.

    `letters` writes the number of a column as a spreadsheet does; of sheets that are `unheaded` the heads are our own.
    """
    found: list[str] = []
    for name, rows in sheets:
        if rows:
            heads = ["" if each is None else str(each).strip() for each in rows[0]]
            for place in range(max(map(len, rows))):
                head = heads[place] if place < len(heads) else ""
                column = [row[place] if place < len(row) else None for row in rows]
                found += _column(name, letters(place), head, column, name in unheaded)
    return found


def _column(sheet: str, letter: str, head: str, column: Sequence[str | None], unheaded: bool) -> Iterator[str]:
    kind = "" if unheaded else _HEADS.get(fold(head), "")
    if kind and any(each for each in column[1:]):
        more = "; is het de naam van het gebied, noem haar 'gebiedsnaam'" if fold(head) == "naam" else ""
        yield f"{sheet}!{letter}1: kolom '{head}' gaat over {kind}{more}; {_REMEDY}"
        return
    texts = [(number, str(each)) for number, each in enumerate(column, start=1) if each]
    numbers = fold(head) in _NUMBERS
    for what, looks in _LOOKS.items():
        hits = [number for number, text in texts if looks(text)]
        if not hits or (numbers and what == "burgerservicenummer" and not _all_of(hits, texts)):
            continue
        more = f" (en {len(hits) - 1} andere cellen in deze kolom)" if len(hits) > 1 else ""
        yield f"{sheet}!{letter}{hits[0]}: lijkt op een {what}{more}; {_REMEDY}"


def _all_of(hits: Sequence[int], texts: Sequence[tuple[int, str]]) -> bool:
    """Whether nearly all numbers of a column pass: of numbers by chance one in eleven does."""
    filled = [number for number, _ in texts if number > 1]
    return len(hits) >= _FEWEST and len(hits) >= 0.9 * len(filled)


def is_bsn(digits: str) -> bool:
    """The eleven test on nine digits."""
    weighed = sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True))
    return weighed % 11 == 0 and digits != "000000000"


def is_iban(text: str) -> bool:
    """The test of an account number: what it leaves after 97."""
    plain = text.replace(" ", "")
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(each, 36)) for each in turned)) % 97 == 1


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "e-mailadres": lambda text: "@" in text and bool(_MAIL.search(text)),
    "postcode van een adres": lambda text: bool(_POSTCODE.search(text)),
    "rekeningnummer": lambda text: any(is_iban(each) for each in _IBAN.findall(text)),
    "telefoonnummer": lambda text: bool(_PHONE.search(text)),
    "burgerservicenummer": lambda text: any(is_bsn(each) for each in _NINE.findall(text)),
}
