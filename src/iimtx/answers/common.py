"""What several answers share: how the question reads in words, what left rows out."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

import msgspec

from .. import model
from ..dataset import Dataset
from ..query import Question, gaps, without
from ..words import capital

FLAGS = {
    "subtypes": "--subtype",
    "antibodies": "--antibody",
    "manifestations": "--manifestation",
    "classes": "--class",
    "exclude_classes": "--exclude-class",
    "therapies": "--therapy",
    "settings": "--setting",
    "ages": "--age",
    "directions": "--direction",
    "statuses": "--status",
    "as_of": "--as-of",
}


def plain(record: Any) -> Any:
    """A record as dictionaries and lists for JSON, absent values as null."""
    if isinstance(record, msgspec.Struct):
        return {info.encode_name: plain(getattr(record, info.name)) for info in msgspec.structs.fields(record)}
    if isinstance(record, dict):
        return {key: plain(value) for key, value in record.items()}
    return [plain(value) for value in record] if isinstance(record, tuple) else record


def question_words(dataset: Dataset, question: Question) -> str:
    """The question as a heading: "IMNM Immune-mediated necrotizing myopathy, refractory"."""
    parts = [
        *(_both(dataset.subtype[s]) for s in question.subtypes),
        *(dataset.antibody[a].name for a in question.antibodies),
        *(dataset.manifestation[m].name for m in question.manifestations),
        *(dataset.drug_class[c].name for c in question.classes),
        *(f"without {dataset.drug_class[c].name}" for c in question.exclude_classes),
        *(capital(dataset.therapy[t].name) for t in question.therapies),
        *question.settings,
        *({"adult": "adults", "child": "children"}.get(a, a) for a in question.ages),
        *question.directions,
        *(f"{s} studies" for s in question.statuses),
    ]
    return (", ".join(parts) or "All of myositis") + as_of_words(question.as_of)


def as_of_words(year: int | None) -> str:
    """ ", as of 2020" for a heading."""
    return f", as of {year}" if year else ""


def _both(subtype: model.Subtype) -> str:
    if subtype.abbreviation == subtype.name:
        return subtype.name
    return f"{subtype.abbreviation} {subtype.name[:1].lower()}{subtype.name[1:]}"


def flags(dataset: Dataset, question: Question, skip: tuple[str, ...] = ()) -> str:
    """The question as options to type, for the commands suggested next."""
    words = []
    for name, value in question.asked().items():
        if name not in skip:
            values = value if isinstance(value, tuple) else (value,)
            words += [f"{FLAGS[name]} {shlex.quote(_short(dataset, name, str(v)))}" for v in values]
    return " ".join(words)


def _short(dataset: Dataset, name: str, value: str) -> str:
    if name == "subtypes":
        abbreviation = dataset.subtype[value].abbreviation
        return abbreviation if " " not in abbreviation else value
    return value


def command(*words: str) -> str:
    """A command line of this tool."""
    return " ".join(w for w in ("iimtx", *words) if w)


def left_out(question: Question, shown: int, count: Callable[[Question], int], what: str) -> str:
    """One line on what each filter left out, measured by asking again without it."""
    parts = []
    for name in question.asked():
        more = count(without(question, name)) - shown
        if more > 0:
            parts.append(f"{more} by {FLAGS[name]}")
    return f"Left out ({what}): {', '.join(parts)}." if parts else ""


def known_missing(dataset: Dataset, question: Question) -> str:
    """One line where something on the question is known to exist and is not in the dataset."""
    number = len(gaps(dataset, question))
    asked = (*question.therapies, *question.classes, *question.subtypes, *question.antibodies)
    return f"Known or likely to exist and not in the dataset: {number}; {command('show', asked[0])}" if number else ""


def count_words(number: int, singular: str, plural: str | None = None) -> str:
    """ "1 therapy", "2 therapies"."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
