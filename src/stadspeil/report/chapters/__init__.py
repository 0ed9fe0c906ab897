"""Chapters of the report that rest on analyses. Each is left out where its analysis says nothing of the town.

Sentences are chosen by rules and never say more than the interval allows: a change is a change only beyond its margin,
a place is told with its range, and what cannot be told is said to be untellable.
"""

from stadspeil.report.chapters.making import analysis_tables, build_chapters
from stadspeil.report.chapters.shown import Shown
from stadspeil.report.chapters.summary import summary

__all__ = ["Shown", "analysis_tables", "build_chapters", "summary"]
