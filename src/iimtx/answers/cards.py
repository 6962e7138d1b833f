"""Cards: everything about one therapy, subtype, antibody, organ, class, study, guideline or term."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .. import model
from ..answer import Answer, Card, Column, Table
from ..appraisal import Verdict, appraise, level
from ..dataset import Dataset, Named
from ..query import (
    Item,
    Option,
    Question,
    findings,
    inside_class,
    narrowed,
    options,
    population,
    recommendations,
    whole,
)
from ..words import (
    DIRECTION_SIGN,
    VERDICT_SIGN,
    best_first,
    capital,
    citation,
    comparator_words,
    effect_words,
    finding_line,
    is_running,
    read_words,
    status_words,
    who_words,
)
from .common import command, count_words, flags, plain, question_words
from .guidance import scope_words
from .therapies import OLD, as_data, guidance, rank, row, weightiest

Rows = list[tuple[str, list[str]]]

_TOP = 6
"""Lines of one label on a card before the rest is left to `evidence`."""


def card(dataset: Dataset, named: Named, question: Question = Question()) -> Answer:
    """The card of a record. A therapy's is about `question` where one is given."""
    makers: dict[str, Callable[[Dataset, Any, Question], Answer]] = {
        "therapy": _therapy,
        "subtype": _subtype,
        "antibody": _antibody,
        "manifestation": _manifestation,
        "class": _drug_class,
        "study": _study,
        "guideline": _guideline,
        "term": _term,
    }
    return makers[named.kind](dataset, named.record, question)


def _answer(kind: str, data: dict[str, Any], block: Card, next_: list[str], query: dict[str, Any]) -> Answer:
    rows = [{"field": label, "text": line} for label, lines in block.rows for line in lines]
    return Answer(
        title=f"{block.title}    {block.tag}" if block.tag else block.title,
        count=1,
        results=lambda: [{**data, "entry": kind}],
        table=lambda: Table((Column("field", "field"), Column("text", "text", wide=True)), rows),
        query=query,
        blocks=lambda: [Card("", "", block.rows)],
        next=next_,
    )


class _Sources:
    """Numbers the references of a card in the order in which they are first cited."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset, self.order = dataset, list[str]()

    def cite(self, references: Iterable[str]) -> str:
        numbers = []
        for reference in references:
            if reference not in self.order:
                self.order.append(reference)
            numbers.append(str(self.order.index(reference) + 1))
        return f" [{','.join(numbers)}]"

    def feature(self, statement: model.Statement) -> str:
        """A statement about a disease or an antibody."""
        return statement.text + self.cite(statement.references)

    def statement(self, statement: model.Statement) -> str:
        """A statement about a treatment: with its jurisdiction and whether it was read once only."""
        place = f"{statement.jurisdiction}: " if statement.jurisdiction else ""
        return place + statement.text + self.cite(statement.references) + reading_mark(statement.read)

    def lines(self) -> list[str]:
        return [f"[{n}] {citation(self.dataset.reference[r])}" for n, r in enumerate(self.order, 1)]


def reading_mark(read: model.Reading) -> str:
    """What a reader should know of how a statement on a treatment was read, in a bracket."""
    depth = {"secondary": "at second hand", "full-text-part": "in part"}.get(read.depth, "")
    times = "" if read.reviewed else "once"
    return f" (read {' '.join(p for p in (times, depth) if p)})" if depth or times else ""


def _kept(rows: Rows) -> Rows:
    return [(label, lines) for label, lines in rows if lines]


# --- therapies ----------------------------------------------------------------------------------


def _therapy(dataset: Dataset, therapy: model.Therapy, question: Question) -> Answer:
    asked = Question(**{**_fields(whole(question)), "therapies": (therapy.id,)})
    found = options(dataset, asked)
    option = found[0] if found else Option(therapy.id, therapy.name, False)
    made = row(dataset, option)
    verdict = made.verdict
    sources = _Sources(dataset)
    decisive = weightiest(made)
    items = [*decisive, *(i for i in best_first(option.items) if i not in decisive)]
    told = [i for i in items if i.finding.direction]
    named = question_words(dataset, question)
    about = f": {named}" if question.asked() else ""
    rows = _kept(
        [
            ("Class", [" > ".join(dataset.drug_class[c].name for c in dataset.class_path(therapy.id))]),
            (
                "Also",
                [", ".join((*therapy.abbreviations, *therapy.aliases, *therapy.brands))]
                if therapy.aliases or therapy.brands or therapy.abbreviations
                else [],
            ),
            ("Why", [why_words(verdict)]),
            ("Studied", _regimens(told)),
            (
                "Results",
                [
                    finding_line(i, mention_why=True) + sources.cite(i.finding.references or i.study.references)
                    for i in told[:_TOP]
                ]
                + _more(told),
            ),
            ("Running", _no_result(items, running=True)),
            ("Unread", _no_result(items, running=False)),
            ("Organs", _organs(dataset, option.items)),
            ("For", _stances(option, "for", sources)),
            ("Against", _stances(option, "against", sources)),
            (
                "Licensed",
                [_licence(a) + sources.cite(a.references) for a in option.approvals]
                or ["no approval for myositis on file"],
            ),
            ("Danger", _dangers(therapy, sources)),
            ("Myositis", [sources.statement(s) for s in therapy.harms]),
            ("Pregnancy", _reproduction(therapy, sources)),
            ("Avoid if", [sources.statement(s) for s in therapy.contraindications]),
            ("Monitor", [sources.statement(s) for s in therapy.monitoring]),
            ("Harms", [sources.statement(s) for s in therapy.adverse_effects]),
            ("Interacts", [sources.statement(s) for s in therapy.interactions]),
            ("Target", [therapy.target] if therapy.target else []),
            ("Mechanism", [sources.statement(therapy.mechanism)] if therapy.mechanism else []),
            (
                "Codes",
                [
                    ", ".join(f"{k.upper()} {' '.join(v)}" for k, v in therapy.codes.items())
                    + sources.cite(therapy.code_references)
                ]
                if therapy.codes
                else [],
            ),
        ]
    )
    if question.as_of:
        rows.append(("As of", [f"findings, guidance and licences end with {question.as_of}; all else is today's"]))
    rows.append(("Sources", sources.lines()))
    data = {**as_data(dataset, made), "record": plain(therapy), "sources": list(sources.order)}
    asked_flags = flags(dataset, question)
    block = Card(capital(therapy.name), f"{VERDICT_SIGN[verdict.word]} {verdict.word}{about}", _kept(rows))
    next_ = [command("why", therapy.id, asked_flags), command("evidence", "--therapy", therapy.id, asked_flags)]
    return _answer("therapy", data, block, next_, question.asked())


def _fields(question: Question) -> dict[str, Any]:
    return {name: getattr(question, name) for name in question.__struct_fields__}


def why_words(verdict: Verdict) -> str:
    """The verdict with its reason in one line."""
    at = f", level {verdict.level}" if verdict.level else ""
    return f"{verdict.word}{at}: {verdict.because} (rule {verdict.rule})"


def _regimens(items: list[Item]) -> list[str]:
    seen: dict[str, str] = {}
    for item in items:
        if item.finding.regimen:
            seen.setdefault(item.finding.regimen, item.study.name)
    return [f"{regimen} ({name})" for regimen, name in list(seen.items())[:3]]


def _more(items: list[Item]) -> list[str]:
    return [f"+ {len(items) - _TOP} more findings"] if len(items) > _TOP else []


def _organs(dataset: Dataset, items: list[Item]) -> list[str]:
    marks = []
    for organ in dataset.manifestations:
        here = [i for i in items if organ.id in i.finding.manifestations]
        if here:
            marks.append(f"{organ.name} {VERDICT_SIGN[appraise(dataset, here).word]}")
    return ["   ".join(marks)] if marks else []


def _no_result(items: list[Item], running: bool) -> list[str]:
    return [
        f"{DIRECTION_SIGN[None]} {i.study.name}: {i.finding.headline}; {status_words(i.study)}"
        for i in items
        if not i.finding.direction and is_running(i.study) == running
    ][:_TOP]


def _stances(option: Option, polarity: str, sources: _Sources) -> list[str]:
    said = [entry for entry in guidance(option) if entry[1].polarity == polarity]
    lines = []
    for guideline, rec, by_class in said[:_TOP]:
        graded = ", ".join(p for p in (rec.strength, rec.level) if p)
        old = f" [{guideline.status}]" if guideline.status in OLD else ""
        reach = " (said of the class)" if by_class else ""
        cited = sources.cite(rec.references or guideline.references)
        lines.append(f"{guideline.name}{old}: {rec.text}" + (f" ({graded})" if graded else "") + reach + cited)
    return lines + ([f"+ {len(said) - _TOP} more: iimtx guidelines --therapy {option.id}"] if len(said) > _TOP else [])


def _licence(approval: model.Approval) -> str:
    words = [approval.jurisdiction, str(approval.year or ""), approval.status.replace("-", " ")]
    line = f"{' '.join(w for w in words if w)}: {approval.indication.rstrip('.')}"
    return f"{line}. {approval.condition.rstrip('.')}" if approval.condition else line


def _dangers(therapy: model.Therapy, sources: _Sources) -> list[str]:
    told = [f"boxed, {sources.statement(w)}" for w in therapy.boxed_warnings]
    told += [sources.statement(therapy.unboxed)] if therapy.unboxed else []
    if told:
        return told
    words = {"none": "no boxed warning on the label read", "unknown": "boxed warning: not known here"}
    return [words[therapy.boxed]] if therapy.boxed in words else []


def _reproduction(therapy: model.Therapy, sources: _Sources) -> list[str]:
    return [
        f"{r.period.replace('-', ' ')}: {r.advice.replace('-', ' ')}, {r.text}"
        f" ({r.issuer}{f' {r.year}' if r.year else ''}{', superseded' if r.superseded else ''})"
        + sources.cite(r.references)
        + reading_mark(r.read)
        for r in therapy.reproduction
    ]


def why(dataset: Dataset, treatment: str, question: Question) -> Answer:
    """Which findings, at which level, in which direction, led by which rule to the verdict. For a
    class, of all its members together, without comparisons inside the class."""
    is_class = treatment not in dataset.therapy
    asked = Question(**{**_fields(whole(question)), "classes" if is_class else "therapies": (treatment,)})
    items = [i for i in findings(dataset, asked) if not is_class or not inside_class(dataset, i, treatment)]
    verdict = appraise(dataset, items)
    label = dataset.drug_class[treatment].name if is_class else capital(dataset.therapy[treatment].name)
    sources = _Sources(dataset)

    def lines(wanted: bool) -> list[str]:
        return [
            f"{finding_line(r.item)}, level {r.level}, {r.item.relation}"
            + ("" if wanted else f": {r.part}")
            + sources.cite(r.item.finding.references or r.item.study.references)
            for r in verdict.reasons
            if r.decides == wanted
        ]

    indirect = [i for i in items if i.relation != "direct"] if not verdict.elsewhere else []
    rows = _kept(
        [
            (
                "Verdict",
                [why_words(verdict) + ("; provisional" if verdict.provisional else "")],
            ),
            ("Decided by", lines(True)),
            ("Set aside", lines(False)),
            ("Indirect", [finding_line(i, mention_why=True) for i in best_first(indirect)]),
            ("Would change", [f"{verdict.would_change}"]),
            ("Rules", ["docs/appraisal.md, Oxford CEBM 2011 levels"]),
            ("Sources", sources.lines()),
        ]
    )
    data = {
        "id": treatment, "verdict": verdict.word, "level": verdict.level, "rule": verdict.rule,
        "because": verdict.because, "people": verdict.people, "elsewhere": verdict.elsewhere or None,
        "provisional": verdict.provisional, "would_change": verdict.would_change, "sources": list(sources.order),
        "reasons": [
            {"study": r.item.study.id, "finding": r.item.finding.id, "level": r.level, "relation": r.item.relation,
             "direction": r.item.finding.direction, "decides": r.decides, "part": r.part}
            for r in verdict.reasons
        ],
    }  # fmt: skip
    block = Card(f"{label}: {question_words(dataset, question)}", f"{VERDICT_SIGN[verdict.word]} {verdict.word}", rows)
    next_ = [command("evidence", "--class" if is_class else "--therapy", treatment, flags(dataset, question))]
    return _answer("verdict", data, block, next_, asked.asked())


# --- disease side -------------------------------------------------------------------------------


def _top_therapies(dataset: Dataset, question: Question) -> list[str]:
    rows = [row(dataset, o) for o in options(dataset, question)]
    rows = sorted((r for r in rows if r.option.direct), key=rank)
    shown = [f"{VERDICT_SIGN[r.verdict.word]} {capital(r.option.name)} ({r.verdict.word})" for r in rows[:8]]
    return shown + ([f"+ {len(rows) - 8} more"] if len(rows) > 8 else [])


def _subtype(dataset: Dataset, subtype: model.Subtype, asked: Question) -> Answer:
    sources = _Sources(dataset)
    tree = dataset.subtype_tree
    question = narrowed(asked, "subtypes", subtype.id)
    rows = _kept(
        [
            ("Is", [subtype.summary + sources.cite(subtype.references)]),
            (
                "Part of",
                [" > ".join(dataset.subtype[s].name for s in tree.path(subtype.id)[:-1])] if subtype.parent else [],
            ),
            (
                "Parts",
                [", ".join(dataset.short("subtype", s) for s in tree.children.get(subtype.id, []))]
                if tree.children.get(subtype.id)
                else [],
            ),
            ("Also", [", ".join(subtype.aliases)] if subtype.aliases else []),
            (
                "Antibodies",
                [", ".join(dataset.antibody[a].name for a in subtype.antibodies)] if subtype.antibodies else [],
            ),
            ("Features", [sources.feature(s) for s in subtype.features]),
            (
                "May hide",
                [
                    f"old trials' {subtype.abbreviation} can include {', '.join(dataset.short('subtype', s) for s in subtype.may_hide)}"
                ]
                if subtype.may_hide
                else [],
            ),
            ("Disputed", [sources.feature(s) for s in subtype.disagreements]),
            ("Treatments", _top_therapies(dataset, question)),
            (
                "Codes",
                [", ".join(f"{k.upper()} {' '.join(v)}" for k, v in subtype.codes.items())] if subtype.codes else [],
            ),
        ]
    )
    rows.append(("Sources", sources.lines()))
    block = Card(
        f"{subtype.abbreviation}  {subtype.name}" if subtype.abbreviation != subtype.name else subtype.name,
        "subtype",
        rows,
    )
    short = flags(dataset, question)
    return _answer("subtype", plain(subtype), block, [command("therapies", short), command("guidelines", short)], {})


def _antibody(dataset: Dataset, antibody: model.Antibody, asked: Question) -> Answer:
    sources = _Sources(dataset)
    question = narrowed(asked, "antibodies", antibody.id)
    parts = dataset.antibody_tree.children.get(antibody.id, [])
    rows = _kept(
        [
            ("Is", [antibody.summary + sources.cite(antibody.references)]),
            (
                "Group",
                [{"MSA": "myositis-specific (MSA)", "MAA": "myositis-associated (MAA)"}.get(antibody.group, "other")],
            ),
            ("Target", [antibody.target] if antibody.target else []),
            ("Part of", [dataset.antibody[antibody.parent].name] if antibody.parent else []),
            ("Parts", [", ".join(dataset.antibody[a].name for a in parts)] if parts else []),
            ("Also", [", ".join(antibody.aliases)] if antibody.aliases else []),
            (
                "Subtypes",
                [", ".join(dataset.short("subtype", s) for s in antibody.subtypes)] if antibody.subtypes else [],
            ),
            ("Features", [sources.feature(s) for s in antibody.features]),
            ("Warnings", _antibody_harms(dataset, antibody.id, sources)),
            ("Treatments", _top_therapies(dataset, question)),
        ]
    )
    rows.append(("Sources", sources.lines()))
    block = Card(antibody.name, "antibody", rows)
    return _answer("antibody", plain(antibody), block, [command("therapies", flags(dataset, question))], {})


def _antibody_harms(dataset: Dataset, antibody: str, sources: _Sources) -> list[str]:
    return [
        f"{capital(therapy.name)}: {sources.statement(harm)}"
        for therapy in dataset.therapies
        for harm in therapy.harms
        if antibody in harm.antibodies
    ]


def _manifestation(dataset: Dataset, organ: model.Manifestation, asked: Question) -> Answer:
    sources = _Sources(dataset)
    question = narrowed(asked, "manifestations", organ.id)
    parts = dataset.manifestation_tree.children.get(organ.id, [])
    rows = _kept(
        [
            ("Is", [organ.summary + (sources.cite(organ.references) if organ.references else "")]),
            ("Part of", [dataset.manifestation[organ.parent].name] if organ.parent else []),
            ("Parts", [", ".join(dataset.manifestation[m].name for m in parts)] if parts else []),
            ("Also", [", ".join(organ.aliases)] if organ.aliases else []),
            ("Treatments", _top_therapies(dataset, question)),
            ("Sources", sources.lines()),
        ]
    )
    block = Card(organ.name, "manifestation", rows)
    short = flags(dataset, question)
    return _answer(
        "manifestation", plain(organ), block, [command("therapies", short), command("guidelines", short)], {}
    )


def _drug_class(dataset: Dataset, drug_class: model.DrugClass, asked: Question) -> Answer:
    question = narrowed(asked, "classes", drug_class.id)
    inside = dataset.class_tree.parts((drug_class.id,))
    members = [capital(t.name) for t in dataset.therapies if t.drug_class in inside]
    said = [
        f"{g.name}: {r.polarity}, {r.text}"
        for g, r in recommendations(dataset, Question())
        if drug_class.id in r.classes
    ]
    rows = _kept(
        [
            ("Is", [drug_class.summary]),
            ("Path", [" > ".join(dataset.drug_class[c].name for c in dataset.class_tree.path(drug_class.id))]),
            ("Also", [", ".join(drug_class.aliases)] if drug_class.aliases else []),
            ("Members", [", ".join(sorted(members))] if members else []),
            ("Guidelines", said),
            ("Treatments", _top_therapies(dataset, question)),
        ]
    )
    block = Card(drug_class.name, "class", rows)
    return _answer("class", plain(drug_class), block, [command("therapies", flags(dataset, question))], {})


# --- evidence side ------------------------------------------------------------------------------


def _study(dataset: Dataset, study: model.Study, _: Question) -> Answer:
    sources = _Sources(dataset)
    numbers = [f"n {study.n}" if study.n is not None else "n not printed"]
    if study.n_iim is not None:
        numbers.append(f"{study.n_iim} with myositis")
    rows: Rows = [
        (
            "Design",
            [
                ", ".join(
                    p
                    for p in (
                        study.design.replace("-", " "),
                        study.blinding or "",
                        f"phase {study.phase}" if study.phase else "",
                        *numbers,
                    )
                    if p
                )
            ],
        ),
        ("State", [status_words(study) + (f": {study.status_note}" if study.status_note else "")]),
        ("Registry", [", ".join(study.registry)] if study.registry else []),
        ("Who", [who_words(dataset, study.who)]),
        ("Entry", [study.who.definition] if study.who.definition else []),
        ("Criteria", [study.who.criteria] if study.who.criteria else []),
    ]
    for finding in study.findings:
        rows.append((_shorter(finding.role), _finding_lines(dataset, study, finding, sources)))
    rows += [
        ("Harms", [sources.statement(s) for s in study.safety]),
        (
            "Same people",
            [
                f"{link.relation.replace('-', ' ')}: {dataset.study[link.study].name} ({link.study})"
                for link in study.linked
            ],
        ),
        ("Note", [study.note] if study.note else []),
    ]
    sources.cite(study.references)
    rows.append(("Sources", sources.lines()))
    therapies = sorted({t for f in study.findings for t in f.therapies})
    block = Card(f"{study.name} ({study.year})", "study", _kept(rows))
    return _answer("study", plain(study), block, [command("show", t) for t in therapies[:2]], {})


def _shorter(role: str) -> str:
    return {"post-hoc": "Post hoc"}.get(role, capital(role))


def _finding_lines(dataset: Dataset, study: model.Study, finding: model.Finding, sources: _Sources) -> list[str]:
    names = [capital(dataset.therapy[t].name) for t in finding.therapies]
    names += [dataset.drug_class[c].name for c in finding.classes]
    tested = (" + " if finding.given == "together" else " or ").join(names)
    on_top = (
        f", on top of {', '.join(dataset.therapy[t].name for t in finding.background)}" if finding.background else ""
    )
    lines = [f"{DIRECTION_SIGN[finding.direction]} {finding.headline}"]
    lines.append(f"{tested}{on_top}; {comparator_words(finding.comparator)}; level {level(study, finding)}")
    lines.append(f"Endpoint: {finding.endpoint}" + (f" (see glossary: {finding.measure})" if finding.measure else ""))
    if finding.result:
        lines.append(f"Result: {finding.result}{sources.cite(finding.references or study.references)}")
    if finding.effect:
        lines.append(f"Estimate: {effect_words(finding.effect)}")
    if finding.timepoint:
        lines.append(f"At: {finding.timepoint}")
    if finding.regimen:
        lines.append(f"Regimen: {finding.regimen}")
    own = finding.who
    if own.subtypes or own.antibodies or own.settings:
        lines.append(f"Who: {who_words(dataset, population(study, finding))}")
    if own.definition:
        lines.append(f"Entry: {own.definition}")
    lines.append(f"Read: {read_words(finding.read)}" + ("; provisional" if finding.provisional else ""))
    return lines


def _guideline(dataset: Dataset, guideline: model.Guideline, _: Question) -> Answer:
    sources = _Sources(dataset)
    sources.cite(guideline.references)
    state = guideline.status + (f" (seen {guideline.status_seen})" if guideline.status_seen else "")
    if guideline.superseded_by:
        state += f", replaced by {guideline.superseded_by}"
    said = []
    for rec in guideline.recommendations:
        graded = ", ".join(p for p in (rec.strength, rec.level, rec.agreement and f"agreement {rec.agreement}") if p)
        who = scope_words(dataset, rec.scope)
        sign = {"for": "▲", "against": "▼", "no-recommendation": "◆"}[rec.polarity]
        said.append(f"{sign} {rec.text}" + (f" ({graded})" if graded else "") + (f" [{who}]" if who else ""))
    rows = _kept(
        [
            ("Issuer", [guideline.issuer]),
            ("Kind", [guideline.kind.replace("-", " ")]),
            ("Status", [state]),
            ("Scope", [guideline.summary] if guideline.summary else []),
            ("Grading", [guideline.scheme] if guideline.scheme else []),
            ("Says", said),
            ("Sources", sources.lines()),
        ]
    )
    block = Card(f"{guideline.name}", f"{count_words(len(said), 'recommendation')}", rows)
    return _answer("guideline", plain(guideline), block, [command("guidelines")], {})


def _term(dataset: Dataset, term: model.Term, _: Question) -> Answer:
    sources = _Sources(dataset)
    used = sorted({s.name for s in dataset.studies for f in s.findings if f.measure == term.id})
    rows = _kept(
        [
            ("Means", [term.text + sources.cite(term.references)]),
            ("Thresholds", [f"{k}: {v}" for k, v in term.thresholds.items()]),
            ("Also", [", ".join(term.aliases)] if term.aliases else []),
            ("About", [", ".join(dataset.short("subtype", s) for s in term.subtypes)] if term.subtypes else []),
            ("Disputed", [sources.feature(s) for s in term.disagreements]),
            ("Used in", [", ".join(used)] if used else []),
        ]
    )
    rows.append(("Sources", sources.lines()))
    block = Card(term.name, term.kind.replace("-", " "), rows)
    return _answer("term", plain(term), block, [command("glossary")], {})
