"""The four ways in which a run can end badly, and the message each owes its reader.

    StadspeilError            1
    ├── CatalogueError       10   repair the file
    ├── ContractError        11   the figures break a promise
    ├── SourceError          12   a publisher's file or address is not what we know
    └── QuestionError        13   ask for another year, area or level

A message says where, what was found, what was expected and what to do; all problems at once, in plain Dutch.
"""

from __future__ import annotations

from collections.abc import Iterable


class StadspeilError(Exception):
    """A run that ends with one message for its user.

    `where` names the file, entry or question; `problems` are whole Dutch sentences; `remedy` says what to do next.
    """

    exit_code = 1

    def __init__(self, where: str, problems: Iterable[str] | str, remedy: str | None = None) -> None:
        self.where = where
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        self.remedy = remedy
        super().__init__(self.message())

    def __reduce__(self) -> tuple[type[StadspeilError], tuple[str, tuple[str, ...], str | None]]:
        """So that it crosses from one process to another whole."""
        return type(self), (self.where, self.problems, self.remedy)

    def message(self) -> str:
        """The message as it is printed: a head, a line per problem, and the remedy."""
        if len(self.problems) == 1:
            lines = [f"{self.where}: {self.problems[0]}"]
        else:
            lines = [f"{len(self.problems)} problemen in {self.where}:", *(f"- {each}" for each in self.problems)]
        if self.remedy:
            lines.append(f"Wat te doen: {self.remedy}")
        return "\n".join(lines)


class CatalogueError(StadspeilError):
    """An entry of the catalogue cannot be read or contradicts another."""

    exit_code = 10


class ContractError(StadspeilError):
    """A table of figures does not keep its promise."""

    exit_code = 11


class SourceError(StadspeilError):
    """A publisher's file cannot be trusted as it is: unknown, damaged, doubled or dangerous."""

    exit_code = 12


class QuestionError(StadspeilError):
    """The question cannot be answered as asked."""

    exit_code = 13
