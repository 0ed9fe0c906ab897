"""Simulated and weighed programmes as pages ask for them: read once for each set of results."""

from __future__ import annotations

from collections.abc import Iterable

from stadspeil.atlas.keeping import sound
from stadspeil.atlas.older import Stored
from stadspeil.atlas.site import Site
from stadspeil.catalogue.entries import title_in
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording
from stadspeil.simulation.reading import Outcome, read_outcome
from stadspeil.simulation.store import command_of, simulated
from stadspeil.simulation.weighed import Weighed, read_weighed, weighed_towns


def known_outcomes(site: Site) -> tuple[str, ...]:
    """Ids of the programmes that were simulated and can be read; a damaged one is named in the log."""
    return site.results.remembered(
        "simulated", lambda: tuple(sound(simulated(site.workspace), lambda id: _read_outcome(site, id)))
    )


def known_outcome(site: Site, id: str) -> Outcome:
    """The outcome of a programme. QuestionError for one that is not known or was not simulated."""
    if id not in known_outcomes(site):
        if id in simulated(site.workspace):
            raise QuestionError(
                f"programma '{id}'", "de uitkomst op deze machine is beschadigd",
                f"verwijder out/simulation/{id} in de werkmap en draai 'stadspeil simulate --programme {id}' opnieuw",
            )  # fmt: skip
        if id in site.catalogue.programmes:
            raise QuestionError(
                f"programma '{id}'", "is nog niet gesimuleerd", f"draai 'stadspeil simulate --programme {id}'"
            )
        raise QuestionError(f"programma '{id}'", "dat kennen wij niet", "kies een programma op de bladzijde Bouwen")
    return _read_outcome(site, id)


def _read_outcome(site: Site, id: str) -> Outcome:
    """ContractError where a table of it is damaged."""
    return site.results.remembered(("outcome", id), lambda: read_outcome(site.workspace, id))


def kept_outcome(site: Site, id: str, words: Wording) -> Stored:
    """A simulated programme as the workspace keeps it."""
    run, entry = known_outcome(site, id).run, site.catalogue.programmes.get(id)
    return Stored(title_in(entry, words.lang) if entry else str(run["programme"]["title"]), run, command_of(run))


def kept_below(site: Site, programmes: Iterable[str], words: Wording) -> list[Stored]:
    """The simulations that packages rest on, each once, as far as they were made and can be read."""
    known = known_outcomes(site)
    return [kept_outcome(site, each, words) for each in dict.fromkeys(programmes) if each in known]


def weighed_here(site: Site) -> tuple[str, ...]:
    """Codes of the gemeenten for which programmes were weighed."""
    return site.results.remembered("weighed", lambda: weighed_towns(site.workspace))


def known_weighed(site: Site, town: str) -> Weighed | None:
    """What was weighed for a gemeente; None where nothing was."""
    if town not in weighed_here(site):
        return None
    return site.results.remembered(("weighed", town), lambda: read_weighed(site.workspace, town))
