"""Fuzzy search over every name in the dataset."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from .dataset import KINDS, Dataset
from .names import fold

GOOD_ENOUGH = 72.0
"""Lowest score (0 to 100) that counts as a match."""

BEGINNING = 8.0
"""Added where a name begins with what was typed: people type the beginning of a long name."""


class UnknownName(Exception):
    """A name that nothing in the dataset has; `nearest` are the closest that exist."""

    def __init__(self, kind: str, typed: str, nearest: list[str], everything: str) -> None:
        self.kind, self.typed, self.nearest, self.everything = kind, typed, nearest, everything
        hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
        super().__init__(f'No {kind} "{typed}".{hint} All: {everything}')


class Match(NamedTuple):
    """A record that resembles what was typed: which of its names did, how, how much (0 to 100)."""

    kind: str
    record: Any
    name: str
    why: str
    score: float


def search(dataset: Dataset, typed: str, kinds: Iterable[str] = KINDS, limit: int | None = None) -> list[Match]:
    """Records whose names resemble `typed`, best first; each record once, by its best name."""
    from rapidfuzz import fuzz, process

    key = fold(typed)
    if not key:
        return []
    names = [entry for kind in kinds for entry in dataset.searchable(kind)]
    keys = [entry.folded for entry in names]
    best: dict[tuple[str, str], Match] = {}
    for scorer in (fuzz.ratio, fuzz.partial_ratio):
        for folded, score, index in process.extract(key, keys, scorer=scorer, score_cutoff=GOOD_ENOUGH, limit=200):
            _, kind, record, name, what = names[index]
            if scorer is fuzz.partial_ratio:
                if min(len(key), len(folded)) < 3 or folded == key:
                    continue
                # A short name inside a long one says little; a long common part says much.
                score = score * 0.6 + 34 * min(len(key), len(folded)) / max(len(key), len(folded))
                score += BEGINNING * folded.startswith(key)
            if what == "author":
                score -= 4  # a drug or a disease is what people mostly look for
            match = Match(kind, record, name, _why(key, folded, what), score)
            place = (kind, record.id)
            if score >= GOOD_ENOUGH and (place not in best or best[place].score < score):
                best[place] = match
    order = {kind: number for number, kind in enumerate(KINDS)}
    ranked = sorted(best.values(), key=lambda m: (-round(m.score), order[m.kind], m.record.id))
    return ranked[:limit]


def resolve(dataset: Dataset, kind: str, name: str, everything: str) -> str:
    """The id of what `name` means. Raises `UnknownName`; never takes a near name. `everything` says
    where all names of the kind are listed."""
    found = dataset.find(name, (kind,))
    if found is None:
        other = dataset.find(name)
        if other is not None:
            everything += f'. "{name}" is a {other.kind}: iimtx show {other.record.id}'
        raise UnknownName(kind, name, nearest(dataset, name, (kind,)), everything)
    return str(found.record.id)


def nearest(dataset: Dataset, typed: str, kinds: Iterable[str], limit: int = 3) -> list[str]:
    """Names to offer for one that was not understood, each as "short (name)" where they differ."""
    offered = []
    for match in search(dataset, typed, kinds, limit):
        record = match.record
        short = getattr(record, "abbreviation", None) or record.id
        offered.append(record.name if fold(short) == fold(record.name) else f"{short} ({record.name})")
    return offered


def _why(key: str, folded: str, what: str) -> str:
    if key == folded:
        return what
    from rapidfuzz.distance import OSA

    slips = OSA.distance(key, folded)
    if slips <= 2:
        return f"{what}, {slips} letter{'s' if slips > 1 else ''} off"
    if key in folded:
        return f"part of a {what}"
    return f"resembles a {what}"
