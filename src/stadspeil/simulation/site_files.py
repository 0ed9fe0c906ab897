"""A town's sites for new homes, from a file: where, how many at most, when, and what may be built there."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from stadspeil.catalogue.reader import near_match
from stadspeil.errors import QuestionError, SourceError
from stadspeil.simulation.classes import SEGMENTS, TENURES, segment_name
from stadspeil.simulation.mixes import BuildingSite

COLUMNS = ("locatie", "buurt", "hoogstens")
_MORE = ("van", "tot", "soorten")
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_SHARE = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?%?")
_REMEDY = "geef een CSV-bestand met kolommen locatie, buurt, hoogstens, en als u wilt van, tot (JJJJ-MM) en soorten"


def read_sites(path: Path, first: int, last: int) -> tuple[BuildingSite, ...]:
    """The sites of a file. `first` and `last` (months from January of year 0) hold where a row names none.

    `soorten` are words that a kind must hold, as in 'koop, corporatie meergezins': kinds of any of the parts.
    Raises:  SourceError naming every row that cannot be.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise SourceError(f"bestand {path}", f"is niet te lezen ({fault})", _REMEDY) from fault
    head = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if ";" in head else ",")
    given = [name.strip() for name in reader.fieldnames or ()]
    problems = [f"kolom '{name}' ontbreekt" for name in COLUMNS if name not in given]
    problems += [
        f"kolom '{name}' is onbekend{near_match(name, (*COLUMNS, *_MORE))}"
        for name in given
        if name not in (*COLUMNS, *_MORE)
    ]
    sites: list[BuildingSite] = []
    if not problems:
        for line, row in enumerate(reader, start=2):
            made = _site({(key or "").strip(): str(value or "").strip() for key, value in row.items()}, first, last)
            if isinstance(made, BuildingSite):
                sites.append(made)
            else:
                problems += [f"regel {line}: {sentence}" for sentence in made]
    if not problems and not sites:
        problems.append("er staat geen enkele locatie in")
    if problems:
        raise SourceError(f"bestand {path}", problems, _REMEDY)
    return tuple(sites)


def tenure_limits(words: tuple[str, ...]) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Least and most share of each tenure from words as 'koop=30-60' or 'corporatie=30' (exactly), in per cent.

    Raises:  QuestionError naming every word that is not one.
    """
    least, most = dict.fromkeys(TENURES, 0.0), dict.fromkeys(TENURES, 1.0)
    problems = []
    for word in words:
        name, _, share = (each.strip() for each in word.partition("="))
        name = "particuliere huur" if name == "particulier" else name
        found = _SHARE.fullmatch(share)
        if name not in TENURES:
            problems.append(f"'{name}' is geen eigendom{near_match(name, TENURES)}")
        elif not found or not int(found[1]) <= int(found[2] or found[1]) <= 100:
            problems.append(f"'{word}'; verwacht een aandeel als koop=30-60 of corporatie=30")
        else:
            least[name], most[name] = int(found[1]) / 100, int(found[2] or found[1]) / 100
    if problems:
        raise QuestionError("aandelen van eigendom", problems, f"kies uit {', '.join(TENURES)}")
    low, high = ([limits[name] for name in TENURES] for limits in (least, most))
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _site(row: Mapping[str, str], first: int, last: int) -> BuildingSite | list[str]:
    problems = [f"'{name}' is leeg" for name in COLUMNS if not row[name]]
    if row["hoogstens"] and not (row["hoogstens"].isdigit() and int(row["hoogstens"]) > 0):
        problems.append(f"hoogstens is '{row['hoogstens']}'; verwacht een geheel getal boven nul")
    months = {"van": first, "tot": last}
    for name in months:
        said = row.get(name, "")
        found = _MONTH.fullmatch(said)
        if found:
            months[name] = 12 * int(found[1]) + int(found[2]) - 1
        elif said:
            problems.append(f"{name} is '{said}'; verwacht JJJJ-MM")
    kinds = _kinds(row.get("soorten", ""))
    if isinstance(kinds, str):
        problems.append(kinds)
        kinds = ()
    if months["tot"] < months["van"]:
        problems.append("tot ligt voor van")
    if problems:
        return problems
    return BuildingSite(row["locatie"], row["buurt"], int(row["hoogstens"]), months["van"], months["tot"], kinds)


def _kinds(text: str) -> tuple[int, ...] | str:
    """Segments that hold all words of one of the parts, or what is wrong."""
    found: set[int] = set()
    names = {kind: " ".join(segment_name(kind)).split() for kind in range(SEGMENTS)}
    for part in filter(None, (each.strip() for each in text.split(","))):
        words = part.lower().split()
        fits = {kind for kind, name in names.items() if set(words) <= set(name)}
        if not fits:
            known = sorted({word for name in names.values() for word in name})
            return f"soort '{part}' bestaat niet; gebruik woorden uit {', '.join(known)}"
        found |= fits
    return tuple(sorted(found))
