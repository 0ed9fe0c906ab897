"""How a simulated figure came about: effect ← pairs of runs ← seeds and draws ← coefficients ← population ← snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.reader import near_match
from stadspeil.errors import QuestionError
from stadspeil.report.lineage import Chain, Step
from stadspeil.simulation.effects import FIGURE
from stadspeil.simulation.programme_files import month_text
from stadspeil.simulation.store import command_of, read_run, read_simulation
from stadspeil.simulation.summing import errors_needed
from stadspeil.sources import SnapshotStore
from stadspeil.workspace import Workspace, made_by_other

# How we know a coefficient, in words.
PROVENANCE = {
    "estimated": "geschat", "calibrated": "gekalibreerd op gepubliceerde totalen", "literature": "uit literatuur",
    "assumption": "aanname", "": "keuze",
}  # fmt: skip
_METHODS = {
    "posterior": "een trekking per paar uit de uitkomst van de kalibratie",
    "believed": "een trekking per paar, gelijkmatig uit het bereik dat geloofd wordt",
    "fixed": "in elk paar dezelfde waarde",
}


def explain_effect(workspace: Workspace, catalogue: Catalogue, programme: str, figure: str, area: str) -> Chain:
    """The chain of one figure of one area, `figure` or `figure:group`, at the end of the last year.

    Raises:  QuestionError where the programme was not simulated, or has no such figure or area.
    """
    run = read_run(workspace, programme)
    id, _, group = figure.partition(":")
    if id not in FIGURE:
        raise QuestionError(
            f"gesimuleerd cijfer '{id}'", f"bestaat niet{near_match(id, FIGURE)}", f"kies uit {', '.join(FIGURE)}"
        )
    effects = read_simulation(workspace, programme, "effects")
    code = _area(area, run, effects)
    rows = effects.filter(
        (pl.col("area") == code) & (pl.col("figure") == id) & (pl.col("years") == pl.col("years").max())
    )
    if group:
        rows = rows.filter(pl.col("group") == group)
    if rows.is_empty():
        groups = ", ".join(FIGURE[id].groups)
        raise QuestionError(f"{id} van {area}", f"groep '{group}' bestaat niet", f"kies uit {groups}")
    title = f"{FIGURE[id].title} ({id}), {run['names'].get(code, code)} ({code})"
    question = f"{title}: met {run['programme']['title']} min zonder, na {rows['years'][0]} jaar"
    if run["invented"]:
        question = f"Verzonnen: programma of bevolking bestaat niet.\n{question}"
    steps = [
        *(_effect_step(row, FIGURE[id].unit) for row in rows.to_dicts()),
        _pairs_step(run), _programme_step(run), _population_step(workspace, run), _coefficients_step(run),
    ]  # fmt: skip
    return Chain(question, tuple(steps))


def _area(area: str, run: dict[str, Any], effects: pl.DataFrame) -> str:
    codes = set(effects["area"])
    by_name = {name.lower(): code for code, name in run["names"].items()}
    code = area if area in codes else area.upper() if area.upper() in codes else by_name.get(area.lower(), "")
    if not code:
        raise QuestionError(
            f"gebied '{area}'", f"zit niet in deze uitkomst{near_match(area, [*codes, *run['names'].values()])}",
            "geef de code of naam van een buurt, wijk of gemeente in de simulatie, of 'locaties' of 'omgeving'",
        )  # fmt: skip
    return code


def _effect_step(row: dict[str, Any], unit: str) -> Step:
    facts = [("groep", row["group"]), ("eenheid", unit), ("paren", str(row["pairs"]))]
    if row["mean"] is None:
        facts.append(("verschil", "wordt niet verteld: van een enkel paar nooit een cijfer van een buurt of wijk"))
        return Step("Verschil met en zonder programma", tuple(facts))
    needed = errors_needed(row["pairs"])
    if row["shown"]:
        facts += [
            ("zonder programma", _number(row["without"])),
            ("verschil, 10 - 50 - 90 %", " - ".join(_number(row[name]) for name in ("low", "middle", "high"))),
            ("gemiddeld", _number(row["mean"])),
            ("standaardfout", _number(row["error"])),
            ("getoond", f"ja: verder van nul dan {needed:.2f} standaardfouten"),
        ]
    else:
        facts.append(("getoond", f"nee: binnen {needed:.2f} standaardfouten van nul, niet te onderscheiden van toeval"))
    return Step("Verschil met en zonder programma", tuple(facts))


def _pairs_step(run: dict[str, Any]) -> Step:
    seeds, asked = run["seeds"], run["inputs"]["asked"]
    low, high = min(run["realized"]), max(run["realized"])
    return Step("Paren van runs", (
        ("begingetal", str(asked["seed"])),
        ("bevolkingen", _populations(run)),
        ("toeval per paar", ", ".join(map(str, seeds[:8])) + (f" en {len(seeds) - 8} meer" if len(seeds) > 8 else "")),
        ("jaren", str(asked["years"])),
        ("gebouwd deel", f"{low:.0%}" if low == high else f"{low:.0%} tot {high:.0%}, per paar getrokken"),
        ("binnen een paar", "hetzelfde toeval en dezelfde coefficienten, met en zonder programma"),
        ("code", run["inputs"]["code"][:12]),
        *((("let op", f"met een andere versie van Stadspeil gemaakt; opnieuw met: {command_of(run)}"),) if made_by_other(run) else ()),
    ))  # fmt: skip


def _programme_step(run: dict[str, Any]) -> Step:
    programme = run["programme"]
    sites = (
        (
            step["site"],
            f"{step['act']} {step['homes']} in {step['buurt']}, {month_text(step['first'])} tot en met {month_text(step['last'])}",
        )
        for step in programme["steps"]
    )
    return Step(
        f"Programma {programme['id']}", (("status", programme["status"]), ("bron", programme["source"]), *sites)
    )


def _population_step(workspace: Workspace, run: dict[str, Any]) -> Step:
    known = {each.id: each for each in SnapshotStore(workspace.raw).active()}
    files = (
        (id, f"{known[id].file_name}, editie {known[id].edition}, controlegetal {known[id].checksum[:12]}")
        if id in known
        else (id, "staat niet meer in de werkmap")
        for id in run["sources"]
    )
    return Step("Bevolking", (
        ("gemaakt uit", f"kerncijfers van {run['start']}: niemand daarin bestaat"),
        ("huishoudens", str(run["households"])), ("woningen", str(run["homes"])), *files,
    ))  # fmt: skip


def _coefficients_step(run: dict[str, Any]) -> Step:
    draws = run["draws"]
    facts = [("niet geschat op microdata", "WoON is niet openbaar"), ("getrokken", _METHODS[draws["method"]])]
    for id, each in run["coefficients"].items():
        drawn = sorted(values[id] for values in draws["values"] if id in values)
        used = f"{drawn[0]:.4g} tot {drawn[-1]:.4g}" if drawn else f"{each['value']:.4g}"
        facts.append((id, f"{used} {each['unit']} ({PROVENANCE[each['provenance']]}; {each['source']})"))
    return Step("Coefficienten", tuple(facts))


def _number(number: float) -> str:
    return f"{number:.4g}".replace(".", ",")


def _populations(run: Mapping[str, Any]) -> str:
    """How often the population was made; a run of an older release made one."""
    told = run.get("populations", {"count": 1, "variance_between": {}})
    shares = ", ".join(f"{level} {100 * share:.0f} %" for level, share in told["variance_between"].items())
    return f"{told['count']}, om beurten" + (f"; deel van de spreiding daarvan: {shares}" if shares else "")
