"""Who pays and who gains: a row per actor that together are society, wrong pockets, and the question to the state.

Rows are made from the same streams as the outcome, so that they add up to it. A transfer is in two rows and in no total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stadspeil.amounts import euros
from stadspeil.appraisal.discounting import Scheme, present_value
from stadspeil.appraisal.frame import Floats, Frame
from stadspeil.appraisal.outcome import Spread, in_order, refuse_misfits, spread_of
from stadspeil.appraisal.streams import Stream
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError

STATE = "rijk"
FUND = "fonds:"


@dataclass(frozen=True)
class Row:
    """One actor. costs, benefits, transfers, npv: S draws worth now; transfers are what it gets less what it gives.

    wrong_pocket  expected benefits per euro of expected costs; none where it pays nothing
    """

    actor: str
    title: str
    public: bool
    local: bool
    costs: Floats
    benefits: Floats
    transfers: Floats

    @property
    def npv(self) -> Floats:
        """What it has left, worth now (S)."""
        return self.benefits + self.transfers - self.costs

    @property
    def worth(self) -> Spread:
        """The same with its interval."""
        return spread_of(self.npv)

    @property
    def wrong_pocket(self) -> float | None:
        """Below 1 it pays for others; far above 1 others pay for it."""
        paid = float(self.costs.mean())
        return float(self.benefits.mean()) / paid if paid > 0 else None


@dataclass(frozen=True)
class Ask:
    """The question to the state: what the local coalition lacks, expected (euro, at least 0) and with its spread; what the
    state itself gains per euro of it; and the sentence that says why."""

    euro: float
    shortfall: Spread
    chance: float
    state_gain: Spread
    return_per_euro: float | None
    sentence: str


@dataclass(frozen=True)
class Ledger:
    """Rows of actors in the order of the catalogue, those of society last in `society`."""

    rows: tuple[Row, ...]
    society: Row
    ask: Ask
    scheme: Scheme

    def row(self, actor: str) -> Row | None:
        """The row of an actor; none where nothing of it is touched."""
        return next((each for each in self.rows if each.actor == actor), None)


def ledger_of(streams: Sequence[Stream], frame: Frame, catalogue: Catalogue, scheme: Scheme = "nl") -> Ledger:
    """The ledger of some streams.

    Raises:  ContractError where a stream does not fit the frame; QuestionError for an unknown actor.
    """
    refuse_misfits(streams, frame)
    sides: dict[str, dict[str, Floats]] = {side: {} for side in ("kosten", "baten", "overdracht")}
    total = {side: np.zeros(frame.draws) for side in sides}
    for stream in in_order(streams):
        worth = present_value(stream, frame, catalogue, scheme)
        total[stream.side] += worth * sum(stream.shares.values())
        for actor, share in stream.shares.items():
            of_actor = sides[stream.side].setdefault(catalogue.actor(actor).id, np.zeros(frame.draws))
            of_actor += share * worth
    touched = {actor for side in sides.values() for actor in side}
    nothing = np.zeros(frame.draws)
    rows = tuple(
        Row(
            entry.id, entry.title, entry.public, entry.local,
            *(sides[side].get(entry.id, nothing) for side in ("kosten", "baten", "overdracht")),
        )
        for entry in sorted(catalogue.actors.values(), key=lambda each: each.order)
        if entry.id in touched
    )  # fmt: skip
    society = Row(
        "samenleving", "Samenleving", False, False, total["kosten"], total["baten"], np.zeros(frame.draws)
    )  # fmt: skip
    return Ledger(rows, society, ask_of(rows, frame), scheme)


def income_weight(relative_income: float, eta: float) -> float:
    """Weight of a euro of somebody with an income against the reference: (1 / relative income) ** eta.

    Raises:  QuestionError for an income of nothing.
    """
    if relative_income <= 0:
        raise QuestionError("gewicht naar inkomen", f"inkomen {relative_income:g}", "geef een inkomen boven nul")
    return float(relative_income**-eta)


def weighted_by_income(
    rows: Sequence[Row], catalogue: Catalogue, relative_income: Mapping[str, float]
) -> dict[str, Spread]:
    """What all rows have left with euros weighted by the income of whose they are: by eta 1, the British standard and the
    literature; who has no income told weighs 1. Transfers count here, for they no longer cancel.

    `relative_income`: actor -> income against the reference; nothing where none is known.
    """
    powers = {
        "inkomen_een": 1.0,
        "inkomen_standaard": catalogue.parameter("eta_standard"),
        "inkomen_literatuur": catalogue.parameter("eta_literature"),
    }
    if not relative_income or not rows:
        return {}
    left = np.stack([row.npv for row in rows])
    incomes = [relative_income.get(row.actor, 1.0) for row in rows]
    return {
        name: spread_of(np.array([income_weight(each, eta) for each in incomes]) @ left) for name, eta in powers.items()
    }


def ask_of(rows: Sequence[Row], frame: Frame) -> Ask:
    """The question to the state: max(0, -(expected npv of the local coalition)), and what the state gains itself."""
    local = local_npv(rows, frame.draws)
    state = next((row for row in rows if row.actor == STATE), None)
    gained = state.benefits + state.transfers if state is not None else np.zeros(frame.draws)
    euro = max(0.0, -float(local.mean()))
    back = float(gained.mean()) / euro if euro > 0 else None
    return Ask(
        euro=euro, shortfall=spread_of(-local), chance=float((local < 0).mean()), state_gain=spread_of(gained),
        return_per_euro=back, sentence=_sentence(euro, spread_of(-local), spread_of(gained), back),
    )  # fmt: skip


def local_npv(rows: Sequence[Row], draws: int) -> Floats:
    """What the coalition around the town has left together, worth now (S draws)."""
    return sum((row.npv for row in rows if row.local), np.zeros(draws))


def _sentence(euro: float, shortfall: Spread, gained: Spread, back: float | None) -> str:
    """Why the state would pay, or why not, with intervals."""
    if euro <= 0 or back is None:
        return (
            "Gemeente, corporaties en schoolbesturen samen komen naar verwachting zelf uit: er is geen vraag aan het Rijk "
            f"(tekort {euros(shortfall.low)} tot {euros(shortfall.high)})."
        )
    head = (
        f"Gemeente, corporaties en schoolbesturen komen samen naar verwachting {euros(euro)} tekort "
        f"({euros(shortfall.low)} tot {euros(shortfall.high)})."
    )
    per_euro = f"{back:.2f}".replace(".", ",")
    if gained.mean <= 0:
        return f"{head} Bij het Rijk zelf komt naar verwachting niets terug ({euros(gained.low)} tot {euros(gained.high)})."
    return (
        f"{head} Bij het Rijk zelf komt {euros(gained.mean)} terug ({euros(gained.low)} tot {euros(gained.high)}): "
        f"{per_euro} euro per gevraagde euro."
    )
