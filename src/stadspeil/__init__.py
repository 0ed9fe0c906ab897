"""Stadspeil takes the measure of a town: where it stands, where it drifts, what to do about it is worth."""

__version__ = "0.1.0"
