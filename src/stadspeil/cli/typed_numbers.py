"""Numbers that no verb can reckon with, refused as the words are read: for every verb in one place."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import typer

# Options of which the verb itself does not say, all at once, that they may not be below zero.
_FROM_ZERO = frozenset({"seed", "seconds"})


def guarded(command: Any) -> Any:
    """The command with all below it, each refusing a number that is not finite, or below zero where that cannot be."""
    for each in getattr(command, "commands", {}).values():
        guarded(each)
    for param in command.params:
        param.callback = _first_finite(param.callback)
    return command


def _first_finite(then: Callable[..., Any] | None) -> Callable[..., Any]:
    def checked(context: Any, param: Any, value: Any) -> Any:
        for each in value if isinstance(value, (list, tuple)) else (value,):
            _refuse(each, param)
        return value if then is None else then(context, param, value)

    return checked


def _refuse(value: Any, param: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is geen gewoon getal; verwacht een eindig getal", param=param)
    if param.name in _FROM_ZERO and isinstance(value, (int, float)) and value < 0:
        raise typer.BadParameter(f"{value} is lager dan 0; verwacht 0 of meer", param=param)
