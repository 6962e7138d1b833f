"""Answers in a pipe or a file: no colour, no boxes, no wrapping, one row one line."""

from __future__ import annotations

from . import model
from .answer import Answer, Block, Card, Grid, Listing, Table
from .words import printable


def text(answer: Answer) -> str:
    """The answer as lines; columns are aligned and two spaces apart."""
    parts = [answer.title]
    if answer.lead:
        parts.append(answer.lead)
    for block in answer.screen(wide=True) if answer.count else []:
        parts += ["", *_block(block)]
    return "\n".join(printable_lines(parts)) + "\n"


def notes(answer: Answer, meta: model.Meta) -> str:
    """What a person should also know; it goes beside the answer, not into it."""
    return "\n".join(printable_lines(answer.footer(meta))) + "\n"


def printable_lines(lines: list[str]) -> list[str]:
    """Each line without control characters; line breaks inside become spaces."""
    return [printable(" ".join(line.split("\n"))) for line in lines]


def _block(block: Block) -> list[str]:
    if isinstance(block, Table):
        heads = [c.title for c in block.columns]
        rows = [
            ["  " * int(row.get("depth", 0)) * (i == 0) + _cell(row.get(c.key)) for i, c in enumerate(block.columns)]
            for row in block.rows
        ]
        return ([block.title] if block.title else []) + _aligned([heads, *rows])
    if isinstance(block, Listing):
        lines = [block.title] if block.title else []
        for entry in block.entries:
            lines.append("  ".join(p for p in entry.head if p))
            lines += [f"    {line}" for line in entry.lines]
        return lines
    if isinstance(block, Card):
        head = [f"{block.title}  {block.tag}".strip()] if block.title else []
        return head + [f"{label}: {line}" for label, lines in block.rows for line in lines]
    return _grid(block)


def _grid(grid: Grid) -> list[str]:
    rows = [[grid.corner, *grid.columns], *([label, *cells] for label, cells in grid.rows)]
    return _aligned(rows) + ([grid.legend] if grid.legend else [])


def _cell(value: object) -> str:
    return "; ".join(str("" if value is None else value).split("\n"))


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
