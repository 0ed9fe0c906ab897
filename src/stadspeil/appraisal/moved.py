"""Which result moved because which study was added, changed or withdrawn: two versions of the library side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stadspeil.appraisal.measured import Measured
from stadspeil.appraisal.pooling import Beliefs, Pooled, pooled
from stadspeil.errors import QuestionError

KINDS = {
    "added": "toegevoegd", "removed": "verwijderd", "withdrawn": "ingetrokken", "restored": "hersteld",
    "changed": "gewijzigd", "beliefs": "andere aannamen",
}  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """A study that changed, and by how much the mean would be otherwise without that change alone; None where then
    nothing could be computed."""

    study: str
    kind: str
    effect: float | None


@dataclass(frozen=True)
class Moved:
    """A pool that moved: its mean and its reach before and now; None where nothing could or can be computed."""

    pool: str
    unit: str
    before: tuple[float, float, float] | None
    now: tuple[float, float, float] | None
    causes: tuple[Cause, ...]

    @property
    def change(self) -> float | None:
        """How far the mean moved."""
        return None if self.before is None or self.now is None else self.now[0] - self.before[0]


def moved_pools(
    before: Mapping[str, Measured], now: Mapping[str, Measured], beliefs: Beliefs, former: Beliefs
) -> list[Moved]:
    """Every pool of which a study, or what is believed beforehand, changed so that its result is another.

    Each cause is measured by undoing that one change in the library of now (leave one out, or in). The causes of a pool
    need not add up to how far it moved: two studies that say the same have little effect each.
    """
    pools = sorted({each.pool for each in (*before.values(), *now.values())})
    found = []
    for pool in pools:
        was, is_ = _result(pool, before, former), _result(pool, now, beliefs)
        causes = list(_causes(pool, before, now, beliefs))
        if former != beliefs and is_ is not None:
            causes.append(Cause("", "beliefs", _difference(is_, _result(pool, now, former))))
        shown = is_ or was
        if shown is not None and _numbers(was) != _numbers(is_):
            found.append(Moved(pool, shown.unit, _numbers(was), _numbers(is_), tuple(causes)))
    return found


def leave_one_out(pool: str, library: Mapping[str, Measured], beliefs: Beliefs) -> dict[str, float | None]:
    """By study (or program) of a pool: the mean without it; None where nothing is left."""
    whole = pooled(pool, library, beliefs)
    left: dict[str, float | None] = {}
    for each in whole.studies:
        rest = {id: other for id, other in library.items() if id not in each.ids}
        result = _result(pool, rest, beliefs)
        left[each.id] = None if result is None else result.posterior.mean
    return left


def _causes(pool: str, before: Mapping[str, Measured], now: Mapping[str, Measured], beliefs: Beliefs) -> list[Cause]:
    touched = [
        id
        for id in sorted(before.keys() | now.keys())
        if before.get(id) != now.get(id) and pool in (_pool(before.get(id)), _pool(now.get(id)))
    ]
    result = _result(pool, now, beliefs)
    causes = []
    for id in touched:
        undone = {key: each for key, each in now.items() if key != id} | ({id: before[id]} if id in before else {})
        causes.append(
            Cause(id, _kind(before.get(id), now.get(id)), _difference(result, _result(pool, undone, beliefs)))
        )
    return causes


def _kind(was: Measured | None, is_: Measured | None) -> str:
    if was is None:
        return "added"
    if is_ is None:
        return "removed"
    if (was.status == "withdrawn") != (is_.status == "withdrawn"):
        return "withdrawn" if is_.status == "withdrawn" else "restored"
    return "changed"


def _pool(study: Measured | None) -> str:
    return "" if study is None else study.pool


def _result(pool: str, library: Mapping[str, Measured], beliefs: Beliefs) -> Pooled | None:
    try:
        return pooled(pool, library, beliefs)
    except QuestionError:
        return None


def _difference(one: Pooled | None, other: Pooled | None) -> float | None:
    return None if one is None or other is None else one.posterior.mean - other.posterior.mean


def _numbers(found: Pooled | None) -> tuple[float, float, float] | None:
    return None if found is None else (found.posterior.mean, *found.posterior.reach)
