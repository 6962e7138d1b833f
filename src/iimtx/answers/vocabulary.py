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
from ..query import Question, approvals, findings, narrowed, options, recommendations
from ..search import Match, search
from ..words import capital, citation, spaced
from .common import as_of_words, command, count_words, plain

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
        f"{count_words(len(rows), 'subtype')} of idiopathic inflammatory myopathy{as_of_words(as_of)}",
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
        count_words(len(rows), "autoantibody", "autoantibodies") + as_of_words(as_of),
        columns,
        rows,
        lambda: [{**plain(dataset.antibody[r["id"]]), "therapies": r["therapies"]} for r in rows],
        [command("show anti-MDA5"), command("therapies --antibody HMGCR")],
    )


def classes(dataset: Dataset, as_of: int | None = None) -> Answer:
    """The tree of classes with their therapies and the number of findings on each class."""
    counted = _findings_of_treatments(dataset, as_of)
    rows: list[dict[str, Any]] = []
    for node, depth in dataset.class_tree.walk():
        drug_class = dataset.drug_class[node]
        members = sorted(capital(t.name) for t in dataset.therapies if t.drug_class == node)
        rows.append(
            {"id": node, "depth": depth, "name": drug_class.name, "parent": drug_class.parent or "",
             "therapies": ", ".join(members), "count": len(members), "findings": counted[node]}
        )  # fmt: skip
    return _listed(
        f"{count_words(len(rows), 'class', 'classes')} of therapy{as_of_words(as_of)}",
        (
            Column("name", "Class", wide=True),
            Column("findings", "Findings", right=True),
            Column("therapies", "Therapies", wide=True),
        ),
        rows,
        lambda: [
            {**plain(dataset.drug_class[r["id"]]), "therapies": r["count"], "findings": r["findings"]} for r in rows
        ],
        [command('therapies --class "JAK inhibitor"')],
        (Column("parent", "parent"),),
    )


def _findings_of_treatments(dataset: Dataset, as_of: int | None) -> Counter[str]:
    """Therapy or class -> number of findings on it, a class with all its members."""
    counted: Counter[str] = Counter()
    for item in findings(dataset, Question(as_of=as_of)):
        tested = (*item.finding.therapies, *item.finding.classes)
        counted.update({step for t in tested for step in (t, *dataset.class_path(t))})
    return counted


def glossary(dataset: Dataset, as_of: int | None = None) -> Answer:
    """Definitions of refractory disease, outcome measures, response thresholds, classifications;
    with `as_of` those with a source that had been published by then."""
    terms = sorted(
        (t for t in dataset.glossary if as_of is None or _published(dataset, t.references) <= as_of),
        key=lambda t: (t.kind, t.name.casefold()),
    )
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
    title = f"{count_words(len(rows), 'definition')}: refractory disease, measures, classifications{as_of_words(as_of)}"
    answer = _listed(title, columns, rows, lambda: [plain(t) for t in terms], [command("show tis-adult")])
    answer.blocks, answer.wide = lambda: [Listing([_definition(row) for row in rows])], answer.blocks
    return answer


def _published(dataset: Dataset, references: tuple[str, ...]) -> float:
    """The year of the oldest of these references; infinity where none is dated."""
    dates = (dataset.reference[r].issued for r in references)
    return min((date.date_parts[0][0] for date in dates if date), default=float("inf"))


def _definition(row: dict[str, Any]) -> Entry:
    lines = [row["text"], *([f"Thresholds: {row['thresholds']}"] if row["thresholds"] else [])]
    return Entry((row["name"], row["kind"], "", "", ""), lines)


def found(dataset: Dataset, typed: str, limit: int, as_of: int | None = None) -> Answer:
    """What resembles the typed words and how much there is on it; with `as_of` nothing newer."""
    typed = typed.encode("utf-8", "replace").decode()
    known = [m for m in search(dataset, typed) if as_of is None or getattr(m.record, "year", as_of) <= as_of]
    matches = known[:limit]
    counted = _findings_of_treatments(dataset, as_of)
    rows = [
        {
            "name": m.record.name,
            "kind": m.kind,
            "about": _about(dataset, m),
            "why": m.why if m.name == m.record.name else f"{m.why}: {m.name}",
            "findings": _holds(dataset, m, counted, as_of),
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
        Column("findings", "Findings", right=True, drop=4),
        Column("open", "Open with"),
    )
    nothing = "Nothing in the dataset resembles this. That is not evidence of absence."
    return Answer(
        title=f'"{typed}": {count_words(len(rows), "match", "matches")}{as_of_words(as_of)}',
        count=len(rows),
        results=lambda: [{k: r[k] for k in ("kind", "id", "name", "why", "findings", "score")} for r in rows],
        table=lambda: Table((*columns, Column("score", "score")), rows),
        query={"words": typed},
        lead="" if rows else nothing,
        blocks=lambda: [Table(columns, rows)],
        next=[rows[0]["open"]] if rows else [command("classes"), command("subtypes")],
    )


_FILTER = {"subtype": "subtypes", "antibody": "antibodies", "manifestation": "manifestations"}


def _holds(dataset: Dataset, match: Match, counted: Counter[str], as_of: int | None) -> int | None:
    """Findings on exactly this; nothing for what findings are not about."""
    if match.kind in _FILTER:
        asked = narrowed(Question(as_of=as_of), _FILTER[match.kind], match.record.id)
        return sum(i.relation == "direct" for i in findings(dataset, asked))
    if match.kind == "study":
        return len(match.record.findings)
    return counted[match.record.id] if match.kind in ("therapy", "class") else None


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
        next=answer.next[:1],
    )


def about(dataset: Dataset, as_of: int | None = None) -> Answer:
    """Version, date, counts, and how the facts were read."""
    until = Question(as_of=as_of)
    items = findings(dataset, until)
    facts = [i.finding for i in items]
    told = [i for i in items if i.finding.direction]
    studies = {i.study.id: i.study for i in items}.values()
    said = recommendations(dataset, until)
    licensed = approvals(dataset, until)
    reads = [
        *(f.read for f in facts),
        *(r.read for _, r in said),
        *(a.read for a in licensed),
        *(w.read for t in dataset.therapies for w in t.boxed_warnings),
    ]
    depths = Counter(read.depth for read in reads)
    trials = [s for s in studies if s.design.startswith("randomised")]
    with_result = [s for s in trials if any(f.direction for f in s.findings)]
    twice = sum(f.read.reviewed is not None for f in facts)
    counts = {
        "subtypes": len(dataset.subtypes),
        "antibodies": len(dataset.antibodies),
        "classes": len(dataset.classes),
        "therapies": len(dataset.therapies),
        "studies": len(studies),
        "randomised_studies_with_result": len(with_result),
        "randomised_studies": len(trials),
        "findings": len(facts),
        "findings_with_result": len(told),
        "guidelines": len({guideline.id for guideline, _ in said}),
        "recommendations": len(said),
        "approvals": len(licensed),
        "definitions": len(dataset.glossary),
        "references": len(dataset.references),
        "known_missing": len(dataset.gaps),
    }
    reading: dict[str, Any] = {
        "findings_read_twice": twice,
        "findings_provisional": sum(f.provisional for f in facts),
        "facts_read_twice": sum(r.reviewed is not None for r in reads),
        "facts": len(reads),
        "depth": dict(depths.most_common()),
    }
    levels = [level(i.study, i.finding) for i in told]
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
        title=f"iimtx: treatment evidence in the idiopathic inflammatory myopathies{as_of_words(as_of)}",
        count=1,
        results=lambda: [data],
        table=lambda: Table((Column("field", "field"), Column("text", "text")), rows),
        blocks=lambda: [card],
        next=[command("subtypes"), command("therapies --subtype IMNM --refractory")],
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} % ({part})" if whole else "0"
