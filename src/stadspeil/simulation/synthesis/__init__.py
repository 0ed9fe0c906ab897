"""Synthetic population: households and homes that could exist, made from the key figures of buurten."""

from stadspeil.simulation.synthesis.synthesizing import Synthesis, synthesize

__all__ = ["Synthesis", "synthesize"]
