"""What guidelines say and what regulators have licensed."""

from __future__ import annotations

from typing import Any

from .. import model
from ..answer import Answer, Column, Entry, Listing, Table
from ..dataset import Dataset
from ..query import Question, approvals, names_question, recommendations
from ..words import AGES, POLARITY_SIGN, capital, graded, read_words, short_identifier
from .common import command, count_words, flags, left_out, plain, question_words


def guidelines(dataset: Dataset, question: Question) -> Answer:
    """Recommendations in scope; on one therapy and organ, those for and against stand together."""
    found = recommendations(dataset, question)
    found.sort(key=lambda pair: _order(dataset, question, *pair))
    clashes = _clashes(dataset, found)
    rows = [_row(dataset, g, r, _topic(dataset, r) in clashes) for g, r in found]
    columns = (
        Column("about", "About"),
        Column("polarity", "Says"),
        Column("text", "Recommendation", wide=True, least=40),
        Column("scope", "For whom", wide=True),
        Column("strength", "Strength, level", wide=True),
        Column("guideline", "Guideline"),
        Column("status", "Status"),
        Column("source", "Source"),
        Column("read", "Read"),
    )
    documents = len({g.id for g, _ in found})
    disputed = f"Guidelines disagree, or differ by organ or line, on: {', '.join(sorted(clashes))}." if clashes else ""
    return Answer(
        title=f"{question_words(dataset, question)}: {count_words(len(found), 'recommendation')} "
        f"of {count_words(documents, 'document')}",
        count=len(found),
        results=lambda: [_data(g, r) for g, r in found],
        table=lambda: Table(columns, rows),
        query=question.asked(),
        blocks=lambda: [Listing([_entry(row) for row in rows])],
        wide=lambda: [Table(columns, rows)],
        notes=lambda: [
            left_out(question, len(found), lambda q: len(recommendations(dataset, q)), "recommendations"),
            disputed,
        ],
        next=[command("show", found[0][0].id), command("therapies", flags(dataset, question))]
        if found
        else [command("guidelines")],
    )


def _topic(dataset: Dataset, rec: model.Recommendation) -> str:
    names = [dataset.treatment_name(t) for t in (*rec.therapies, *rec.classes)]
    return " + ".join(names) or "General"


def _order(dataset: Dataset, question: Question, guideline: model.Guideline, rec: model.Recommendation) -> Any:
    topic = _topic(dataset, rec)
    by_class = bool(question.therapies) and not set(question.therapies) & set(rec.therapies)
    organs = rec.scope.manifestations
    general = not names_question(dataset, question, rec.scope)
    combined = bool(question.therapies) and len(rec.therapies) + len(rec.classes) > 1
    about = (general, by_class, combined, topic == "General", topic.casefold(), organs)
    return (*about, rec.polarity != "against", -guideline.year)


def _clashes(dataset: Dataset, found: list[tuple[model.Guideline, model.Recommendation]]) -> set[str]:
    sides: dict[str, set[str]] = {}
    for _, rec in found:
        sides.setdefault(_topic(dataset, rec), set()).add(rec.polarity)
    return {topic for topic, said in sides.items() if {"for", "against"} <= said and topic != "General"}


def _row(dataset: Dataset, guideline: model.Guideline, rec: model.Recommendation, clash: bool) -> dict[str, Any]:
    references = rec.references or guideline.references
    return {
        "about": _topic(dataset, rec),
        "polarity": f"{POLARITY_SIGN[rec.polarity]} {'none made' if rec.polarity == 'no-recommendation' else rec.polarity}",
        "text": rec.text,
        "scope": scope_words(dataset, rec.scope),
        "strength": graded(rec),
        "guideline": guideline.name,
        "status": guideline.status,
        "source": short_identifier(dataset.reference[references[0]]),
        "read": read_words(rec.read),
        "disagreement": clash,
    }


def _entry(row: dict[str, Any]) -> Entry:
    sign, _, word = row["polarity"].partition(" ")
    lines = [row["text"], "; ".join(p for p in (row["scope"], row["strength"]) if p), f"{row['source']}; {row['read']}"]
    return Entry((f"{sign} {row['about']}", row["guideline"], word, row["status"], ""), [x for x in lines if x])


def scope_words(dataset: Dataset, scope: model.Scope) -> str:
    """Whom a recommendation or licence names."""
    parts = [
        ", ".join(dataset.short("subtype", s) for s in scope.subtypes),
        ", ".join(dataset.antibody[a].name for a in scope.antibodies),
        ", ".join(dataset.manifestation[m].name for m in scope.manifestations),
        ", ".join(scope.settings),
        AGES[scope.age],
    ]
    return "; ".join(p for p in parts if p)


def _data(guideline: model.Guideline, rec: model.Recommendation) -> dict[str, Any]:
    return {
        "guideline": guideline.id,
        "name": guideline.name,
        "issuer": guideline.issuer,
        "kind": guideline.kind,
        "year": guideline.year,
        "status": guideline.status,
        "recommendation": rec.id,
        "text": rec.text,
        "polarity": rec.polarity,
        "therapies": list(rec.therapies),
        "classes": list(rec.classes),
        "subtypes": list(rec.scope.subtypes),
        "antibodies": list(rec.scope.antibodies),
        "manifestations": list(rec.scope.manifestations),
        "settings": list(rec.scope.settings),
        "age": rec.scope.age,
        "strength": rec.strength,
        "level": rec.level,
        "agreement": rec.agreement,
        "scheme": guideline.scheme,
        "read": rec.read.depth,
        "read_twice": rec.read.reviewed is not None,
        "references": list(rec.references or guideline.references),
    }


def licences(dataset: Dataset, question: Question, jurisdictions: tuple[str, ...] = ()) -> Answer:
    """Approvals and designations in scope, licensed ones first."""

    def wanted(asked: Question) -> list[model.Approval]:
        found = approvals(dataset, asked)
        return [a for a in found if not jurisdictions or a.jurisdiction in jurisdictions]

    found = wanted(question)
    found.sort(key=lambda a: (a.status != "approved", a.status, a.therapy, a.jurisdiction))
    rows = [
        {
            "therapy": capital(dataset.therapy[a.therapy].name),
            "jurisdiction": a.jurisdiction,
            "status": a.status.replace("-", " "),
            "indication": a.indication,
            "condition": a.condition or "",
            "basis": (a.basis or "").replace("-", " "),
            "year": a.year or "",
            "product": a.product or "",
            "source": short_identifier(dataset.reference[a.references[0]]),
            "seen": str(a.read.on),
            "read": read_words(a.read),
        }
        for a in found
    ]
    columns = (
        Column("therapy", "Therapy"),
        Column("jurisdiction", "Where"),
        Column("status", "Status"),
        Column("indication", "For", wide=True),
        Column("condition", "On condition", wide=True),
        Column("year", "Year", right=True, drop=3),
        Column("basis", "Basis", drop=4),
        Column("product", "Product", drop=1),
        Column("read", "Read"),
        Column("source", "Source", drop=5),
    )
    return Answer(
        title=f"{question_words(dataset, question)}: "
        + count_words(len(found), "approval or designation", "approvals and designations"),
        count=len(found),
        results=lambda: [{**plain(a), "seen": str(a.read.on)} for a in found],
        table=lambda: Table(columns, rows),
        query={**question.asked(), **({"jurisdictions": jurisdictions} if jurisdictions else {})},
        blocks=lambda: [Listing([_licence(row) for row in rows])],
        wide=lambda: [Table(columns, rows)],
        notes=lambda: [left_out(question, len(found), lambda q: len(wanted(q)), "approvals")],
        next=[command("show", found[0].therapy)] if found else [command("approvals")],
    )


def _licence(row: dict[str, Any]) -> Entry:
    lines = [row["indication"], row["condition"] and f"On condition: {row['condition']}"]
    lines.append("; ".join(p for p in (row["product"], row["basis"], row["source"], row["read"]) if p))
    head = (row["therapy"], f"{row['jurisdiction']} {row['year']}".strip(), row["status"], "", "")
    return Entry(head, [line for line in lines if line])
