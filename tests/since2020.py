"""docs/since-2020.md: dermatomyositis as the 2020 review found it, beside today. `--write` renews it."""

from __future__ import annotations

import sys

from conftest import ROOT
from iimtx.answers.therapies import Row, row
from iimtx.dataset import Dataset
from iimtx.query import Question, options
from iimtx.words import VERDICT_SIGN, capital, finding_line

PATH = ROOT / "docs" / "since-2020.md"
HEAD = """\
# Dermatomyositis since the 2020 review

What the verdicts were when Sato 2020 (doi 10.4103/injr.injr_124_20) was written and what they are
today, for therapies with direct evidence whose verdict changed or that are new, each with the
findings that decide it now. Made by `python tests/since2020.py --write` from the dataset; a test
compares it. The same by hand: `iimtx therapies --subtype DM --as-of 2020`, then without `--as-of`.

| therapy | end of 2020 | today | what decides today |
|---|---|---|---|
"""


def _rows(dataset: Dataset, question: Question) -> dict[str, Row]:
    return {o.id: row(dataset, o) for o in options(dataset, question) if o.direct and not o.is_class}


def text() -> str:
    """The document as it should be."""
    dataset = Dataset()
    then = _rows(dataset, Question(subtypes=("dm",), as_of=2020))
    now = _rows(dataset, Question(subtypes=("dm",)))
    lines = []
    for name in sorted(now, key=lambda n: now[n].option.name.casefold()):
        before, after = then.get(name), now[name]
        if before and before.verdict.word == after.verdict.word and before.verdict.level == after.verdict.level:
            continue
        deciding = [finding_line(r.item) for r in after.verdict.reasons if r.decides][:3]
        cells = (capital(after.option.name), _word(before), _word(after), "; ".join(deciding) or after.verdict.because)
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return HEAD + "\n".join(lines) + "\n"


def _word(found: Row | None) -> str:
    if found is None:
        return "nothing"
    level = f", level {found.verdict.level}" if found.verdict.level else ""
    return f"{VERDICT_SIGN[found.verdict.word]} {found.verdict.word}{level}"


if __name__ == "__main__" and "--write" in sys.argv:
    PATH.write_text(text())
