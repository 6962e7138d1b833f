"""Answers for programs, sheets and slides: json, jsonl, csv, tsv, markdown, html, svg."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from . import __version__
from .answer import Answer, Table
from .dataset import Dataset
from .words import printable

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def json(answer: Answer, dataset: Dataset) -> str:
    """One object; its keys are documented in docs/json.md and tested."""
    meta = dataset.meta
    document = {
        "iimtx": __version__,
        "dataset": {"version": meta.version, "date": meta.date},
        "query": answer.query,
        "count": answer.count,
        "results": answer.results(),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def jsonl(answer: Answer, dataset: Dataset) -> str:
    """One result a line."""
    return "".join(msgspec.json.encode(result).decode() + "\n" for result in answer.results())


def _separated(answer: Answer, dataset: Dataset, separator: str) -> str:
    """Separated values with a header line. A cell that a spreadsheet would take for a formula is
    preceded by an apostrophe."""
    import csv
    from io import StringIO

    out = StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    table = answer.table()
    writer.writerow([_no_formula(_flat(c.key)) for c in table.columns])
    for row in _cells(table):
        writer.writerow([_no_formula(cell) for cell in row])
    return out.getvalue()


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _cells(table: Table) -> list[list[str]]:
    return [[_flat(row.get(c.key)) for c in table.columns] for row in table.rows]


def _flat(value: Any) -> str:
    return printable("; ".join(str("" if value is None else value).split("\n")))


def markdown(answer: Answer, dataset: Dataset) -> str:
    """A heading and a pipe table."""
    table = answer.table()
    heads = [c.title or c.key for c in table.columns]
    lines = [f"## {_md(_flat(answer.title))}", ""]
    if answer.lead:
        lines += [_md(answer.lead), ""]
    lines += [_md_row([_md(_flat(head)) for head in heads]), _md_row(["---"] * len(heads))]
    lines += [_md_row([_md(cell) for cell in row]) for row in _cells(table)]
    lines += ["", f"{dataset.meta.disclaimer} Dataset of {dataset.meta.date}."]
    return "\n".join(lines) + "\n"


def _md_row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _md(cell: str) -> str:
    for char in "\\|`*_[]<>":
        cell = cell.replace(char, "\\" + char)
    return cell


_CSS = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse}th,td{padding:.3rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}
th{border-bottom:2px solid #444}.good{color:#0b6b2e}.maybe{color:#00607a}.split{color:#8a5a00}.bad{color:#b00020}
.note{color:#555}
"""
_CLASS = {"●": "good", "▲": "good", "◐": "maybe", "◇": "split", "◆": "split"}
_CLASS |= dict.fromkeys(("○", "✖", "▬", "▼"), "bad")


def html(answer: Answer, dataset: Dataset) -> str:
    """A page of its own: one table, no script, nothing loaded from elsewhere."""
    from html import escape

    table = answer.table()
    heads = "".join(f"<th>{escape(c.title or c.key)}</th>" for c in table.columns)
    body = "".join("<tr>" + "".join(f"<td>{_html(cell)}</td>" for cell in row) + "</tr>\n" for row in _cells(table))
    notes = "".join(f'<p class="note">{escape(_flat(n))}</p>\n' for n in answer.notes() if n)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(_flat(answer.title))}</title>'
        f"<style>{_CSS}</style></head>\n<body><h1>{escape(_flat(answer.title))}</h1>\n"
        f"<p>{escape(_flat(answer.lead))}</p>\n<table><thead><tr>{heads}</tr></thead><tbody>\n{body}</tbody></table>\n"
        f'{notes}<p class="note">{escape(dataset.meta.disclaimer)} Dataset of {dataset.meta.date}.</p></body></html>\n'
    )


def _html(cell: str) -> str:
    from html import escape

    return "".join(f'<b class="{_CLASS[c]}">{c}</b>' if c in _CLASS else escape(c) for c in cell)


def svg(answer: Answer, dataset: Dataset) -> str:
    """The screen as a drawing, for slides."""
    import re
    from io import StringIO

    from rich.console import Console

    from .draw import draw

    console = Console(
        record=True, width=120, file=StringIO(), force_terminal=True, markup=False, emoji=False, highlight=False
    )
    draw(answer, dataset.meta, console, ascii_only=False)
    drawing = console.export_svg(title="iimtx")
    # Rich names a web font; a drawing must load nothing from elsewhere.
    return re.sub(r"@font-face \{.*?\}", "", drawing, flags=re.DOTALL)


WRITERS: dict[str, Callable[[Answer, Dataset], str]] = {
    "json": json,
    "jsonl": jsonl,
    "csv": partial(_separated, separator=","),
    "tsv": partial(_separated, separator="\t"),
    "markdown": markdown,
    "html": html,
    "svg": svg,
}
