"""`$filter` of OData as a Polars expression: comparison, in, startswith, substringof, and, or, not and parentheses."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|[(),]|-?\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_]*)")
_COMPARED = {"eq", "ne", "ge", "gt", "le", "lt"}


class FilterError(ValueError):
    """A filter that this service does not understand."""


def as_expression(text: str, columns: Sequence[str]) -> pl.Expr:
    """The filter as an expression over the columns. Texts are compared with the blanks behind them left off."""
    return _Parser(text, columns).whole()


class _Parser:
    def __init__(self, text: str, columns: Sequence[str]) -> None:
        self.columns = set(columns)
        self.tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise FilterError(f"niet te lezen vanaf teken {place}")
            self.tokens.append(found[1])
            place = found.end()

    def whole(self) -> pl.Expr:
        expression = self.either()
        if self.tokens:
            raise FilterError(f"er staat '{self.tokens[0]}' te veel")
        return expression

    def either(self) -> pl.Expr:
        expression = self.both()
        while self.peek() == "or":
            self.take()
            expression = expression | self.both()
        return expression

    def both(self) -> pl.Expr:
        expression = self.one()
        while self.peek() == "and":
            self.take()
            expression = expression & self.one()
        return expression

    def one(self) -> pl.Expr:
        word = self.take()
        if word == "not":
            return ~self.one()
        if word == "(":
            expression = self.either()
            self.expect(")")
            return expression
        if word in ("startswith", "substringof"):
            return self.function(word)
        return self.comparison(self.column(word))

    def function(self, name: str) -> pl.Expr:
        self.expect("(")
        first = self.take()
        self.expect(",")
        second = self.take()
        self.expect(")")
        if name == "startswith":
            return self.column(first).str.starts_with(_text(second).rstrip())
        return self.column(second).str.contains(_text(first).rstrip(), literal=True)

    def comparison(self, column: pl.Expr) -> pl.Expr:
        sign = self.take()
        if sign == "in":
            return column.str.strip_chars_end().is_in(self.listed())
        value = self.take()
        if sign not in _COMPARED:
            raise FilterError(f"'{sign}' is geen vergelijking")
        if value.startswith("'"):
            column = column.str.strip_chars_end()
            return column.pipe(_compare, sign, pl.lit(_text(value).rstrip()))
        return _compare(column, sign, pl.lit(float(value)))

    def listed(self) -> list[str]:
        self.expect("(")
        found = [_text(self.take()).rstrip()]
        while self.peek() == ",":
            self.take()
            found.append(_text(self.take()).rstrip())
        self.expect(")")
        return found

    def column(self, name: str) -> pl.Expr:
        if name not in self.columns:
            raise FilterError(f"Could not find a property named '{name}'")
        return pl.col(name)

    def expect(self, token: str) -> None:
        found = self.take()
        if found != token:
            raise FilterError(f"verwacht '{token}', gekregen '{found}'")

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self) -> str:
        if not self.tokens:
            raise FilterError("het filter houdt te vroeg op")
        return self.tokens.pop(0)


def _compare(column: pl.Expr, sign: str, value: pl.Expr) -> pl.Expr:
    made = {
        "eq": column == value, "ne": column != value, "ge": column >= value,
        "gt": column > value, "le": column <= value, "lt": column < value,
    }  # fmt: skip
    return made[sign]


def _text(token: str) -> str:
    if not token.startswith("'"):
        raise FilterError(f"verwacht een tekst tussen aanhalingstekens, gekregen '{token}'")
    return token[1:-1].replace("''", "'")
