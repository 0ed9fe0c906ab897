"""A request that the site understands and does not take: too large, not allowed here, not now."""

from __future__ import annotations

from starlette.exceptions import HTTPException


class Unwelcome(HTTPException):
    """A refusal in words: where, what is the matter, what to do."""

    def __init__(
        self, status: int, where: str, problem: str, remedy: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status, problem, headers)
        self.where = where
        self.problem = problem
        self.remedy = remedy
