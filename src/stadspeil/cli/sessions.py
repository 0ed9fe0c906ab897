"""A workspace with the catalogue and area register that go with it: what most verbs begin with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.workspace import Workspace, find_workspace


@dataclass(frozen=True)
class Session:
    """One call of the command."""

    workspace: Workspace
    catalogue: Catalogue

    @cached_property
    def register(self) -> AreaRegister:
        """All gemeenten through the years, the workspace's own included."""
        return AreaRegister(self.catalogue.gemeenten, self.catalogue.changes)

    def area(self, text: str) -> str:
        """The code of an area that was asked for by code or name.

        A code that is gone passes too: its figures of the past are still there to be asked for.
        """
        code = text.strip().upper()
        return code if code in set(self.catalogue.gemeenten["code"]) else self.register.find(text)


def open_session(given: Path | None) -> Session:
    """The workspace that was asked for, with our catalogue and its own on top."""
    workspace = find_workspace(given)
    return Session(workspace, load_catalogue(own=workspace.own_catalogue))


def example_town(session: Session) -> str:
    """A town to name in a hint: one that the workspace can know, invented where its country is."""
    invented, real = "GM9002", "GM0637"
    return invented if invented in set(session.catalogue.gemeenten["code"]) else real
