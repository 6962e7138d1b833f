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
    gaps,
    inside_class,
    narrowed,
    options,
    population,
    recommendations,
    whole,
)
from ..words import (
    DIRECTION_SIGN,
    POLARITY_SIGN,
    VERDICT_SIGN,
    best_first,
    capital,
    citation,
    comparator_words,
    effect_words,
    finding_line,
    graded,
    is_running,
    missing_words,
    read_words,
    spaced,
    status_words,
    tested_words,
    who_words,
)
from .common import command, count_words, flags, plain, question_words
from .guidance import scope_words
from .therapies import OLD, as_data, guidance, rank, row, verdict_words, weightiest

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


def _answer(
    kind: str,
    data: dict[str, Any],
    title: str,
    tag: str,
    rows: Rows,
    next_: list[str],
    query: dict[str, Any] | None = None,
) -> Answer:
    """The answer of a card. Empty lines and labels without a line are left out."""
    kept = [(label, told) for label, lines in rows if (told := [line for line in lines if line])]
    cells = [{"field": label, "text": line} for label, lines in kept for line in lines]
    return Answer(
        title=f"{title}    {tag}" if tag else title,
        count=1,
        results=lambda: [{**data, "entry": kind}],
        table=lambda: Table((Column("field", "field"), Column("text", "text", wide=True)), cells),
        query=query or {},
        blocks=lambda: [Card("", "", kept)],
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

    def statements(self, statements: Iterable[model.Statement]) -> list[str]:
        return [self.statement(s) for s in statements]

    def features(self, statements: Iterable[model.Statement]) -> list[str]:
        """Statements about a disease, an antibody or a term."""
        return [s.text + self.cite(s.references) for s in statements]

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


# --- therapies ----------------------------------------------------------------------------------


def _therapy(dataset: Dataset, therapy: model.Therapy, question: Question) -> Answer:
    found = options(dataset, narrowed(whole(question), "therapies", therapy.id))
    option = found[0] if found else Option(therapy.id, therapy.name, False)
    made = row(dataset, option)
    verdict = made.verdict
    sources = _Sources(dataset)
    decisive = weightiest(made)
    items = [*decisive, *(i for i in best_first(option.items) if i not in decisive)]
    told = [i for i in items if i.finding.direction]
    results = [finding_line(i, mention_why=True) + sources.cite(i.references) for i in told[:_TOP]]
    rows: Rows = [
        ("Class", [" > ".join(dataset.drug_class[c].name for c in dataset.class_path(therapy.id))]),
        ("Also", [", ".join((*therapy.abbreviations, *therapy.aliases, *therapy.brands))]),
        ("Why", [why_words(verdict)]),
        ("Studied", _regimens(told)),
        ("Results", [*results, f"+ {len(told) - _TOP} more findings" if len(told) > _TOP else ""]),
        ("Running", _no_result(items, running=True)),
        ("Unread", _no_result(items, running=False)),
        ("Organs", [_organs(dataset, option.items)]),
        ("For", _stances(option, "for", question, sources)),
        ("Against", _stances(option, "against", question, sources)),
        (
            "Licensed",
            [_licence(a) + sources.cite(a.references) + reading_mark(a.read) for a in option.approvals]
            or ["no approval for myositis on file"],
        ),
        ("Danger", _dangers(therapy, sources)),
        ("Myositis", sources.statements(therapy.harms)),
        ("Pregnancy", _reproduction(therapy, sources)),
        ("Avoid if", sources.statements(therapy.contraindications)),
        ("Monitor", sources.statements(therapy.monitoring)),
        ("Harms", sources.statements(therapy.adverse_effects)),
        ("Interacts", sources.statements(therapy.interactions)),
        ("Target", [therapy.target or ""]),
        ("Mechanism", sources.statements((therapy.mechanism,) if therapy.mechanism else ())),
        ("Codes", [_codes(therapy.codes) + sources.cite(therapy.code_references)] if therapy.codes else []),
    ]
    if question.as_of:
        rows.append(("As of", [f"findings, guidance and licences end with {question.as_of}; all else is today's"]))
    rows.append(("Not here", _missing(dataset, narrowed(question, "therapies", therapy.id))))
    rows.append(("Sources", sources.lines()))
    data = {
        **as_data(dataset, made),
        "record": plain(therapy),
        "sources": list(sources.order),
        **_missing_data(dataset, narrowed(question, "therapies", therapy.id)),
    }
    about = f": {question_words(dataset, question)}" if question.asked() else ""
    tag = f"{VERDICT_SIGN[verdict.word]} {verdict_words(made)}{about}"
    asked = flags(dataset, question)
    next_ = [command("why", therapy.id, asked), command("evidence", "--therapy", therapy.id, asked)]
    return _answer("therapy", data, capital(therapy.name), tag, rows, next_, question.asked())


def _codes(codes: dict[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{system.upper()} {' '.join(values)}" for system, values in codes.items())


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


def _organs(dataset: Dataset, items: list[Item]) -> str:
    marks = []
    for organ in dataset.manifestations:
        if here := [i for i in items if organ.id in i.finding.manifestations]:
            marks.append(f"{organ.name} {VERDICT_SIGN[appraise(dataset, here).word]}")
    return "   ".join(marks)


def _no_result(items: list[Item], running: bool) -> list[str]:
    return [
        f"{DIRECTION_SIGN[None]} {i.study.name}: {i.finding.headline}; {status_words(i.study)}"
        for i in items
        if not i.finding.direction and is_running(i.study) == running
    ][:_TOP]


def _missing(dataset: Dataset, question: Question) -> list[str]:
    """What is known or likely to exist and is not in the dataset."""
    found = [missing_words(gap) for gap in gaps(dataset, question)]
    return found[:_TOP] + ([f"+ {len(found) - _TOP} more: docs/coverage.md"] if len(found) > _TOP else [])


def _missing_data(dataset: Dataset, question: Question) -> dict[str, Any]:
    return {"known_missing": [plain(gap) for gap in gaps(dataset, question)]}


def _stances(option: Option, polarity: str, question: Question, sources: _Sources) -> list[str]:
    said = [advice for advice in guidance(option, question) if advice.recommendation.polarity == polarity]
    lines = []
    for guideline, rec, by_class, _ in said[:_TOP]:
        strength = ", ".join(p for p in (rec.strength, rec.level) if p)
        old = f" [{guideline.status}]" if guideline.status in OLD else ""
        reach = " (said of the class)" if by_class else ""
        cited = sources.cite(rec.references or guideline.references) + reading_mark(rec.read)
        lines.append(f"{guideline.name}{old}: {rec.text}" + (f" ({strength})" if strength else "") + reach + cited)
    return lines + ([f"+ {len(said) - _TOP} more: iimtx guidelines --therapy {option.id}"] if len(said) > _TOP else [])


def _licence(approval: model.Approval) -> str:
    words = [approval.jurisdiction, str(approval.year or ""), spaced(approval.status)]
    line = f"{' '.join(w for w in words if w)}: {approval.indication.rstrip('.')}"
    return f"{line}. {approval.condition.rstrip('.')}" if approval.condition else line


def _dangers(therapy: model.Therapy, sources: _Sources) -> list[str]:
    told = [f"boxed, {sources.statement(w)}" for w in therapy.boxed_warnings]
    told += [sources.statement(therapy.unboxed)] if therapy.unboxed else []
    if told:
        return told
    words = {"none": "no boxed warning on the label read", "unknown": "boxed warning: not known here"}
    return [words.get(therapy.boxed, "")]


def _reproduction(therapy: model.Therapy, sources: _Sources) -> list[str]:
    return [
        f"{spaced(r.period)}: {spaced(r.advice)}, {r.text}"
        f" ({r.issuer}{f' {r.year}' if r.year else ''}{', superseded' if r.superseded else ''})"
        + sources.cite(r.references)
        + reading_mark(r.read)
        for r in therapy.reproduction
    ]


def why(dataset: Dataset, treatment: str, question: Question) -> Answer:
    """Which findings, at which level, in which direction, led by which rule to the verdict. For a
    class, of all its members together, without comparisons inside the class."""
    is_class = treatment not in dataset.therapy
    asked = narrowed(whole(question), "classes" if is_class else "therapies", treatment)
    items = [i for i in findings(dataset, asked) if not is_class or not inside_class(dataset, i, treatment)]
    verdict = appraise(dataset, items)
    sources = _Sources(dataset)

    def lines(wanted: bool) -> list[str]:
        return [
            f"{finding_line(r.item)}, level {r.level}, {r.item.relation}"
            + ("" if wanted else f": {r.part}")
            + sources.cite(r.item.references)
            for r in verdict.reasons
            if r.decides == wanted
        ]

    indirect = [i for i in items if i.relation != "direct"] if not verdict.elsewhere else []
    rows: Rows = [
        ("Verdict", [why_words(verdict) + ("; provisional" if verdict.provisional else "")]),
        ("Decided by", lines(True)),
        ("Set aside", lines(False)),
        ("Indirect", [finding_line(i, mention_why=True) for i in best_first(indirect)]),
        ("Would change", [verdict.would_change]),
        ("Rules", ["docs/appraisal.md, Oxford CEBM 2011 levels"]),
        ("Sources", sources.lines()),
    ]
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
    title = f"{dataset.treatment_name(treatment)}: {question_words(dataset, question)}"
    next_ = [command("evidence", "--class" if is_class else "--therapy", treatment, flags(dataset, question))]
    return _answer("verdict", data, title, f"{VERDICT_SIGN[verdict.word]} {verdict.word}", rows, next_, asked.asked())


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
    hidden = ", ".join(dataset.short("subtype", s) for s in subtype.may_hide)
    rows: Rows = [
        ("Is", [subtype.summary + sources.cite(subtype.references)]),
        ("Part of", [" > ".join(dataset.subtype[s].name for s in tree.path(subtype.id)[:-1])]),
        ("Parts", [", ".join(dataset.short("subtype", s) for s in tree.children.get(subtype.id, []))]),
        ("Also", [", ".join(subtype.aliases)]),
        ("Antibodies", [", ".join(dataset.antibody[a].name for a in subtype.antibodies)]),
        ("Features", sources.features(subtype.features)),
        ("May hide", [f"old trials' {subtype.abbreviation} can include {hidden}" if hidden else ""]),
        ("Disputed", sources.features(subtype.disagreements)),
        ("Treatments", _top_therapies(dataset, question)),
        ("Codes", [_codes(subtype.codes)]),
        ("Not here", _missing(dataset, question)),
        ("Sources", sources.lines()),
    ]
    same = subtype.abbreviation == subtype.name
    title = subtype.name if same else f"{subtype.abbreviation}  {subtype.name}"
    short = flags(dataset, question)
    next_ = [command("therapies", short), command("guidelines", short)]
    return _answer("subtype", {**plain(subtype), **_missing_data(dataset, question)}, title, "subtype", rows, next_)


def _antibody(dataset: Dataset, antibody: model.Antibody, asked: Question) -> Answer:
    sources = _Sources(dataset)
    question = narrowed(asked, "antibodies", antibody.id)
    parts = dataset.antibody_tree.children.get(antibody.id, [])
    group = {"MSA": "myositis-specific (MSA)", "MAA": "myositis-associated (MAA)"}.get(antibody.group, "other")
    rows: Rows = [
        ("Is", [antibody.summary + sources.cite(antibody.references)]),
        ("Group", [group]),
        ("Target", [antibody.target or ""]),
        ("Part of", [dataset.antibody[antibody.parent].name if antibody.parent else ""]),
        ("Parts", [", ".join(dataset.antibody[a].name for a in parts)]),
        ("Also", [", ".join(antibody.aliases)]),
        ("Subtypes", [", ".join(dataset.short("subtype", s) for s in antibody.subtypes)]),
        ("Features", sources.features(antibody.features)),
        ("Warnings", [
            f"{capital(therapy.name)}: {sources.statement(harm)}"
            for therapy in dataset.therapies for harm in therapy.harms if antibody.id in harm.antibodies
        ]),
        ("Treatments", _top_therapies(dataset, question)),
        ("Not here", _missing(dataset, question)),
        ("Sources", sources.lines()),
    ]  # fmt: skip
    next_ = [command("therapies", flags(dataset, question))]
    return _answer(
        "antibody", {**plain(antibody), **_missing_data(dataset, question)}, antibody.name, "antibody", rows, next_
    )


def _manifestation(dataset: Dataset, organ: model.Manifestation, asked: Question) -> Answer:
    sources = _Sources(dataset)
    question = narrowed(asked, "manifestations", organ.id)
    parts = dataset.manifestation_tree.children.get(organ.id, [])
    rows: Rows = [
        ("Is", [organ.summary + (sources.cite(organ.references) if organ.references else "")]),
        ("Part of", [dataset.manifestation[organ.parent].name if organ.parent else ""]),
        ("Parts", [", ".join(dataset.manifestation[m].name for m in parts)]),
        ("Also", [", ".join(organ.aliases)]),
        ("Treatments", _top_therapies(dataset, question)),
        ("Sources", sources.lines()),
    ]
    short = flags(dataset, question)
    next_ = [command("therapies", short), command("guidelines", short)]
    return _answer("manifestation", plain(organ), organ.name, "manifestation", rows, next_)


def _drug_class(dataset: Dataset, drug_class: model.DrugClass, asked: Question) -> Answer:
    question = narrowed(asked, "classes", drug_class.id)
    inside = dataset.class_tree.parts((drug_class.id,))
    said = [(g, r) for g, r in recommendations(dataset, Question()) if drug_class.id in r.classes]
    rows: Rows = [
        ("Is", [drug_class.summary]),
        ("Path", [" > ".join(dataset.drug_class[c].name for c in dataset.class_tree.path(drug_class.id))]),
        ("Also", [", ".join(drug_class.aliases)]),
        ("Members", [", ".join(sorted(capital(t.name) for t in dataset.therapies if t.drug_class in inside))]),
        ("Guidelines", [f"{g.name}: {r.polarity}, {r.text}" for g, r in said]),
        ("Treatments", _top_therapies(dataset, question)),
        ("Not here", _missing(dataset, question)),
    ]
    next_ = [command("therapies", flags(dataset, question))]
    return _answer(
        "class", {**plain(drug_class), **_missing_data(dataset, question)}, drug_class.name, "class", rows, next_
    )


# --- evidence side ------------------------------------------------------------------------------


def _study(dataset: Dataset, study: model.Study, _: Question) -> Answer:
    sources = _Sources(dataset)
    design = (
        spaced(study.design),
        study.blinding,
        f"phase {study.phase}" if study.phase else "",
        f"n {study.n}" if study.n is not None else "n not printed",
        f"{study.n_iim} with myositis" if study.n_iim is not None else "",
    )
    linked = [f"{spaced(li.relation)}: {dataset.study[li.study].name} ({li.study})" for li in study.linked]
    rows: Rows = [
        ("Design", [", ".join(p for p in design if p)]),
        ("State", [status_words(study) + (f": {study.status_note}" if study.status_note else "")]),
        ("Registry", [", ".join(study.registry)]),
        ("Who", [who_words(dataset, study.who)]),
        ("Entry", [study.who.definition or ""]),
        ("Criteria", [study.who.criteria or ""]),
        *((capital(f.role).replace("-", " "), _finding_lines(dataset, study, f, sources)) for f in study.findings),
        ("Harms", sources.statements(study.safety)),
        ("Same people", linked),
        ("Note", [study.note or ""]),
    ]
    sources.cite(study.references)
    rows.append(("Sources", sources.lines()))
    therapies = sorted({t for f in study.findings for t in f.therapies})
    next_ = [command("show", t) for t in therapies[:2]]
    return _answer("study", plain(study), f"{study.name} ({study.year})", "study", rows, next_)


def _finding_lines(dataset: Dataset, study: model.Study, finding: model.Finding, sources: _Sources) -> list[str]:
    background = ", ".join(dataset.therapy[t].name for t in finding.background)
    on_top = f", on top of {background}" if background else ""
    own = finding.who
    cited = sources.cite(finding.references or study.references) if finding.result else ""
    return [
        f"{DIRECTION_SIGN[finding.direction]} {finding.headline}",
        f"{tested_words(dataset, finding)}{on_top}; {comparator_words(finding.comparator)}; level {level(study, finding)}",
        f"Endpoint: {finding.endpoint}" + (f" (see glossary: {finding.measure})" if finding.measure else ""),
        f"Result: {finding.result}{cited}" if finding.result else "",
        f"Estimate: {effect_words(finding.effect)}" if finding.effect else "",
        f"At: {finding.timepoint}" if finding.timepoint else "",
        f"Regimen: {finding.regimen}" if finding.regimen else "",
        f"Who: {who_words(dataset, population(study, finding))}"
        if own.subtypes or own.antibodies or own.settings
        else "",
        f"Entry: {own.definition}" if own.definition else "",
        f"Read: {read_words(finding.read)}" + ("; provisional" if finding.provisional else ""),
    ]


def _guideline(dataset: Dataset, guideline: model.Guideline, _: Question) -> Answer:
    sources = _Sources(dataset)
    sources.cite(guideline.references)
    state = guideline.status + (f" (seen {guideline.status_seen})" if guideline.status_seen else "")
    if guideline.superseded_by:
        state += f", replaced by {guideline.superseded_by}"
    said = []
    for rec in guideline.recommendations:
        strength, who = graded(rec), scope_words(dataset, rec.scope)
        said.append(
            f"{POLARITY_SIGN[rec.polarity]} {rec.text}"
            + (f" ({strength})" if strength else "")
            + (f" [{who}]" if who else "")
            + reading_mark(rec.read)
        )
    rows: Rows = [
        ("Issuer", [guideline.issuer]),
        ("Kind", [spaced(guideline.kind)]),
        ("Status", [state]),
        ("Scope", [guideline.summary or ""]),
        ("Grading", [guideline.scheme or ""]),
        ("Says", said),
        ("Sources", sources.lines()),
    ]
    tag = count_words(len(said), "recommendation")
    return _answer("guideline", plain(guideline), guideline.name, tag, rows, [command("guidelines")])


def _term(dataset: Dataset, term: model.Term, _: Question) -> Answer:
    sources = _Sources(dataset)
    rows: Rows = [
        ("Means", [term.text + sources.cite(term.references)]),
        ("Thresholds", [f"{k}: {v}" for k, v in term.thresholds.items()]),
        ("Also", [", ".join(term.aliases)]),
        ("About", [", ".join(dataset.short("subtype", s) for s in term.subtypes)]),
        ("Disputed", sources.features(term.disagreements)),
        ("Used in", [", ".join(sorted({s.name for s in dataset.studies for f in s.findings if f.measure == term.id}))]),
        ("Sources", sources.lines()),
    ]
    return _answer("term", plain(term), term.name, spaced(term.kind), rows, [command("glossary")])
