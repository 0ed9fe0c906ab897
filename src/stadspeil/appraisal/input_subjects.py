"""What a draw from a pool of studies is about in one package: which interventions, and which figures they change."""

from __future__ import annotations

from dataclasses import dataclass

from stadspeil.appraisal.effects import LABEL_INDICATOR, LABEL_POOL, naming_measures
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Package


@dataclass(frozen=True)
class Subject:
    """Ids, in the order of the package. Of the loss by a label the interventions are those that cannot do without naming
    the area; none where a public list names it."""

    interventions: tuple[str, ...]
    indicators: tuple[str, ...]


def subject_of(pool: str, package: Package, catalogue: Catalogue) -> Subject:
    """What rests on a pool in a package, as far as it counts in euros; without ids where nothing does."""
    if pool == LABEL_POOL:
        naming = () if package.labelled else naming_measures(package, catalogue)
        return Subject(tuple(dict.fromkeys(each.intervention for each in naming)), (LABEL_INDICATOR,))
    found = [
        (measure.intervention, line.indicator)
        for measure in package.measures
        for line in catalogue.intervention(measure.intervention).effects
        if line.pool == pool and line.unit_value and line.id not in measure.override
    ]
    return Subject(tuple(dict.fromkeys(each for each, _ in found)), tuple(dict.fromkeys(each for _, each in found)))
