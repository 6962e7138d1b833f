"""Levels and verdicts: how much a body of findings can say, by rules written in docs/appraisal.md.

Levels are those of the Oxford CEBM 2011 table for treatment benefits. A verdict is computed from
the findings in scope each time it is asked for; nothing here is set by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

import msgspec

from . import model
from .dataset import Dataset
from .query import RUNNING, Item, combined

SUPPORTED = "supported"
PROMISING = "promising"
CONFLICTING = "conflicting"
NOT_SUPPORTED = "not supported"
HARMFUL = "harmful"
TOO_LITTLE = "too little"
UNDER_STUDY = "under study"
VERDICTS = (SUPPORTED, PROMISING, CONFLICTING, NOT_SUPPORTED, HARMFUL, TOO_LITTLE, UNDER_STUDY)

RANDOMISED = 2
"""Levels up to this one rest on randomised comparisons."""

CLEAR_MAJORITY = 0.8
"""Share of the people studied at the deciding level that must point one way."""

ENOUGH_RANDOMISED = 50
"""Randomised trials that found benefit support a therapy with this many people in all, results known at
second hand not counted (imprecision in the sense of GRADE; the number is our own and low)."""

FEWEST_PEOPLE = 5
"""With fewer people than this in all, nothing can be said. A study whose number of people is not on
file weighs as much as this."""

_ROLES = ("primary", "secondary", "post-hoc")


def level(study: model.Study, finding: model.Finding) -> int:
    """OCEBM 2011 level (1 best, 5 worst) of a finding: from how its comparison was formed.

    A review takes the level of what it pooled; a subgroup or post-hoc result of a randomised
    comparison is one level down (the table's footnote on quality and imprecision).
    """
    kind = finding.comparator.kind
    if pooled(study):
        return {"concurrent-randomised": 1, "concurrent-non-randomised": 3}.get(kind, 4)
    if kind == "concurrent-randomised":
        return 3 if finding.role in ("subgroup", "post-hoc") else 2
    return 3 if kind == "concurrent-non-randomised" else 4


class Reason(NamedTuple):
    """What one finding contributed: `part` is "decides" or why it was set aside."""

    item: Item
    level: int
    part: str

    @property
    def decides(self) -> bool:
        return self.part == DECIDES


DECIDES = "decides"
_OUTRANKED = "a lower level than the deciding one"


class Verdict(msgspec.Struct, frozen=True):
    """A verdict with its level, the rule that led to it, the people behind it and every reason.

    `elsewhere` is set where nothing speaks of exactly the question: what the indirect findings
    would give for their own wider or mixed groups. `part` names the only subtype that the deciding
    findings are about, where the question was about more.
    """

    word: str
    level: int | None
    rule: str
    because: str
    people: int
    reasons: tuple[Reason, ...]
    would_change: str
    elsewhere: str = ""
    part: str = ""
    provisional: bool = False

    @property
    def settled_in_part(self) -> bool:
        """Whether it says yes or no, but of a part of what was asked only."""
        return bool(self.part) and self.word in (SUPPORTED, NOT_SUPPORTED, HARMFUL)


def appraise(dataset: Dataset, items: Iterable[Item]) -> Verdict:
    """The verdict for one therapy from its findings in scope.

    Direct findings alone decide. Indirect ones are never put together with them and never give a
    verdict for the question: where there is nothing else, they are told as what holds elsewhere.
    """
    items = list(items)
    direct = [item for item in items if item.relation == "direct"]
    near = [item for item in items if item.near]
    verdict = _decide(dataset, direct or near or items)
    if direct or not items:
        return verdict
    return msgspec.structs.replace(
        verdict,
        word=TOO_LITTLE,
        rule="R0",
        because=f"indirect evidence only; elsewhere {verdict.word} ({verdict.because})",
        would_change="a study of exactly this",
        elsewhere=verdict.word,
    )


class _Vote(NamedTuple):
    """What one group of patients says at its best level."""

    direction: str
    level: int
    people: int
    weight: int
    items: tuple[Item, ...]

    @property
    def provisional(self) -> bool:
        return all(item.finding.provisional for item in self.items)


def _decide(dataset: Dataset, items: list[Item]) -> Verdict:
    aside = {i.key: reason for i in items if (reason := set_aside(i, items))}
    votes = _votes(dataset, [i for i in items if i.key not in aside])
    best = min((vote.level for vote in votes), default=None)
    # Observational levels vote together: a confounded comparison does not outrank the series.
    deciding = [vote for vote in votes if vote.level == best or (best or 0) > RANDOMISED]
    decisive = {i.key for vote in deciding for i in vote.items}

    def part(item: Item) -> str:
        return DECIDES if item.key in decisive else aside.get(item.key) or _why_not_decisive(item, best)

    reasons = [Reason(item, level(item.study, item.finding), part(item)) for item in items]
    missed_self = any(
        aside.get(i.key) == _SELF
        and i.finding.direction == "no-difference"
        and i.finding.comparator.kind == "concurrent-randomised"
        for i in items
    )
    word, rule, because, change = _rule(deciding, best, missed_self, items)
    return Verdict(
        word=word,
        level=best,
        rule=rule,
        because=because,
        people=sum(vote.people for vote in deciding),
        reasons=tuple(sorted(reasons, key=lambda r: (not r.decides, r.level, -(r.item.study.n or 0)))),
        would_change=change,
        part=_shared_part(deciding),
        provisional=any(i.finding.provisional for vote in deciding for i in vote.items),
    )


_SELF = "compares the therapy with itself (dose, time or schedule)"


def set_aside(item: Item, items: list[Item]) -> str:
    """Why a finding cannot decide, or nothing when it can."""
    finding, study = item.finding, item.study
    if finding.direction is None:
        running = study.status in RUNNING
        return "still running" if running else "result not known or not read"
    if finding.role == "subgroup":
        return "a subgroup never decides"
    if finding.role == "safety":
        return "a safety result, shown under harms"
    if finding.direction == "inconclusive":
        return "inconclusive"
    against = finding.comparator.against
    if against == "self":
        return _SELF
    if pooled(study) and any(_could_be_in(item, other) for other in items):
        return "a review of studies that are counted themselves"
    return ""


def pooled(study: model.Study) -> bool:
    """Whether a study is a review of others."""
    return study.design in ("systematic-review", "meta-analysis")


def _could_be_in(review: Item, other: Item) -> bool:
    """Whether a study that counts by itself is of the kind a review pooled."""
    if pooled(other.study) or set_aside(other, []):
        return False
    return level(other.study, other.finding) <= max(level(review.study, review.finding), RANDOMISED)


def _why_not_decisive(item: Item, best: int | None) -> str:
    own = level(item.study, item.finding)
    if best is not None and own > best:
        return _OUTRANKED
    if _no_different_from_active(item):
        return "no different from another active treatment: says nothing of either alone"
    return "the same patients are counted by a weightier result"


def _votes(dataset: Dataset, items: list[Item]) -> list[_Vote]:
    """One vote for each group of patients: its best level there, its weightiest role at it. Results
    that only found no difference from another active treatment give way to the group's next ones."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(dataset.patients[item.study.id], []).append(item)
    votes = []
    for group in groups.values():
        ranked = sorted(group, key=_weight)
        tiers = [tuple(tier) for _, tier in groupby(ranked, key=_weight)]
        chosen = next((tier for tier in tiers if not all(map(_no_different_from_active, tier))), None)
        if chosen:
            people = max(map(_people, chosen))
            direction = _together({_direction(i) for i in chosen})
            votes.append(_Vote(direction, _weight(chosen[0])[0], people, people or FEWEST_PEOPLE, chosen))
    return votes


def _weight(item: Item) -> tuple[int, int]:
    """Level, then role: the smaller, the weightier."""
    return level(item.study, item.finding), _ROLES.index(item.finding.role)


def _no_different_from_active(item: Item) -> bool:
    return item.finding.comparator.against == "active" and item.finding.direction == "no-difference"


def _direction(item: Item) -> str:
    """Worse than another active treatment is no gain; it is not harm."""
    worse = item.finding.comparator.against == "active" and item.finding.direction == "harm"
    return "no-difference" if worse else str(item.finding.direction)


def _people(item: Item) -> int:
    """People with myositis behind a finding, 0 where not on file. A study's number stands in for
    that of its primary result only."""
    finding, study = item.finding, item.study
    if study.basket and not finding.who.subtypes:
        return 0
    people = finding.n or sum(arm.n for arm in finding.arms) or sum(n or 0 for n in finding.who.subtypes.values())
    if not people and finding.role == "primary":
        people = study.n or 0
    return people if study.n_iim is None else min(people, study.n_iim)


def _together(directions: set[str]) -> str:
    return directions.pop() if len(directions) == 1 else "mixed"


def _rule(votes: list[_Vote], best: int | None, missed_self: bool, items: list[Item]) -> tuple[str, str, str, str]:
    """(verdict, rule, why in words, what would change it). The table is in docs/appraisal.md."""
    if best is None:
        if any(i.study.status in RUNNING for i in items):
            return UNDER_STUDY, "R1", "only running studies", "a result of the running studies"
        return TOO_LITTLE, "R2", "no result that can decide", "any controlled result"
    weight = sum(vote.weight for vote in votes)
    randomised = best <= RANDOMISED
    said = {way: sum(v.weight for v in votes if v.direction == way) for way in ("benefit", "no-difference", "harm")}
    share = {way: number / weight for way, number in said.items()}
    told = f"{_kind(best)}: {_tally(votes)}{_narrower(votes)}"
    if (
        weight < FEWEST_PEOPLE
        or (not randomised and sum(v.people for v in votes) < FEWEST_PEOPLE)
        or (share["benefit"] >= CLEAR_MAJORITY and said["benefit"] < FEWEST_PEOPLE)
    ):
        return TOO_LITTLE, "R2", f"very few people; {told}", "a series of five people or more"
    another = "a randomised trial" if not randomised else "a larger trial pointing the other way"
    if share["benefit"] >= CLEAR_MAJORITY:
        if missed_self:
            because = f"{told}, but a randomised comparison of timing or dose missed"
            return CONFLICTING, "R4", because, "a placebo-controlled trial"
        firm = sum(v.weight for v in votes if v.direction == "benefit" and not v.provisional)
        if randomised and not firm:
            return PROMISING, "R9", f"{told}, so far known at second hand", "the full report"
        if randomised and firm < ENOUGH_RANDOMISED:
            few = f"fewer than {ENOUGH_RANDOMISED} people" + (" at first hand" if firm < said["benefit"] else "")
            return PROMISING, "R10", f"{told}, {few}", "a larger randomised trial"
        return (SUPPORTED, "R5", told, another) if randomised else (PROMISING, "R6", told, another)
    # Small or confounded series fail to show a difference for many reasons: there, all must agree.
    if share["no-difference"] + share["harm"] >= (CLEAR_MAJORITY if randomised else 1.0):
        harmful = share["harm"] >= share["no-difference"]
        return (HARMFUL, "R3", told, another) if harmful else (NOT_SUPPORTED, "R7", told, another)
    return CONFLICTING, "R8", told, another


def _kind(best: int) -> str:
    return {1: "systematic review", 2: "randomised"}.get(best, "observational")


def _narrower(votes: list[_Vote]) -> str:
    """What all deciding results share and a reader must know: a part of the question, combinations."""
    part = _shared_part(votes)
    items = [i for vote in votes for i in vote.items]
    together = all(combined(i.finding) for i in items)
    return (f"; only in {part}" if part else "") + ("; only in combination" if together else "")


def _shared_part(votes: list[_Vote]) -> str:
    parts = {item.part for vote in votes for item in vote.items}
    return parts.pop() if len(parts) == 1 else ""


def _tally(votes: list[_Vote]) -> str:
    words = {"benefit": "for", "no-difference": "no difference", "harm": "harm", "mixed": "mixed"}
    parts = []
    for way, word in words.items():
        here = [v for v in votes if v.direction == way]
        if here:
            known = sum(v.people for v in here)
            number = f"n {known}" if known else "n not on file"
            parts.append(f"{len(here)} {word} ({number})")
    return ", ".join(parts)
