"""`stadspeil fetch`: every table that was planned, one by one, each kept as soon as it is whole and sound.

What fails is told at the end and does not touch the rest; the same command again asks only for what is missing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from stadspeil.catalogue import Catalogue
from stadspeil.errors import SourceError
from stadspeil.sources.delivery import SUFFIX, Delivery, pack
from stadspeil.sources.fetching import features, statline, statline_v4
from stadspeil.sources.fetching.client import Client, GoneError, Known, NoAnswerError
from stadspeil.sources.fetching.planning import SQUARES, Job, wanted_keys
from stadspeil.sources.fetching.town_box import box_of_town
from stadspeil.sources.importing import Offered, take_in
from stadspeil.sources.store import Snapshot, SnapshotStore
from stadspeil.workspace import Workspace, fingerprint

# After so many failures in a row a publisher is taken to be down; each one more would cost a minute of waiting.
_FAILURES_UNTIL_DOWN = 3
_ANY_KIND = ("*/*",)
_AGAIN = "draai hetzelfde commando opnieuw: wat al is opgehaald wordt overgeslagen"


@dataclass
class FetchResult:
    """What came of every job. `failed` holds a fault per job; `held` the ids in quarantine."""

    added: list[Snapshot] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    failed: list[SourceError] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def error(self) -> SourceError | None:
        """All that went wrong in one message, or nothing."""
        problems = [f"{fault.where}: {each}" for fault in self.failed for each in fault.problems]
        if not problems:
            return None
        remedies = list(dict.fromkeys(each.remedy for each in self.failed if each.remedy))
        return SourceError("het ophalen", problems, "; ".join([*remedies[:3], _AGAIN]))


def fetch(
    jobs: Iterable[Job],
    workspace: Workspace,
    catalogue: Catalogue,
    client: Client,
    accept: str = "",
    refresh: bool = False,
    progress: statline.Progress = None,
) -> FetchResult:
    """Fetch and keep every job's table. Never raises for a publisher's fault: `FetchResult.error()` tells them."""
    result = FetchResult()
    store = SnapshotStore(workspace.raw)
    failures: dict[str, int] = {}
    for job in jobs:
        host = _host(job)
        if failures.get(host, 0) >= _FAILURES_UNTIL_DOWN:
            result.failed.append(
                SourceError(job.title, f"niet geprobeerd: {host} antwoordde {failures[host]} keer niet")
            )
            continue
        try:
            _fetch_one(job, workspace, catalogue, client, store, accept, refresh, progress, result)
            failures[host] = 0
        except SourceError as fault:
            result.failed.append(_named(fault, job))
            failures[host] = failures.get(host, 0) + 1 if isinstance(fault, NoAnswerError) else 0
    return result


def _fetch_one(
    job: Job,
    workspace: Workspace,
    catalogue: Catalogue,
    client: Client,
    store: SnapshotStore,
    accept: str,
    refresh: bool,
    progress: statline.Progress,
    result: FetchResult,
) -> None:
    """Asks for one job's table and takes in each delivery as it comes."""
    have = [each for each in store.active() if each.source == job.source.id and each.etag]
    box = box_of_town(job, store, catalogue, workspace) if job.source.format == SQUARES else None
    for offered in _offers(job, client, have, refresh, progress, box):
        if offered is None:
            result.unchanged.append(job.title)
            continue
        taken = take_in([offered], workspace, catalogue, accept=accept)
        result.added += taken.added
        result.unchanged += [job.title] if taken.known else []
        result.held += [each.id for each in taken.held]
        result.remarks += [f"{offered.file_name}: {each}" for each in taken.remarks]
        result.failed += taken.faults()


def _offers(
    job: Job,
    client: Client,
    have: list[Snapshot],
    refresh: bool,
    progress: statline.Progress,
    box: features.Box | None,
) -> Iterator[Offered | None]:
    """What came, ready to be taken in; None for what has not changed."""
    protocol = job.source.fetch.protocol if job.source.fetch else ""
    if protocol == "statline":
        yield from _from_statline(job, client, have, refresh, progress)
    elif protocol == "file":
        yield _from_file(job, client, have, refresh)
    else:
        mark = question_mark(job)
        # Maps of years past are not drawn again.
        old = job.edition is not None and job.edition != max(job.source.editions, key=lambda each: each.edition)
        present = {each.file_name for each in have if each.etag == mark} if old and not refresh else set()
        found = features.deliveries(client, job, progress, _absent(job, present), box)
        yield from _offers_of(job, found, mark, present)


def _from_statline(
    job: Job, client: Client, have: list[Snapshot], refresh: bool, progress: statline.Progress
) -> Iterator[Offered | None]:
    mark = question_mark(job)
    new_service = False
    try:
        modified = statline.modified_of(client, job)
    except GoneError:
        new_service, modified = True, _modified_in_new_service(client, job)
    same = [each for each in have if each.etag == mark and each.modified == modified]
    present = set() if refresh else {each.file_name for each in same}
    if file_name(job, "") in present:
        yield None
        return
    found = (
        statline_v4.deliveries(client, job)
        if new_service
        else statline.deliveries(client, job, progress, _absent(job, present))
    )
    yield from _offers_of(job, found, mark, present)


def _absent(job: Job, present: set[str]) -> Callable[[str], bool]:
    """Whether a year or layer is still to be fetched."""
    return lambda name: file_name(job, name) not in present


def _offers_of(job: Job, deliveries: Iterator[Delivery], mark: str, present: set[str]) -> Iterator[Offered | None]:
    if present:
        yield None
    for delivery in deliveries:
        part = delivery.table if delivery.protocol == "features" else delivery.edition if job.edition is None else ""
        yield Offered(
            content=pack(delivery),
            file_name=file_name(job, part),
            edition=job.edition.edition if job.edition else "",
            address=delivery.addresses[0] if delivery.addresses else "",
            etag=mark,
            modified=delivery.modified,
            scope=job.scope.name,
            source=job.source.id,
        )


def file_name(job: Job, part: str) -> str:
    """The name of what is fetched: the same for the same question, so that it is known again."""
    named = [job.source.id, job.edition.edition if job.edition else "", _plain(job.table), _plain(part), job.scope.name]
    return "-".join(each for each in named if each) + SUFFIX


def _modified_in_new_service(client: Client, job: Job) -> str:
    try:
        return statline_v4.modified_of(client, job)
    except GoneError as fault:
        raise GoneError(
            job.title,
            "deze tabel is er niet meer, in de oude en in de nieuwe dienst van StatLine",
            f"zoek haar opvolger bij {job.source.homepage or 'de uitgever'} en zet die in catalogue/sources/{job.source.id}.toml",
        ) from fault


def _named(fault: SourceError, job: Job) -> SourceError:
    """The same fault under the name of the table, with the address it is about."""
    if not fault.where.startswith("https://"):
        return fault
    parts = urlsplit(fault.where)
    return SourceError(job.title, [f"{each} ({parts.hostname}{parts.path})" for each in fault.problems], fault.remedy)


def _from_file(job: Job, client: Client, have: list[Snapshot], refresh: bool) -> Offered | None:
    source = job.source
    template = (job.edition.address if job.edition else "") or (source.fetch.address if source.fetch else "")
    address = features.filled(template, job)
    before = next((each for each in have if each.address == address), None)
    known = Known(before.etag, before.modified) if before and not refresh else None
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "download"
        answer = client.download(address, target, known=known)
        if answer.status == 304:
            return None
        content = target.read_bytes()
    named = features.filled(source.fetch.file_name if source.fetch else "", job)
    return Offered(
        content=content,
        file_name=named or PurePosixPath(urlsplit(address).path).name or f"{source.id}.bin",
        edition=job.edition.edition if job.edition else "",
        address=address,
        etag=answer.etag,
        modified=answer.modified,
        source=source.id,
    )


def question_mark(job: Job) -> str:
    """A sign of what was asked: the same table asked for otherwise (more areas, other codes) is not the same."""
    asked = {
        "table": job.table,
        "period": job.edition.period if job.edition else "",
        "edition": job.edition.edition if job.edition else "",
        "since": 0 if job.edition else job.since,
        "keys": {name: sorted(keys) for name, keys in wanted_keys(job.source).items()},
        "areas": sorted(job.scope.gemeenten),
        "layers": list(job.source.fetch.layers) if job.source.fetch else [],
    }
    return f"vraag-{fingerprint(asked)[:16]}"


def _host(job: Job) -> str:
    fetch = job.source.fetch
    if fetch is None or fetch.protocol == "statline":
        return "opendata.cbs.nl" if fetch is None or fetch.catalog == "CBS" else "dataderden.cbs.nl"
    return urlsplit((job.edition.address if job.edition else "") or fetch.address).hostname or ""


def _plain(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "_." else "-" for letter in text)
