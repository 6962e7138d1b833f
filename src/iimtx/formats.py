"""Answers for programs (json, jsonl), sheets (csv, tsv), documents and slides (markdown, html, svg)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from . import __version__
from .answer import Answer, Block, Card, Column, Grid, Table
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


# --- documents: what a wide screen shows, each block as a table ---------------------------------


def _tables(answer: Answer) -> list[Table]:
    return [_tabled(block) for block in answer.screen(wide=True)] if answer.count else []


def _tabled(block: Block) -> Table:
    """A block as a table; a label stands before the first of its lines only."""
    if isinstance(block, Table):
        return block
    if isinstance(block, Grid):
        heads = [block.corner, *block.columns]
        rows = [dict(zip(heads, (label, *cells), strict=True)) for label, cells in block.rows]
        return Table([Column(head, head) for head in heads], rows)
    if isinstance(block, Card):
        labelled = block.rows
    else:
        labelled = [("  ".join(part for part in entry.head if part), entry.lines) for entry in block.entries]
    rows = [
        {"label": label if not n else "", "text": line} for label, lines in labelled for n, line in enumerate(lines)
    ]
    return Table((Column("label", ""), Column("text", "")), rows, block.title)


def _legends(answer: Answer) -> list[str]:
    legends = [block.legend for block in answer.screen(wide=True) if isinstance(block, Grid)]
    return [note for note in (*legends, *answer.notes()) if note]


def markdown(answer: Answer, dataset: Dataset) -> str:
    """A heading and pipe tables."""
    parts = [f"## {_md(_flat(answer.title))}", *([_md(answer.lead)] if answer.lead else [])]
    for table in _tables(answer):
        if table.title:
            parts.append(f"### {_md(_flat(table.title))}")
        heads = _md_row([_md(_flat(c.title)) for c in table.columns])
        rows = [_md_row([_md(cell) for cell in line]) for line in _cells(table)]
        parts.append("\n".join([heads, _md_row(["---"] * len(table.columns)), *rows]))
    parts += [_md(_flat(note)) for note in _legends(answer)]
    parts.append(f"{dataset.meta.disclaimer} Dataset of {dataset.meta.date}.")
    return "\n\n".join(parts) + "\n"


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
    """A page of its own: tables, no script, nothing loaded from elsewhere."""
    from html import escape

    title = escape(_flat(answer.title))
    notes = "".join(f'<p class="note">{_html(_flat(note))}</p>\n' for note in _legends(answer))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_CSS}</style></head>\n<body><h1>{title}</h1>\n"
        f"<p>{escape(_flat(answer.lead))}</p>\n{''.join(map(_html_table, _tables(answer)))}"
        f'{notes}<p class="note">{escape(dataset.meta.disclaimer)} Dataset of {dataset.meta.date}.</p></body></html>\n'
    )


def _html_table(table: Table) -> str:
    heads = "".join(f"<th>{_html(c.title)}</th>" for c in table.columns)
    title = f"<h2>{_html(_flat(table.title))}</h2>\n" if table.title else ""
    head = f"<thead><tr>{heads}</tr></thead>" if any(c.title for c in table.columns) else ""
    body = "".join(f"<tr>{_html_cells(table, row)}</tr>\n" for row in table.rows)
    return f"{title}<table>{head}<tbody>\n{body}</tbody></table>\n"


def _html_cells(table: Table, row: dict[str, Any]) -> str:
    indent = f' style="padding-left:{1.2 * int(row.get("depth", 0)) + 0.6:.1f}rem"' if row.get("depth") else ""
    cells = [_html(printable(str(row.get(c.key, "") or ""))).replace("\n", "<br>") for c in table.columns]
    return "".join(f"<td{'' if n else indent}>{cell}</td>" for n, cell in enumerate(cells))


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
