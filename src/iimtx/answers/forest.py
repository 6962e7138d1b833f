"""Response rates and risk differences of findings with printed counts, never pooled."""

from __future__ import annotations

from math import exp, lgamma, log, log1p, sqrt
from typing import Any, NamedTuple

from .. import model
from ..answer import Answer, Column, Table
from ..appraisal import level
from ..dataset import Dataset
from ..query import Item, Question, findings
from ..words import best_first, comparator_words
from .common import command, count_words, flags, left_out, question_words

_BAR = 23
"""Characters of the axis of a plot."""


class Interval(NamedTuple):
    """A proportion or difference with its 95 % interval, all as fractions."""

    value: float
    low: float
    high: float


def clopper_pearson(events: int, people: int) -> Interval:
    """Exact 95 % binomial interval of `events` of `people` (Clopper and Pearson 1934)."""

    def upper(few: int) -> float:
        """The share at which so few events, or fewer, have a chance of 2.5 %."""
        if few == people:
            return 1.0
        ways = [lgamma(people + 1) - lgamma(k + 1) - lgamma(people - k + 1) for k in range(few + 1)]
        low, high = 0.0, 1.0
        for _ in range(40):
            p = (low + high) / 2
            chance = sum(exp(way + k * log(p) + (people - k) * log1p(-p)) for k, way in enumerate(ways))
            low, high = (p, high) if chance > 0.025 else (low, p)
        return p

    return Interval(events / people, 1 - upper(people - events), upper(events))


def newcombe(treated: model.Arm, control: model.Arm) -> Interval:
    """95 % interval of the risk difference from two Wilson intervals (Newcombe 1998, method 10)."""
    assert treated.events is not None and control.events is not None
    a, b = _wilson(treated.events, treated.n), _wilson(control.events, control.n)
    difference = a.value - b.value
    low = difference - sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
    high = difference + sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2)
    return Interval(difference, low, high)


def _wilson(events: int, people: int) -> Interval:
    z = 1.959963984540054
    p = events / people
    middle = (p + z * z / (2 * people)) / (1 + z * z / people)
    half = z * sqrt(p * (1 - p) / people + z * z / (4 * people * people)) / (1 + z * z / people)
    return Interval(p, middle - half, middle + half)


def forest(dataset: Dataset, question: Question, differences: bool = False) -> Answer:
    """One line a group (or, with `differences`, a comparison of two groups), grouped by endpoint."""
    items = [i for i in best_first(findings(dataset, question)) if _counted(i, differences)]
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        groups.setdefault(item.finding.endpoint, []).extend(_rows(item, differences))
    what = "risk difference" if differences else "share with the endpoint"
    columns = (
        Column("who", "Study and group", wide=True),
        Column("counts", "Counts", right=True),
        Column("estimate", f"{'RD' if differences else '%'} (95 % CI)", right=True),
        Column("plot", _axis(differences), drop=1, fixed=True),
    )
    flat = [{"endpoint": endpoint, **row} for endpoint, rows in groups.items() for row in rows]
    keys = ("endpoint", "study", "group", "counts", "value", "low", "high", "level", "relation", "references")
    how = "Newcombe intervals of two groups" if differences else "Exact binomial intervals"

    def counted(asked: Question) -> int:
        return len([i for i in findings(dataset, asked) if _counted(i, differences)])

    return Answer(
        title=f"{question_words(dataset, question)}: {what}, {count_words(len(flat), 'line')}",
        count=len(flat),
        results=lambda: [{k: row[k] for k in keys} for row in flat],
        table=lambda: Table([Column(k, k) for k in keys], flat),
        query={**question.asked(), "differences": differences},
        lead=f"{how}; printed counts only; nothing is pooled; unlike endpoints stand apart.",
        blocks=lambda: [
            Table(columns, rows, endpoint) for endpoint, rows in sorted(groups.items(), key=lambda g: -len(g[1]))
        ],
        notes=lambda: [left_out(question, len(items), counted, "findings with counts")],
        next=[command("evidence", flags(dataset, question))],
    )


def _counted(item: Item, differences: bool) -> bool:
    return len(_arms(item)) >= (2 if differences else 1)


def _arms(item: Item) -> list[model.Arm]:
    """The groups with events and people printed."""
    return [a for a in item.finding.arms if a.events is not None and a.n > 0]


def _rows(item: Item, differences: bool) -> list[dict[str, Any]]:
    arms = _arms(item)
    if differences:
        first, *others = arms
        how = comparator_words(item.finding.comparator)
        return [
            _line(
                item,
                f"{first.label} v {other.label} ({how})",
                f"{first.events}/{first.n} v {other.events}/{other.n}",
                newcombe(first, other),
                -1.0,
            )
            for other in others
        ]
    return [
        _line(item, arm.label, f"{arm.events}/{arm.n}", clopper_pearson(arm.events or 0, arm.n), 0.0) for arm in arms
    ]


def _line(item: Item, group: str, counts: str, interval: Interval, left: float) -> dict[str, Any]:
    value, low, high = (round(100 * x, 1) for x in interval)
    return {
        "study": item.study.name,
        "group": group,
        "who": f"{item.study.name}: {group}",
        "counts": counts,
        "estimate": "{:.0f} ({:.0f} to {:.0f})".format(*(100 * x for x in interval)),
        "plot": _plot(interval, left),
        "value": value,
        "low": low,
        "high": high,
        "level": level(item.study, item.finding),
        "relation": item.relation,
        "references": list(item.references),
    }


def _plot(interval: Interval, left: float) -> str:
    def place(x: float) -> int:
        return round((x - left) / (1.0 - left) * (_BAR - 1))

    bar = [" "] * _BAR
    if left < 0:
        bar[place(0.0)] = "│"
    for at in range(place(interval.low), place(interval.high) + 1):
        bar[at] = "─"
    bar[place(interval.value)] = "■"
    return "".join(bar).rstrip()


def _axis(differences: bool) -> str:
    left, middle, right = ("-100", "0", "100 points") if differences else ("0", "50", "100 %")
    half = (_BAR - 1) // 2
    return (left + middle.rjust(half - len(left) + 1) + right.rjust(half)).ljust(_BAR)
