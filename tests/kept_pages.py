"""Pages of a browser that are kept over tests: a new context costs a second of work, a page that is emptied a tenth of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

DESKTOP = {"width": 1280, "height": 900}
# Costs nothing where all is well: a page that is waited for is mostly there in a second.
MILLISECONDS = 240_000
# A map that does not begin to paint in fifteen seconds gives way to a drawing; a busy machine may need that long.
_PATIENCE = """(() => { const real = window.setTimeout;
window.setTimeout = (act, wait, ...more) => real(act, wait === 15000 ? MILLISECONDS : wait, ...more); })()"""
PLAIN = {"viewport": DESKTOP, "reduced_motion": "reduce", "locale": "nl-NL"}


@dataclass
class KeptPages:
    """Pages of contexts of their own, lent and taken back. Kept between two lendings is the cache of the browser.

    The site keeps nothing in a browser but cookies: tests/browser/test_every_page.py looks.

    A test whose subject is a first visit, or that changes what cannot be undone, asks the browser for a context itself.
    """

    browser: Any
    site: str
    _free: dict[str, list[Any]] = field(default_factory=dict)

    def lend(self, **asked: Any) -> Any:
        """An empty page of a context with these options, without cookies."""
        free = self._free.setdefault(repr(sorted(asked.items())), [])
        page = free.pop() if free else new_page(self.browser, **asked)
        page.lent_as = asked
        return page

    def take_back(self, page: Any) -> None:
        """Empty a page for who comes next. One that was closed, or that opened another, is not kept."""
        if page.is_closed() or len(page.context.pages) > 1:
            page.context.close()
            return
        page.unroute_all()
        # The least page of the site: an empty one of nowhere would end the process, and with it all that it has compiled.
        page.goto(f"{self.site}/gezond", wait_until="commit")
        page.context.clear_cookies()
        page.emulate_media(media="null")
        page.set_viewport_size({**PLAIN, **page.lent_as}["viewport"])
        page.mouse.move(0, 0)
        self._free[repr(sorted(page.lent_as.items()))].append(page)


def new_page(browser: Any, **asked: Any) -> Any:
    """A page of a context that nobody used."""
    context = browser.new_context(**{**PLAIN, **asked})
    context.set_default_timeout(MILLISECONDS)
    context.add_init_script(_PATIENCE.replace("MILLISECONDS", str(MILLISECONDS)))
    return context.new_page()
