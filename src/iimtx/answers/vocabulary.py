"""The lists: subtypes, antibodies, classes, glossary, search hits, and what the dataset holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from .. import __version__
from ..answer import Answer, Card, Column, Entry, Listing, Table
from ..appraisal import level
from ..citations import cited
from ..dataset import Dataset
from ..query import Question, options
from ..search import Match, search
from ..words import capital, citation, spaced
from .common import command, count_words, plain

Columns = tuple[Column, ...]
Results = Callable[[], list[dict[str, Any]]]


def _listed(
    title: str, columns: Columns, rows: list[dict[str, Any]], results: Results, next_: list[str], last: Columns = ()
) -> Answer:
    """A list: on a sheet with the id before the columns and `last` after them."""
    return Answer(
        title=title,
        count=len(rows),
        results=results,
        table=lambda: Table((Column("id", "id"), *columns, *last), rows),
        blocks=lambda: [Table(columns, rows)],
        next=next_,
    )


def subtypes(dataset: Dataset, as_of: int | None = None) -> Answer:
    """The tree of subtypes with antibodies and the number of therapies with direct evidence."""
    rows: list[dict[str, Any]] = []
    for node, depth in dataset.subtype_tree.walk():
        subtype = dataset.subtype[node]
        found = options(dataset, Question(subtypes=(node,), as_of=as_of))
        rows.append(
            {"id": node, "depth": depth, "abbreviation": subtype.abbreviation, "name": subtype.name,
             "parent": subtype.parent or "",
             "antibodies": ", ".join(dataset.antibody[a].name for a in subtype.antibodies),
             "direct": sum(bool(o.direct) for o in found),
             "indirect": sum(bool(o.items) and not o.direct for o in found)}
        )  # fmt: skip
    columns = (
        Column("abbreviation", "Subtype"),
        Column("name", "Name", wide=True),
        Column("direct", "Therapies", right=True),
        Column("indirect", "Indirect", right=True, drop=2),
        Column("antibodies", "Antibodies", wide=True, drop=1),
    )
    answer = _listed(
        f"{count_words(len(rows), 'subtype')} of idiopathic inflammatory myopathy",
        columns,
        rows,
        lambda: [
            {**plain(dataset.subtype[r["id"]]), "therapies_direct": r["direct"], "therapies_indirect": r["indirect"]}
            for r in rows
        ],
        [command("show DM"), command("therapies --subtype IMNM --refractory")],
        (Column("parent", "parent"),),
    )
    answer.notes = lambda: [
        "Therapies: with evidence on exactly this or a part of it. Indirect: only on wider or mixed groups."
    ]
    return answer


def antibodies(dataset: Dataset, as_of: int | None = None) -> Answer:
    """The antibodies with their subtypes and the number of therapies studied."""
    rows: list[dict[str, Any]] = []
    for node, depth in dataset.antibody_tree.walk():
        antibody = dataset.antibody[node]
        found = options(dataset, Question(antibodies=(node,), as_of=as_of))
        rows.append(
            {"id": node, "depth": depth, "name": antibody.name, "group": antibody.group,
             "subtypes": ", ".join(dataset.short("subtype", s) for s in antibody.subtypes),
             "summary": antibody.summary, "therapies": sum(bool(o.items) for o in found)}
        )  # fmt: skip
    columns = (
        Column("name", "Antibody"),
        Column("group", "Group", drop=2),
        Column("subtypes", "Subtypes", wide=True),
        Column("therapies", "Therapies", right=True),
        Column("summary", "Meaning", wide=True, drop=1),
    )
    return _listed(
        count_words(len(rows), "autoantibody", "autoantibodies"),
        columns,
        rows,
        lambda: [{**plain(dataset.antibody[r["id"]]), "therapies": r["therapies"]} for r in rows],
        [command("show anti-MDA5"), command("therapies --antibody HMGCR")],
    )


def classes(dataset: Dataset) -> Answer:
    """The tree of classes with their therapies."""
    rows: list[dict[str, Any]] = []
    for node, depth in dataset.class_tree.walk():
        drug_class = dataset.drug_class[node]
        members = sorted(capital(t.name) for t in dataset.therapies if t.drug_class == node)
        rows.append(
            {"id": node, "depth": depth, "name": drug_class.name, "parent": drug_class.parent or "",
             "therapies": ", ".join(members), "count": len(members)}
        )  # fmt: skip
    return _listed(
        f"{count_words(len(rows), 'class', 'classes')} of therapy",
        (Column("name", "Class", wide=True), Column("therapies", "Therapies", wide=True)),
        rows,
        lambda: [{**plain(dataset.drug_class[r["id"]]), "therapies": r["count"]} for r in rows],
        [command('therapies --class "JAK inhibitor"')],
        (Column("parent", "parent"),),
    )


def glossary(dataset: Dataset) -> Answer:
    """Definitions of refractory disease, outcome measures, response thresholds, classifications."""
    terms = sorted(dataset.glossary, key=lambda t: (t.kind, t.name.casefold()))
    rows = [
        {"id": t.id, "name": t.name, "kind": spaced(t.kind), "text": t.text,
         "thresholds": "; ".join(f"{k}: {v}" for k, v in t.thresholds.items())}
        for t in terms
    ]  # fmt: skip
    columns = (
        Column("name", "Term", wide=True),
        Column("kind", "Kind", drop=1),
        Column("text", "Meaning", wide=True),
        Column("thresholds", "Thresholds", wide=True, drop=2),
    )
    title = f"{count_words(len(rows), 'definition')}: refractory disease, measures, classifications"
    answer = _listed(title, columns, rows, lambda: [plain(t) for t in terms], [command("show tis-adult")])
    answer.blocks, answer.wide = lambda: [Listing([_definition(row) for row in rows])], answer.blocks
    return answer


def _definition(row: dict[str, Any]) -> Entry:
    lines = [row["text"], *([f"Thresholds: {row['thresholds']}"] if row["thresholds"] else [])]
    return Entry((row["name"], row["kind"], "", "", ""), lines)


def found(dataset: Dataset, typed: str, limit: int) -> Answer:
    """What resembles the typed words."""
    typed = typed.encode("utf-8", "replace").decode()
    matches = search(dataset, typed, limit=limit)
    rows = [
        {
            "name": m.record.name,
            "kind": m.kind,
            "about": _about(dataset, m),
            "why": m.why if m.name == m.record.name else f"{m.why}: {m.name}",
            "open": command("show", m.record.id),
            "id": m.record.id,
            "score": round(m.score),
        }
        for m in matches
    ]
    columns = (
        Column("name", "Found", wide=True),
        Column("kind", "Kind", drop=2),
        Column("about", "About", drop=3, wide=True),
        Column("why", "Matched", drop=1, wide=True),
        Column("open", "Open with"),
    )
    nothing = "Nothing in the dataset resembles this. That is not evidence of absence."
    return Answer(
        title=f'"{typed}": {count_words(len(rows), "match", "matches")}',
        count=len(rows),
        results=lambda: [{k: r[k] for k in ("kind", "id", "name", "why", "score")} for r in rows],
        table=lambda: Table((*columns, Column("score", "score")), rows),
        query={"words": typed},
        lead="" if rows else nothing,
        blocks=lambda: [Table(columns, rows)],
        next=[] if rows else [command("classes"), command("subtypes")],
    )


def _about(dataset: Dataset, match: Match) -> str:
    record = match.record
    if match.kind == "therapy":
        return dataset.drug_class[record.drug_class].name
    if match.kind == "study":
        return ", ".join(dict.fromkeys(t for f in record.findings for t in (*f.therapies, *f.classes)))
    if match.kind == "guideline":
        return str(record.issuer)
    return str(getattr(record, "abbreviation", None) or "")


def citations(dataset: Dataset, answer: Answer) -> Answer:
    """The references an answer rests on, in the order in which it names them."""
    references = [dataset.reference[name] for name in cited(answer)]
    rows = [{"id": r.id, "citation": citation(r)} for r in references]
    columns = (Column("id", "Id", drop=1), Column("citation", "Reference", wide=True))
    return Answer(
        title=f"{answer.title.split('    ')[0]}: {count_words(len(rows), 'reference')}",
        count=len(rows),
        results=lambda: [{**plain(r), "references": [r.id]} for r in references],
        table=lambda: Table(columns, rows),
        query=answer.query,
        notes=lambda: ["--format bibtex, ris or csl-json exports them."],
    )


def about(dataset: Dataset) -> Answer:
    """Version, date, counts, and how the facts were read."""
    facts = [f for s in dataset.studies for f in s.findings]
    told = [f for f in facts if f.direction]
    recs = [r for g in dataset.guidelines for r in g.recommendations]
    reads = [
        *(f.read for f in facts),
        *(r.read for r in recs),
        *(a.read for a in dataset.approvals),
        *(w.read for t in dataset.therapies for w in t.boxed_warnings),
    ]
    depths = Counter(read.depth for read in reads)
    trials = [s for s in dataset.studies if s.design.startswith("randomised")]
    with_result = [s for s in trials if any(f.direction for f in s.findings)]
    twice = sum(f.read.reviewed is not None for f in facts)
    counts = {
        "subtypes": len(dataset.subtypes),
        "antibodies": len(dataset.antibodies),
        "classes": len(dataset.classes),
        "therapies": len(dataset.therapies),
        "studies": len(dataset.studies),
        "randomised_studies_with_result": len(with_result),
        "randomised_studies": len(trials),
        "findings": len(facts),
        "findings_with_result": len(told),
        "guidelines": len(dataset.guidelines),
        "recommendations": len(recs),
        "approvals": len(dataset.approvals),
        "definitions": len(dataset.glossary),
        "references": len(dataset.references),
    }
    reading = {
        "findings_read_twice": twice,
        "findings_provisional": sum(f.provisional for f in facts),
        "facts_read_twice": sum(r.reviewed is not None for r in reads),
        "facts": len(reads),
        "depth": dict(depths.most_common()),
    }
    levels = [level(s, f) for s in dataset.studies for f in s.findings if f.direction]
    card = Card(
        "", "",
        [
            ("Version", [f"iimtx {__version__}, dataset {dataset.meta.version} of {dataset.meta.date}"]),
            ("Holds", [", ".join(f"{n} {k.replace('_', ' ')}" for k, n in counts.items())]),
            ("Levels", [", ".join(f"level {n}: {levels.count(n)}" for n in sorted(set(levels)))]),
            ("Read at", [", ".join(f"{k.replace('-', ' ')} {_share(n, len(reads))}" for k, n in reading["depth"].items())]),
            ("Read twice", [f"{_share(twice, len(facts))} of findings; {_share(reading['facts_read_twice'], len(reads))} of findings, recommendations, approvals and boxed warnings"]),
            ("Provisional", [f"{reading['findings_provisional']} findings, from news or congress reports, marked wherever shown"]),
            ("Starts from", ["Sato 2020, Emerging therapeutics in idiopathic inflammatory myopathy, doi:10.4103/injr.injr_124_20"]),
            ("Use", [f"{dataset.meta.disclaimer} Check the citation before you act on a fact."]),
        ],
    )  # fmt: skip
    rows = [{"field": label, "text": line} for label, lines in card.rows for line in lines]
    data = {"version": __version__, "counts": counts, "reading": reading, "disclaimer": dataset.meta.disclaimer}
    return Answer(
        title="iimtx: treatment evidence in the idiopathic inflammatory myopathies",
        count=1,
        results=lambda: [data],
        table=lambda: Table((Column("field", "field"), Column("text", "text")), rows),
        blocks=lambda: [card],
        next=[command("subtypes"), command("therapies --subtype IMNM --refractory")],
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} % ({part})" if whole else "0"
