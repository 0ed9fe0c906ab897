"""A number that no verb can reckon with is refused where it is typed, by name and in Dutch."""

from __future__ import annotations

from pathlib import Path

import pytest
from typed_command import answer_of


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("appraise", "--package", "x", "--seed", "-1"), "--seed: -1 is lager dan 0; verwacht 0 of meer"),
        (("agenda", "a", "--seed", "-1"), "--seed: -1 is lager dan 0; verwacht 0 of meer"),
        (("simulate", "x", "--seed", "-5"), "--seed: -5 is lager dan 0; verwacht 0 of meer"),
        (("agenda", "a", "--seconds", "-2"), "--seconds: -2.0 is lager dan 0; verwacht 0 of meer"),
        (("agenda", "a", "--seconds", "nan"), "--seconds: nan is geen gewoon getal; verwacht een eindig getal"),
        (("agenda", "a", "--seconds", "inf"), "--seconds: inf is geen gewoon getal; verwacht een eindig getal"),
        (("agenda", "a", "--lam", "nan"), "--lam: nan is geen gewoon getal"),
        (("agenda", "a", "--gap", "1e999"), "--gap: inf is geen gewoon getal"),
        (("funds", "what-if", "--then", "lid:nta", "--euro", "nan"), "--euro: nan is geen gewoon getal"),
        (("funds", "check", "--town", "x", "--deficit", "-inf"), "--deficit: -inf is geen gewoon getal"),
    ],
)
def test_it_is_refused_before_anything_is_read(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = answer_of(*words, "--workspace", tmp_path)
    assert done.returncode == 2
    assert told in done.stderr and "Wat te doen" in done.stderr


def test_a_number_that_may_be_below_zero_goes_on(tmp_path: Path) -> None:
    done = answer_of("weigh", "thema_gezondheid", "--power", "-1", "--workspace", tmp_path)
    assert "--power" not in done.stderr
