"""What axe-core finds on a page against WCAG 2.2 AA."""

from __future__ import annotations

from typing import Any

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Colors do not depend on the width of the screen, and names do not depend on paper: each is looked at once.
ON_PAPER = {"runOnly": ["color-contrast", "link-in-text-block"]}
ON_A_PHONE = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"color-contrast": {"enabled": False}}}
ON_A_DESK = {"runOnly": {"type": "tag", "values": TAGS}}
RUN = """async (asked) => {
  const { violations } = await axe.run(document, { ...asked, preload: false, resultTypes: ["violations"] });
  return violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
}"""


def against_wcag(page: Any, axe: str, asked: dict[str, Any] = ON_A_DESK) -> list[str]:
    if not page.evaluate("() => typeof axe === 'object'"):
        page.evaluate(axe)
    return list(page.evaluate(RUN, asked))
