"""Who seeks: when a household begins, when it gives up, and who goes back to where it came from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.columns import Stretches, home_columns, people_columns
from stadspeil.simulation.demography import ALONE, COUPLE, FAMILY, MOST_PERSONS, ONE_PARENT, begin_to_seek
from stadspeil.simulation.kernels import tired
from stadspeil.simulation.passes import begin_search, most_likely
from stadspeil.simulation.randomness import Purpose, draws
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.run import FROM_ABROAD, PART_STAYS
from stadspeil.simulation.state import State
from stadspeil.simulation.world import NEVER, NOWHERE, Ints

_WAITS_FIRST = 6
_LONG_AGO = 24
# No home is smaller than its household needs by more than this factor, nor are households there longer than 120 years.
_CROWDED = 10.0


def odds_of(rules: Rules) -> NDArray[np.float64]:
    """Log-odds of beginning to seek in a year: level, age bands, tenures (owner, social, private), duration, crowding,
    and the most that they add up to."""
    level = np.log(rules.search_level / (1 - rules.search_level))
    bands = (rules.search_18_29, 0.0, rules.search_45_64, rules.search_65_74, rules.search_75)
    tenures = (rules.search_owner, 0.0, rules.search_private)
    crowded = np.log(_CROWDED) * max(rules.search_crowding, 0)
    new_here = max(-np.log(6.0) * rules.search_duration, np.log(20.0) * rules.search_duration)
    most = level + max(bands) + max(tenures) + crowded + new_here
    return np.array((level, *bands, *tenures, rules.search_duration, rules.search_crowding, most))


def needs_of(rules: Rules) -> NDArray[np.float32]:
    """Floor that each type of household needs, m2."""
    return np.array((rules.need_single, rules.need_couple, rules.need_family, rules.need_one_parent), np.float32)


class Searching:
    """The searches of a run. `rows` are the households that seek now."""

    def __init__(self, state: State, stretches: Stretches) -> None:
        self._state, self._stretches = state, stretches
        self._odds, self._needs = odds_of(state.rules), needs_of(state.rules)
        self._begins: tuple[Ints, NDArray[np.int16]] = (np.empty(0, np.int32), np.empty(0, np.int16))

    def begin(self) -> None:
        """Those who sought before the first month: a number of months of new seekers, and all without a dwelling."""
        state, people = self._state, self._state.people
        used = state.used()
        without = np.flatnonzero(used.alive & (used.dwelling == NOWHERE) & (used.searching == NEVER)).astype(np.int32)
        people.searching[without] = self._earlier(without)
        if np.count_nonzero(used.alive & (used.dwelling != NOWHERE) & (used.searching != NEVER)):
            return
        rows, months = self._drawn(Purpose.BACKLOG, Purpose.BACKLOG_MONTH)
        people.searching[rows[months < state.rules.backlog_months]] = -1 - months[months < state.rules.backlog_months]

    def begin_year(self) -> None:
        """Draw who begins to seek in the year that begins, and when."""
        self._begins = self._drawn(Purpose.SEARCH, Purpose.SEARCH_MONTH)

    def month(self, book: NDArray[Any]) -> None:
        """Begin, give up, go back. `book`: records of all who sought last month."""
        state, people = self._state, self._state.people
        rows, months = self._begins
        rows = rows[months == state.month % 12]
        begin_to_seek(state, rows[people.dwelling[rows] != NOWHERE])
        gave_up, waiting = tired(
            book, people_columns(state), people.alive, state.month, state.rules.search_months, _WAITS_FIRST
        )
        people.searching[gave_up] = NEVER
        state.happened("gave_up", len(gave_up))
        self._return_home(state.sorted(waiting))

    def _drawn(self, purpose: Purpose, purpose_month: Purpose) -> tuple[Ints, NDArray[np.int16]]:
        state = self._state
        people, alive = people_columns(state), state.people.alive[: state.count]
        homes = home_columns(state, state.places.quality)
        keys = state.key(purpose), state.key(purpose_month)
        likely = most_likely(self._odds, self._needs, float(homes.floor.min(initial=np.inf)))
        parts = self._stretches.over(
            state.count,
            lambda start, stop: begin_search(
                people, alive, homes, self._needs, self._odds, likely, *keys, state.month, start, stop
            ),
        )
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _earlier(self, rows: Ints) -> NDArray[np.int16]:
        drawn = draws(self._state.people.number[rows], self._state.key(Purpose.BACKLOG_MONTH))
        return (-1 - _LONG_AGO * drawn).astype(np.int16)

    def _return_home(self, rows: Ints) -> None:
        """To the household where it came from; if that is gone, abroad again or to a room that is no dwelling."""
        state, people = self._state, self._state.people
        rows = rows[draws(people.number[rows], state.key(Purpose.RETURN_HOME)) < state.rules.return_home]
        state.happened("returned_home", len(rows))
        host = state.host[rows]
        safe = np.where(host == NOWHERE, 0, host)
        welcome = (host != NOWHERE) & people.alive[safe] & (people.persons[safe] + 4 <= MOST_PERSONS)
        welcome &= people.persons[rows] <= 2
        # Two children may come back to one household in a month: one each month, the rest waits.
        _, first = np.unique(np.where(welcome, host, -1 - np.arange(len(host))), return_index=True)
        once = np.zeros(len(rows), np.bool_)
        once[first] = True
        self._join(rows[welcome & once], host[welcome & once])
        lost = rows[~welcome]
        abroad = state.origin[lost] == FROM_ABROAD
        state.happened("departures", int(people.persons[lost[abroad]].sum()))
        state.happened("institution", int(people.persons[lost[~abroad]].sum()))
        self._end(rows[(welcome & once) | ~welcome])

    def _join(self, rows: Ints, hosts: Ints) -> None:
        state, people = self._state, self._state.people
        people.persons[hosts] += people.persons[rows]
        partners = state.origin[rows] == PART_STAYS
        kind = people.kind[hosts]
        with_child = np.array([ONE_PARENT, FAMILY, FAMILY, ONE_PARENT], np.uint8)[kind]
        with_partner = np.array([COUPLE, FAMILY, FAMILY, FAMILY], np.uint8)[kind]
        with_partner = np.where((kind == ALONE) & (people.persons[rows] > 1), FAMILY, with_partner)
        state.change(hosts, np.where(partners, with_partner, with_child).astype(np.uint8), people.age[hosts].copy())

    def _end(self, rows: Ints) -> None:
        people = self._state.people
        people.alive[rows] = False
        people.searching[rows] = NEVER
        self._state.happened("dissolved", len(rows))
