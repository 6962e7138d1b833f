"""The tables of docs/coverage.md, from the dataset. `--write` renews them."""

from __future__ import annotations

import sys

from conftest import ROOT
from iimtx import model
from iimtx.dataset import Dataset
from iimtx.query import RUNNING, Item, Question, gaps, options
from iimtx.words import capital, spaced

PATH = ROOT / "docs" / "coverage.md"
START, END = "<!-- tables -->", "<!-- /tables -->"


def _cells(items: list[Item]) -> list[str]:
    studies = {i.study.id: i.study for i in items}
    randomised = sum(s.design.startswith("randomised") for s in studies.values())
    running = sum(s.status in RUNNING for s in studies.values())
    twice = sum(i.finding.read.reviewed is not None for i in items)
    unread = sum(i.finding.direction is None and i.study.status not in RUNNING for i in items)
    return [str(n) for n in (len(studies), randomised, running, len(items), twice, unread)]


def _searched(items: list[Item], missing: list[model.Gap]) -> str:
    """The last day on which something was read or looked for."""
    days = [day for i in items for day in (i.finding.read.on, i.finding.read.reviewed) if day]
    return str(max([*days, *(gap.searched for gap in missing)], default="-"))


def _row(name: str, items: list[Item], missing: list[model.Gap]) -> list[str]:
    return [name, *_cells(items), _searched(items, missing), str(len(missing))]


def _table(first: str, rows: list[list[str]]) -> str:
    heads = [
        first,
        "studies",
        "randomised",
        "running",
        "findings",
        "read twice",
        "result unread",
        "last searched",
        "known missing",
    ]
    lines = [heads, ["---", *["--:"] * 8], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _missing(dataset: Dataset) -> str:
    heads = ["what", "for", "why", "last searched"]
    rows = [
        [
            gap.text,
            ", ".join(
                [dataset.short("subtype", s) for s in gap.subtypes]
                + [dataset.treatment_name(t) for t in (*gap.therapies, *gap.classes)]
            ),
            spaced(gap.why),
            str(gap.searched),
        ]
        for gap in dataset.gaps
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in [heads, ["---"] * 4, *rows])


def tables() -> str:
    """What is known to be missing, then one table a subtype (direct evidence) and one a therapy."""
    dataset = Dataset()
    subtypes = []
    for subtype in dataset.subtypes:
        asked = Question(subtypes=(subtype.id,))
        items = {(i.study.id, i.finding.id): i for o in options(dataset, asked) for i in o.direct}
        subtypes.append(_row(subtype.name, list(items.values()), gaps(dataset, asked)))
    found = {o.id: o for o in options(dataset, Question())}
    therapies = [
        _row(capital(t.name), found[t.id].items, gaps(dataset, Question(therapies=(t.id,)))) for t in dataset.therapies
    ] + [
        _row(f"{c.name} (not specified)", found[c.id].items, gaps(dataset, Question(classes=(c.id,))))
        for c in dataset.classes
        if c.id in found
    ]
    therapies.sort(key=lambda row: (-int(row[4]), row[0]))
    return "\n\n".join(
        [
            "## Known or likely to exist, and not here",
            _missing(dataset),
            "## By subtype (direct evidence)",
            _table("subtype", subtypes),
            "## By therapy",
            _table("therapy", therapies),
        ]
    )


def text() -> str:
    """The document with its tables as they should be."""
    before, _, rest = PATH.read_text().partition(START)
    return f"{before}{START}\n\n{tables()}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__" and "--write" in sys.argv:
    PATH.write_text(text())
