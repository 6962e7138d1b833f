"""Therapies for a question: ranked, each with its verdict, best evidence, guidance and dangers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from .. import model
from ..answer import Answer, Block, Card, Column, Entry, Listing, Table
from ..appraisal import NOT_SUPPORTED, RANDOMISED, SUPPORTED, VERDICTS, Verdict, appraise, level
from ..dataset import Dataset
from ..query import Advice, Item, Option, Question, options, whole
from ..words import SIGN_LEGEND, VERDICT_SIGN, best_first, capital, finding_line
from .common import command, count_words, flags, known_missing, left_out, question_words

_SHOWN = 2
"""Findings under each therapy in the narrow list; the rest is one command away."""

SOCIETIES = ("EULAR", "BSR", "ACR", "ERS", "ESHRE")
"""Issuers whose advice on pregnancy goes before that of a label."""

_MANY_TRIALS = 3
"""From this many randomised comparisons, none of them for, the failures come first."""


class Wish(msgspec.Struct, frozen=True):
    """Filters on what is known about a therapy as a whole, after the findings are in."""

    verdicts: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    approved_in: tuple[str, ...] = ()
    pregnancy: tuple[str, ...] = ()

    def asked(self) -> dict[str, object]:
        """The filters that are set."""
        return {n: v for n in self.__struct_fields__ if (v := getattr(self, n))}


class Row(msgspec.Struct):
    """A therapy with its verdict for the question."""

    option: Option
    verdict: Verdict
    therapy: model.Therapy | None


def therapies(dataset: Dataset, question: Question, wish: Wish = Wish()) -> Answer:
    """The therapies in scope of `question`, those with direct evidence first."""
    everything = [row(dataset, option) for option in _chosen(dataset, question)]
    rows = [r for r in everything if fits(r, wish)]
    all_failed = _all_failed(question, everything)
    rows.sort(key=lambda r: rank(r, all_failed))
    groups = _groups(rows)
    found = len({i.key for r in rows for i in r.option.items})
    title = f"{question_words(dataset, question)}: {count_words(len(rows), 'therapy', 'therapies')}, "
    title += count_words(found, "finding")
    shown = len(everything)
    return Answer(
        title=title,
        count=len(rows),
        results=lambda: [as_data(dataset, r) for r in rows],
        table=lambda: _sheet(dataset, rows),
        query={**question.asked(), **wish.asked()},
        lead=_lead(question, everything),
        blocks=lambda: [Listing([_entry(dataset, r) for r in g], title) for title, g in groups] + _brief(rows),
        wide=lambda: (
            [Table(_WIDE_COLUMNS, [_cells(dataset, r) for r in g], title) for title, g in groups] + _brief(rows)
        ),
        notes=lambda: [
            _wish_note(shown - len(rows), wish),
            left_out(question, shown, lambda q: len(_chosen(dataset, q)), "therapies"),
            known_missing(dataset, question),
            SIGN_LEGEND if rows else "",
        ],
        next=_next(dataset, question, rows),
    )


def _chosen(dataset: Dataset, question: Question) -> list[Option]:
    """Options with a finding that passes every filter, each with all that its verdict weighs."""
    weighed = options(dataset, whole(question))
    if whole(question) == question:
        return weighed
    shown = {option.id for option in options(dataset, question)}
    return [option for option in weighed if option.id in shown]


def weightiest(row: Row) -> list[Item]:
    """Direct findings (near or other indirect ones where there is none), the deciding ones first."""
    deciding = [reason.item for reason in row.verdict.reasons if reason.decides]
    others = [i for i in best_first(row.option.direct or near(row) or row.option.items) if i not in deciding]
    deciding.sort(key=lambda i: (level(i.study, i.finding), -(i.finding.n or i.study.n or 0)))
    return [*deciding, *others]


def near(row: Row) -> list[Item]:
    """Findings on the same disease that differ from the question in line of treatment or age only."""
    return [i for i in row.option.items if i.near]


def row(dataset: Dataset, option: Option) -> Row:
    """An option with its verdict."""
    return Row(option, appraise(dataset, option.items), dataset.therapy.get(option.id))


def fits(row: Row, wish: Wish) -> bool:
    """Whether a therapy has what is wished for."""
    advice = pregnancy_advice(row.therapy)
    return (
        (not wish.verdicts or row.verdict.word in wish.verdicts)
        and (not wish.levels or row.verdict.level in wish.levels)
        and (not wish.pregnancy or advice in wish.pregnancy)
        and (
            not wish.approved_in
            or any(a.jurisdiction in wish.approved_in and a.status == "approved" for a in row.option.approvals)
        )
    )


def pregnancy_advice(therapy: model.Therapy | None) -> str:
    """The strictest current advice of a society for pregnancy; of a label where no society speaks;
    "unknown" where the dataset has none."""
    order = ("contraindicated", "avoid", "insufficient-data", "with-limits", "compatible")
    current = [r for r in therapy.reproduction if r.period == "pregnancy" and not r.superseded] if therapy else []
    societies = [r for r in current if r.issuer.startswith(SOCIETIES)]
    return min((r.advice for r in societies or current), key=order.index, default="unknown")


# --- order and lead -----------------------------------------------------------------------------


def rank(row: Row, failures_first: bool = False) -> tuple[Any, ...]:
    """Verdict, then level, then people; therapies known from guidance only come last."""
    order = VERDICTS.index(row.verdict.elsewhere or row.verdict.word)
    if failures_first and row.verdict.word == NOT_SUPPORTED:
        order = -1
    return (
        not row.option.items,
        0 if row.option.direct else 1 if near(row) else 2,
        order,
        row.verdict.level or 9,
        -row.verdict.people,
        row.option.name,
    )


def _randomised(rows: Iterable[Row]) -> list[str]:
    """Directions of the randomised primary comparisons: one for each study and therapy tested in it,
    mixed where its primary results differ."""
    found: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for item in (i for r in rows for i in r.option.direct):
        finding = item.finding
        randomised = level(item.study, finding) == RANDOMISED and finding.comparator.against != "self"
        if finding.direction and finding.role == "primary" and randomised:
            found.setdefault((item.study.id, finding.therapies), set()).add(finding.direction)
    return [directions.pop() if len(directions) == 1 else "mixed" for directions in found.values()]


def _all_failed(question: Question, rows: list[Row]) -> bool:
    """Whether, for the disease asked about, randomised trials were done, most found nothing, and no
    therapy came out supported."""
    directions = _randomised(rows)
    supported = any(r.verdict.word == SUPPORTED for r in rows)
    many = len(directions) >= _MANY_TRIALS
    return bool(question.subtypes) and many and not supported and 2 * directions.count("benefit") < len(directions)


def _lead(question: Question, rows: list[Row]) -> str:
    directions = _randomised(rows)
    if not rows or not directions:
        return "No randomised comparison of exactly this in the dataset." if rows else ""
    words = {"benefit": "for", "no-difference": "no difference", "mixed": "mixed", "harm": "harm"}
    words["inconclusive"] = "inconclusive"
    told = [f"{directions.count(way)} {word}" for way, word in words.items() if way in directions]
    counts = f"{count_words(len(directions), 'randomised primary comparison')}: {', '.join(told)}."
    return f"No therapy has been shown to work here. {counts}" if _all_failed(question, rows) else counts


# --- for people ---------------------------------------------------------------------------------


def _groups(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """What is shown in full: direct evidence, the same disease, and randomised trials of wider groups."""
    indirect = [r for r in rows if r.option.items and not r.option.direct]
    groups = [
        ("", [r for r in rows if r.option.direct]),
        ("Indirect: the same disease, any line of treatment or age", [r for r in indirect if near(r)]),
        ("Indirect: randomised trials of wider or mixed groups", [r for r in indirect if _trial_elsewhere(r)]),
    ]
    return [(title, group) for title, group in groups if group]


def _trial_elsewhere(row: Row) -> bool:
    return not near(row) and (row.verdict.level or 9) <= RANDOMISED


def _brief(rows: list[Row]) -> list[Block]:
    """What is only named: uncontrolled evidence of wider groups, and guidance without a study."""
    far = [r for r in rows if r.option.items and not r.option.direct and not near(r) and not _trial_elsewhere(r)]
    names = [f"{display_name(r.option)} {VERDICT_SIGN[r.verdict.elsewhere]}" for r in far]
    lines: list[tuple[str, list[str]]] = []
    if names:
        lines.append(("Elsewhere", [f"not randomised, in wider or mixed groups: {', '.join(names)}"]))
    if guided := [_guidance(r) for r in rows if not r.option.items]:
        lines.append(("Guidance", ["named by guidelines or licences, no study of this here:", *guided]))
    return [Card("", "", lines)] if lines else []


def _guidance(row: Row) -> str:
    """Who is for or against, where what is said names the question itself, and where it is licensed."""
    said = [advice for advice in row.option.recommendations if not advice.wider]
    sides = [f"{advice.guideline.name} {advice.recommendation.polarity}" for advice in said]
    sides += [f"licensed {a.jurisdiction}" for a in row.option.approvals if a.status == "approved"]
    return f"{display_name(row.option)}: {', '.join(dict.fromkeys(sides))}"


def _entry(dataset: Dataset, row: Row) -> Entry:
    items = weightiest(row)
    lines = _SHOWN if row.option.direct else 1
    told = [finding_line(i, mention_why=not row.option.direct) for i in items[:lines]]
    if len(items) > lines:
        told.append(f"+ {len(items) - lines} more")
    return Entry(
        (
            sign_name(row),
            drug_class(dataset, row.option.id),
            "indirect" if row.verdict.elsewhere else verdict_words(row),
            level_words(row),
            boxed_flag(row),
        ),
        told,
    )


_WIDE_COLUMNS = (
    Column("therapy", "Therapy"),
    Column("class", "Class", drop=2),
    Column("verdict", "Verdict"),
    Column("level", "Level", right=True),
    Column("people", "n", right=True, drop=1),
    Column("best", "Best evidence", wide=True, least=44),
    Column("warning", "Warning"),
    Column("approved", "Approved", drop=1),
    Column("guidelines", "Guidelines", drop=3),
)


def _cells(dataset: Dataset, row: Row) -> dict[str, str]:
    items = weightiest(row)
    best = [finding_line(i, mention_why=not row.option.direct) for i in items[:1]]
    more = f"  + {len(items) - 1} more" if len(items) > 1 else ""
    return {
        "therapy": sign_name(row),
        "class": drug_class(dataset, row.option.id),
        "verdict": verdict_words(row),
        "level": str(row.verdict.level or "-"),
        "people": str(row.verdict.people or "-"),
        "best": (best[0] if best else "") + more,
        "guidelines": stance(row),
        "approved": approved_in(row),
        "warning": boxed_flag(row),
    }


def sign_name(row: Row) -> str:
    """Verdict sign and name."""
    return f"{VERDICT_SIGN[row.verdict.word]} {display_name(row.option)}"


def display_name(option: Option) -> str:
    """The name to show: for classes, that sources name no member."""
    return f"{option.name} (not specified)" if option.is_class else capital(option.name)


def drug_class(dataset: Dataset, option: str) -> str:
    """Name of the narrowest class."""
    return dataset.drug_class[dataset.class_path(option)[-1]].name


def verdict_words(row: Row) -> str:
    """The verdict with its reservations."""
    if not row.option.items:
        return "no study here"
    verdict = row.verdict
    words = f"indirect: {verdict.elsewhere}" if verdict.elsewhere else verdict.word
    part = f"only {verdict.part}" if verdict.settled_in_part and not verdict.elsewhere else ""
    reservations = ", ".join(filter(None, (part, "provisional" if verdict.provisional else "")))
    return f"{words} ({reservations})" if reservations else words


def level_words(row: Row) -> str:
    """ "level 2", or nothing."""
    return f"level {row.verdict.level}" if row.verdict.level else ""


def boxed_flag(row: Row) -> str:
    """ "boxed" where a boxed warning is on file, "box ?" for a drug where nobody looked."""
    if row.therapy is None or row.therapy.kind in _NO_LABEL:
        return ""
    return {"present": "boxed", "unknown": "box ?"}.get(row.therapy.boxed, "")


def guidance(option: Option, question: Question) -> list[Advice]:
    """Recommendations by weight: in force, on an antibody only where one was asked about, on the
    question itself, naming the therapy, societies, newest."""

    def weight(advice: Advice) -> tuple[bool, bool, bool, bool, int, int]:
        guideline, scope = advice.guideline, advice.recommendation.scope
        return (
            guideline.status in OLD,
            bool(scope.antibodies) != bool(question.antibodies),
            advice.wider,
            advice.by_class,
            _KINDS.index(guideline.kind),
            -guideline.year,
        )

    return sorted(option.recommendations, key=weight)


OLD = ("superseded", "expired")
_KINDS: tuple[str, ...] = get_args(model.GuidelineKind)
_NO_LABEL = ("exercise", "procedure", "apheresis", "withdrawal", "supplement", "vaccine", "supportive")


def stance(row: Row) -> str:
    """How many documents in force, policies on funding apart, are for and against: "2 for, 1 against";
    those that speak of a wider group only stand apart: "wider: 3 for"."""
    own = _sides(row, wider=False)
    wider = _sides(row, wider=True) - own
    told = [_side_words(own) if own else "", f"wider: {_side_words(wider)}" if wider else ""]
    return "; ".join(words for words in told if words)


def _sides(row: Row, wider: bool) -> set[tuple[str, str]]:
    return {
        (advice.recommendation.polarity, advice.guideline.id)
        for advice in row.option.recommendations
        if advice.guideline.status not in OLD and advice.guideline.kind != "funding-policy" and advice.wider == wider
    }


def _side_words(sides: set[tuple[str, str]]) -> str:
    said = [polarity for polarity, _ in sides]
    return ", ".join(f"{said.count(side)} {side}" for side in ("for", "against") if side in said) or "none made"


def approved_in(row: Row) -> str:
    """Jurisdictions with a licence in scope."""
    places = [a.jurisdiction for a in row.option.approvals if a.status == "approved"]
    return " ".join(dict.fromkeys(places))


def guidance_lines(row: Row) -> list[str]:
    """Guidance and licences in a line each, for therapies without a study in scope."""
    said = [(a.guideline, a.recommendation) for a in row.option.recommendations]
    lines = [f"{guideline.name}: {rec.polarity}, {rec.text}" for guideline, rec in said]
    return lines + [f"{a.jurisdiction} {a.status.replace('-', ' ')}: {a.indication}" for a in row.option.approvals]


def _wish_note(hidden: int, wish: Wish) -> str:
    if not hidden:
        return ""
    words = {"verdicts": "--verdict", "levels": "--level", "approved_in": "--approved-in", "pregnancy": "--pregnancy"}
    named = ", ".join(words[name] for name in wish.asked())
    return f"Left out: {count_words(hidden, 'therapy', 'therapies')} by {named}."


def _next(dataset: Dataset, question: Question, rows: list[Row]) -> list[str]:
    asked = flags(dataset, question, skip=("therapies",))
    if not rows:
        return [command("search NAME"), command("subtypes")]
    best = next((r for r in rows if not r.option.is_class), None)
    commands = [command("why", best.option.id, asked)] if best else []
    return [*commands, command("evidence", flags(dataset, question))]


# --- for programs and sheets --------------------------------------------------------------------


def as_data(dataset: Dataset, row: Row) -> dict[str, Any]:
    """The therapy as programs get it; the keys are documented in docs/json.md."""
    option, verdict, therapy = row.option, row.verdict, row.therapy
    path = dataset.class_path(option.id)
    return {
        "id": option.id,
        "name": option.name,
        "kind": therapy.kind if therapy else "class",
        "class": path[-1],
        "classes": list(path),
        "verdict": verdict.word if option.items else None,
        "verdict_rule": verdict.rule if option.items else None,
        "verdict_elsewhere": verdict.elsewhere or None,
        "verdict_only_in": verdict.part or None,
        "verdict_provisional": verdict.provisional,
        "best_level": verdict.level,
        "people": verdict.people,
        "settings": _union(i.finding.who.settings or i.study.who.settings for i in option.items),
        "subtypes": _union(tuple(i.finding.who.subtypes or i.study.who.subtypes) for i in option.items),
        "findings": [finding_data(i) for i in best_first(option.items)],
        "recommendations": [
            {"guideline": g.id, "recommendation": r.id, "polarity": r.polarity, "text": r.text,
             "strength": r.strength, "level": r.level, "by_class": by_class, "wider": wider, "status": g.status,
             "year": g.year}
            for g, r, by_class, wider in option.recommendations
        ],
        "approvals": [
            {"id": a.id, "jurisdiction": a.jurisdiction, "status": a.status, "indication": a.indication,
             "condition": a.condition, "year": a.year}
            for a in option.approvals
        ],
        "boxed_warning": therapy.boxed if therapy else "not-applicable",
        "boxed_warnings": [w.text for w in therapy.boxed_warnings] if therapy else [],
        "pregnancy": pregnancy_advice(therapy),
    }  # fmt: skip


def finding_data(item: Item) -> dict[str, Any]:
    """A finding as programs get it."""
    study, finding = item.study, item.finding
    return {
        "study": study.id,
        "finding": finding.id,
        "name": study.name,
        "headline": finding.headline,
        "level": level(study, finding),
        "direction": finding.direction,
        "role": finding.role,
        "comparator_kind": finding.comparator.kind,
        "relation": item.relation,
        "why_indirect": item.why or None,
        "n": item.people,
        "year": study.year,
        "status": study.status,
        "provisional": finding.provisional,
        "read": finding.read.depth,
        "read_twice": finding.read.reviewed is not None,
        "references": list(item.references),
    }


def _union(groups: Iterable[Iterable[str]]) -> list[str]:
    return sorted({word for group in groups for word in group})


_SHEET_COLUMNS = tuple(
    Column(key, key)
    for key in (
        "id", "name", "class", "verdict", "only_in", "provisional", "level", "relation", "people", "direct", "indirect",
        "best_finding", "guidelines", "approved", "boxed_warning", "pregnancy", "references",
    )
)  # fmt: skip


def _sheet(dataset: Dataset, rows: list[Row]) -> Table:
    return Table(_SHEET_COLUMNS, [_sheet_row(dataset, r) for r in rows])


def _sheet_row(dataset: Dataset, row: Row) -> dict[str, Any]:
    items = weightiest(row)
    sources = _union(i.references for i in items)
    return {
        "id": row.option.id,
        "name": row.option.name,
        "class": dataset.class_path(row.option.id)[-1],
        "verdict": row.verdict.word if row.option.items else "",
        "only_in": row.verdict.part,
        "provisional": "yes" if row.verdict.provisional else "",
        "level": row.verdict.level or "",
        "relation": "" if not row.option.items else "direct" if row.option.direct else "indirect",
        "people": row.verdict.people,
        "direct": len(row.option.direct),
        "indirect": len(row.option.indirect),
        "best_finding": finding_line(items[0]) if items else "; ".join(guidance_lines(row)[:1]),
        "guidelines": stance(row),
        "approved": approved_in(row),
        "boxed_warning": row.therapy.boxed if row.therapy else "",
        "pregnancy": pregnancy_advice(row.therapy),
        "references": " ".join(sources),
    }
