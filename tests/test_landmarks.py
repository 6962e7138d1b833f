"""Landmark trials: the numbers that must not change silently, with the source beside each."""

from __future__ import annotations

import pytest

from iimtx.dataset import Dataset

# study, people, finding, direction, a number of its result, source (DOI, PMID or page)
LANDMARKS = [
    ("proderm-2022", 95, "tis20", "benefit", "79 % v 44 %", "10.1056/NEJMoa2117912"),
    ("dalakas-1993", 15, "strength", "benefit", "8 on IVIG, not in 7", "singlejournalindex/34269255"),
    ("miyasaka-2012", 26, "muscle", None, "comparison not read", "10.1007/s10165-011-0534-4"),
    ("oddis-2013-rim", 200, "time-to-improvement", "no-difference", "20.0 v 20.2 weeks", "10.1002/art.37754"),
    ("oddis-2013-rim", 200, "uncontrolled", "benefit", "83 %", "10.1002/art.37754"),
    ("miller-1992", 39, "plasma-exchange", "no-difference", "3 of 13", "1472183"),
    ("oddis-2022-tim", 36, "tis", "no-difference", "p 0.86", "10.1002/acr2.11493"),
    ("artemis-2018", 20, "month-6", "mixed", "8 of 19", "10.1136/annrheumdis-2017-211751"),
    ("abatacept-phase-3-2025", 148, "doi-24", "no-difference", "56.0 v 42.5 %", "10.1002/art.43066"),
    ("mammen-2023-zilucoplan", 27, "ck", "no-difference", "12 v 15", "10.1016/s2665-9913(23)00003-6"),
    ("ruperto-2016", 139, "methotrexate-printo20", "benefit", "72 % v 51 %", "10.1016/S0140-6736(15)01021-1"),
    ("ruperto-2016", 139, "ciclosporin-printo20", "benefit", "70 % v 51 %", "10.1016/S0140-6736(15)01021-1"),
    ("resilient-2019", 251, "walk", "no-difference", "n 251", "10.1016/S1474-4422(19)30200-5"),
    ("amato-2014-bimagrumab", 14, "thigh-volume", "benefit", "+6.5 %", "10.1212/WNL.0000000000001070"),
    ("machado-2023-arimoclomol", 152, "ibmfrs", "no-difference", "−3.26 v −2.26", "10.1016/S1474-4422(23)00275-2"),
    ("badrising-2002-methotrexate-ibm", 44, "qmt", "no-difference", "−0.2 v −3.4 %", "10.1002/ana.10121"),
    ("rapami-2021", 44, "knee-extension", "no-difference", "n 44", "10.1016/S2665-9913(20)30280-0"),
    ("dalakas-2001-ivig-ibm", 36, "strength", "no-difference", "n 36", "11171896"),
    ("dalakas-1997-ivig-ibm", 19, "strength", "no-difference", "+4.2 v −2.7", "9065553"),
    ("rutkove-2002-oxandrolone-ibm", 19, "whole-body", "no-difference", "p 0.06", "CD001555"),
    ("etanercept-dm-2011", 16, "wean", "benefit", "5 of 11", "21688301"),
    ("bunch-1980", 16, "strength", "no-difference", "n 16", "10.7326/0003-4819-92-3-365"),
    ("vencovsky-2000", 36, "muscle", "no-difference", "n 36", "nomos.is.cuni.cz/publication/428599"),
    ("ibrahim-2015", 58, "methotrexate", "no-difference", "n 58", "10.1093/rheumatology/keu442"),
    ("van-de-vlekkert-2010", 62, "composite", "no-difference", "n 62", "10.1016/j.nmd.2010.03.011"),
    ("kawahata-2023-ustekinumab", 51, "tis20", "no-difference", "64.0 v 61.5 %", "10.1136/rmdopen-2023-003268"),
    ("determine-lenabasum", 176, "tis28", "no-difference", "28.3 v 26.7", "acrabstracts.org"),
    ("lenabasum-phase2-2022", 22, "cdasi", "benefit", "6.5", "10.1016/j.jid.2022.03.029"),
    ("fiorentino-2025-dazukibart", 75, "skin-600", "benefit", "−19.2 v −2.9", "10.1016/S0140-6736(24)02071-3"),
    ("jensen-2024", 32, "quality-of-life", "benefit", "+5.3", "10.1007/s00296-024-05698-y"),
    ("stir-2021", 10, "imacs-doi", "benefit", "10 of 10", "10.1002/art.41602"),
    ("attackmy-ild", 20, "fvc-week-24", "no-difference", "−0.35 points", "10.1093/rheumatology/keaf218"),
    ("shirakashi-2020", 38, "survival", "benefit", "5 of 8 survived v none of 5", "10.1093/rheumatology/keaa123"),
    (
        "wallace-2019-community-exercise",
        40,
        "aerobic-capacity",
        "benefit",
        "Cohen d 1.72",
        "10.1212/WNL.0000000000007265",
    ),
]
ARMS = {
    ("proderm-2022", "tis20"): {"IVIG": (37, 47), "placebo": (21, 48)},
    ("miller-1992", "plasma-exchange"): {"plasma exchange": (3, 13), "sham": (3, 13)},
    ("ruperto-2016", "methotrexate-printo20"): {"prednisone + methotrexate": (33, 46), "prednisone alone": (24, 47)},
    ("etanercept-dm-2011", "wean"): {"etanercept": (5, 11), "placebo": (0, 5)},
}


@pytest.mark.parametrize(("study", "people", "finding", "direction", "number", "source"), LANDMARKS)
def test_landmark(
    dataset: Dataset, study: str, people: int, finding: str, direction: str | None, number: str, source: str
) -> None:
    record = dataset.study[study]
    [result] = [f for f in record.findings if f.id == finding]
    assert (record.n, result.direction) == (people, direction)
    assert number in result.headline
    named = [dataset.reference[r] for r in (result.references or record.references)]
    assert any(source in " ".join(filter(None, (r.DOI, r.PMID, r.URL))) for r in named)
    arms = ARMS.get((study, finding))
    if arms:
        assert {a.label: (a.events, a.n) for a in result.arms} == arms
