"""Whether the identifiers of a reference or a study fit the rest of it.

A wrong digit in a DOI, PMID or registry number mostly still looks like one; these rules catch those
that point to another journal or another time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from . import model
from .checking import nearest

Report = Callable[[str, str], None]
"""Told the field and what is wrong with it."""

# PMIDs are given out in order, registry numbers of ClinicalTrials.gov too. The bounds are round
# numbers that hold in this bibliography; they are wide on purpose.
PMIDS_UP_TO = (
    (10_000_000, 1999),
    (16_000_000, 2006),
    (20_800_000, 2011),
    (26_000_000, 2016),
    (33_000_000, 2021),
    (40_000_000, 2026),
)
"""(number, year): an article with a PMID up to this number is not newer than this year."""

NCTS_FROM = (
    (500_000, 2007),
    (1_000_000, 2009),
    (2_000_000, 2013),
    (3_000_000, 2016),
    (4_000_000, 2019),
    (5_000_000, 2021),
    (6_000_000, 2023),
    (7_000_000, 2025),
)
"""(number, year): a trial registered under this number or a higher one has no result before this year."""

_SPRINGER = re.compile(r"s\d{4,5}-0(\d\d)-")
"""Springer writes the year as three figures after the journal's number: s10067-012-2044-y."""
_YEAR = re.compile(r"(?<!\d)(?:19[89]|20[0-2])\d(?!\d)")


def check_reference(ref: model.Reference, journals: dict[str, model.Journal], report: Report) -> None:
    """Hold an article's DOI and PMID against its journal and year. `journals` are by name."""
    year = ref.issued.date_parts[0][0] if ref.issued else None
    if ref.type == "article-journal" and ref.container_title:
        _check_journal(ref, ref.container_title, journals, report)
    if year and ref.DOI:
        named = _years_in(ref.DOI.partition("/")[2])
        if named and not any(y <= year <= y + 2 for y in named):
            report("DOI", f'"{ref.DOI}" names {named[0]}, but the article is of {year}')
    if year and ref.PMID:
        newest = next((bound for number, bound in PMIDS_UP_TO if int(ref.PMID) <= number), year)
        if year > newest:
            report("PMID", f'"{ref.PMID}" was given out by {newest}, but the article is of {year}')


def _years_in(suffix: str) -> list[int]:
    """Years that the second half of a DOI names."""
    springer = _SPRINGER.match(suffix)
    return [2000 + int(springer[1])] if springer else [int(year) for year in _YEAR.findall(suffix)]


def _check_journal(ref: model.Reference, name: str, journals: dict[str, model.Journal], report: Report) -> None:
    journal = journals.get(name)
    if journal is None:
        report("container-title", f'"{name}" is not in journals.yaml{nearest(name, list(journals))}')
        return
    registrant = ref.DOI.partition("/")[0] if ref.DOI else None
    if registrant and registrant not in journal.registrants:
        known = ", ".join(journal.registrants) or "none"
        report("DOI", f'registrant {registrant} is not on file for "{name}" (known: {known})')


def check_registry(numbers: Iterable[str], year: int, report: Report) -> None:
    """Hold ClinicalTrials.gov numbers against the year of a study."""
    for number in numbers:
        if match := re.fullmatch(r"NCT(\d{8})", number):
            earliest = max((bound for first, bound in NCTS_FROM if int(match[1]) >= first), default=year)
            if year < earliest:
                report("registry", f'"{number}" was registered in {earliest} or later, but the study is of {year}')
