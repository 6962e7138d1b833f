"""Broken datasets: each fault has its one clear line. `--write` records new messages, to be read."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from conftest import ROOT, run
from iimtx.faults import FaultyDataset
from iimtx.rules import POINTS_TO, load

TESTS = ROOT / "tests"
CASES = sorted((TESTS / "faults").glob("*.fault"))


def _parts(case: Path) -> tuple[str, str, bytes]:
    head, _, content = case.read_bytes().partition(b"---\n")
    file, says = head.decode().splitlines()
    return file.removeprefix("file: "), says.removeprefix("says: "), content


def _faults(case: Path, folder: Path) -> list[str]:
    file, _, content = _parts(case)
    shutil.copytree(TESTS / "minimal", folder)
    (folder / file).write_bytes(content)
    with pytest.raises(FaultyDataset) as raised:
        load(folder)
    return [str(fault) for fault in raised.value.faults]


def test_there_are_many() -> None:
    assert len(CASES) >= 25


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.stem)
def test_a_fault_is_named_with_file_line_and_value(case: Path, tmp_path: Path) -> None:
    file, says, _ = _parts(case)
    found = _faults(case, tmp_path / "data")
    assert says in found
    assert says.startswith(f"{file}:")
    assert all("\n" not in fault and "\x1b" not in fault for fault in found)


@pytest.mark.parametrize("field", sorted(POINTS_TO))
def test_a_link_to_nowhere_is_a_fault_in_every_field(field: str, tmp_path: Path) -> None:
    key = {"drug_class": "class"}.get(field, field)
    holders = {
        "code_references": ("therapies/ivig.yaml", "code_references: [nowhere]\n"),
        "drug_class": ("therapies/ivig.yaml", "class: nowhere\n"),
        "may_hide": ("subtypes.yaml", "  may_hide: [nowhere]\n"),
        "superseded_by": ("guidelines/guide.yaml", "status: superseded\nsuperseded_by: nowhere\n"),
        "study": ("studies/trial.yaml", "linked: [{study: nowhere, relation: extension}]\n"),
        "therapy": ("approvals.yaml", "  therapy: nowhere\n"),
        "excluding": ("approvals.yaml", "  scope: {excluding: [nowhere]}\n"),
        "measure": ("studies/trial.yaml", "  measure: nowhere\n"),
        "background": ("studies/trial.yaml", "  background: [nowhere]\n"),
        "classes": ("studies/trial.yaml", "  classes: [nowhere]\n"),
        "therapies": ("studies/trial.yaml", "  therapies: [nowhere]\n"),
        "manifestations": ("studies/trial.yaml", "  manifestations: [nowhere]\n"),
        "subtypes": ("autoantibodies.yaml", "  subtypes: [nowhere]\n"),
        "antibodies": ("subtypes.yaml", "  antibodies: [nowhere]\n"),
        "references": ("studies/trial.yaml", "references: [nowhere]\n"),
    }
    file, line = holders[field]
    folder = tmp_path / "data"
    shutil.copytree(TESTS / "minimal", folder)
    path = folder / file
    indent = line[: len(line) - len(line.lstrip())]
    kept = [row for row in path.read_text().splitlines(True) if not row.startswith(f"{indent}{key}:")]
    path.write_text("".join(kept) + line)
    with pytest.raises(FaultyDataset) as raised:
        load(folder)
    assert any('"nowhere"' in fault.message and key in fault.message for fault in raised.value.faults)


def test_the_minimal_dataset_is_valid() -> None:
    assert load(TESTS / "minimal").studies[0].id == "trial"


def test_every_fault_of_a_dataset_is_reported_in_one_run(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(TESTS / "minimal", folder)
    study = folder / "studies" / "trial.yaml"
    study.write_text(study.read_text().replace("design:", "desing:").replace("n: 40\nwho", "n: forty\nwho"))
    (folder / "therapies" / "ivig.yaml").write_text("id: ivig\nname: [x]\n")
    result = run("validate", str(folder))
    assert result.code == 3 and result.out == ""
    for part in ('"desing"', '"forty"', '"design" is missing', "therapies/ivig.yaml", '"kind" is missing'):
        assert part in result.err, part


def test_a_faulty_dataset_is_no_traceback() -> None:
    result = run("validate", "/nowhere")
    assert result.code == 3
    assert result.err.splitlines()[0] == "/nowhere:1: no such folder"
    assert "Traceback" not in result.err


def test_a_very_large_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(TESTS / "minimal", folder)
    (folder / "glossary.yaml").write_bytes(b"# " + b"x" * (5 * 1024 * 1024))
    result = run("validate", str(folder))
    assert result.code == 3 and "5,242,882 bytes" in result.err


if __name__ == "__main__" and "--write" in sys.argv:
    for case in CASES:
        file, _, content = _parts(case)
        with tempfile.TemporaryDirectory() as place:
            first = _faults(case, Path(place) / "data")[0]
        case.write_bytes(f"file: {file}\nsays: {first}\n---\n".encode() + content)
        print(f"{case.stem:32} {first}")
