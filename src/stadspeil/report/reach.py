"""`stadspeil explain --reach`: what a town would have to be on each part of a composite to stand at a place."""

from __future__ import annotations

from stadspeil.analyses.reaching import Reaching, reach_place
from stadspeil.areas import AreaRegister, is_invented
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.report.lineage import Chain, Step
from stadspeil.report.wording import join_unit, wording
from stadspeil.scores.explaining import Reach
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.workspace import Workspace


def explain_reach(workspace: Workspace, catalogue: Catalogue, id: str, area: str, place: int) -> Chain:
    """The answer as a chain of one link. Raises as `reach_place`, and a QuestionError without scores."""
    folder = workspace.out / "scores"
    if not has_shelf(folder):
        raise QuestionError(f"werkmap {workspace.root}", "er zijn nog geen scores", "draai eerst 'stadspeil score'")
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    scores = read_shelf(folder, {"level": ["gemeente"]})
    found = reach_place(id, area, place, scores, catalogue, register)
    question = f"{catalogue.title_of(id)} ({id}), {register.name(area)} ({area}), {found.year}"
    if is_invented(area):
        question = f"VERZONNEN GEGEVENS (Nieuwland bestaat niet)\n{question}"
    return Chain(question, (Step(f"Wat plaats {place} vraagt", tuple(_facts(found, catalogue))),))


def _facts(found: Reaching, catalogue: Catalogue) -> list[tuple[str, str]]:
    words = wording("nl")
    facts = [("nu", f"plaats {found.rank} van {found.ranked}, rapportcijfer {words.number(found.mark, 2)}")]
    if not found.parts:
        return [*facts, ("nodig", f"niets: de gemeente staat al op plaats {found.rank}")]
    facts.append(("alle delen samen", f"gemiddeld {words.number(found.short, 2)} hoger"))
    facts += [(catalogue.title_of(each.part), _needed(each, found, catalogue)) for each in found.parts]
    return [*facts, ("let op", "dit geldt per deel, als al het andere gelijk blijft; ook andere gemeenten bewegen")]


def _needed(reach: Reach, found: Reaching, catalogue: Catalogue) -> str:
    words = wording("nl")
    highest = words.number(catalogue.parameter("mark_max"), 0)
    if not reach.possible:
        return f"cijfer {words.number(reach.mark, 2)}; met dit deel alleen niet te halen, ook niet met een {highest}"
    told = f"cijfer van {words.number(reach.mark, 2)} naar {words.number(reach.mark_wanted, 2)}"
    own = found.values.get(reach.part)
    if reach.value_wanted is None or own is None:
        return told
    entry = catalogue.indicators[reach.part]
    low, high = entry.possible
    # The scale goes on where the figure cannot: a share below zero is no answer.
    if not low <= reach.value_wanted <= high:
        return f"{told}; daar hoort geen mogelijke waarde bij, dus met dit deel alleen niet te halen"
    numbers = (words.number(each, entry.decimals) for each in (own, reach.value_wanted))
    return f"{told}: waarde van {join_unit(' naar '.join(numbers), words.unit(entry.unit))}"
