"""The catalogue: what we know and choose, as text that policy people read and edit."""

from stadspeil.catalogue.catalogue import Catalogue, catalogue_root, is_judged, load_catalogue

__all__ = ["Catalogue", "catalogue_root", "is_judged", "load_catalogue"]
