"""A package on the agenda brings what its own streams say, whoever pays."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio import packaged
from stadspeil.appraisal.portfolio.packaged import weighed_from
from stadspeil.appraisal.streams import Stream
from stadspeil.catalogue import load_catalogue


def stream(side: str, amount: list[float], profile: list[float], shares: dict[str, float]) -> Stream:
    return Stream("m", "l", side, np.array(amount), np.array(profile), shares, ("eigen:test",))  # type: ignore[arg-type]


def test_streams_become_worth_costs_per_purse_and_strain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Costs 1 and 3 (mean 2) in years 0 and 1, three quarters by the municipality: 1.5 a year, of which the fund pays 1 of 3."""
    monkeypatch.setattr(
        packaged, "mechanism_draws", lambda *_: {"adaptief_vermogen": None, "wonen": np.array([0.1, 0.3])}
    )
    found = SimpleNamespace(
        package=SimpleNamespace(id="p", funds={"regio_deals": 1.0}, invented=False),
        ground=SimpleNamespace(invented=True), frame=Frame(2027, 3, draws=2), effects=(),
        streams=(
            stream("kosten", [1.0, 3.0], [1.0, 1.0, 0.0], {"gemeente": 0.75, "corporaties": 0.25}),
            stream("baten", [10.0, 20.0], [0.0, 1.0, 0.0], {"bewoners": 1.0}),
            stream("overdracht", [5.0, 5.0], [1.0, 1.0, 1.0], {"gemeente": 1.0, "rijk": -1.0}),
        ),
    )  # fmt: skip
    made = weighed_from(found, load_catalogue(), 0.0225, 4)  # type: ignore[arg-type]
    assert made.worth[:, 0] == pytest.approx(np.array([10.0, 20.0]) / 1.0225)
    assert made.worth[:, 2] == pytest.approx(np.array([10.0, 20.0]) / 1.0225**3)
    assert {purse: each.tolist() for purse, each in made.costs.items()} == {
        "gemeente": pytest.approx([1.0, 1.0]), "corporaties": pytest.approx([0.5, 0.5]),
        "regio_deals": pytest.approx([0.5, 0.5]),
    }  # fmt: skip
    assert made.strain.tolist() == pytest.approx([0.5, 1.5])
    assert made.marks == {"mechanism:wonen": pytest.approx(0.2)}
    assert made.invented and made.trace == ("eigen:test",)
