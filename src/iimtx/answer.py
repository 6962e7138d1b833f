"""An answer before it is shown: data for programs, rows for sheets, blocks for people.

The commands make answers; `draw`, `plain` and `formats` show them and decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from . import model


class Column(msgspec.Struct, frozen=True):
    """A column of a table. `drop` orders what goes first when the terminal is narrow (0 stays);
    `wide` columns share the room that is left, `least` characters at least; `fixed` ones are never
    broken."""

    key: str
    title: str
    drop: int = 0
    wide: bool = False
    right: bool = False
    fixed: bool = False
    least: int = 24


class Table(msgspec.Struct):
    """Rows of text. `indent` names the column that shows depth in a tree (key `depth` in a row)."""

    columns: Sequence[Column]
    rows: list[dict[str, Any]]
    title: str = ""


class Entry(msgspec.Struct):
    """One therapy in a narrow list: a line of its own and lines below it."""

    head: tuple[str, str, str, str, str]
    lines: list[str]


class Listing(msgspec.Struct):
    """Entries one under the other, for terminals too narrow for a table."""

    entries: list[Entry]
    title: str = ""


class Card(msgspec.Struct):
    """Labelled lines about one thing."""

    title: str
    tag: str
    rows: list[tuple[str, list[str]]]


class Grid(msgspec.Struct):
    """A matrix of marks: row labels, column labels, one short cell each."""

    corner: str
    columns: list[str]
    rows: list[tuple[str, list[str]]]
    legend: str = ""


Block = Table | Listing | Card | Grid


def _nothing() -> list[Any]:
    return []


class Answer(msgspec.Struct):
    """Everything a command has to say. `results` is what programs get, `table` what sheets get,
    `blocks` what people see (the table where there are none), `wide` the same for wide terminals.

    Each is made when it is asked for: nobody pays for a screen that is not shown.
    """

    title: str
    count: int
    results: Callable[[], list[dict[str, Any]]]
    table: Callable[[], Table]
    query: dict[str, Any] = {}
    lead: str = ""
    blocks: Callable[[], list[Block]] = _nothing
    wide: Callable[[], list[Block]] = _nothing
    notes: Callable[[], list[str]] = _nothing
    next: list[str] = []

    def footer(self, meta: model.Meta) -> list[str]:
        """What a person should also know: notes, what to type next, the disclaimer."""
        following = [f"{'Next:' if number == 0 else '     '} {line}" for number, line in enumerate(self.next)]
        disclaimer = f"Published evidence as of {meta.date}, not medical advice."
        return [*filter(None, self.notes()), disclaimer, *following]

    def screen(self, wide: bool) -> list[Block]:
        """The blocks for a narrow or a wide terminal."""
        return (self.wide() if wide else []) or self.blocks() or [self.table()]
