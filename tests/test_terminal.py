"""Terminals, pipes and locales: shapes, widths, colours, exit codes."""

from __future__ import annotations

import re
import subprocess
import unicodedata

import pytest

from conftest import COMMAND, _environment, run, terminal

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
SCREENS = (
    ("therapies", "--subtype", "IMNM", "--refractory"),
    ("show", "ivig", "--subtype", "DM"),
    ("evidence", "--subtype", "IBM"),
    ("guidelines", "--therapy", "methotrexate"),
    ("approvals",),
    ("compare", "rituximab", "ivig", "--antibody", "HMGCR"),
    ("map",),
    ("subtypes",),
    ("antibodies",),
    ("classes",),
    ("glossary",),
    ("search", "tofacitnib"),
    ("why", "rituximab", "--subtype", "DM", "--subtype", "PM"),
    ("forest", "--subtype", "DM"),
    ("cite", "tofacitinib"),
    ("show", "IMNM"),
    ("show", "anti-MDA5"),
    ("show", "RIM"),
    ("show", "BSR 2022"),
    ("about",),
)


def _cells(line: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
@pytest.mark.parametrize("words", SCREENS, ids=lambda w: " ".join(w)[:30])
def test_fits_the_terminal(columns: int, words: tuple[str, ...]) -> None:
    result = terminal(columns, *words)
    assert result.code == 0, result.out
    for line in ESCAPE.sub("", result.out).splitlines():
        assert _cells(line.rstrip()) <= columns, line


@pytest.mark.parametrize("words", SCREENS, ids=lambda w: " ".join(w)[:30])
def test_a_pipe_has_no_colour_no_boxes_no_wrapping(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.code == 0
    assert "\x1b" not in result.out
    assert not set("┏┓┗┛━┃╭╮╰╯") & set(result.out)
    assert not any(line.endswith(" ") for line in result.lines)
    assert "not medical advice" in result.err
    assert "not medical advice" not in result.out or words == ("about",)


def test_colour_only_where_it_is_wanted() -> None:
    words = ("therapies", "--subtype", "IMNM")
    assert ESCAPE.search(terminal(80, *words).out)
    without = terminal(80, *words, NO_COLOR="1").out
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", without)
    assert ESCAPE.search(run(*words, FORCE_COLOR="1").out)


def test_columns_variable_sets_the_width() -> None:
    result = terminal(200, "therapies", "--subtype", "IMNM", COLUMNS="70")
    assert max(len(line) for line in ESCAPE.sub("", result.out).splitlines()) <= 70


@pytest.mark.parametrize("words", SCREENS, ids=lambda w: " ".join(w)[:30])
def test_plain_locale_gets_ascii(words: tuple[str, ...]) -> None:
    assert run(*words, LANG="C").out.isascii()
    assert terminal(80, *words, LANG="C").out.isascii()


def test_verdict_and_direction_survive_in_ascii() -> None:
    text = run("therapies", "--subtype", "IBM", LANG="C").out
    assert "N Bimagrumab" in text and "not supported" in text


@pytest.mark.parametrize("words", [("therapies",), ("evidence",), ("glossary", "--json"), ("search", "a b")])
def test_head_ends_the_pipe_quietly(words: tuple[str, ...]) -> None:
    line = " ".join([*COMMAND, *(f"'{w}'" for w in words)]) + " | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, env=_environment({}), timeout=60)
    assert b"Traceback" not in done.stderr and b"Broken" not in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_closed_stdout_is_no_traceback() -> None:
    line = " ".join(COMMAND) + " therapies --subtype DM >&-"
    done = subprocess.run(["bash", "-c", line], capture_output=True, env=_environment({}), timeout=60)
    assert b"Traceback" not in done.stderr


def test_welcome_fits_one_screen() -> None:
    result = terminal(80)
    assert result.code == 0
    assert len(result.lines) <= 24
    assert sum(line.startswith("  iimtx ") for line in result.lines) == 3
