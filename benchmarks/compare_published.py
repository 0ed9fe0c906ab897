"""Our ranks beside those printed in the study: python benchmarks/compare_published.py RANKS.csv --workspace DIR"""

from __future__ import annotations

import argparse
from pathlib import Path

from stadspeil.catalogue import load_catalogue
from stadspeil.report.reproduction import comparison_table, comparisons
from stadspeil.shelf import read_shelf


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ranks", type=Path)
    parser.add_argument("--workspace", type=Path, required=True)
    asked = parser.parse_args()
    out = asked.workspace / "out"
    catalogue = load_catalogue(own=asked.workspace / "catalogue")
    scores, group_scores = read_shelf(out / "scores"), read_shelf(out / "group_scores")
    print(comparison_table(comparisons(scores, group_scores, catalogue, asked.ranks)))


if __name__ == "__main__":
    main()
