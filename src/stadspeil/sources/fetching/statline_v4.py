"""StatLine's new service (OData v4): one observation per cell, for when the old service no longer has a table.

Not seen in use by us beyond recordings of one table and one description; the first real fetch is to confirm it.
Empty cells are not given; `$count` says how many observations there ought to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stadspeil.sources.delivery import Delivery
from stadspeil.sources.fetching.client import Client
from stadspeil.sources.fetching.planning import Job, wanted_keys
from stadspeil.sources.fetching.statline import checked_link, decoded, rows_of, untrue, values
from stadspeil.sources.headers import plain_header

_HOST = "https://datasets.cbs.nl/odata/v1/CBS"
_MOST_PAGES = 5_000


def modified_of(client: Client, job: Job) -> str:
    """When the publisher last changed the table."""
    return _properties(client, job)[0]


def deliveries(client: Client, job: Job) -> Iterator[Delivery]:
    """The table as one delivery."""
    modified, properties = _properties(client, job)
    about = {"Properties": properties}
    for entity in ("Dimensions", "MeasureCodes"):
        about[entity] = client.get(f"{_HOST}/{job.table}/{entity}").content
    dimensions = [str(each["Identifier"]) for each in values(about["Dimensions"], job)]
    for name in dimensions:
        about[f"{name}Codes"] = client.get(f"{_HOST}/{job.table}/{name}Codes").content
    pages = list(_pages(client, job, _filter(job, dimensions)))
    after = modified_of(client, job)
    if after != modified:
        raise untrue(job, "de uitgever heeft de tabel gewijzigd terwijl wij haar ophaalden")
    yield Delivery(
        protocol="statline_v4",
        table=job.table,
        edition=job.edition.edition if job.edition else "",
        scope=job.scope.name,
        modified=modified,
        addresses=tuple(address for address, _ in pages),
        pages=tuple(content for _, content in pages),
        about=about,
    )


def _properties(client: Client, job: Job) -> tuple[str, bytes]:
    content = client.get(f"{_HOST}/{job.table}/Properties").content
    told: Mapping[str, Any] = decoded(content, job)
    if str(told.get("Identifier", "")).casefold() != job.table.casefold():
        raise untrue(job, f"gevraagd is tabel {job.table}, gekregen '{told.get('Identifier') or 'niets'}'")
    return str(told.get("Modified", "")), content


def _filter(job: Job, dimensions: list[str]) -> str:
    """What narrows the question: keys that the entry names, whole years, and gemeenten where there are other regions."""
    offered = {plain_header(name): name for name in dimensions}
    parts = []
    for name, keys in sorted(wanted_keys(job.source).items()):
        if plain_header(name) in offered:
            chosen = " or ".join(f"startswith({offered[plain_header(name)]},'{key}')" for key in sorted(keys))
            parts.append(f"({chosen})")
    if job.edition is not None and job.edition.period:
        parts.append(f"Perioden eq '{job.edition.period}'")
    elif job.edition is None and "Perioden" in dimensions:
        parts.append(f"Perioden ge '{job.since}JJ00'")
    return " and ".join(parts)


def _pages(client: Client, job: Job, filter: str) -> Iterator[tuple[str, bytes]]:
    address = f"{_HOST}/{job.table}/Observations"
    params = {"$count": "true"} | ({"$filter": filter} if filter else {})
    following, given, met, expected = address, params, set[int](), None
    for _ in range(_MOST_PAGES):
        content = client.get(following, given or None).content
        answer = decoded(content, job)
        expected = answer.get("@odata.count", expected)
        for each in rows_of(answer, job):
            if each.get("Id") in met:
                raise untrue(job, f"waarneming {each.get('Id')} kwam twee keer")
            met.add(int(each.get("Id", len(met))))
        yield following, content
        link = answer.get("@odata.nextLink")
        if not link:
            break
        following, given = checked_link(str(link), address, job), {}
    if not met:
        raise untrue(job, "de tabel is leeg")
    if expected is not None and int(expected) != len(met):
        raise untrue(job, f"de uitgever telt {expected} waarnemingen en gaf er {len(met)}")
