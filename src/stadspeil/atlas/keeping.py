"""Answers that are asked for again and again, kept until the results are others or the room is full."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from stadspeil.atlas.logs import log_damage
from stadspeil.errors import ContractError

Made = TypeVar("Made")


class Kept:
    """At most so many answers, the least asked for is forgotten first. Safe to ask from several threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._version = ""
        self._lock = threading.Lock()

    def __call__(self, version: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """The answer of a key, made now if it was not kept. Two threads may make the same; that costs time alone."""
        with self._lock:
            if version != self._version:
                self._answers.clear()
                self._version = version
            if key in self._answers:
                self._answers.move_to_end(key)
                found: Made = self._answers[key]
                return found
        made = make()
        with self._lock:
            if version == self._version:
                self._answers[key] = made
                while len(self._answers) > self.most:
                    self._answers.popitem(last=False)
        return made


def sound(ids: Iterable[str], read: Callable[[str], Made]) -> dict[str, Made]:
    """What can be read, by id. What is damaged is left out and named in the log."""
    found = {}
    for id in ids:
        try:
            found[id] = read(id)
        except ContractError as fault:
            log_damage(fault)
    return found
