"""What the pages say about the catalogue holds: the figures in the README and the entries in the how-to pages."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path

import pytest

from stadspeil.catalogue import load_catalogue

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to"


def examples(page: str) -> list[str]:
    """The TOML examples of a how-to page."""
    text = (HOW_TO / page).read_text(encoding="utf-8")
    return [textwrap.dedent(each) for each in re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)]


@pytest.mark.parametrize("page", ["README.md", "README.nl.md"])
def test_the_readme_counts_the_indicators_right(page: str) -> None:
    indicators = load_catalogue().indicators.values()
    connected = sum(each.status == "connected" for each in indicators)
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(r"(\d+) (?:catalogued indicators|cijfers uit de catalogus).*?(\d+) .*?(\d+) ", text)
    assert found
    assert tuple(map(int, found.groups())) == (len(indicators), connected, len(indicators) - connected)


def commands(page: str) -> list[list[str]]:
    """The verbs of the commands of a README with their options, in order; names of files and towns may differ."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```\n(.*?)```", text, flags=re.DOTALL)
    lines = [line.partition("#")[0] for block in blocks for line in block.splitlines()]
    calls = [call.split() for line in lines for call in line.split("&&")]
    return [
        [*call[:2], *(word for word in call if word.startswith("--"))]
        for call in calls if call and call[0] in ("stadspeil", "make")
    ]  # fmt: skip


def links(page: str) -> set[str]:
    """The pages of ours to which a README leads."""
    return set(re.findall(r"\]\((docs/[^)]*)\)", (ROOT / page).read_text(encoding="utf-8")))


def test_both_readmes_show_the_same_commands() -> None:
    dutch, english = commands("README.nl.md"), commands("README.md")
    assert dutch == english
    assert {"simulate", "appraise", "funds", "agenda", "serve"} <= {call[1] for call in english}


def test_the_dutch_readme_leads_to_nothing_that_the_english_one_does_not() -> None:
    assert links("README.nl.md") - links("README.md") <= {"docs/how-to/read-the-report.md"}
    assert "docs/how-to/weigh-a-package.md" in links("README.nl.md")


def test_the_example_indicator_is_accepted_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "indicators").mkdir()
    (tmp_path / "indicators" / "kenmerken_bevolking.toml").write_text(
        examples("add-an-indicator.md")[0], encoding="utf-8"
    )
    entry = load_catalogue(own=tmp_path).indicator("mannen_aandeel")
    assert (entry.theme, entry.numerator) == ("kenmerken_bevolking", "mannen")


def test_the_example_edition_is_accepted_as_it_stands(tmp_path: Path) -> None:
    source = Path("sources") / "cbs_kerncijfers_wijken_buurten.toml"
    (tmp_path / "sources").mkdir()
    shutil.copy(ROOT / "catalogue" / source, tmp_path / source)
    with (tmp_path / source).open("a", encoding="utf-8") as file:
        file.write("\n" + examples("add-an-edition-of-a-source.md")[0])
    editions = load_catalogue(own=tmp_path).sources[source.stem].editions
    assert {"2025", "2026"} <= {each.edition for each in editions}


def test_the_example_group_and_region_are_accepted_as_they_stand(tmp_path: Path) -> None:
    group, region = examples("replace-groups-and-regions.md")
    (tmp_path / "groups.toml").write_text(group, encoding="utf-8")
    (tmp_path / "regions.toml").write_text(region, encoding="utf-8")
    catalogue = load_catalogue(own=tmp_path)
    assert "GM0637" in catalogue.group("buren").members
    assert catalogue.regions["GM0637"].evidence == "ours"
