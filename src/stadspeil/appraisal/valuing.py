"""From changes of indicators to euros: benefits by valuation family, transfers, and what the state takes back.

    B[s, t] = size[s] x sum over areas of (at x counted) x price[s] x (1 - discount) x profile[t]

What residents gain, what reaches next door, what was moved elsewhere and what a label costs is welfare, up or down. What
other residents bring (composition) is none: it is booked as a transfer from elsewhere. One change of one indicator is
valued once: a package that counts it twice is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from stadspeil.amounts import counted
from stadspeil.appraisal.discounting import price_level
from stadspeil.appraisal.frame import Floats, Frame, Ground
from stadspeil.appraisal.ground import TENURE
from stadspeil.appraisal.pert import pert
from stadspeil.appraisal.streams import PARTS, REST, Effect, Side, Stream
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Claw, UnitValue
from stadspeil.catalogue.valuation_checks import holds_same_good
from stadspeil.errors import ContractError

ELSEWHERE, OWNERS, LANDLORDS = "elders", "eigenaren", "corporaties"
_STRENGTHS = ("A", "B", "C", "D")
_FALLING = "lower_is_better"


def benefits_of(effects: Sequence[Effect], ground: Ground, frame: Frame, catalogue: Catalogue) -> list[Stream]:
    """Euros of effects, in prices of the frame's first year: benefits of those with a unit value, transfers for their
    composition, and claw-back of every indicator that a grant follows.

    Raises:  ContractError where something would be counted twice, or a unit value is of another indicator.
    """
    problems = list(double_counting(effects, catalogue))
    if problems:
        raise ContractError(
            "baten van het pakket",
            problems,
            "haal van een van beide unit_value weg in de interventie; het effect blijft staan",
        )
    discounts = _discounts(effects, catalogue)
    streams: list[Stream] = []
    for effect in effects:
        if effect.unit_value:
            streams.extend(_valued(effect, ground, frame, catalogue, discounts[effect.measure, effect.line]))
        believed = discounts[effect.measure, effect.line][:1]
        for claw in catalogue.claws.values():
            if claw.indicator == effect.indicator:
                streams.extend(_clawed(effect, claw, ground, frame, catalogue, believed))
    return streams


def double_counting(effects: Sequence[Effect], catalogue: Catalogue) -> Iterator[str]:
    """What would be counted twice, in Dutch sentences that name both: two families of one indicator in the package, and in
    one measure families or unit values that hold the same good.

    The loss by a label is an effect of its own, and composition is no benefit: both are left out.
    """
    priced = {
        (effect.measure, effect.line): catalogue.unit_value(effect.unit_value)
        for effect in sorted(effects, key=lambda each: (each.measure, each.line))
        if effect.unit_value and effect.part not in ("etiket", "samenstelling")
    }
    for effect in effects:
        value = catalogue.unit_value(effect.unit_value) if effect.unit_value else None
        if value is not None and value.indicator != effect.indicator:
            yield (
                f"maatregel '{effect.measure}', effect '{effect.line}': kengetal '{value.id}' waardeert "
                f"'{value.indicator}', maar het effect is op '{effect.indicator}'"
            )
    for (one, a), (other, b) in itertools.combinations(priced.items(), 2):
        both = f"'{a.title}' ({a.indicator}, {a.family}) en '{b.title}' ({b.indicator}, {b.family})"
        if a.indicator == b.indicator and a.id != b.id:
            yield f"{both} waarderen hetzelfde cijfer op twee manieren (maatregelen '{one[0]}' en '{other[0]}')"
        elif one[0] == other[0] and holds_same_good(a, b):
            yield f"maatregel '{one[0]}': {both} tellen dezelfde baat twee keer"


def _discounts(effects: Sequence[Effect], catalogue: Catalogue) -> dict[tuple[str, str], tuple[str, ...]]:
    """By measure and line the discounts on its benefit: that on evidence, which holds for the effect itself and so for what
    the state takes back, then that on the unit value.

    They hold for all draws and parts of a line, so that what is moved still adds up to nothing; a line that is expected
    to do harm has none.
    """
    expected: dict[tuple[str, str], float] = {}
    for effect in effects:
        if effect.unit_value and effect.part in ("zittend", "etiket"):
            value = catalogue.unit_value(effect.unit_value)
            worth = _sign(value, catalogue) * value.value[1] * float(effect.size.mean()) * float(effect.at.sum())
            key = effect.measure, effect.line
            expected[key] = expected.get(key, 0.0) + worth
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for effect in sorted(effects, key=lambda each: PARTS.index(each.part)):
        key = effect.measure, effect.line
        if not effect.unit_value or expected.get(key, 0.0) < 0:
            found.setdefault(key, ())
            continue
        names = (
            f"benefit_discount_{(effect.strength or _strength(effect, catalogue) or 'none').lower()}",
            f"value_discount_{catalogue.unit_value(effect.unit_value).grade}",
        )
        found.setdefault(key, tuple(f"parameter:{name}" for name in names))
    return found


def _share_kept(discounts: tuple[str, ...], catalogue: Catalogue) -> float:
    return float(np.prod([1.0 - catalogue.parameter(name.removeprefix("parameter:")) for name in discounts]))


def _strength(effect: Effect, catalogue: Catalogue) -> str:
    """The best strength among active studies in the trace; '' where there is none."""
    studies = [each.removeprefix("studie:") for each in effect.trace if each.startswith("studie:")]
    found = [catalogue.study(id).strength for id in studies if catalogue.study(id).status == "active"]
    return min(found, key=_STRENGTHS.index, default="")


def _sign(value: UnitValue, catalogue: Catalogue) -> float:
    return -1.0 if catalogue.indicator(value.indicator).direction == _FALLING else 1.0


def _valued(
    effect: Effect, ground: Ground, frame: Frame, catalogue: Catalogue, discounts: tuple[str, ...]
) -> Iterator[Stream]:
    """Streams of one effect: inside the ground, and in the rest of the region."""
    value = catalogue.unit_value(effect.unit_value)
    name = f"kengetal:{value.id}"
    price = pert(frame.source(name), *value.value, frame.draws)
    fixed = (
        _sign(value, catalogue)
        * price_level(catalogue, value.price_year, frame.first)
        * _share_kept(discounts, catalogue)
    )
    units, missing = counted_units(effect, ground, value.per)
    profile = np.diff(effect.profile, prepend=0.0) if value.once else effect.profile
    moved = effect.part == "samenstelling"
    gaining = shares_here(value, ground, units[:-1])
    shares = {**gaining, ELSEWHERE: -1.0} if moved else gaining
    inside = (units[:-1], ground.codes, shares)
    outside = (units[-1:], (REST,), shares_elsewhere(value, catalogue))
    # The mirror of composition is the counterpart of the transfer itself.
    for some, codes, divided in (inside,) if moved else (inside, outside):
        if not np.any(some):
            continue
        side: Side = "overdracht" if moved else "baten"
        yield Stream(
            measure=effect.measure, line=effect.line, side=side, amount=effect.size * price * (fixed * some.sum()),
            profile=profile, shares=divided, trace=(*effect.trace, name, *discounts, *missing), family=value.family,
            rate=value.rate, growth=value.growth, area=_only(some, codes), indicator=effect.indicator,
            areas=_spread(some, codes), drawn={**effect.drawn, name: price},
        )  # fmt: skip


def _clawed(
    effect: Effect, claw: Claw, ground: Ground, frame: Frame, catalogue: Catalogue, discounts: tuple[str, ...]
) -> Iterator[Stream]:
    """What the state gives more or less in grants as the indicator moves, some years later: a transfer."""
    name = f"korting:{claw.id}"
    euros = pert(frame.source(name), *claw.euro, frame.draws)
    fixed = price_level(catalogue, int(claw.date[:4]), frame.first) * _share_kept(discounts, catalogue)
    units, missing = counted_units(effect, ground, claw.per)
    later = np.concatenate([np.zeros(claw.lag), effect.profile])[: len(effect.profile)]
    for some, codes, taker in ((units[:-1], ground.codes, "gemeente"), (units[-1:], (REST,), ELSEWHERE)):
        if np.any(some):
            yield Stream(
                measure=effect.measure, line=f"{effect.line}: {claw.title}", side="overdracht",
                amount=effect.size * euros * (fixed * some.sum()), profile=later, shares={taker: 1.0, "rijk": -1.0},
                trace=(*effect.trace, name, *discounts, *missing), area=_only(some, codes), indicator=effect.indicator,
                areas=_spread(some, codes), drawn={**effect.drawn, name: euros},
            )  # fmt: skip


def counted_units(effect: Effect, ground: Ground, per: str) -> tuple[Floats, tuple[str, ...]]:
    """How many inhabitants, homes, ... an effect of one unit touches: N + 1 numbers, the last in the rest of the region,
    and a remark where an area of the effect has no count.

    Raises:  ContractError where the ground does not count it.
    """
    if per not in ground.counted:
        raise ContractError(
            f"effect {effect.measure}/{effect.line}", f"van '{per}' is geen aantal per buurt bekend",
            f"kies voor het kengetal een van {', '.join(ground.counted)}",
        )  # fmt: skip
    counts = ground.counted[per]
    known = np.nan_to_num(counts, nan=0.0)
    units = effect.at * np.append(known, known[effect.home].sum())
    gaps = int(np.count_nonzero(np.isnan(counts) & (effect.at[:-1] != 0)))
    return units, (f"ontbreekt:aantal {per} in {counted(gaps, 'buurt', 'buurten')}",) if gaps else ()


def shares_here(value: UnitValue, ground: Ground, units: Floats) -> dict[str, float]:
    """Shares of who gains in the buurten touched; of a house price by who owns the homes there, where that is known."""
    if not value.by_tenure or TENURE not in ground.levels:
        return dict(value.shares)
    tenure = ground.levels[TENURE] / 100.0
    tenure = np.where(np.isnan(tenure), value.shares.get(LANDLORDS, 0.0), tenure)
    size = float(np.abs(units).sum())
    owned = float((np.abs(units) * tenure).sum()) / size if size else 0.0
    return {OWNERS: 1.0 - owned, LANDLORDS: owned}


def shares_elsewhere(value: UnitValue, catalogue: Catalogue) -> dict[str, float]:
    """Shares of what happens in the rest of the region: all but national public bodies are others there."""
    found: dict[str, float] = {}
    for actor, share in value.shares.items():
        entry = catalogue.actor(actor)
        taker = actor if entry.public and not entry.local else ELSEWHERE
        found[taker] = found.get(taker, 0.0) + share
    return found


def _only(some: Floats, codes: Sequence[str]) -> str:
    """The code of the one area that is touched; '' where there are more."""
    rows = np.flatnonzero(some)
    return codes[int(rows[0])] if len(rows) == 1 else ""


def _spread(some: Floats, codes: Sequence[str]) -> dict[str, float]:
    """Share of each touched area in the whole; none where ups and downs cancel."""
    total = float(some.sum())
    if abs(total) < 1e-12 * float(np.abs(some).sum()):
        return {}
    return {codes[int(row)]: float(some[row] / total) for row in np.flatnonzero(some)}
