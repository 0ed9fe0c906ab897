"""What axe-core finds on a page against WCAG 2.2 AA."""

from __future__ import annotations

from typing import Any

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Colors are half of the work of axe. They do not depend on the width of the screen, and names do not depend on paper: each
# is looked at once. tests/house/test_styles.py watches that no style makes that untrue.
COLORS = ["color-contrast", "link-in-text-block"]
ON_PAPER = {"runOnly": COLORS}
ON_A_DESK = {"runOnly": {"type": "tag", "values": TAGS}}
WITHOUT_COLORS = {**ON_A_DESK, "rules": {each: {"enabled": False} for each in COLORS}}
RUN = """async (asked) => {
  const { violations } = await axe.run(document, { ...asked, preload: false, resultTypes: ["violations"] });
  return violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
}"""


def against_wcag(page: Any, axe: str, asked: dict[str, Any] = ON_A_DESK) -> list[str]:
    if not page.evaluate("() => typeof axe === 'object'"):
        page.evaluate(axe)
    return list(page.evaluate(RUN, asked))
