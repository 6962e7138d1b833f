"""README, docs and schemas say what the tool does."""

from __future__ import annotations

import re

import pytest

import coverage_tables
import readme
import since2020
from conftest import ROOT, run
from iimtx.cli import _MAKERS
from iimtx.schema import schemas


def test_readme_examples_are_what_the_commands_print() -> None:
    text = (ROOT / "README.md").read_text()
    section = text.split(readme.START)[1].split(readme.END)[0].strip()
    assert section == readme.examples().strip(), "run: python tests/readme.py --write, and read what changed"


@pytest.mark.parametrize("command", sorted(_MAKERS))
def test_every_command_has_help_and_is_documented(command: str) -> None:
    result = run(command, "--help")
    assert result.code == 0 and "Usage" in result.out
    assert f"`{command}`" in (ROOT / "CHANGELOG.md").read_text()
    assert command in run().out


def test_readme_python_example_runs() -> None:
    text = (ROOT / "README.md").read_text()
    code = re.search(r"```python\n(.*?)```", text, re.S)
    assert code is not None
    exec(code[1], {})


def test_editors_get_the_schema_of_the_model() -> None:
    folder = ROOT / "data" / "schema"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == schemas(), "run: python -m iimtx.schema"


def test_every_data_file_names_its_schema() -> None:
    for path in (ROOT / "data").rglob("*.yaml"):
        first = path.read_text().split("\n", 1)[0]
        match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert match and (path.parent / match[1]).resolve().is_file(), path


def test_docs_name_no_command_that_is_not_there() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for command in re.findall(r"`iimtx ([a-z]+)", path.read_text()):
            assert command in _MAKERS, (path.name, command)


def test_the_comparison_with_2020_is_what_the_dataset_says() -> None:
    assert since2020.PATH.read_text() == since2020.text(), "run: python tests/since2020.py --write, and read it"


def test_the_tables_of_the_coverage_page_are_what_the_dataset_holds() -> None:
    page = coverage_tables.PATH.read_text()
    assert page == coverage_tables.text(), "run: python tests/coverage_tables.py --write"
