"""A checkout sees its edits; a release reads no YAML; completion knows the dataset."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, _environment
from iimtx.rules import load
from iimtx.store import compile_records


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the sources with the small dataset."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "minimal", tmp_path / "data")
    return tmp_path


def _run(checkout: Path, *words: str, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "iimtx", *words]
    env = _environment({"PYTHONPATH": str(checkout / "src"), **environment})
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=checkout, timeout=60)


def _headline(checkout: Path) -> str:
    done = _run(checkout, "evidence", "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["results"][0]["headline"])


def test_an_edited_file_shows_at_the_next_command(checkout: Path) -> None:
    study = checkout / "data" / "studies" / "trial.yaml"
    assert _headline(checkout) == "Better: 15 of 20 v 5 of 20"
    study.write_text(study.read_text().replace("Better:", "Stronger:"))
    assert _headline(checkout) == "Stronger: 15 of 20 v 5 of 20"
    assert len(list((checkout / ".cache").iterdir())) == 1


def test_a_checkout_with_a_fault_names_it_and_exits_3(checkout: Path) -> None:
    study = checkout / "data" / "studies" / "trial.yaml"
    study.write_text(study.read_text().replace("n: 40\nwho", "n: many\nwho"))
    done = _run(checkout, "therapies")
    assert done.returncode == 3 and done.stdout == ""
    assert done.stderr.splitlines()[0] == 'studies/trial.yaml:5: n: "many" is not a whole number of 0 or more'
    assert "Traceback" not in done.stderr


def test_a_release_reads_no_yaml(checkout: Path) -> None:
    compiled = compile_records(load(checkout / "data"))
    (checkout / "src" / "iimtx" / "dataset.msgpack").write_bytes(compiled)
    shutil.rmtree(checkout / "data")
    assert _headline(checkout) == "Better: 15 of 20 v 5 of 20"
    code = (
        "import sys; sys.argv = ['iimtx', 'therapies']; from iimtx import cli; cli._run(); print('yaml' in sys.modules)"
    )
    assert _run(checkout, code=code).stdout.splitlines()[-1] == "False"


def test_only_what_draws_imports_rich() -> None:
    code = (
        "import sys; sys.argv = ['iimtx', 'therapies', '--json']; from iimtx import cli; cli._run();"
        "print([m for m in ('rich', 'rapidfuzz', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("therapies --subtype IM", "IMNM"), ("therapies --antibody anti-md", "anti-mda5"), ("why toci", "tocilizumab"),
     ("therapies --setting refr", "refractory"), ("the", "therapies")],
)  # fmt: skip
def test_tab_completion_knows_real_names(typed: str, offered: str) -> None:
    words = ["iimtx", *typed.split()]
    done = subprocess.run(
        [sys.executable, "-c", "from iimtx.cli import app; app(prog_name='iimtx')"],
        capture_output=True,
        text=True,
        timeout=60,
        env=_environment(
            {"_IIMTX_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
        ),
    )
    assert offered in done.stdout.split(), done.stderr


@pytest.mark.parametrize(
    ("words", "found"),
    [(["Dalakas"], "dalakas-1993"), (["NCT02728752"], "proderm-2022"), (["valyil"], "valiyil-2010"), (["RESILIENT"], "resilient-2019")],
)  # fmt: skip
def test_search_finds_studies_by_author_number_and_acronym(words: list[str], found: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "iimtx", "search", *words, "--json", "-n", "25"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert found in [r["id"] for r in json.loads(done.stdout)["results"]]
