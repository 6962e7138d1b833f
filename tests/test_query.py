"""Laws of the query layer, on the real dataset."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iimtx import model
from iimtx.dataset import Dataset
from iimtx.query import Item, Question, approvals, findings, options, recommendations, without

DATASET = Dataset()
FILTERS: dict[str, list[str]] = {
    "subtypes": [s.id for s in DATASET.subtypes],
    "antibodies": [a.id for a in DATASET.antibodies],
    "manifestations": [m.id for m in DATASET.manifestations],
    "classes": [c.id for c in DATASET.classes],
    "exclude_classes": [c.id for c in DATASET.classes],
    "therapies": [t.id for t in DATASET.therapies],
    "settings": list(get_args(model.Setting)),
    "ages": ["adult", "child"],
    "directions": list(get_args(model.Direction)),
    "statuses": ["ongoing", "completed", "terminated"],
}


@st.composite
def questions(draw: Any) -> Question:
    """Questions with up to three kinds of filter, up to two values each."""
    kinds = draw(st.lists(st.sampled_from(sorted(FILTERS)), max_size=3, unique=True))
    values = {k: tuple(draw(st.lists(st.sampled_from(FILTERS[k]), min_size=1, max_size=2, unique=True))) for k in kinds}
    return Question(**values, as_of=draw(st.none() | st.integers(1980, 2026)))


def keys(items: list[Item], relation: str = "") -> set[tuple[str, str]]:
    return {(i.study.id, i.finding.id) for i in items if relation in ("", i.relation)}


@settings(max_examples=150, deadline=None)
@given(questions())
def test_a_filter_never_adds(question: Question) -> None:
    found = keys(findings(DATASET, question))
    for name in question.asked():
        assert found <= keys(findings(DATASET, without(question, name))), name


@settings(max_examples=80, deadline=None)
@given(questions())
def test_a_filter_never_adds_guidance_or_licences(question: Question) -> None:
    said = {(g.id, r.id) for g, r in recommendations(DATASET, question)}
    licensed = {a.id for a in approvals(DATASET, question)}
    for name in question.asked():
        wider = without(question, name)
        assert said <= {(g.id, r.id) for g, r in recommendations(DATASET, wider)}, name
        assert licensed <= {a.id for a in approvals(DATASET, wider)}, name


RELATIONS = [
    ({"dm": 40}, {"subtypes": ("dm",)}, "direct"),
    ({"dm": 80, "pm": 20}, {"subtypes": ("dm",)}, "direct"),
    ({"dm": 79, "pm": 21}, {"subtypes": ("dm",)}, "mixed with PM"),
    ({"dm": None, "pm": 20}, {"subtypes": ("dm",)}, "mixed with PM"),
    ({"jdm": 10}, {"subtypes": ("dm",)}, "direct"),
    ({"dm": 10}, {"subtypes": ("jdm",)}, "DM as a whole"),
    ({"pm": 10}, {"subtypes": ("imnm",)}, "PM may include it"),
    ({"ibm": 10}, {"subtypes": ("imnm",)}, None),
    ({"dm": 10}, {"subtypes": ("dm",), "settings": ("first-line",)}, "any line of treatment"),
    ({"dm": 10}, {"antibodies": ("anti-mda5",)}, None),
    ({"dm": 10}, {"manifestations": ("muscle",)}, "direct"),
    ({"dm": 10}, {"manifestations": ("skin",)}, None),
    ({"dm": 10}, {"ages": ("child",)}, "age not stated"),
    ({"dm": 10}, {"ages": ("adult", "child")}, "direct"),
]


@pytest.mark.parametrize(("subtypes", "asked", "expected"), RELATIONS)
def test_relation(subtypes: dict[str, int | None], asked: dict[str, tuple[str, ...]], expected: str | None) -> None:
    base = DATASET.study["proderm-2022"]
    finding = msgspec.structs.replace(
        base.findings[0], n=None, manifestations=("muscle",), who=model.Population(), direction="benefit"
    )
    who = model.Population(subtypes=subtypes, settings=("any",))
    study = msgspec.structs.replace(base, id="made-up", n=None, who=who, findings=(finding,), linked=())
    kinds = {name: getattr(DATASET, name) for name in model.Records.__struct_fields__}
    found = findings(Dataset(model.Records(**{**kinds, "studies": (study,)})), Question(**asked))
    told = (found[0].why or found[0].relation) if found else None
    assert told == expected


def test_excluding_a_class_keeps_general_guidance() -> None:
    kept = recommendations(DATASET, Question(exclude_classes=("jak-inhibitor",)))
    assert any(not (r.therapies or r.classes) for _, r in kept)
    assert not any("tofacitinib" in r.therapies and len(r.therapies) == 1 for _, r in kept)


@settings(max_examples=150, deadline=None)
@given(questions())
def test_narrowing_never_turns_indirect_into_direct(question: Question) -> None:
    direct = keys(findings(DATASET, question), "direct")
    for name in question.asked():
        assert direct <= keys(findings(DATASET, without(question, name)), "direct"), name


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(set(FILTERS) - {"exclude_classes"})), st.data())
def test_values_of_one_filter_are_or_ed(name: str, data: Any) -> None:
    values = data.draw(st.lists(st.sampled_from(FILTERS[name]), min_size=2, max_size=3, unique=True))
    together = keys(findings(DATASET, Question(**{name: tuple(values)})))
    for value in values:
        assert keys(findings(DATASET, Question(**{name: (value,)}))) <= together


@settings(max_examples=80, deadline=None)
@given(questions())
def test_kinds_of_filter_are_and_ed(question: Question) -> None:
    found = keys(findings(DATASET, question))
    for name, value in question.asked().items():
        assert found <= keys(findings(DATASET, Question(**{name: value})))


def test_direct_evidence_of_a_part_is_direct_evidence_of_the_whole() -> None:
    for kind, tree in (
        ("subtypes", DATASET.subtype_tree),
        ("antibodies", DATASET.antibody_tree),
        ("manifestations", DATASET.manifestation_tree),
        ("classes", DATASET.class_tree),
    ):
        for child, parent in tree.parent.items():
            if parent:
                part = keys(findings(DATASET, Question(**{kind: (child,)})), "direct")
                assert part <= keys(findings(DATASET, Question(**{kind: (parent,)})), "direct"), (child, parent)


@settings(max_examples=60, deadline=None)
@given(questions(), st.integers(1980, 2025))
def test_knowledge_only_grows(question: Question, year: int) -> None:
    earlier = Question(**{**question.asked(), "as_of": year})  # type: ignore[arg-type]
    later = Question(**{**question.asked(), "as_of": year + 1})  # type: ignore[arg-type]
    assert keys(findings(DATASET, earlier)) <= keys(findings(DATASET, later))


def test_every_indirect_finding_says_why() -> None:
    for subtype in DATASET.subtypes:
        for item in findings(DATASET, Question(subtypes=(subtype.id,), settings=("refractory",))):
            assert bool(item.why) == (item.relation == "indirect")


def test_without_a_filter_every_therapy_is_there() -> None:
    assert {t.id for t in DATASET.therapies} <= {o.id for o in options(DATASET, Question())}


def test_a_class_recommendation_reaches_its_members_and_says_so() -> None:
    [option] = [o for o in options(DATASET, Question(therapies=("tofacitinib",))) if o.id == "tofacitinib"]
    by_class = [advice.recommendation for advice in option.recommendations if advice.by_class]
    assert by_class and all("tofacitinib" not in rec.therapies for rec in by_class)


def test_bsr_2022_says_nothing_of_inclusion_body_myositis() -> None:
    names = {g.name for g, _ in recommendations(DATASET, Question(subtypes=("ibm",)))}
    assert "BSR 2022" not in names
    assert "BSR 2022" in {g.name for g, _ in recommendations(DATASET, Question(subtypes=("dm",)))}
    assert "BSR 2022" in {g.name for g, _ in recommendations(DATASET, Question(subtypes=("dm", "ibm")))}


def test_what_is_said_of_children_is_not_said_of_inclusion_body_myositis() -> None:
    said = recommendations(DATASET, Question(subtypes=("ibm",)))
    assert said and not [r for _, r in said if r.scope.age == "child"]
    assert [r for _, r in recommendations(DATASET, Question(subtypes=("dm",))) if r.scope.age == "child"]


def test_people_without_myositis_make_a_finding_indirect() -> None:
    found = {i.study.id: i for i in findings(DATASET, Question(subtypes=("dm",)))}
    assert found["balin-2012-calcinosis"].relation == "indirect"
    assert "without myositis" in found["balin-2012-calcinosis"].why


def test_a_review_does_not_make_its_trials_the_same_patients() -> None:
    ivig = ["dalakas-1997-ivig-ibm", "dalakas-2001-ivig-ibm", "walter-2000-ivig-ibm"]
    assert len({DATASET.patients[study] for study in ivig}) == 3
    assert DATASET.patients["proderm-2025-extramuscular"] == DATASET.patients["proderm-2022"]


def test_findings_on_a_part_of_what_was_asked_say_which() -> None:
    parts = {i.study.id: i.part for i in findings(DATASET, Question(subtypes=("dm",))) if i.relation == "direct"}
    assert parts["ruperto-2016"] == "JDM" and parts["proderm-2022"] == ""
