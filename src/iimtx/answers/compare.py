"""Therapies side by side for one question."""

from __future__ import annotations

from typing import Any

from .. import model
from ..answer import Answer, Card, Column, Table
from ..dataset import Dataset
from ..query import Item, Option, Question, findings, narrowed, options, whole
from ..words import VERDICT_SIGN, best_first, finding_line
from .cards import why_words
from .common import command, flags, question_words
from .therapies import Row, approved_in, as_data, finding_data, guidance, pregnancy_advice, row, weightiest


def compare(dataset: Dataset, therapies: tuple[str, ...], question: Question) -> Answer:
    """One column a therapy, one row an aspect; head-to-head studies first."""
    rows = [_row(dataset, therapy, question) for therapy in therapies]
    names = [dataset.treatment_name(t) for t in therapies]
    head = _head_to_head(dataset, therapies, question)
    aspects: list[tuple[str, list[str]]] = [
        ("Verdict", [f"{VERDICT_SIGN[r.verdict.word]} {why_words(r.verdict)}" for r in rows]),
        ("Best findings", [_findings(weightiest(r) if r.option.direct else []) for r in rows]),
        ("Indirect", [_findings(best_first(r.option.indirect)) for r in rows]),
        ("People", [f"n {r.verdict.people}" if r.verdict.people else "-" for r in rows]),
        ("Harms", [_texts(_harms(r)) for r in rows]),
        ("Boxed", [_boxed(r.therapy) for r in rows]),
        ("Pregnancy", [pregnancy_advice(r.therapy).replace("-", " ") for r in rows]),
        ("Route", [", ".join(r.therapy.routes) if r.therapy else "" for r in rows]),
        ("Guidelines", [_texts([f"{g.name}: {rec.polarity}{' (class)' if by_class else ''}, {rec.text}" for g, rec, by_class, _ in guidance(r.option, question)][:4]) for r in rows]),
        ("Approved", [approved_in(r) or "not for myositis on file" for r in rows]),
    ]  # fmt: skip
    columns = (Column("aspect", "", False), *(Column(t, n, wide=True) for t, n in zip(therapies, names, strict=True)))
    cells: list[dict[str, Any]] = [
        {"aspect": aspect, **dict(zip(therapies, texts, strict=True))} for aspect, texts in aspects if any(texts)
    ]
    lines = [finding_line(i, mention_why=True) for i in head]
    lines = lines or [f"No study in the dataset compares {' with '.join(names)} head to head here."]
    return Answer(
        title=f"{' v '.join(names)}: {question_words(dataset, question)}",
        count=len(rows),
        results=lambda: [{**as_data(dataset, r), "head_to_head": [finding_data(i) for i in head]} for r in rows],
        table=lambda: Table(columns, [{"aspect": "Head to head", therapies[0]: " ".join(lines)}, *cells]),
        query={**question.asked(), "compared": therapies},
        blocks=lambda: [Card("", "", [("Head to head", lines)]), Table(columns, cells)],
        next=[command("why", t, flags(dataset, question)) for t in therapies[:2]],
    )


def _row(dataset: Dataset, therapy: str, question: Question) -> Row:
    asked = narrowed(whole(question), "therapies", therapy)
    found = [o for o in options(dataset, asked) if o.id == therapy]
    return row(dataset, found[0] if found else Option(therapy, dataset.therapy[therapy].name, False))


def _head_to_head(dataset: Dataset, therapies: tuple[str, ...], question: Question) -> list[Item]:
    wanted = set(therapies)
    return best_first(
        i
        for i in findings(dataset, question)
        if set(i.finding.therapies) & wanted and set(i.finding.comparator.therapies) & wanted - set(i.finding.therapies)
    )


def _findings(items: list[Item]) -> str:
    return _texts([finding_line(i) for i in items[:3]])


def _texts(lines: list[str]) -> str:
    return "\n".join(lines)


def _harms(row: Row) -> list[str]:
    harms = [h.text for h in row.therapy.harms] if row.therapy else []
    seen = {i.study.id: i.study for i in best_first(row.option.items)}
    return (harms + [f"{s.text} ({study.name})" for study in seen.values() for s in study.safety])[:4]


def _boxed(therapy: model.Therapy | None) -> str:
    if therapy is None:
        return ""
    if therapy.boxed_warnings:
        return _texts([f"{w.jurisdiction or ''} {w.text}".strip() for w in therapy.boxed_warnings])
    return therapy.boxed.replace("-", " ")
