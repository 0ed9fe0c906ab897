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
# Whether a box scrolls depends on all that is in it: asked before a page is made thin.
SCROLLING = {"runOnly": ["scrollable-region-focusable"]}
RUN = """async (asked) => {
  const { violations } = await axe.run(document, { ...asked, preload: false, resultTypes: ["violations"] });
  return violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
}"""
# Of siblings that differ only in what they say, all but the first two, the last and those that others refer to: axe would
# say of each what it says of those. Whether there are words at all, classes, styles and roles make a difference.
THIN = r"""() => {
  const said = /\b(id|for|href|src|srcset|title|alt|value|name|headers|d|x|y|x1|x2|y1|y2|cx|cy|r|rx|points|transform|aria-label|aria-labelledby|aria-describedby|data-[\w-]+)="([^"]*)"/g;
  const shape = (each) => each.outerHTML.replace(said, (_, name, value) => `${name}=${value.trim() ? 1 : 0}`)
    .replace(/>([^<]+)</g, (_, words) => words.trim() ? ">w<" : "><");
  const refers = ["for", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list", "form"];
  const links = [...document.querySelectorAll([...refers.map((name) => `[${name}]`), "a[href^='#']"].join())];
  const named = new Map();
  for (const each of links)
    for (const id of [...refers.flatMap((name) => (each.getAttribute(name) ?? "").split(/\s+/)), (each.getAttribute("href") ?? "").replace("#", "")])
      if (id) named.set(id, [...(named.get(id) ?? []), each]);
  const wanted = (each) => [each, ...each.querySelectorAll("[id], [for]")].some((one) =>
    (named.get(one.id) ?? []).some((from) => !each.contains(from)) || (one.htmlFor && !each.contains(document.getElementById(one.htmlFor))));
  let gone = 0;
  for (const parent of document.querySelectorAll("tbody, ul, ol, dl, select, optgroup, datalist, svg, svg g, main div")) {
    if (!parent.isConnected) continue;
    const alike = new Map();
    for (const each of [...parent.children].slice(0, -1)) {
      const key = shape(each), seen = alike.get(key) ?? 0;
      alike.set(key, seen + 1);
      if (seen >= 2 && !wanted(each)) { each.remove(); gone += 1; }
    }
  }
  return gone;
}"""


def against_wcag(page: Any, axe: str, asked: dict[str, Any] = ON_A_DESK) -> list[str]:
    if not page.evaluate("() => typeof axe === 'object'"):
        page.evaluate(axe)
    return list(page.evaluate(RUN, asked))


def thin(page: Any) -> int:
    """Take from a page what axe would only look at again; how much."""
    return int(page.evaluate(THIN))
