"""Maps and figures on maps: WFS and OGC API Features, page by page."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

from stadspeil.sources.delivery import Delivery
from stadspeil.sources.fetching.client import Client
from stadspeil.sources.fetching.planning import Job
from stadspeil.sources.fetching.statline import Progress, decoded, untrue

_KINDS = ("application/json", "application/geo+json", "application/vnd.geo+json")
# West, south, east and north in metres of the national grid: in degrees servers differ on which comes first.
Box = tuple[float, float, float, float]
_DEGREES, _METRES = "EPSG:4326", "EPSG:28992"
_PER_PAGE = 1_000
_MOST_PAGES = 500


def deliveries(
    client: Client,
    job: Job,
    progress: Progress = None,
    wanted: Callable[[str], bool] = lambda layer: True,
    box: Box | None = None,
) -> Iterator[Delivery]:
    """One delivery per layer; `box` narrows a WFS to what lies within it."""
    fetch = job.source.fetch
    if fetch is None:
        return
    for number, layer in enumerate(fetch.layers):
        name = filled(layer, job)
        if not wanted(name):
            continue
        if progress is not None:
            progress(f"{job.title} {name} ophalen", number, len(fetch.layers))
        address = filled(fetch.address, job)
        found = _wfs(client, address, name, job, box) if fetch.protocol == "wfs" else _ogc(client, address, name, job)
        pages = list(found)
        yield Delivery(
            protocol="features",
            table=name,
            edition=job.edition.edition if job.edition else "",
            addresses=tuple(each for each, _ in pages),
            pages=tuple(content for _, content in pages),
        )


def filled(text: str, job: Job) -> str:
    """An address or layer with the year in it."""
    year = job.edition.edition if job.edition else ""
    return text.replace("{edition}", year).replace("{yy}", year[-2:])


def _wfs(client: Client, address: str, layer: str, job: Job, box: Box | None = None) -> Iterator[tuple[str, bytes]]:
    """WFS 2.0 by startIndex until as many as the server says it has."""
    seen: set[str] = set()
    expected: int | None = None
    for _ in range(_MOST_PAGES):
        params = {
            "service": "WFS", "version": "2.0.0", "request": "GetFeature", "typeNames": layer,
            "outputFormat": "application/json", "srsName": _DEGREES if box is None else _METRES,
            "count": str(_PER_PAGE), "startIndex": str(len(seen)),
            **({} if box is None else {"bbox": ",".join([*(f"{each:.0f}" for each in box), _METRES])}),
        }  # fmt: skip
        content = client.get(address, params, kinds=_KINDS).content
        answer = decoded(content, job)
        features = _features(answer, seen, job)
        expected = _expected(answer, expected, job)
        if features:
            yield f"{address}?{urllib.parse.urlencode(params)}", content
        if len(features) < _PER_PAGE and (not features or expected is None or len(seen) >= expected):
            break
    _whole(seen, expected, layer, job)


def _ogc(client: Client, address: str, layer: str, job: Job) -> Iterator[tuple[str, bytes]]:
    """OGC API Features by its own next links, which may only point to the same host and path."""
    start = f"{address.rstrip('/')}/collections/{layer}/items"
    following, params = start, {"f": "json", "limit": str(_PER_PAGE)}
    seen: set[str] = set()
    expected: int | None = None
    for _ in range(_MOST_PAGES):
        content = client.get(following, params or None, kinds=_KINDS).content
        answer = decoded(content, job)
        _features(answer, seen, job)
        expected = _expected(answer, expected, job)
        yield following, content
        links = [each for each in answer.get("links") or [] if isinstance(each, dict) and each.get("rel") == "next"]
        if not links:
            break
        following, params = _same_place(str(links[0].get("href", "")), start, job), {}
    _whole(seen, expected, layer, job)


def _features(answer: dict[str, Any], seen: set[str], job: Job) -> list[Any]:
    features = answer.get("features")
    if not isinstance(features, list):
        raise untrue(job, "het antwoord is geen kaart (geen lijst 'features')")
    for each in features:
        name = str(each.get("id") or each.get("properties")) if isinstance(each, dict) else str(each)
        if name in seen:
            raise untrue(job, f"gebied {name[:80]} kwam twee keer")
        seen.add(name)
    return features


def _expected(answer: dict[str, Any], before: int | None, job: Job) -> int | None:
    told = answer.get("numberMatched", answer.get("totalFeatures"))
    number = int(told) if isinstance(told, int) else None
    if before is not None and number is not None and number != before:
        raise untrue(job, f"het aantal gebieden veranderde onder het ophalen ({before}, {number})")
    return number if number is not None else before


def _whole(seen: set[str], expected: int | None, layer: str, job: Job) -> None:
    if not seen:
        raise untrue(job, f"laag {layer} is leeg")
    if expected is not None and len(seen) != expected:
        raise untrue(job, f"laag {layer} heeft {expected} gebieden en gaf er {len(seen)}")


def _same_place(link: str, start: str, job: Job) -> str:
    here, there = urllib.parse.urlsplit(start), urllib.parse.urlsplit(urllib.parse.urljoin(start, link))
    if (there.scheme, there.netloc, there.path) != (here.scheme, here.netloc, here.path):
        raise untrue(job, f"de volgende bladzijde staat op een ander adres ({link[:100]}); dat volgen wij niet")
    return urllib.parse.urlunsplit(there)
