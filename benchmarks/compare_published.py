"""Our ranks beside those printed in the study: python benchmarks/compare_published.py RANKS.csv --workspace DIR"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from stadspeil.catalogue import load_catalogue
from stadspeil.report.reproduction import Comparison, Place, comparisons
from stadspeil.shelf import read_shelf


def report(found: Sequence[Comparison]) -> str:
    """The comparisons as a Markdown table: printed rank, our scaled range, and the distance where they differ."""
    towns = list(found[0].towns) if found else []
    head = ["row of the study", "our figure", "year", "N", "Spearman", "average New Town", *towns]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for each in found:
        cells = [
            f"{each.figure} {each.row}", each.indicator, str(each.year), str(each.ranked), f"{each.correlation:.2f}",
            _cell(each.average), *(_cell(each.towns.get(town)) for town in towns),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(place: Place | None) -> str:
    if place is None:
        return ""
    first, last = round(place.first), round(place.last)
    ours = str(first) if first == last else f"{first}-{last}"
    return f"{place.printed} / {ours}" + (f" ({place.distance:.0f} off)" if place.distance >= 0.5 else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ranks", type=Path)
    parser.add_argument("--workspace", type=Path, required=True)
    asked = parser.parse_args()
    out = asked.workspace / "out"
    catalogue = load_catalogue(own=asked.workspace / "catalogue")
    scores, group_scores = read_shelf(out / "scores"), read_shelf(out / "group_scores")
    print(report(comparisons(scores, group_scores, catalogue, asked.ranks)))


if __name__ == "__main__":
    main()
