"""The publishers of the invented country, as an HTTP server on this computer, with faults that can be switched on.

warehouse   what there is to serve
filters     the questions of OData, as far as our client asks them
statline_v3 statline_v4 features    each service's answers
faults      what can go wrong, by name
server      the server itself
"""

from __future__ import annotations

from stadspeil.sources.nieuwland.serving.faults import FAULTS, Fault
from stadspeil.sources.nieuwland.serving.server import Publishers, serve, serve_sources

__all__ = ["FAULTS", "Fault", "Publishers", "serve", "serve_sources"]
