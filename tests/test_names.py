"""Names as typed: exact ones resolve, near ones are found by search and refused elsewhere."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iimtx.dataset import KINDS, Dataset
from iimtx.names import fold, names_of
from iimtx.search import UnknownName, resolve, search

DATASET = Dataset()
NAMED = [
    (kind, record.id, name)
    for kind in ("subtype", "antibody", "manifestation", "class", "therapy", "term", "guideline")
    for record in getattr(DATASET, KINDS[kind])
    for name in names_of(record)
]
LONG = [
    entry for entry in NAMED if len(fold(entry[2])) >= 6 and entry[0] in ("subtype", "antibody", "class", "therapy")
]


def _changed(name: str, change: str) -> str:
    return {
        "upper": name.upper(),
        "lower": name.lower(),
        "spaces": name.replace("-", " "),
        "hyphens": name.replace(" ", "-"),
        "no hyphens": name.replace("-", ""),
    }[change]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(NAMED), st.sampled_from(["upper", "lower", "spaces", "hyphens", "no hyphens"]))
def test_every_name_resolves_to_itself_however_it_is_written(entry: tuple[str, str, str], change: str) -> None:
    kind, record_id, name = entry
    found = DATASET.find(_changed(name, change), (kind,))
    assert found is not None and found.record.id == record_id


def _slip(name: str, place: int, how: str, letter: str) -> str:
    place %= len(name)
    if how == "drop":
        return name[:place] + name[place + 1 :]
    if how == "swap":
        return name[:place] + letter + name[place + 1 :]
    return name[:place] + letter + name[place:]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(LONG),
    st.integers(0, 60),
    st.sampled_from(["drop", "swap", "add"]),
    st.sampled_from(string.ascii_lowercase),
)
def test_a_slip_is_found_by_search_and_never_taken(
    entry: tuple[str, str, str], place: int, how: str, letter: str
) -> None:
    kind, record_id, name = entry
    typed = _slip(name, place, how, letter)
    key = fold(typed)
    if any(key == fold(other) for _, _, other in NAMED):
        return  # the slip is another name, or no slip to this reader
    top = search(DATASET, typed)[:3]
    assert record_id in [m.record.id for m in top], (typed, [(m.record.id, m.score) for m in top])
    with pytest.raises(UnknownName) as refused:
        resolve(DATASET, kind, typed, "iimtx subtypes")
    assert refused.value.nearest


@pytest.mark.parametrize(
    ("kind", "typed", "meant"),
    [
        ("subtype", "necrotising myopathy", "imnm"),
        ("subtype", "inclusion-body myositis", "ibm"),
        ("antibody", "MDA5", "anti-mda5"),
        ("antibody", "anti mda-5", "anti-mda5"),
        ("antibody", "TIF1-γ", "anti-tif1-gamma"),
        ("therapy", "cyclosporine", "ciclosporin"),
        ("therapy", "RITUXAN", "rituximab"),
        ("class", "JAK inhibitor", "jak-inhibitor"),
        ("class", "TNF blockers", "tnf-inhibitor"),
    ],
)
def test_usual_spellings(kind: str, typed: str, meant: str) -> None:
    assert resolve(DATASET, kind, typed, "") == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("acceptance", "acceptance-and-commitment-therapy"), ("cyclopho", "cyclophosphamide"), ("inclusion", "ibm")],
)
def test_the_beginning_of_a_long_name_is_enough_to_find_it(typed: str, meant: str) -> None:
    assert meant in [m.record.id for m in search(DATASET, typed)[:3]]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_can_be_searched(typed: str) -> None:
    for match in search(DATASET, typed):
        assert 0 <= match.score <= 100.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("oesophagus", "esophagus"),
        ("haemolysis", "hemolysis"),
        ("tumour necrosis", "tumor necrosis"),
        ("necrotising", "necrotizing"),
        ("organisation", "organization"),
        ("exercise", "exercize"),
        ("Straße", "strasse"),
        ("Sjøgren", "Sjogren"),
        ("Sjögren", "SJOGREN"),
        ("anti-MDA5", "MDA 5"),
        ("JAK inhibitors", "jak-inhibitor"),
        ("IFN-β", "IFN beta"),
    ],
)
def test_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("PL-7", "PL-12"), ("anti-EJ", "anti-OJ"), ("IMNM", "IBM"), ("C5", "C5a")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)
