"""`stadspeil fetch`: what to ask for, from whom, and what to tell of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from stadspeil.amounts import counted
from stadspeil.areas import FIRST_BOUNDARIES
from stadspeil.cli.screen import Progress, say
from stadspeil.cli.sessions import Session, open_session
from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources import SnapshotStore
from stadspeil.sources.fetching.client import Client, Manners, require_loopback
from stadspeil.sources.fetching.planning import Job, plan
from stadspeil.sources.fetching.running import FetchResult, fetch
from stadspeil.workspace import publish_bytes

_MEGABYTE = 1_000_000
_OVERLAY_FILES = ("areas/gemeenten.csv", "areas/changes.csv", "groups.toml", "regions.toml")
_MOST_OVERLAY = 20 * _MEGABYTE


def planned(
    session: Session, town: str, everything: bool, sources: Iterable[str], since: int | None, years: Sequence[int] = ()
) -> list[Job]:
    """The jobs for what was asked, within the years that there are; QuestionError when nothing was asked."""
    sources = list(sources)
    if not town and not everything and not sources:
        raise QuestionError(
            "ophalen",
            "niet gezegd is wat u wilt hebben",
            "geef --town GM0637 (wat die stad nodig heeft), --all (heel Nederland) of --source ID",
        )
    if town and everything:
        raise QuestionError("ophalen", "--town en --all gaan niet samen", "kies een van beide")
    code = session.register.find(town) if town else ""
    first = max(since or FIRST_BOUNDARIES, FIRST_BOUNDARIES)
    first, newest = max([first, *years[:1]]), max(years, default=0)
    return plan(session.catalogue, session.register, code, sources, first, newest)


def jobs_table(jobs: list[Job]) -> pl.DataFrame:
    """What would be fetched, for --dry-run."""
    rows = [
        (
            job.source.id, job.edition.edition if job.edition else f"vanaf {job.since}", job.table,
            job.scope.name or "heel Nederland", round(job.estimate / _MEGABYTE, 1),
            {"recorded": "gezien", "unverified": "niet gezien", "ours": "van ons"}[job.source.shape],
        )
        for job in jobs
    ]  # fmt: skip
    schema = {"bron": pl.String, "jaar": pl.String, "tabel": pl.String, "wijken en buurten van": pl.String,
              "ongeveer MB": pl.Float64, "vorm": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def run(
    workspace: Path | None,
    town: str,
    everything: bool,
    sources: list[str],
    since: int | None,
    publishers: str,
    offline: bool,
    accept: str,
    refresh: bool,
    progress: Progress,
) -> FetchResult:
    """Fetch what was asked into the workspace."""
    session = open_session(workspace)
    years: Sequence[int] = ()
    if publishers:
        session, years = with_overlay(session, publishers)
    jobs = planned(session, town, everything, sources, since, years)
    if offline:
        return _offline(jobs, session)
    manners = Manners(pause_s=0.0) if publishers else Manners()
    with Client(publishers=publishers, manners=manners) as client:
        return fetch(jobs, session.workspace, session.catalogue, client, accept, refresh, progress)


def _offline(jobs: list[Job], session: Session) -> FetchResult:
    """Without the network: what is there already, and a fault for what is not."""
    have = {(each.source, each.edition) for each in SnapshotStore(session.workspace.raw).active()}
    sources = {source for source, _ in have}
    result = FetchResult()
    for job in jobs:
        there = (job.source.id, job.edition.edition) in have if job.edition else job.source.id in sources
        if there:
            result.unchanged.append(job.title)
        else:
            result.failed.append(SourceError(job.title, "is nog niet opgehaald", "haal het op zonder --offline"))
    return result


def told(result: FetchResult) -> None:
    """What happened, in words."""
    for snapshot in result.added:
        say(f"opgehaald: {snapshot.file_name} -> {snapshot.id} ({counted(snapshot.rows, 'rij', 'rijen')})")
    for remark in result.remarks:
        say(f"let op: {remark}")
    say(
        f"{len(result.added)} nieuw, {len(result.unchanged)} niets veranderd, {len(result.held)} vastgehouden, "
        f"{len(result.failed)} mislukt."
    )


def with_overlay(session: Session, publishers: str) -> tuple[Session, list[int]]:
    """The session with the invented country's gemeenten and groups, which the fake publishers hand out, and its years."""
    import httpx

    require_loopback(publishers)
    address = f"{publishers.rstrip('/')}/stadspeil/overlay.json"
    try:
        answer = httpx.get(address, timeout=10, trust_env=False)
    except httpx.HTTPError as fault:
        raise SourceError(
            publishers,
            f"daar antwoordt niemand ({fault})",
            "start de namaak-uitgevers: stadspeil nieuwland serve-sources",
        ) from fault
    if answer.status_code == 404:
        return session, []
    try:
        told = json.loads(answer.content[:_MOST_OVERLAY])
        files = {name: str(told["files"][name]) for name in _OVERLAY_FILES if name in told["files"]}
    except (ValueError, KeyError, TypeError) as fault:
        raise SourceError(address, f"het antwoord klopt niet ({fault})", "start de namaak-uitgevers opnieuw") from fault
    if any(not each.invented for each in SnapshotStore(session.workspace.raw).active() if each.areas):
        raise SourceError(
            str(session.workspace.root),
            "hier staan echte cijfers; verzonnen cijfers mogen er niet bij",
            "kies een andere werkmap met --workspace",
        )
    for name, text in files.items():
        publish_bytes(text.encode(), session.workspace.own_catalogue / name)
    return open_session(session.workspace.root), [int(each) for each in told.get("years", [])]
