"""The evidence map: treatments x diseases or organs, a verdict in each cell, gaps left visible."""

from __future__ import annotations

from typing import Any

from ..answer import Answer, Column, Grid, Table
from ..appraisal import Verdict, appraise
from ..dataset import Dataset
from ..query import Item, Question, findings, inside_class, narrowed, wanted, whole
from ..words import SIGN_LEGEND, VERDICT_SIGN
from .common import command, count_words, flags, left_out, question_words

_MAIN_SUBTYPES = ("dm", "jdm", "pm", "imnm", "asys", "ibm", "om")
_MAIN_ORGANS = ("muscle", "skin", "ild", "rp-ild", "calcinosis", "dysphagia", "cardiac", "global")
GAP = "–"


def evidence_map(dataset: Dataset, question: Question, rows_by: str, columns_by: str) -> Answer:
    """`rows_by` is "therapies" or "classes", `columns_by` "subtypes" or "manifestations". Cells
    hold the verdict of direct evidence and the number of findings; a gap is a cell with none."""
    question = whole(question)
    columns = _columns(dataset, question, columns_by)
    kind = "subtype" if columns_by == "subtypes" else "manifestation"
    in_column = {
        column: [i for i in findings(dataset, narrowed(question, columns_by, column)) if i.relation == "direct"]
        for column in columns
    }  # fmt: skip
    treatments = sorted(
        {key for items in in_column.values() for i in items for key in _row_keys(dataset, question, i, rows_by)}
    )
    cells: dict[tuple[str, str], tuple[Verdict, int]] = {}
    for treatment in treatments:
        for column, items in in_column.items():
            here = [i for i in items if treatment in _row_keys(dataset, question, i, rows_by)]
            if here:
                apart = [i for i in here if treatment in dataset.therapy or not inside_class(dataset, i, treatment)]
                cells[treatment, column] = (appraise(dataset, apart), len(here))
    order = sorted(treatments, key=lambda t: (-sum((t, c) in cells for c in columns), t))
    names = {t: dataset.treatment_name(t) for t in order}
    heads = {c: _head(dataset, kind, c) for c in columns}
    gaps = len(order) * len(columns) - len(cells)
    flat: list[dict[str, Any]] = [
        {"treatment": names[t], "id": t, **{heads[c]: _cell(cells.get((t, c))) for c in columns}} for t in order
    ]
    empty = {"verdict": None, "level": None, "findings": 0, "people": 0, "only_in": None, "provisional": False}
    results = [
        {"row": t, "column": c, **(_data(*cells[t, c]) if (t, c) in cells else empty)} for t in order for c in columns
    ]
    sheet = Table((Column("treatment", rows_by), *(Column(h, h) for h in heads.values()), Column("id", "id")), flat)
    title = (
        f"Evidence map of {question_words(dataset, question)}: {len(order)} {rows_by} x {len(columns)} {columns_by}, "
    )
    title += f"{len(cells)} cells with direct evidence, {count_words(gaps, 'gap')}"
    grid = [(names[t], [_cell(cells.get((t, c))) for c in columns]) for t in order]
    legend = f"{SIGN_LEGEND}  {GAP} gap; the number counts findings; * rests on a part of the column only"
    return Answer(
        title=title,
        count=len(results) if cells else 0,
        results=lambda: results if cells else [],
        table=lambda: sheet,
        query={**question.asked(), "rows": rows_by, "columns": columns_by},
        blocks=lambda: [Grid(rows_by.capitalize(), list(heads.values()), grid, legend)],
        notes=lambda: [left_out(question, len(cells), lambda q: _filled(dataset, q, rows_by, columns_by), "cells")],
        next=[
            command("therapies", flags(dataset, question)),
            command("map --rows therapies --columns manifestations"),
        ],
    )


def _filled(dataset: Dataset, question: Question, rows_by: str, columns_by: str) -> int:
    filled = set()
    for column in _columns(dataset, question, columns_by):
        for item in findings(dataset, narrowed(question, columns_by, column)):
            if item.relation == "direct":
                filled |= {(key, column) for key in _row_keys(dataset, question, item, rows_by)}
    return len(filled)


def _columns(dataset: Dataset, question: Question, columns_by: str) -> tuple[str, ...]:
    asked: tuple[str, ...] = getattr(question, columns_by)
    if asked:
        tree = dataset.subtype_tree if columns_by == "subtypes" else dataset.manifestation_tree
        return tuple(node for node, _ in tree.walk() if node in tree.parts(asked))
    known = dataset.subtype if columns_by == "subtypes" else dataset.manifestation
    return tuple(c for c in (_MAIN_SUBTYPES if columns_by == "subtypes" else _MAIN_ORGANS) if c in known)


def _row_keys(dataset: Dataset, question: Question, item: Item, rows_by: str) -> set[str]:
    treatments = wanted(dataset, question, item)
    if rows_by == "therapies":
        return {t for t in treatments if t in dataset.therapy}
    return {_row_class(dataset, t) for t in treatments}


def _row_class(dataset: Dataset, treatment: str) -> str:
    path = dataset.class_path(treatment)
    return path[min(1, len(path) - 1)]


def _data(verdict: Verdict, findings: int) -> dict[str, Any]:
    return {"verdict": verdict.word, "level": verdict.level, "findings": findings, "people": verdict.people,
            "only_in": verdict.part or None, "provisional": verdict.provisional}  # fmt: skip


def _head(dataset: Dataset, kind: str, column: str) -> str:
    if kind == "subtype":
        return dataset.short(kind, column)
    organ = dataset.manifestation[column]
    return organ.abbreviation or {"global": "Overall"}.get(
        column, column.upper() if "ild" in column else column.capitalize()
    )


def _cell(cell: tuple[Verdict, int] | None) -> str:
    """Sign and number of findings, starred where a settled verdict holds for a part of the column only."""
    if cell is None:
        return GAP
    verdict, number = cell
    return f"{VERDICT_SIGN[verdict.word]}{'*' if verdict.settled_in_part else ''} {number}"
