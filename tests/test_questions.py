"""The questions of the people it is built for, asked of the bundled dataset by the real command."""

from __future__ import annotations

import json

import pytest

from conftest import ROOT, answer, rows, run
from iimtx.dataset import Dataset

THERAPY_KEYS = {
    "id", "name", "class", "classes", "settings", "subtypes", "verdict", "best_level", "findings",
    "recommendations", "approvals", "boxed_warning",
}  # fmt: skip
FINDING_KEYS = {
    "study", "level", "direction", "comparator_kind", "relation", "n", "year", "references",
}  # fmt: skip


def test_1_refractory_imnm() -> None:
    found = rows("therapies", "--subtype", "IMNM", "--refractory")
    assert {"rituximab", "zilucoplan", "ivig"} <= found.keys()
    rituximab = found["rituximab"]
    direct = [f for f in rituximab["findings"] if f["relation"] == "direct"]
    assert {"Valiyil 2010", "Landon-Cardinal 2019"} <= {f["name"] for f in direct}
    assert all(f["references"] for f in rituximab["findings"])
    assert all(f["why_indirect"] for f in rituximab["findings"] if f["relation"] == "indirect")
    assert found["zilucoplan"]["verdict"] in ("not supported", "too little")


def test_2_ivig_in_dermatomyositis() -> None:
    text = run("show", "ivig", "--subtype", "DM").out
    assert "79 % v 44 %" in text
    assert "2.0 g/kg" in text or "2 g/kg" in text
    assert "thrombo" in text.lower()
    assert "US 2021 approved" in text
    assert "doi:" in text
    data = rows("show", "ivig", "--subtype", "DM")["ivig"]
    assert data["verdict"] == "supported" and data["best_level"] == 2
    assert {"US", "EU", "JP"} <= {a["jurisdiction"] for a in data["approvals"] if a["status"] == "approved"}


def test_3_methotrexate_and_the_lung() -> None:
    said = answer("guidelines", "--therapy", "methotrexate")["results"]
    muscle = [r for r in said if r["polarity"] == "for" and "muscle" in r["manifestations"]]
    lung = [r for r in said if r["polarity"] == "against" and "ild" in r["manifestations"]]
    assert muscle and lung
    assert any(r["name"] == "ACR/CHEST 2023" for r in lung)
    assert "disagree" in run("guidelines", "--therapy", "methotrexate").err


def test_4_anti_mda5_rapidly_progressive_lung_disease() -> None:
    found = rows("therapies", "--antibody", "MDA5", "--manifestation", "rp-ild")
    assert {"tofacitinib", "plasma-exchange"} <= found.keys()
    kinds = {f["comparator_kind"] for f in found["tofacitinib"]["findings"]}
    assert "concurrent-randomised" not in kinds


def test_5_what_failed_in_inclusion_body_myositis() -> None:
    result = answer("therapies", "--subtype", "IBM")["results"]
    first = [r["id"] for r in result[:7]]
    assert {"bimagrumab", "methotrexate", "arimoclomol"} <= set(first)
    assert all(r["verdict"] == "not supported" for r in result[:5])
    assert not [r["id"] for r in result if r["verdict"] == "supported"]
    assert "No therapy has been shown to work" in run("therapies", "--subtype", "IBM").out


def test_6_every_jak_inhibitor() -> None:
    found = rows("therapies", "--class", "JAK inhibitor")
    assert {"tofacitinib", "baricitinib", "ruxolitinib", "brepocitinib", "upadacitinib"} <= found.keys()
    assert all("jak-inhibitor" in r["classes"] for r in found.values())


def test_7_first_line_in_a_child() -> None:
    found = rows("therapies", "--subtype", "JDM", "--setting", "first-line")
    assert found["methotrexate"]["verdict"] == "supported"
    assert any(f["study"].startswith("ruperto-2016") for f in found["methotrexate"]["findings"])


def test_8_rituximab_or_ivig_in_anti_hmgcr_disease() -> None:
    text = run("compare", "rituximab", "ivig", "--antibody", "HMGCR").out
    assert "No study in the dataset compares Rituximab with Intravenous immunoglobulin head to head" in text
    result = answer("compare", "rituximab", "ivig", "--antibody", "HMGCR")["results"]
    assert [r["id"] for r in result] == ["rituximab", "ivig"]
    assert all(f["relation"] for r in result for f in r["findings"])


def test_9_what_was_known_in_2020() -> None:
    then, now = rows("therapies", "--subtype", "DM", "--as-of", "2020"), rows("therapies", "--subtype", "DM")
    assert all(f["year"] <= 2020 for r in then.values() for f in r["findings"])
    assert "proderm-2022" not in {f["study"] for f in then["ivig"]["findings"]}
    assert "proderm-2022" in {f["study"] for f in now["ivig"]["findings"]}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tofacitnib", "tofacitinib"),
        ("cellcept", "mycophenolate"),
        ("CYC", "cyclophosphamide"),
        ("necrotising", "imnm"),
        ("anti mda-5", "anti-mda5"),
        ("ciclosporin", "ciclosporin"),
        ("cyclosporine", "ciclosporin"),
        ("rituxmab", "rituximab"),
        ("ProDERM", "proderm-2022"),
    ],
)
def test_10_misspelt_brand_abbreviation_british(typed: str, meant: str) -> None:
    assert meant in [r["id"] for r in answer("search", typed)["results"][:3]]


def test_11_where_the_gaps_are() -> None:
    cells = answer("map")["results"]
    assert any(c["findings"] == 0 for c in cells) and any(c["verdict"] == "supported" for c in cells)
    assert "gap" in run("map").out


def test_12_pregnancy_and_boxed_warnings() -> None:
    compatible = rows("therapies", "--subtype", "DM", "--pregnancy", "compatible")
    assert compatible.keys() >= {"azathioprine", "hydroxychloroquine"}
    assert "methotrexate" not in compatible and "mycophenolate" not in compatible
    assert rows("therapies", "--subtype", "DM")["rituximab"]["boxed_warning"] == "present"


def test_a_licence_for_adults_is_not_shown_for_children() -> None:
    juvenile = rows("therapies", "--subtype", "JDM")["ivig"]["approvals"]
    assert "US" not in {a["jurisdiction"] for a in juvenile if a["status"] == "approved"}


def test_13_what_refractory_means_in_that_trial() -> None:
    text = run("evidence", "--subtype", "IMNM", "--refractory", "--definitions").out
    assert "in each study's own terms" in text
    assert "refractory" in run("glossary").out


def test_14_citations_for_a_talk(dataset: Dataset) -> None:
    entries = run("cite", "zilucoplan", "--format", "bibtex").out
    assert "@article{" in entries and "doi = {" in entries
    assert run("cite", "ProDERM").out.startswith("ProDERM (2022)")
    csl = json.loads(run("cite", "--subtype", "IBM", "--format", "csl-json").out)
    assert {entry["id"] for entry in csl} <= dataset.reference.keys()
    ris = run("therapies", "--subtype", "IBM", "--format", "ris").out
    assert ris.count("TY  - ") == ris.count("ER  - ") == len(csl)


def test_15_what_is_being_tested_now() -> None:
    found = answer("evidence", "--status", "ongoing", "--subtype", "IBM")["results"]
    running = ("recruiting", "not-yet-recruiting", "active-not-recruiting", "enrolling-by-invitation")
    assert found and all(f["status"] in running for f in found)


def test_json_keys_are_documented_and_present() -> None:
    document = answer("therapies", "--subtype", "IMNM")
    assert list(document) == ["iimtx", "dataset", "query", "count", "results"]
    assert set(document["dataset"]) == {"version", "date"}
    assert document["count"] == len(document["results"]) > 0
    documented = (ROOT / "docs" / "json.md").read_text()
    for result in document["results"]:
        assert result.keys() >= THERAPY_KEYS
        for finding in result["findings"]:
            assert finding.keys() >= FINDING_KEYS
            assert finding["relation"] in ("direct", "indirect")
    for key in (*document["results"][0], *document["results"][0]["findings"][0]):
        assert f"`{key}`" in documented, key


def test_rows_stand_in_the_order_of_what_they_are_worth() -> None:
    words = ["supported", "promising", "conflicting", "not supported", "harmful", "too little", "under study"]
    for asked in (("--subtype", "IMNM", "--refractory"), ("--subtype", "DM"), ("--antibody", "MDA5")):
        found = answer("therapies", *asked)["results"]
        direct = [r for r in found if any(f["relation"] == "direct" for f in r["findings"])]
        ranks = [words.index(r["verdict"]) for r in direct]
        assert ranks == sorted(ranks), asked
        assert found[: len(direct)] == direct, asked


def test_classes_run_from_broad_to_narrow() -> None:
    assert rows("therapies", "--therapy", "rituximab")["rituximab"]["classes"] == [
        "biologic", "b-cell-therapy", "anti-cd20",
    ]  # fmt: skip


def test_an_empty_answer_says_what_left_it_empty() -> None:
    result = run("therapies", "--subtype", "IBM", "--antibody", "MDA5")
    assert result.code == 0
    assert "0 therapies" in result.out
    assert "by --subtype" in result.err and "by --antibody" in result.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("therapies", "--subtype", "IMMN"), ("IMMN", "IMNM")),
        (("therapies", "--class", "JAK inhibtor"), ("JAK inhibtor", "JAK inhibitors")),
        (("therapies", "--antibody", "MDA55"), ("MDA55", "anti-MDA5")),
        (("therapies", "--setting", "refractry"), ("refractry", "refractory")),
        (("show", "rituxmab"), ("rituxmab", "rituximab")),
        (("compare", "rituximab", "ivg"), ("ivg", "ivig")),
        (("therapies", "--verdict", "suported"), ("suported", "supported")),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(words: tuple[str, ...], named: tuple[str, str]) -> None:
    result = run(*words)
    assert result.code == 2
    assert result.out == ""
    assert len(result.err.splitlines()) == 1
    typed, offered = named
    assert f'"{typed}"' in result.err and offered.lower() in result.err.lower()
