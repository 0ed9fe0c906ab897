"""Method: what studies together say that a new place may expect."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from stadspeil.appraisal.measured import Measured
from stadspeil.appraisal.pooling import as_families, beliefs_of, posterior_of
from stadspeil.catalogue import load_catalogue

title = "Studies samennemen"
chapter = "Ex ante afwegen"
order = 10
says = """Studies van een groep meten hetzelfde van dezelfde soort maatregel. Van elke studie telt een deel, naar de sterkte van haar
opzet; een preciezere studie weegt zwaarder, en een verwachting van nul weegt mee alsof zij ook een studie was. De uitkomst is wat een nieuwe
plaats mag verwachten: wijder dan de marge van het gemiddelde, en nog wijder als het bewijs uit het buitenland komt."""
formula = """y = vertrouwen × effect; y ~ N(μ, fout² + (bias / vertrouwen)² × (E[μ²] + τ² + fout²) + τ²); μ ~ N(0, 0,5²); nieuwe plaats ~ N(μ, τ² + (0,5 τ + 0,15 |μ|)²),
die laatste term 1,5 keer zo groot buiten Nederland."""
source = "DerSimonian en Laird (1986); Röver (2020) voor het rooster; factoren: parameters pooling_*; docs/explanation/evidence.md."

# No difference between places, so that everything can be worked out by hand.
BELIEFS = replace(beliefs_of(load_catalogue()), spread=0.0)


def taken_together(table: pl.DataFrame) -> pl.DataFrame:
    """Per pool the mean and the deviation of a new place; per row what counts of a study."""
    rows = []
    for name, inside in table.group_by("pool", maintain_order=True):
        studies = [_study(row, number) for number, row in enumerate(inside.iter_rows(named=True))]
        found = posterior_of(as_families(studies), BELIEFS)
        rows += [
            {"pool": name[0], "counts": BELIEFS.trust[each.strength] * each.effect, "mean": found.mean,
             "deviation": found.place_sd} for each in studies
        ]  # fmt: skip
    return pl.DataFrame(rows)


def _study(row: dict, number: int) -> Measured:
    half = 1.96 * row["error"]
    effect = row["effect"]
    return Measured(
        f"s{number}", "proef", "sd", effect, effect - half, effect + half, row.get("strength", "A"),
        row.get("country", "NL"), "active", family="s0" if row.get("program") == "zelfde" and number else "",
    )  # fmt: skip


def test_expecting_nothing_pulls_one_study_a_little_towards_zero(spec):
    """Een studie die 0,40 vindt met een fout van 0,1 wordt 0,38; met een fout van 0,5 nog 0,20.

    Gewicht van de studie 1 / 0,1² = 100 tegen 1 / 0,5² = 4: 0,40 × 100 / 104 = 0,385. Met een fout van 0,5: 0,40 × 4 / 8.
    """
    spec("""
        pool | effect | error || mean
        -----+--------+-------++------
        a    |  0.40  |  0.1  || 0.385
        b    |  0.40  |  0.5  || 0.20
    """, taken_together)  # fmt: skip


def test_a_more_precise_study_weighs_more(spec):
    """De precieze studie weegt vier keer zo zwaar als die met de dubbele fout.

    (0,40 × 100 + 0,10 × 25) / (100 + 25 + 4) = 42,5 / 129 = 0,329.
    """
    spec("""
        pool | effect | error || mean
        -----+--------+-------++------
        a    |  0.40  |  0.1  || 0.33
        a    |  0.10  |  0.2  || 0.33
    """, taken_together)  # fmt: skip


def test_a_weaker_design_counts_for_less(spec):
    """Dezelfde bevinding telt minder naarmate de opzet zwakker is.

    D: 0,35 × 0,40 = 0,14. Wat de opzet verbergt is een deel van wat waar is: van μ² wordt 0,105 verwacht, dus
    fout² = 0,01 + (0,4 / 0,35)² × (0,105 + 0,01) = 0,160, gewicht 6,25: 0,14 × 6,25 / (6,25 + 4) = 0,085. En dan is
    μ² gemiddeld 0,085² + 1 / 10,25 = 0,105: het klopt met zichzelf.
    """
    spec("""
        pool | effect | error | strength || counts | mean
        -----+--------+-------+----------++--------+-----
        a    |  0.40  |  0.1  | A        ||  0.40  | 0.38
        b    |  0.40  |  0.1  | B        ||  0.32  | 0.31
        c    |  0.40  |  0.1  | C        ||  0.24  | 0.223
        d    |  0.40  |  0.1  | D        ||  0.14  | 0.085
    """, taken_together)  # fmt: skip


def test_a_null_moves_the_mean_to_zero(spec):
    """Een studie die niets vond telt even zwaar als een die wel iets vond.

    (0,40 × 100 + 0 × 100) / 204 = 0,196.
    """
    spec("""
        pool | effect | error || mean
        -----+--------+-------++------
        a    |  0.40  |  0.1  || 0.385
        b    |  0.40  |  0.1  || 0.196
        b    |  0     |  0.1  || 0.196
    """, taken_together)  # fmt: skip


def test_two_studies_of_one_program_count_once(spec):
    """Twee studies van hetzelfde programma zijn samen een studie: het gemiddelde van wat zij vonden, de ruimste fout.

    Een keer: (0,40 + 0,30) / 2 = 0,35, fout 0,1: 0,35 × 100 / 104 = 0,337. Los: (0,40 × 100 + 0,30 × 100) / 204 = 0,343.
    """
    spec("""
        pool | effect | error | program  || mean
        -----+--------+-------+----------++------
        a    |  0.40  |  0.1  | zelfde   || 0.337
        a    |  0.30  |  0.1  | zelfde   || 0.337
        b    |  0.40  |  0.1  | een      || 0.343
        b    |  0.30  |  0.1  | ander    || 0.343
    """, taken_together)  # fmt: skip


def test_evidence_from_abroad_says_less_of_a_new_place(spec):
    """Het gemiddelde blijft, de spreiding van een nieuwe plaats groeit.

    μ heeft variantie 1 / 104 = 0,0096 en μ² is gemiddeld 0,1575. Hier: √(0,0096 + 0,15² × 0,1575) = 0,115; uit de Verenigde
    Staten: √(0,0096 + 1,5² × 0,15² × 0,1575) = 0,133.
    """
    spec("""
        pool | effect | error | country || mean  | deviation
        -----+--------+-------+---------++-------+----------
        a    |  0.40  |  0.1  | NL      || 0.385 | 0.115
        b    |  0.40  |  0.1  | US      || 0.385 | 0.133
    """, taken_together)  # fmt: skip
