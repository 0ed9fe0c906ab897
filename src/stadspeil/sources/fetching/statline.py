"""StatLine: a whole table from its own address, page by page, with what the publisher says of it.

The old service (OData v3, ODataFeed) is asked first: it is the most complete. Where it no longer has the table the
new one (OData v4) is asked. ODataApi is not used: it refuses more than 10,000 rows.

Nothing is believed for having a good status: the table must say that it is the one asked for, pages may neither repeat
nor lack, rows may have no other columns than the description tells, and the table may not change while it is read.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stadspeil.catalogue.entries import Source
from stadspeil.errors import SourceError
from stadspeil.sources.delivery import Delivery
from stadspeil.sources.fetching.client import Client
from stadspeil.sources.fetching.planning import Job, wanted_keys
from stadspeil.sources.headers import find_columns, index_of

_OLD = {"CBS": "https://opendata.cbs.nl/ODataFeed/odata", "derden": "https://dataderden.cbs.nl/ODataFeed/odata"}
_NEW = "https://datasets.cbs.nl/odata/v1/CBS"
_JSON = {"$format": "json"}
_GEMEENTEN_PER_QUESTION = 8
_MOST_PAGES = 5_000
_AREA_KINDS = {"GeoDimension", "GeoDetail"}
_TOPIC = "Topic"

Rows = list[dict[str, Any]]
Progress = Callable[[str, int, int], None] | None


@dataclass(frozen=True)
class Described:
    """What the publisher says of a table: its answers by entity, and what of them counts here."""

    about: Mapping[str, bytes]
    modified: str
    keys: tuple[str, ...]
    dimensions: Mapping[str, tuple[str, ...]]
    topics: tuple[str, ...]


def modified_of(client: Client, job: Job) -> str:
    """When the publisher last changed the table: enough to know that there is nothing new."""
    return _table_info(_asked(client, f"{_base(job)}/{job.table}/TableInfos"), job)[1]


def deliveries(
    client: Client, job: Job, progress: Progress = None, wanted: Callable[[str], bool] = lambda edition: True
) -> Iterator[Delivery]:
    """The table as one delivery, or as one per year where the entry says that it is very large."""
    described = describe(client, job)
    _refuse_unfit(described, job)
    for edition, filters in questions(job, described):
        if job.edition is None and edition and not wanted(edition):
            continue
        pages = list(_pages(client, job, described, filters, edition, progress))
        after = modified_of(client, job)
        if after != described.modified:
            raise SourceError(
                job.title,
                f"de uitgever heeft de tabel gewijzigd terwijl wij haar ophaalden ({described.modified}, {after})",
                "haal haar over een uur opnieuw op",
            )
        yield Delivery(
            protocol="statline_v3",
            table=job.table,
            edition=edition,
            scope=job.scope.name,
            modified=described.modified,
            addresses=tuple(address for address, _ in pages),
            pages=tuple(content for _, content in pages),
            about=described.about,
        )


def describe(client: Client, job: Job) -> Described:
    """TableInfos, DataProperties and the lists of codes, checked to belong to the table that was asked for."""
    base = f"{_base(job)}/{job.table}"
    about = {"TableInfos": _asked(client, f"{base}/TableInfos")}
    _, modified = _table_info(about["TableInfos"], job)
    about["DataProperties"] = _asked(client, f"{base}/DataProperties")
    properties = values(about["DataProperties"], job)
    named = [str(each["Key"]) for each in properties if "Dimension" in str(each.get("Type")) or _is_geo(each)]
    dimensions = {}
    for name in dict.fromkeys(named):
        about[name] = _asked(client, f"{base}/{name}")
        dimensions[name] = tuple(str(each["Key"]) for each in values(about[name], job) if each.get("Key"))
    topics = tuple(str(each["Key"]) for each in properties if each.get("Type") == _TOPIC and each.get("Key"))
    return Described(about, modified, (*dimensions, *topics), dimensions, topics)


def _is_geo(each: Mapping[str, Any]) -> bool:
    return str(each.get("Type")) in _AREA_KINDS


def questions(job: Job, described: Described) -> Iterator[tuple[str, list[str]]]:
    """Editions with the filters that together ask for all of each: an empty filter asks for everything."""
    fixed = [*_key_filters(job, described)]
    fetch = job.source.fetch
    areas = _area_filters(job, described)
    if job.edition is not None:
        if job.edition.period:
            fixed.append(_equals("Perioden", job.edition.period, described))
        yield job.edition.edition, [_joined([*fixed, area]) for area in areas]
        return
    years = _years(job, described)
    if fetch is not None and fetch.split_by == "Perioden":
        for key in years:
            yield key[:4], [_joined([*fixed, _equals("Perioden", key, described), area]) for area in areas]
        return
    yield "", [_joined([*fixed, *_year_filter(years, described, job.source.year_suffix), area]) for area in areas]


def _years(job: Job, described: Described) -> list[str]:
    """Keys of whole years that count; a table without periods has none."""
    suffix = job.source.year_suffix
    return [key.strip() for key in described.dimensions.get("Perioden", ()) if _is_wanted_year(key, suffix, job.since)]


def _is_wanted_year(key: str, suffix: str, since: int) -> bool:
    return key.strip()[4:] == suffix and key[:4].isdigit() and int(key[:4]) >= since


def _year_filter(years: list[str], described: Described, suffix: str) -> list[str]:
    offered = [key.strip() for key in described.dimensions.get("Perioden", ())]
    if not years or len(years) == len(offered):
        return []
    from_first = f"Perioden ge '{min(years)}'"
    parts_too = any(key[4:] != suffix for key in offered)
    return [f"{from_first} and substringof('{suffix}',Perioden)" if parts_too else from_first]


def _key_filters(job: Job, described: Described) -> Iterator[str]:
    for name, keys in sorted(wanted_keys(job.source).items()):
        offered = described.dimensions.get(_dimension(name, described), ())
        if 0 < len(keys) < len(offered):
            chosen = [key for key in offered if key.strip() in keys]
            yield "(" + " or ".join(f"{_dimension(name, described)} eq '{key}'" for key in chosen) + ")"


def _equals(name: str, key: str, described: Described) -> str:
    padded = next((each for each in described.dimensions.get(name, ()) if each.strip() == key), key)
    return f"{name} eq '{padded}'"


def _area_filters(job: Job, described: Described) -> list[str]:
    """The areas that are wanted, in questions short enough for an address."""
    source, fetch = job.source, job.source.fetch
    area = _dimension(source.area_column, described)
    kinds = {key[:2] for key in described.dimensions.get(area, ())}
    if source.other_area_column:
        return _pair_filters(job, area, _dimension(source.other_area_column, described))
    if kinds & {"WK", "BU"}:
        if not job.scope.gemeenten or (fetch is not None and not fetch.narrowed):
            return [""]
        above = f"(startswith({area},'GM') or startswith({area},'NL'))"
        digits = sorted(code[2:] for code in job.scope.gemeenten)
        batches = [digits[at : at + _GEMEENTEN_PER_QUESTION] for at in range(0, len(digits), _GEMEENTEN_PER_QUESTION)]
        return [above, *(_small_areas(area, batch) for batch in batches)]
    if kinds - {"GM", "NL"}:
        return [f"(startswith({area},'GM') or startswith({area},'NL'))"]
    return [""]


def _small_areas(area: str, digits: list[str]) -> str:
    return "(" + " or ".join(f"startswith({area},'{kind}{each}')" for each in digits for kind in ("WK", "BU")) + ")"


def _pair_filters(job: Job, origin: str, destination: str) -> list[str]:
    """Flows that start or end in one of the gemeenten that are wanted; each pair in one question only."""
    if not job.scope.gemeenten:
        return [f"startswith({origin},'GM') and startswith({destination},'GM')"]
    codes = sorted(job.scope.gemeenten)
    elsewhere = " and ".join(f"not startswith({origin},'{code}')" for code in codes)
    found = []
    for at in range(0, len(codes), _GEMEENTEN_PER_QUESTION):
        batch = codes[at : at + _GEMEENTEN_PER_QUESTION]
        starts = " or ".join(f"startswith({origin},'{code}')" for code in batch)
        ends = " or ".join(f"startswith({destination},'{code}')" for code in batch)
        found.append(f"({starts}) and startswith({destination},'GM')")
        # What starts in a wanted gemeente was asked for above.
        found.append(f"({ends}) and startswith({origin},'GM') and {elsewhere}")
    return found


def _joined(filters: list[str]) -> str:
    return " and ".join(each for each in filters if each)


def _pages(
    client: Client, job: Job, described: Described, filters: list[str], edition: str, progress: Progress
) -> Iterator[tuple[str, bytes]]:
    """All pages of all questions, each with its address, checked one against the other."""
    seen = _Seen(job, described)
    for number, filter in enumerate(filters):
        if progress is not None:
            progress(f"{job.title} {edition} ophalen".replace("  ", " "), number, len(filters))
        params = dict(_JSON) | ({"$filter": filter} if filter else {})
        address = f"{_base(job)}/{job.table}/TypedDataSet"
        before = seen.rows
        for page_address, content, rows in _follow(client, address, params, job):
            seen.page(rows)
            yield page_address, content
        counted = _counted(client, address, params)
        if counted is not None and counted != seen.rows - before:
            raise untrue(job, f"de uitgever telt {counted} rijen en gaf er {seen.rows - before}: er ontbreken rijen")
    seen.whole(asked_everything=filters == [""])


def _counted(client: Client, address: str, params: Mapping[str, str]) -> int | None:
    """How many rows the publisher says there are; nothing where it does not say. Not seen at the real one yet."""
    asked = {name: value for name, value in params.items() if name == "$filter"}
    try:
        content = client.get(f"{address}/$count", asked, kinds=("text/plain", "application/json")).content
    except SourceError:
        return None
    text = content.decode("utf-8-sig", "replace").strip()
    return int(text) if text.isdigit() else None


def _follow(client: Client, address: str, params: dict[str, str], job: Job) -> Iterator[tuple[str, bytes, Rows]]:
    visited = set()
    following, given = address, params
    for _ in range(_MOST_PAGES):
        # A next link holds all that was asked; giving it again would double it.
        content = client.get(following, given or None).content
        answer = decoded(content, job)
        yield following, content, rows_of(answer, job)
        link = answer.get("odata.nextLink")
        if not link:
            return
        following, given = checked_link(str(link), address, job), {}
        if following in visited:
            raise untrue(job, "de bladzijden verwijzen in een kring naar elkaar")
        visited.add(following)
    raise untrue(job, f"er komt geen einde aan de bladzijden (meer dan {_MOST_PAGES})")


def checked_link(link: str, address: str, job: Job) -> str:
    """The next page's address: of the same host and the same table, else it is not followed."""
    here, there = urllib.parse.urlsplit(address), urllib.parse.urlsplit(urllib.parse.urljoin(address, link))
    if there.netloc != here.netloc or there.scheme != here.scheme:
        raise untrue(job, f"de volgende bladzijde staat op een ander adres ({there.netloc}); dat volgen wij niet")
    if there.path.casefold().rstrip("/") != here.path.casefold().rstrip("/"):
        raise untrue(job, f"de volgende bladzijde is van een andere tabel ({there.path})")
    return urllib.parse.urlunsplit(there)


class _Seen:
    """What was met in the pages so far, to tell when one lacks, repeats or does not belong."""

    def __init__(self, job: Job, described: Described) -> None:
        self.job, self.described = job, described
        self.ends: set[str] = set()
        self.ids: set[int] = set()
        self.areas: set[str] = set()
        self.columns: frozenset[str] | None = None
        self.rows = 0
        self.area = _dimension(job.source.area_column, described)

    def page(self, rows: Rows) -> None:
        if rows:
            ends = f"{len(rows)} {rows[0]} {rows[-1]}"
            if ends in self.ends:
                raise untrue(self.job, "een bladzijde kwam twee keer")
            self.ends.add(ends)
        for row in rows:
            columns = frozenset(row)
            if self.columns is None:
                self._check_columns(columns)
            elif columns != self.columns:
                raise untrue(self.job, "de kolommen zijn halverwege de tabel veranderd")
            self._number(row)
            self.areas.add(str(row.get(self.area, "")).strip())
        self.rows += len(rows)

    def _check_columns(self, columns: frozenset[str]) -> None:
        self.columns = columns
        described = set(self.described.keys)
        unknown, lacking = sorted(columns - described - {"ID"}), sorted(described - columns)
        if unknown or lacking:
            told = [f"niet beschreven: {', '.join(unknown[:5])}"] if unknown else []
            told += [f"wel beschreven, niet gegeven: {', '.join(lacking[:5])}"] if lacking else []
            raise untrue(self.job, f"cijfers en beschrijving horen niet bij elkaar ({'; '.join(told)})")

    def _number(self, row: Mapping[str, Any]) -> None:
        number = row.get("ID")
        if isinstance(number, int):
            if number in self.ids:
                raise untrue(self.job, f"rij {number} kwam twee keer")
            self.ids.add(number)

    def whole(self, asked_everything: bool) -> None:
        """Whether nothing lacks. Row numbers run on in a table that was asked for as a whole."""
        if not self.rows:
            raise untrue(self.job, "de tabel is leeg")
        if asked_everything and self.ids and max(self.ids) - min(self.ids) + 1 != len(self.ids):
            lacking = max(self.ids) - min(self.ids) + 1 - len(self.ids)
            raise untrue(self.job, f"er ontbreken {lacking} rijen")
        listed = {key.strip() for key in self.described.dimensions.get(self.area, ())}
        if asked_everything and (gone := sorted(listed - self.areas)):
            raise untrue(self.job, f"van {len(gone)} gebieden op de lijst is er geen rij, eerste: {gone[0]}")
        if listed and (strange := sorted(self.areas - listed)):
            raise untrue(self.job, f"{len(strange)} gebieden staan niet op de lijst, eerste: {strange[0]}")


def _welcome(source: Source, name: str) -> set[str]:
    """Keys that are asked for where they are and missed by nobody where not: the bounds of margins."""
    if source.margins is None or source.margins.dimension != name:
        return set()
    return {source.margins.lower, source.margins.upper}


def _refuse_unfit(described: Described, job: Job) -> None:
    """A table that lacks what its entry names is explained before it is fetched, not after."""
    source = job.source
    problems = []
    for name, keys in wanted_keys(source).items():
        offered = {key.strip() for key in described.dimensions.get(_dimension(name, described), ())}
        if not offered:
            problems.append(f"dimensie '{name}' is er niet; wel: {', '.join(described.dimensions)}")
        elif lacking := sorted(keys - offered - _welcome(source, name)):
            shown = ", ".join(sorted(offered)[:12])
            problems.append(f"codes {', '.join(lacking)} van '{name}' zijn er niet; wel: {shown}")
    for header in (source.area_column, source.other_area_column, source.year_column):
        if header and index_of(described.keys, header) is None:
            problems.append(f"kolom '{header}' is er niet; wel: {', '.join(described.dimensions)}")
    if not find_columns(described.keys, source):
        problems.append(f"geen van onze kolommen is er; wel: {', '.join(described.topics[:12])}")
    if problems:
        known = "" if source.shape == "recorded" else " (de vorm van deze tabel hadden wij nog niet gezien)"
        raise SourceError(
            job.title,
            [f"{each}{known}" for each in problems],
            f"pas catalogue/sources/{source.id}.toml aan op de tabel zoals zij nu is",
        )


def differences(described: Described, job: Job) -> list[str]:
    """How a table that may be fetched yet differs from its entry: what a maintainer wants to know."""
    found = find_columns(described.keys, job.source)
    lacking = [column.column[0] for column in job.source.columns if column.field not in found]
    if not lacking:
        return []
    return [f"{len(lacking)} van onze {len(job.source.columns)} kolommen zijn er niet: {', '.join(lacking[:8])}"]


def _dimension(header: str, described: Described) -> str:
    place = index_of(described.keys, header)
    return described.keys[place] if place is not None else header


def _base(job: Job) -> str:
    return _OLD[job.source.fetch.catalog if job.source.fetch else "CBS"]


def _asked(client: Client, address: str) -> bytes:
    return client.get(address, dict(_JSON)).content


def _table_info(content: bytes, job: Job) -> tuple[str, str]:
    rows = values(content, job)
    identifier = str(rows[0].get("Identifier", "")) if rows else ""
    if identifier.casefold() != job.table.casefold():
        raise untrue(job, f"gevraagd is tabel {job.table}, gekregen '{identifier or 'niets'}'")
    return identifier, str(rows[0].get("Modified", ""))


def values(content: bytes, job: Job) -> Rows:
    """The rows of an answer. SourceError when it is none."""
    return rows_of(decoded(content, job), job)


def rows_of(answer: Mapping[str, Any], job: Job) -> Rows:
    """The rows in a decoded answer. SourceError with the publisher's own words when it is an error."""
    rows = answer.get("value")
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        error = answer.get("odata.error") or answer.get("error")
        raise untrue(job, f"de uitgever geeft een fout: {str(error)[:200]}" if error else "er is geen lijst van rijen")
    return rows


def decoded(content: bytes, job: Job) -> dict[str, Any]:
    """An answer as a JSON object. SourceError with the start of what came instead."""
    try:
        # A number that is none may not pass as one: Infinity and NaN are no JSON.
        answer = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        start = " ".join(content[:120].decode("utf-8", "replace").split())
        raise untrue(job, f"het antwoord is geen hele JSON ({fault}): {start}") from fault
    if not isinstance(answer, dict):
        raise untrue(job, "het antwoord heeft niet de vorm van OData")
    return answer


def _no_constant(name: str) -> Any:
    raise ValueError(f"'{name}' is geen getal")


def untrue(job: Job, sentence: str) -> SourceError:
    """An answer that may not be believed, under the name of its table."""
    return SourceError(
        job.title, sentence, "haal de tabel later opnieuw op; blijft het zo, meld het dan bij de uitgever"
    )
