"""Method: the chain of vacancies, on two kinds of home by hand."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.simulation.vacancy_chain import ENDS, Chain, ask, prepare, share_done

title = "Verhuisketens"
chapter = "Bouwen en verhuizen"
order = 10
says = """Een nieuwe woning wordt betrokken door een huishouden dat zelf een woning vrijmaakt, of dat niet doet: een starter,
iemand van wie een huisgenoot achterblijft, iemand uit het buitenland. Zo gaat de keten door of eindigt zij. De kansen
hangen af van de soort woning, en voor de eerste schakel van het nieuw zijn."""
formula = """vrijgekomen = h Q₀ (I − Q)⁻¹; schakel k = h Q₀ Qᵏ⁻¹; elke keten eindigt eenmaal: eindes = h (R₀ + Q₀ (I − Q)⁻¹ R), samen
gelijk aan het aantal nieuwe woningen."""
source = """White, Chains of Opportunity (1970); de landelijke keten is opgelost uit CBS, nieuws 2025/21 (gecorrigeerd op 23 mei
2025); docs/explanation/three-tiers.md."""


def chain_of(table: pl.DataFrame) -> Chain:
    """The chances drawn in columns; what is left of a row ends with a starter."""
    first, later = (table.select(names).to_numpy() for names in (("new_owner", "new_rent"), ("owner", "rent")))
    ends = [
        np.concatenate([1 - each.sum(axis=1, keepdims=True), np.zeros((2, len(ENDS) - 1))], axis=1)
        for each in (first, later)
    ]
    return Chain(
        ("koop", "huur"), first, ends[0], later, ends[1], np.full(2, 50.0), np.full(2, 50.0), 3.0, (3.0, 3.0), 1
    )


def freed_by_each(table: pl.DataFrame) -> pl.DataFrame:
    """What the homes of each row alone set free."""
    made = prepare(chain_of(table), np.random.default_rng(1), 5)
    answers = [ask(made, row * np.array(table["homes"])) for row in np.eye(2)]
    return pl.DataFrame(
        {
            "freed": [each.freed.value for each in answers],
            "ends": [sum(end.value for end in each.ends.values()) for each in answers],
            "link_1": [each.links[0].value for each in answers],
            "link_2": [each.links[1].value for each in answers],
        }
    )


def test_links_add_up_and_every_chain_ends_once(spec):
    """Van tien nieuwe koopwoningen komen er in de eerste schakel acht vrij, daarna steeds minder, samen zeventien.

    (I − Q)⁻¹ = ((1,75; 0,5), (0,25; 1,5)). Koop: (0,6; 0,2) maal dat is (1,1; 0,6), samen 1,7 per woning. Huur: (0,1; 0,4) geeft
    (0,275; 0,65), samen 0,925. Tweede schakel van koop: (0,6 × 0,4 + 0,2 × 0,1; 0,6 × 0,2 + 0,2 × 0,3) = (0,26; 0,18).
    """
    spec("""
        kind | homes | new_owner | new_rent | owner | rent || freed | ends | link_1 | link_2
        -----+-------+-----------+----------+-------+------++-------+------+--------+-------
        koop |  10   |   0.6     |   0.2    |  0.4  | 0.2  || 17    | 10   |  8     |  4.4
        huur |  10   |   0.1     |   0.4    |  0.1  | 0.3  ||  9.25 | 10   |  5     |  2.2
    """, freed_by_each)  # fmt: skip


def waiting(table: pl.DataFrame) -> pl.DataFrame:
    """Shares of one and two links that are done, with a wait of three months without memory."""
    done = share_done(2, 3.0, 1, table["months"].to_list())
    return pl.DataFrame({"one_link": done[0], "two_links": done[1]})


def test_a_chain_takes_time(spec):
    """Duurt een schakel gemiddeld drie maanden, dan is na een jaar 98 % van de eerste schakels klaar en 91 % van de tweede.

    Een schakel: 1 − e^(−12/3) = 0,982. Twee: 1 − e^(−4) (1 + 4) = 0,908.
    """
    spec("""
        months || one_link | two_links
        -------++----------+----------
           3   ||   0.632  |   0.264
          12   ||   0.982  |   0.908
    """, waiting)  # fmt: skip
