"""Spec tests draw their tables with the fixtures of spec_tables."""

from spec_tables import catalogue_of, indicator_of, spec

__all__ = ["catalogue_of", "indicator_of", "spec"]
