"""Verdicts: the rules on made-up findings, their laws, and worked examples on the real dataset."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, answer, run
from iimtx import model
from iimtx.appraisal import VERDICTS, Verdict, appraise, level
from iimtx.dataset import Dataset
from iimtx.query import Item, Question, findings, options
from iimtx.rules import load

READ = model.Reading(depth="abstract", on=dt.date(2026, 1, 2))
BASE = load(ROOT / "tests" / "minimal")


def study(name: str, direction: str | None, n: int, kind: str = "concurrent-randomised", **more: Any) -> model.Study:
    """A study with one finding."""
    against = more.pop("against", "placebo" if kind.startswith("concurrent") else None)
    linked = more.pop("linked", ())
    design = more.pop("design", "randomised-trial")
    status = more.pop("status", "completed")
    finding = model.Finding(
        id="main", headline="A headline of it", endpoint="Response", read=READ, therapies=more.pop("therapies", ("ivig",)), n=n,
        manifestations=("muscle",), comparator=model.Comparator(kind=kind, against=against), result="A result.",
        direction=direction, **{"role": "primary", **more},
    )  # fmt: skip
    return model.Study(
        id=name, name=name, design=design, year=2022, references=("paper",), status=status, n=n,
        who=model.Population(subtypes={"dm": n}), findings=(finding,),
        linked=tuple(model.Link(study=other, relation="extension") for other in linked),
    )  # fmt: skip


def verdict(*studies: model.Study, relation: str = "direct") -> Verdict:
    records = model.Records(**{n: getattr(BASE, n) for n in BASE.__struct_fields__ if n != "studies"}, studies=studies)
    why = "" if relation == "direct" else "mixed with PM"
    return appraise(Dataset(records), [Item(s, f, relation, why) for s in studies for f in s.findings])


# --- rules --------------------------------------------------------------------------------------

FOR, AGAINST = "benefit", "no-difference"


@pytest.mark.parametrize(
    ("studies", "word", "rule"),
    [
        ([study("a", FOR, 60)], "supported", "R5"),
        ([study("a", FOR, 40)], "promising", "R10"),
        ([study("a", FOR, 30), study("b", FOR, 30)], "supported", "R5"),
        ([study("a", AGAINST, 40)], "not supported", "R7"),
        ([study("a", FOR, 40), study("b", AGAINST, 40)], "conflicting", "R8"),
        ([study("small", FOR, 22), study("large", AGAINST, 176)], "not supported", "R7"),
        ([study("large", FOR, 176), study("small", AGAINST, 22)], "supported", "R5"),
        ([study("a", "mixed", 40)], "conflicting", "R8"),
        ([study("a", "harm", 40)], "harmful", "R3"),
        ([study("a", FOR, 40, "none")], "promising", "R6"),
        ([study("a", AGAINST, 40, "none")], "not supported", "R7"),
        ([study("cohort", AGAINST, 36, "concurrent-non-randomised"), study("series", FOR, 9, "none")], "conflicting", "R8"),
        ([study("trial", AGAINST, 30), study("series", FOR, 300, "none")], "not supported", "R7"),
        ([study("a", FOR, 4, "none")], "too little", "R2"),
        ([study("a", None, 40, status="recruiting")], "under study", "R1"),
        ([study("a", None, 40)], "too little", "R2"),
        ([study("a", "inconclusive", 40)], "too little", "R2"),
        ([study("a", FOR, 40, role="subgroup")], "too little", "R2"),
        ([study("a", AGAINST, 40, against="active")], "too little", "R2"),
        ([study("a", FOR, 60, against="active")], "supported", "R5"),
        ([study("early v late", AGAINST, 200, against="self"), study("b", FOR, 60, "none")], "conflicting", "R4"),
        ([study("review", FOR, 900, design="meta-analysis"), study("trial", AGAINST, 40)], "not supported", "R7"),
        ([study("review", FOR, 900, design="meta-analysis")], "supported", "R5"),
        ([study("a", "harm", 62, against="active")], "not supported", "R7"),
        ([study("a", FOR, 72), study("b", AGAINST, 28)], "conflicting", "R8"),
        ([study("a", FOR, 80), study("b", AGAINST, 20)], "supported", "R5"),
        ([study("a", "harm", 40), study("b", AGAINST, 40)], "harmful", "R3"),
        ([study("a", "harm", 30), study("b", AGAINST, 40)], "not supported", "R7"),
        ([study("a", FOR, 4, "none"), study("b", AGAINST, 1, "none")], "too little", "R2"),
        ([study("dose", AGAINST, 90, "concurrent-non-randomised", against="self"), study("b", FOR, 60, "none")], "promising", "R6"),
        ([study("dose", FOR, 90, against="self"), study("b", FOR, 60, "none")], "promising", "R6"),
        ([study("review", FOR, 900, design="meta-analysis"), study("part", FOR, 40, role="subgroup")], "supported", "R5"),
        ([study("review", AGAINST, 900, design="meta-analysis"), study("series", FOR, 40, "none")], "not supported", "R7"),
        ([study("news", FOR, 40, provisional=True)], "promising", "R9"),
        ([study("news", FOR, 60, provisional=True)], "promising", "R9"),
        ([study("news", FOR, 40, provisional=True), study("paper", FOR, 40)], "promising", "R10"),
        ([study("news", FOR, 40, provisional=True), study("paper", FOR, 60)], "supported", "R5"),
        ([], "too little", "R2"),
    ],
)  # fmt: skip
def test_rules(studies: list[model.Study], word: str, rule: str) -> None:
    made = verdict(*studies)
    assert (made.word, made.rule) == (word, rule)


def test_the_same_patients_count_once() -> None:
    extension = study("extension", FOR, 20, linked=("trial",))
    assert verdict(study("trial", FOR, 20), extension).people == 20
    assert verdict(study("trial", FOR, 20), study("other", FOR, 20)).people == 40


def test_indirect_evidence_gives_no_verdict_of_its_own() -> None:
    made = verdict(study("a", FOR, 60), relation="indirect")
    assert (made.word, made.rule, made.elsewhere) == ("too little", "R0", "supported")


def test_levels_follow_the_comparison_not_the_name_of_the_study() -> None:
    kinds = {"concurrent-randomised": 2, "concurrent-non-randomised": 3, "historical": 4, "none": 4}
    for kind, expected in kinds.items():
        made = study("a", FOR, 40, kind)
        assert level(made, made.findings[0]) == expected
    for kind, expected in {"concurrent-randomised": 1, "concurrent-non-randomised": 3, "none": 4}.items():
        review = study("a", FOR, 40, kind, design="meta-analysis")
        assert level(review, review.findings[0]) == expected
    subgroup = study("a", FOR, 40, role="subgroup")
    assert level(subgroup, subgroup.findings[0]) == 3


def test_a_missed_and_a_gained_primary_result_of_one_trial_are_mixed() -> None:
    made = study("a", "no-difference", 60, against="active")
    second = msgspec.structs.replace(made.findings[0], id="second", direction="benefit")
    whole = verdict(msgspec.structs.replace(made, findings=(*made.findings, second)))
    assert (whole.word, whole.rule) == ("conflicting", "R8")


def test_an_uncontrolled_result_still_counts_beside_no_difference_from_an_active_drug() -> None:
    made = study("a", "no-difference", 60, against="active")
    series = study("a", "benefit", 60, "none").findings[0]
    both = (*made.findings, msgspec.structs.replace(series, id="uncontrolled"))
    whole = verdict(msgspec.structs.replace(made, findings=both))
    assert (whole.word, whole.rule, whole.level) == ("promising", "R6", 4)


def test_only_people_with_myositis_count() -> None:
    made = verdict(msgspec.structs.replace(study("a", FOR, 80, "none"), n_iim=7))
    assert made.people == 7
    assert verdict(msgspec.structs.replace(study("a", FOR, 80, "none"), basket=True)).people == 0


def test_a_basket_trial_is_indirect_for_each_of_its_diseases() -> None:
    [therapy] = answer("therapies", "--subtype", "IBM", "--therapy", "acceptance-and-commitment-therapy")["results"]
    [finding] = therapy["findings"]
    assert (finding["relation"], therapy["verdict"]) == ("indirect", "too little")
    assert "people without myositis" in finding["why_indirect"]


def test_a_verdict_says_what_all_its_evidence_is_limited_to() -> None:
    assert "only in JDM" in why("methotrexate", "--subtype", "DM")["because"]
    methotrexate = answer("therapies", "--subtype", "DM", "--therapy", "methotrexate")["results"][0]
    assert (methotrexate["verdict"], methotrexate["verdict_only_in"]) == ("supported", "JDM")
    assert "supported (only JDM)" in run("show", "methotrexate", "--subtype", "DM").lines[0]
    made = study("a", FOR, 60, therapies=("ivig", "rituximab"))
    assert "only in combination" in verdict(made).because


# --- laws ---------------------------------------------------------------------------------------

DIRECTIONS = st.sampled_from(["benefit", "no-difference", "harm", "mixed", "inconclusive", None])
KINDS = st.sampled_from(["concurrent-randomised", "concurrent-non-randomised", "historical", "none"])
BODIES = st.lists(st.tuples(DIRECTIONS, st.integers(1, 200), KINDS), max_size=5)


def _body(entries: list[tuple[Any, int, str]]) -> list[model.Study]:
    return [study(f"s{i}", d, n, k) for i, (d, n, k) in enumerate(entries)]


@settings(max_examples=300, deadline=None)
@given(BODIES, st.integers(1, 300))
def test_a_negative_trial_at_the_best_level_never_improves_a_verdict(entries: list[Any], n: int) -> None:
    before = verdict(*_body(entries))
    kind = {1: "concurrent-randomised", 2: "concurrent-randomised", 3: "concurrent-non-randomised"}.get(
        before.level or 2, "none"
    )
    after = verdict(*_body(entries), study("new", "no-difference", n, kind))
    good = {"supported", "promising"}
    bad = {"not supported", "harmful"}
    assert after.word not in good or before.word in good
    assert before.word not in bad or after.word in bad


@settings(max_examples=300, deadline=None)
@given(BODIES)
def test_the_reasons_re_derive_the_verdict(entries: list[Any]) -> None:
    studies = _body(entries)
    whole = verdict(*studies)
    deciding = {r.item.study.id for r in whole.reasons if r.decides}
    if deciding:
        again = verdict(*[s for s in studies if s.id in deciding])
        assert (again.word, again.level, again.people) == (whole.word, whole.level, whole.people)
    assert len(whole.reasons) == len(studies)
    assert all(r.part for r in whole.reasons)


def test_every_verdict_of_the_dataset_has_reasons_that_re_derive_it(dataset: Dataset) -> None:
    for subtype in ("dm", "jdm", "imnm", "ibm", "asys"):
        for option in options(dataset, Question(subtypes=(subtype,))):
            made = appraise(dataset, option.items)
            assert made.word in VERDICTS
            deciding = [r.item for r in made.reasons if r.decides]
            if deciding and not made.elsewhere and made.rule != "R4":
                assert appraise(dataset, deciding).word == made.word, option.id


def test_subgroups_and_indirect_findings_never_decide(dataset: Dataset) -> None:
    for option in options(dataset, Question(subtypes=("dm",), settings=("refractory",))):
        made = appraise(dataset, option.items)
        for reason in made.reasons:
            if reason.decides:
                assert reason.item.finding.role not in ("subgroup", "safety")
                assert reason.item.relation == "direct" or made.elsewhere


# --- worked examples ----------------------------------------------------------------------------


def why(*words: str) -> dict[str, Any]:
    [result] = answer("why", *words)["results"]
    return result


@pytest.mark.parametrize(
    ("words", "verdict_word", "level_number"),
    [
        (("ivig", "--subtype", "DM", "--age", "adult"), "supported", 2),
        (("zilucoplan", "--subtype", "IMNM"), "not supported", 2),
        (("tocilizumab", "--subtype", "DM", "--subtype", "PM"), "not supported", 2),
        (("bimagrumab", "--subtype", "IBM"), "not supported", 2),
        (("arimoclomol", "--subtype", "IBM"), "not supported", 2),
        (("methotrexate", "--subtype", "IBM"), "not supported", 2),
        (("methotrexate", "--subtype", "JDM", "--setting", "first-line"), "supported", 2),
        (("CD19-directed CAR T cells", "--refractory"), "promising", 4),
        (("plasma-exchange", "--subtype", "DM", "--subtype", "PM", "--refractory"), "not supported", 2),
        (("plasma-exchange", "--antibody", "MDA5", "--manifestation", "rp-ild"), "promising", 3),
        (("abatacept", "--antibody", "anti-synthetase", "--manifestation", "ild"), "not supported", 2),
    ],
)
def test_worked_examples(words: tuple[str, ...], verdict_word: str, level_number: int) -> None:
    result = why(*words)
    assert (result["verdict"], result["level"]) == (verdict_word, level_number)
    assert any(r["decides"] for r in result["reasons"])


def test_lenabasum_phase_3_is_not_hidden_by_phase_2() -> None:
    result = why("lenabasum", "--subtype", "DM")
    deciding = {(r["study"], r["direction"]) for r in result["reasons"] if r["decides"]}
    assert {d for _, d in deciding} == {"benefit", "no-difference"}
    assert result["verdict"] == "not supported" and result["provisional"]
    text = run("why", "lenabasum", "--subtype", "DM").out
    assert text.index("DETERMINE") < text.index("Lenabasum phase 2")


def test_rituximab_a_missed_primary_comparison_beside_83_percent_improving() -> None:
    result = why("rituximab", "--subtype", "DM", "--subtype", "PM", "--subtype", "JDM", "--refractory")
    assert (result["verdict"], result["rule"]) == ("conflicting", "R4")
    decided = {(r["study"], r["finding"]) for r in result["reasons"] if r["decides"]}
    assert ("oddis-2013-rim", "uncontrolled") in decided and result["people"] >= 195
    text = run("why", "rituximab", "--subtype", "DM", "--subtype", "PM", "--subtype", "JDM", "--refractory").out
    assert "83 % improved" in text and "20.0 v 20.2 weeks" in text


def test_tofacitinib_in_anti_mda5_disease_says_what_it_rests_on() -> None:
    result = why("tofacitinib", "--antibody", "MDA5")
    assert result["verdict"] == "promising" and result["level"] >= 3
    assert "observational" in result["because"]
    kinds = {f.comparator.kind for s, f in _deciding("tofacitinib", Question(antibodies=("anti-mda5",)))}
    assert kinds <= {"historical", "none", "concurrent-non-randomised"}


def _deciding(therapy: str, question: Question) -> list[tuple[model.Study, model.Finding]]:
    dataset = Dataset()
    asked = Question(**{**question.asked(), "therapies": (therapy,)})  # type: ignore[arg-type]
    made = appraise(dataset, findings(dataset, asked))
    return [(r.item.study, r.item.finding) for r in made.reasons if r.decides]


def test_a_filter_changes_the_question_and_so_the_verdict() -> None:
    then = why("ivig", "--subtype", "DM", "--as-of", "1990")
    now = why("ivig", "--subtype", "DM")
    assert then["verdict"] != "supported" and now["verdict"] == "supported"


def test_why_prints_what_would_change_it() -> None:
    text = run("why", "bimagrumab", "--subtype", "IBM").out
    for label in ("Verdict:", "Decided by:", "Set aside:", "Would change:", "docs/appraisal.md"):
        assert label in text


def test_the_rules_in_the_document_are_the_rules_in_the_code() -> None:
    import re

    source = (ROOT / "src" / "iimtx" / "appraisal.py").read_text()
    document = (ROOT / "docs" / "appraisal.md").read_text()
    rules = set(re.findall(r'"(R\d+)"', source))
    assert rules == set(re.findall(r"^\| (R\d+) \|", document, re.M))
