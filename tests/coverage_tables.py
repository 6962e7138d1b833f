"""The tables of docs/coverage.md, from the dataset. `--write` renews them."""

from __future__ import annotations

import sys

from conftest import ROOT
from iimtx.dataset import Dataset
from iimtx.query import RUNNING, Item, Question, options
from iimtx.words import capital

PATH = ROOT / "docs" / "coverage.md"
START, END = "<!-- tables -->", "<!-- /tables -->"


def _cells(items: list[Item]) -> list[str]:
    studies = {i.study.id: i.study for i in items}
    randomised = sum(s.design.startswith("randomised") for s in studies.values())
    running = sum(s.status in RUNNING for s in studies.values())
    twice = sum(i.finding.read.reviewed is not None for i in items)
    unread = sum(i.finding.direction is None and i.study.status not in RUNNING for i in items)
    return [str(n) for n in (len(studies), randomised, running, len(items), twice, unread)]


def _table(first: str, rows: list[list[str]]) -> str:
    heads = [first, "studies", "randomised", "running", "findings", "read twice", "result unread"]
    lines = [heads, ["---", *["--:"] * 6], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def tables() -> str:
    """One table a subtype (direct evidence), one a therapy."""
    dataset = Dataset()
    subtypes = []
    for subtype in dataset.subtypes:
        found = options(dataset, Question(subtypes=(subtype.id,)))
        items = {(i.study.id, i.finding.id): i for o in found for i in o.direct}
        subtypes.append([subtype.name, *_cells(list(items.values()))])
    everything = [o for o in options(dataset, Question()) if o.items]
    everything.sort(key=lambda o: (-len(o.items), o.name))
    therapies = [[capital(o.name) + (" (class)" if o.is_class else ""), *_cells(o.items)] for o in everything]
    bare = sorted(capital(t.name) for t in dataset.therapies if not any(o.id == t.id for o in everything))
    return "\n\n".join(
        [
            "## By subtype (direct evidence)",
            _table("subtype", subtypes),
            "## By therapy",
            _table("therapy", therapies),
            f"Therapies on file without a study: {', '.join(bare)}.",
        ]
    )


def text() -> str:
    """The document with its tables as they should be."""
    before, _, rest = PATH.read_text().partition(START)
    return f"{before}{START}\n\n{tables()}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__" and "--write" in sys.argv:
    PATH.write_text(text())
