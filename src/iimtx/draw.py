"""Answers on a terminal, with Rich. Shapes and words carry the meaning; colour repeats it."""

from __future__ import annotations

import shutil
from typing import IO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from . import model
from .answer import Answer, Block, Card, Column, Grid, Listing, Table
from .words import STYLE, ascii_text, printable


def draw(answer: Answer, meta: model.Meta, console: Console, ascii_only: bool) -> None:
    """Print `answer` for a person."""
    pen = _Pen(console.width, ascii_only)
    console.print(pen.styled(answer.title, "bold"))
    if answer.lead:
        console.print(pen.styled(answer.lead))
    wide = all(pen.holds(block) for block in answer.wide() if isinstance(block, Table))
    for block in answer.screen(wide) if answer.count else []:
        console.print()
        console.print(pen.block(block))
    console.print()
    for line in answer.footer(meta):
        console.print(pen.styled(line, "dim"))


def terminal(file: IO[str], width: int | None = None, colour: bool | None = None) -> Console:
    """A Rich console that prints text as it is: no markup, no emoji codes, no highlighting."""
    if width is None:
        width = shutil.get_terminal_size().columns  # COLUMNS, else the terminal, else 80
    return Console(
        file=file, width=width, force_terminal=colour, no_color=False if colour else None,
        markup=False, emoji=False, highlight=False,
    )  # fmt: skip


_LABEL = 28
"""Longest label of a row of a matrix before it goes on in the next line."""

_NARROW = 24
"""No column that is not wide gets more room than this."""

_WIDEST_WORD = 30
"""A word longer than this (an address) may be broken."""

_ROOM_FOR_FOUR = 76
"""Below this width the second of the four pieces of an entry's first line goes below it, so that no word
is broken."""

_VERDICT_WIDTH = len("not supported")
_LEVEL_WIDTH = len("level 4  boxed")


class _Pen:
    def __init__(self, width: int, ascii_only: bool) -> None:
        self.width, self.ascii_only = width, ascii_only

    def text(self, text: object) -> str:
        clean = printable("" if text is None else str(text))
        return ascii_text(clean) if self.ascii_only else clean

    def styled(self, text: object, style: str = "") -> Text:
        """Text in which each sign has its colour."""
        raw = printable("" if text is None else str(text))
        styled = Text(style=style, overflow="fold")
        for char in raw:
            styled.append(ascii_text(char) if self.ascii_only else char, STYLE.get(char))
        return styled

    def block(self, block: Block) -> RenderableType:
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Listing):
            return self.listing(block)
        if isinstance(block, Card):
            return self.card(block)
        return self.grid(block)

    def holds(self, table: Table) -> bool:
        """Whether the columns of a table that must not be dropped have room."""
        return sum(_least_width(table, c) + 3 for c in table.columns if not c.drop) <= self.width

    def table(self, table: Table) -> RenderableType:
        columns = self._fitting(table)
        drawn = RichTable(
            box=box.ASCII if self.ascii_only else box.SIMPLE_HEAD,
            title=self.text(table.title) or None, title_justify="left", title_style="bold",
            pad_edge=False, header_style="bold",
            expand=any(c.wide for c in columns) and self.width <= 200,
        )  # fmt: skip
        for column in columns:
            drawn.add_column(
                self.text(column.title),
                justify="right" if column.right else "left",
                overflow="fold",
                no_wrap=column.fixed,
                ratio=1 if column.wide else None,
                min_width=min(_longest_word(table, column.key), _WIDEST_WORD),
                max_width=None if column.wide or column.fixed else _NARROW,
            )
        for row in table.rows:
            indent = "  " * int(row.get("depth", 0))
            cells = [self.styled(row.get(c.key, "")) for c in columns]
            cells[0] = Text(indent) + cells[0]
            drawn.add_row(*cells)
        return drawn

    def _fitting(self, table: Table) -> list[Column]:
        """Columns that fit: the one with the highest `drop` goes first."""
        columns = list(table.columns)

        def needed() -> int:
            return sum(_least_width(table, c) + 3 for c in columns)

        while needed() > self.width and any(c.drop for c in columns):
            columns.remove(max(columns, key=lambda c: c.drop))
        return columns

    def listing(self, listing: Listing) -> RenderableType:
        parts: list[RenderableType] = []
        if listing.title:
            parts.append(self.styled(listing.title, "bold"))
        roomy = self.width >= _ROOM_FOR_FOUR
        for entry in listing.entries:
            head = RichTable.grid(padding=(0, 2, 0, 0), expand=True)
            head.add_column(ratio=5, overflow="fold")
            if roomy:
                head.add_column(ratio=4, overflow="fold")
            head.add_column(width=_VERDICT_WIDTH)
            head.add_column(width=_LEVEL_WIDTH)
            name, second, verdict, level, flag = entry.head
            head.add_row(
                self.styled(name, "bold"),
                *([self.styled(second)] if roomy else []),
                self.styled(verdict),
                self.styled("  ".join(p for p in (level, flag) if p)),
            )
            parts.append(head)
            if second and not roomy:
                parts.append(Padding(self.styled(second), (0, 0, 0, 2)))
            parts.extend(self.hanging(line, 4) for line in entry.lines)
        return Group(*parts)

    def hanging(self, line: str, indent: int) -> RenderableType:
        """A line that goes on below its text, not below its sign."""
        grid = RichTable.grid(padding=0)
        grid.add_column(width=2)
        grid.add_column(overflow="fold")
        sign, _, rest = line.partition(" ")
        if len(sign) != 1:
            sign, rest = "", line
        grid.add_row(self.styled(sign), self.styled(rest))
        return Padding(grid, (0, 0, 0, indent))

    def card(self, card: Card) -> RenderableType:
        grid = RichTable.grid(padding=(0, 2))
        grid.add_column(style="bold", min_width=10)
        grid.add_column(overflow="fold")
        for label, lines in card.rows:
            body = Group(*(self.hanging(line, 0) if line[1:2] == " " else self.styled(line) for line in lines))
            grid.add_row(self.text(label), body)
        if not card.title:
            return grid
        head = RichTable.grid(expand=True)
        head.add_column(ratio=2)
        head.add_column(justify="right", ratio=1)
        head.add_row(self.styled(card.title, "bold"), self.styled(card.tag))
        return Group(head, grid)

    def grid(self, grid: Grid) -> RenderableType:
        """The matrix; in pieces one below the other where not all columns fit."""
        label = min(max((len(name) for name, _ in grid.rows), default=0), _LABEL)
        parts: list[RenderableType] = []
        start = 0
        while start < len(grid.columns):
            end, room = start, self.width - label - 4
            while end < len(grid.columns) and (end == start or _column_width(grid, end) <= room):
                room -= _column_width(grid, end)
                end += 1
            drawn = RichTable(box=box.ASCII if self.ascii_only else box.SIMPLE_HEAD, pad_edge=False)
            drawn.add_column(self.text(grid.corner), overflow="fold", width=label)
            for column in grid.columns[start:end]:
                drawn.add_column(self.text(column), justify="center", min_width=len(column))
            for name, cells in grid.rows:
                drawn.add_row(self.styled(name), *(self.styled(cell) for cell in cells[start:end]))
            parts.append(drawn)
            start = end
        if grid.legend:
            parts.append(self.styled(grid.legend, "dim"))
        return Group(*parts)


def _column_width(grid: Grid, column: int) -> int:
    return max(len(grid.columns[column]), *(len(cells[column]) for _, cells in grid.rows)) + 3


def _longest_word(table: Table, key: str) -> int:
    words = (w for row in table.rows for w in str(row.get(key, "")).split())
    return max((len(w) for w in words), default=1)


def _least_width(table: Table, column: Column) -> int:
    longest = max((len(str(row.get(column.key, ""))) for row in table.rows), default=0)
    if column.fixed:
        return max(longest, len(column.title))
    word = min(_longest_word(table, column.key), _WIDEST_WORD)
    return max(word, min(longest, column.least if column.wide else _NARROW), min(len(column.title), _NARROW))
