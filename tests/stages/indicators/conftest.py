"""The tiny catalogues of the spec tests, for the tests of this stage too."""

from spec_tables import catalogue_of, indicator_of

__all__ = ["catalogue_of", "indicator_of"]
