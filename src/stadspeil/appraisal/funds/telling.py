"""What another criterion does, in Dutch sentences for a memo to the state."""

from __future__ import annotations

from stadspeil.amounts import euros, number
from stadspeil.appraisal.funds.criteria import Rule
from stadspeil.appraisal.funds.what_if import Contribution, Reach, WhatIf

_LEVELS = {"gemeente": "gemeenten", "wijk": "wijken", "buurt": "buurten"}


def sentences(made: WhatIf, now: Rule, then: Rule) -> tuple[str, ...]:
    """First what changes, then who of the group is reached, how sure that is, what it costs, and what to know."""
    told = [
        f"Met '{then.words()}' in plaats van '{now.words()}' komen er {_areas(made.joins, made)} bij en vallen er {_areas(made.drops, made)} af; "
        f"nu gaat het om {_areas(made.before, made)}, dan om {_areas(made.after, made)}."
    ]
    if made.group:
        told.append(
            f"Van de {made.group_size} gemeenten van {made.group} hebben er dan {_listed(made.group_after)}; nu {_listed(made.group_before)}."
        )
    told += [_certainty(made), *_cost(made)]
    return (*told, *(f"{each[0].upper()}{each[1:]}." for each in made.remarks))


def _areas(reach: Reach, made: WhatIf) -> str:
    if not reach.areas:
        return "geen"
    return f"{number(reach.areas)} {_LEVELS[made.scale] if reach.areas > 1 else made.scale} met {number(reach.inhabitants)} inwoners"


def _listed(names: tuple[str, ...]) -> str:
    return f"{len(names)} een gebied ({', '.join(names)})" if names else "geen een gebied"


def _certainty(made: WhatIf) -> str:
    changed = made.joins.areas + made.drops.areas
    if not changed:
        return "Er verandert geen gebied."
    unknown = changed - made.sure - made.unsure
    if unknown == changed:
        return "Hoe zeker die veranderingen zijn is niet te zeggen: van geen van deze gebieden is de marge bekend."
    text = f"Van die veranderingen zijn er {number(made.sure)} zeker; {number(made.unsure)} zijn niet te zeggen, omdat de marge van het gebied over de grens gaat"
    return text + (f"; van {number(unknown)} is de marge of het cijfer zelf niet bekend." if unknown else ".")


def _cost(made: WhatIf) -> list[str]:
    paid: Contribution | None = made.contribution
    if paid is None:
        return []
    now, then, joins = (_range(each) for each in (made.before, made.after, made.joins))
    told = [f"de nieuwe regel {then}"] if then else []
    told += [f"de regel van nu {now}"] if now else []
    told += [f"wie erbij komt {joins}"] if joins and made.joins.areas else []
    text = f"Tegen {number(paid.euro)} euro per {paid.per} [{paid.mark}: {paid.source}] kost {', '.join(told)}."
    if made.after.euro and made.before.euro:
        text += f" Met het geld van nu blijft er per {paid.per} {number(paid.euro * made.before.euro / made.after.euro)} euro over."
    return [text] if told else []


def _range(reach: Reach) -> str:
    if reach.euro is None:
        return ""
    if reach.euro_sure is None:
        return f"{euros(reach.euro)} (naar de gepubliceerde waarden; marges zijn niet bekend)"
    if reach.sure == reach.areas or not reach.areas:
        return euros(reach.euro)
    return f"{euros(reach.euro)} (waarvan {euros(reach.euro_sure)} voor gebieden van wie het zeker is)"
