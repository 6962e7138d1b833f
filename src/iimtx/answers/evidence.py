"""Findings one by one, and the forest plot of those with printed counts."""

from __future__ import annotations

from typing import Any

from ..answer import Answer, Block, Card, Column, Entry, Listing, Table
from ..appraisal import level
from ..dataset import Dataset
from ..query import Item, Question, findings, population
from ..words import (
    DIRECTION_LEGEND,
    DIRECTION_SIGN,
    best_first,
    comparator_words,
    read_words,
    short_identifier,
    spaced,
    status_words,
    tested_words,
    who_words,
)
from .common import command, count_words, flags, left_out, plain, question_words
from .therapies import finding_data

_COLUMNS = (
    Column("study", "Study"),
    Column("year", "Year", drop=6, right=True),
    Column("therapy", "Therapy"),
    Column("headline", "Result", wide=True, least=34),
    Column("n", "n", right=True),
    Column("level", "Level", right=True),
    Column("who", "Who", wide=True, least=16),
    Column("comparator", "Held against", wide=True, least=16),
    Column("reference", "Source", fixed=True),
    Column("reading", "Read"),
    Column("relation", "Relation", drop=7),
)
_SHEET = (
    *(column for column in _COLUMNS if column.key != "reading"),
    *(
        Column(k, k)
        for k in ("read", "design", "status", "direction", "role", "setting", "definition", "why_indirect", "id")
    ),
)


def evidence(dataset: Dataset, question: Question, levels: tuple[int, ...] = (), definitions: bool = False) -> Answer:
    """One row a finding, weightiest first; direct before indirect."""

    def at_level(asked: Question) -> list[Item]:
        return [i for i in findings(dataset, asked) if not levels or level(i.study, i.finding) in levels]

    items = best_first(at_level(question))
    items.sort(key=lambda i: i.relation != "direct")
    studies = len({i.study.id for i in items})

    def rows() -> list[dict[str, Any]]:
        return [_row(dataset, i) for i in items]

    def extra() -> list[Block]:
        return [_definitions(items)] if definitions else []

    return Answer(
        title=f"{question_words(dataset, question)}: {count_words(len(items), 'finding')} "
        f"of {count_words(studies, 'study', 'studies')}",
        count=len(items),
        results=lambda: [_data(dataset, i) for i in items],
        table=lambda: Table(_SHEET, rows()),
        query={**question.asked(), **({"levels": levels} if levels else {})},
        blocks=lambda: [Listing([_entry(row) for row in rows()]), *extra()],
        wide=lambda: [Table(_COLUMNS, rows()), *extra()],
        notes=lambda: [
            left_out(question, len(items), lambda q: len(at_level(q)), "findings"),
            f"Left out: {len(findings(dataset, question)) - len(items)} findings by --level." if levels else "",
            DIRECTION_LEGEND if items else "",
        ],
        next=_next(dataset, question, items, definitions),
    )


def _entry(row: dict[str, Any]) -> Entry:
    level_words = f"level {row['level']}" if row["level"] else "no result"
    held = f"{row['who']}; {row['comparator']}" + (f"; {row['why_indirect']}" if row["why_indirect"] else "")
    year = str(row["year"])
    study = row["study"] if year in row["study"] else f"{row['study']} {year}"
    head = (study, row["therapy"], row["relation"], level_words, "")
    return Entry(head, [row["headline"], held, f"{row['reference']}; {row['read']}"])


def _row(dataset: Dataset, item: Item) -> dict[str, Any]:
    study, finding = item.study, item.finding
    who = population(study, finding)
    return {
        "id": f"{study.id}/{finding.id}",
        "study": study.name,
        "year": study.year,
        "therapy": tested_words(dataset, finding),
        "headline": f"{DIRECTION_SIGN[finding.direction]} {finding.headline}"
        + (" (provisional)" if finding.provisional else ""),
        "n": "" if item.people is None else item.people,
        "level": level(study, finding) if finding.direction else "",
        "who": who_words(dataset, who),
        "comparator": comparator_words(finding.comparator),
        "reference": short_identifier(dataset.reference[item.references[0]]),
        "read": read_words(finding.read),
        "reading": f"{spaced(finding.read.depth)}, {'twice' if finding.read.reviewed else 'once'}",
        "relation": item.relation,
        "why_indirect": item.why,
        "design": study.design,
        "status": status_words(study),
        "direction": finding.direction or "",
        "role": finding.role,
        "setting": " ".join(who.settings),
        "definition": who.definition or "",
    }


def _data(dataset: Dataset, item: Item) -> dict[str, Any]:
    study, finding = item.study, item.finding
    who = population(study, finding)
    return {
        **finding_data(item),
        "therapies": list(finding.therapies),
        "classes": list(finding.classes),
        "given": finding.given,
        "background": list(finding.background),
        "design": study.design,
        "comparator": comparator_words(finding.comparator),
        "endpoint": finding.endpoint,
        "timepoint": finding.timepoint,
        "effect": plain(finding.effect),
        "result": finding.result,
        "manifestations": list(finding.manifestations),
        "subtypes": dict(who.subtypes),
        "antibodies": dict(who.antibodies),
        "age": who.age,
        "settings": list(who.settings),
        "definition": who.definition,
        "registry": list(study.registry),
    }


def _definitions(items: list[Item]) -> Block:
    told: dict[str, list[str]] = {}
    for item in items:
        definition = population(item.study, item.finding).definition
        if definition:
            told.setdefault(item.study.name, [definition])
    return Card("Who was let in, in each study's own terms", "", sorted(told.items()))


def _next(dataset: Dataset, question: Question, items: list[Item], definitions: bool) -> list[str]:
    if not items:
        return [command("therapies", flags(dataset, question, skip=("statuses", "directions")))]
    commands = [command("show", items[0].study.id)]
    if not definitions:
        commands.append(command("evidence", flags(dataset, question), "--definitions"))
    return commands
