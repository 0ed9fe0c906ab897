"""Socio-economic status (SES-WOA): StatLine's csv export for people, with a mark in front, padding and long headers."""

from __future__ import annotations

import numpy as np

from stadspeil.sources.nieuwland.figures import Figures
from stadspeil.sources.nieuwland.publishing.areas import Gazetteer

YEARS = range(2014, 2023)
HEADERS = (
    "Perioden", "Wijken en buurten", "Regiocode (gemeente, wijk, buurt) (code)", "Particuliere huishoudens (Aantal)",
    "Opleidingsniveau/Laag/Waarde (%)", "Opleidingsniveau/Middelbaar/Waarde (%)", "Opleidingsniveau/Hoog/Waarde (%)",
    "SES-WOA/Totaalscore/Gemiddelde score (Getal)", "Spreiding/Spreiding totaal/Waarde (Getal)",
)  # fmt: skip
SMALLEST = 100


def publish(figures: Figures, gazetteer: Gazetteer) -> bytes:
    """All years in one file."""
    lines = [";".join(f'"{header}"' for header in HEADERS)]
    for year in YEARS:
        division = gazetteer.division(year)
        households = figures.over(division.members, "huishoudens", year)
        schooled = np.stack(
            [figures.over(division.members, f"opleiding_{level}", year) for level in ("laag", "middelbaar", "hoog")]
        )
        shares = 100 * schooled / np.maximum(schooled.sum(axis=0), 1)
        score = figures.over(division.members, "ses_woa_score", year)
        spread = figures.over(division.members, "ses_woa_spreiding", year)
        for row, area in enumerate(division.areas):
            if area.level == "land":
                continue
            given = households[row] >= SMALLEST
            numbers = [f"{value:.1f}" if given else "." for value in shares[:, row].tolist()]
            numbers += [f"{value + 0.0:.3f}" if given else "." for value in (float(score[row]), float(spread[row]))]
            texts = [str(year), area.name, f"{area.code:<10}", f"{round(households[row] / 100) * 100:8d}"]
            lines.append(";".join(f'"{text}"' for text in (*texts, *(f"{number:>8}" for number in numbers))))
    return ("\ufeff" + "\n".join(lines) + "\n").encode()
