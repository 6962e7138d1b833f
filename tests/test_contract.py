"""The command line's contract in its corners: what a review found wrong once."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import COMMAND, ROOT, _environment, answer, rows, run, terminal
from iimtx.faults import FaultyDataset
from iimtx.rules import load


@pytest.mark.parametrize("filters", [("--direction", "benefit"), ("--status", "completed"), ("--direction", "harm")])
def test_what_is_shown_does_not_change_what_is_weighed(filters: tuple[str, ...]) -> None:
    everything = rows("therapies", "--subtype", "IBM")
    shown = rows("therapies", "--subtype", "IBM", *filters)
    assert shown
    for name, row in shown.items():
        assert (row["verdict"], row["best_level"]) == (everything[name]["verdict"], everything[name]["best_level"])


@pytest.mark.parametrize(
    "words",
    [
        ("guidelines", "--direction", "harm"),
        ("approvals", "--status", "ongoing"),
        ("show", "ivig", "--therapy", "rituximab"),
        ("show", "ProDERM", "--subtype", "DM"),
        ("compare", "ivig"),
        ("therapie",),
        ("therapies", "--level", "9"),
    ],
)
def test_what_means_nothing_is_refused(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.code == 2 and result.out == "" and result.err
    assert "Traceback" not in result.err


def test_the_lead_speaks_of_a_disease_only() -> None:
    assert "No therapy has been shown to work" not in run("therapies").out
    assert "No therapy has been shown to work" in run("therapies", "--subtype", "IBM").out


def test_as_of_holds_for_licences_and_counts() -> None:
    assert answer("approvals", "--as-of", "1941")["count"] == 0
    then = {r["id"]: r["therapies_direct"] for r in answer("subtypes", "--as-of", "2000")["results"]}
    now = {r["id"]: r["therapies_direct"] for r in answer("subtypes")["results"]}
    assert all(then[s] <= now[s] for s in now) and then["dm"] < now["dm"]


@pytest.mark.parametrize(
    "words",
    [
        ("subtypes",),
        ("antibodies",),
        ("classes",),
        ("glossary",),
        ("search", "mda5"),
        ("about",),
        ("cite", "--therapy", "ivig"),
    ],
)
def test_every_list_knows_as_of(words: tuple[str, ...]) -> None:
    then, now = run(*words, "--as-of", "2015"), run(*words)
    assert then.code == now.code == 0
    assert "as of 2015" in then.lines[0] and "as of" not in now.lines[0]
    assert then.lines[1:] != now.lines[1:]


def test_as_of_counts_only_what_was_there() -> None:
    then, now = (
        {r["id"]: r["findings"] for r in answer("classes", *year)["results"]} for year in (("--as-of", "2015"), ())
    )
    assert all(then[c] <= now[c] for c in now) and 0 < then["biologic"] < now["biologic"]
    assert then["jak-inhibitor"] == 0 < now["jak-inhibitor"]
    [held] = [r for r in answer("search", "tofacitinib", "--as-of", "2015")["results"] if r["id"] == "tofacitinib"]
    assert held["findings"] == 0
    years = [answer("about", "--as-of", str(year))["results"][0]["counts"]["findings"] for year in (1990, 2005, 2020)]
    assert years == sorted(years) and years[0] < years[-1]


@pytest.mark.parametrize(
    "words",
    [
        *(("subtypes",), ("antibodies",), ("classes",), ("glossary",), ("about",), ("map",), ("search", "ivig")),
        *(("therapies", "--subtype", "IBM"), ("evidence", "--subtype", "IBM"), ("forest", "--therapy", "ivig")),
        *(("guidelines",), ("approvals",), ("compare", "ivig", "rituximab"), ("why", "ivig"), ("cite", "ivig")),
        *(("show", name) for name in ("ivig", "DM", "anti-MDA5", "ild", "biologics", "RIM", "BSR 2022", "tis-adult")),
    ],
)
def test_every_answer_ends_with_what_to_type_next(words: tuple[str, ...]) -> None:
    import shlex

    suggested = [
        line.split("iimtx ", 1)[1]
        for line in run(*words).err.splitlines()
        if line.startswith(("Next: ", "      iimtx "))
    ]
    assert 1 <= len(suggested) <= 2
    for command in suggested:
        assert run(*shlex.split(command)).code == 0, command


def test_an_old_licence_for_polymyositis_is_not_spread_to_an_antibody() -> None:
    assert not [a for a in answer("approvals", "--antibody", "HMGCR")["results"] if a["status"] == "approved"]
    assert [a for a in answer("approvals", "--antibody", "MDA5")["results"] if a["jurisdiction"] == "US"]


def test_guidance_is_told_as_narrow_as_the_question() -> None:
    lung = run("therapies", "--antibody", "MDA5", "--manifestation", "rp-ild").out
    [line] = [row for row in lung.splitlines() if row.startswith("Guidance: Ciclosporin")]
    assert "MEDRA5 2020 for" in line and "Octagam" not in line and "SHARE" not in line
    said = [row for row in run("show", "ivig", "--subtype", "DM").out.splitlines() if row.startswith("For: ")]
    assert said and "MEDRA5" not in said[0]
    [answered] = [
        r for r in answer("compare", "ivig", "rituximab", "--antibody", "HMGCR")["results"] if r["id"] == "ivig"
    ]
    assert any(r["guideline"] == "aanem-update" for r in answered["recommendations"])
    side = run("compare", "ivig", "rituximab", "--antibody", "HMGCR", "--format", "html").out
    assert "<br>" in side and side.index("AANEM update") < side.index("Therapeutic Guidelines Australia")


def test_what_is_said_of_all_myositis_does_not_pass_for_one_disease() -> None:
    ibm = run("therapies", "--subtype", "IBM", "--format", "csv").out
    [methotrexate] = [row for row in ibm.splitlines() if row.startswith("methotrexate,")]
    assert "wider: " in methotrexate
    assert "Guidance: Ciclosporin" not in run("therapies", "--subtype", "IBM").out
    said = answer("therapies", "--subtype", "IBM", "--therapy", "methotrexate")["results"][0]["recommendations"]
    assert any(r["wider"] for r in said)


def test_a_map_stars_what_holds_for_a_part_of_the_column() -> None:
    cells = {(r["row"], r["column"]): r for r in answer("map", "--rows", "therapies")["results"]}
    assert cells["methotrexate", "dm"]["only_in"] == "JDM" and cells["ivig", "dm"]["only_in"] is None
    drawn = run("map", "--rows", "therapies", "--class", "antimetabolite").out
    assert "●* " in drawn and "* rests on a part of the column" in drawn


@pytest.mark.parametrize(
    "command", ["subtypes", "antibodies", "classes", "glossary", "approvals", "guidelines", "evidence"]
)
def test_an_absent_value_is_null_and_never_left_out(command: str) -> None:
    results = answer(command)["results"]
    assert len({tuple(r) for r in results}) == 1


def test_documents_show_what_a_wide_screen_shows() -> None:
    page = run("therapies", "--subtype", "IBM", "--format", "html").out
    assert "<th>Best evidence</th>" in page and "No therapy has been shown" in page
    matrix = run("map", "--format", "html").out
    assert "<td>Antimetabolites</td>" in matrix and "counts findings" in matrix
    text = run("show", "ivig", "--subtype", "DM", "--format", "markdown").out
    assert "| Class | Immunoglobulin |" in text and "79 % v 44 %" in text
    tree = run("subtypes", "--format", "html").out
    assert 'padding-left:1.8rem">DM' in tree


def test_what_is_known_to_be_missing_is_told() -> None:
    card = run("show", "azathioprine").out
    assert "Not here" in card and "Miller 2002" in card
    assert "Known or likely to exist and not in the dataset" in run("therapies", "--subtype", "IBM").err
    assert "Known or likely" not in run("therapies", "--subtype", "IBM", "--as-of", "2020").err
    assert "Known or likely" not in run("therapies").err
    assert answer("about")["results"][0]["counts"]["known_missing"] >= 50
    for name, gap in (("azathioprine", "miller-2002"), ("IMNM", "manwatkar-haque"), ("anti-MDA5", "abe-2020")):
        [entry] = answer("show", name)["results"]
        assert gap in {g["id"] for g in entry["known_missing"]}


@pytest.mark.parametrize("columns", [80, 200])
def test_advice_and_licences_say_how_they_were_read(columns: int) -> None:
    for words in (("guidelines", "--therapy", "tocilizumab"), ("approvals", "--therapy", "ivig")):
        text = " ".join(terminal(columns, *words, NO_COLOR="1").out.split())
        assert "confirmed by a second reader" in text or "read once" in text, words


def test_a_sheet_tells_the_reservations_of_a_verdict() -> None:
    import csv

    rows_ = list(csv.DictReader(run("therapies", "--subtype", "DM", "--format", "csv").out.splitlines()))
    told = {row["id"]: (row["verdict"], row["only_in"], row["provisional"]) for row in rows_}
    assert told["methotrexate"] == ("supported", "JDM", "")
    assert told["ivig"][:2] == ("supported", "")
    assert told["brepocitinib"] == ("promising", "", "yes")


def test_plots_keep_their_place_in_ascii() -> None:
    plain = terminal(100, "forest", "--therapy", "ivig", "--subtype", "DM", NO_COLOR="1").out
    ascii_only = terminal(100, "forest", "--therapy", "ivig", "--subtype", "DM", NO_COLOR="1", LC_ALL="C").out
    bars = [line.index("■") for line in plain.splitlines() if "■" in line]
    marks = [line.index("#") for line in ascii_only.splitlines() if "#" in line]
    assert bars == marks


@pytest.mark.parametrize("columns", [60, 80, 110, 140, 200])
def test_every_width_shows_verdict_level_and_warning(columns: int) -> None:
    text = terminal(columns, "therapies", "--subtype", "DM", NO_COLOR="1").out
    assert "supported" in text and "boxed" in text and re.search(r"[Ll]evel", text)
    assert "Overall" in terminal(columns, "map", "--columns", "manifestations", NO_COLOR="1").out


@pytest.mark.parametrize("columns", [50, 60, 80])
def test_no_word_of_a_list_is_broken(columns: int) -> None:
    text = terminal(columns, "therapies", "--subtype", "anti-HMGCR IMNM", NO_COLOR="1").out
    assert all(word in text for word in ("Conventional", "immunosuppressants", "Glucocorticoids", "Anti-CD20"))
    said = terminal(columns, "guidelines", "--therapy", "ivig", NO_COLOR="1").out
    assert "ACR/CHEST 2023" in said and "AANEM" in said


def test_a_full_disk_is_one_line() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*COMMAND, "therapies"], stdout=full, stderr=subprocess.PIPE, env=_environment({}))
    assert done.returncode == 1 and b"cannot be written" in done.stderr and b"Traceback" not in done.stderr


def test_a_closed_stderr_changes_no_exit_code() -> None:
    for words, code in (("about", 0), ("show nothing-like-this", 2)):
        line = " ".join(COMMAND) + f" {words} 2>&-"
        done = subprocess.run(["bash", "-c", line], stdout=subprocess.DEVNULL, env=_environment({}))
        assert done.returncode == code


@pytest.mark.parametrize(
    "typed", ["\x1b[31mred", "[red]ivig[/red]", "=1+1", "a" * 5000, "ivig\nivig", "💊", "<script>"]
)
def test_hostile_words_are_harmless(typed: str) -> None:
    for words in (("show", typed), ("search", typed), ("therapies", "--subtype", typed)):
        result = run(*words)
        assert result.code in (0, 2)
        assert "\x1b" not in result.out + result.err and "Traceback" not in result.err


def test_bytes_that_are_no_text_are_harmless() -> None:
    done = subprocess.run([*COMMAND, "search", b"\xff\xfe", "--json"], capture_output=True, env=_environment({}))
    assert done.returncode == 0 and json.loads(done.stdout)["results"] == []


@pytest.mark.parametrize(
    "form", ["json", "jsonl", "csv", "tsv", "markdown", "html", "svg", "bibtex", "ris", "csl-json"]
)
@pytest.mark.parametrize("words", [("therapies", "--subtype", "IBM"), ("why", "ivig", "--subtype", "DM"), ("map",)])
def test_every_format_of_every_shape(words: tuple[str, ...], form: str) -> None:
    text = run(*words, "--format", form).out
    assert "\x1b" not in text
    if form in ("json", "csl-json"):
        json.loads(text)
    elif form == "jsonl":
        assert all(json.loads(line) for line in text.splitlines())
    elif form == "html":
        assert "<script" not in text and "http" not in re.sub(r"<td>.*?</td>", "", text)
    elif form == "svg":
        ElementTree.fromstring(text)
        assert "cdnjs" not in text
    elif form == "bibtex":
        assert text.count("{") == text.count("}")
    elif form in ("csv", "tsv"):
        import csv
        from io import StringIO

        table = list(csv.reader(StringIO(text), delimiter="," if form == "csv" else "\t"))
        assert len({len(row) for row in table}) == 1
        assert not any(cell.startswith(("=", "@")) for row in table for cell in row)


@pytest.mark.parametrize("make", ["fifo", "link", "unreadable", "lock"])
def test_strange_files_are_named_or_passed_over(tmp_path: Path, make: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "tests" / "minimal", folder)
    study = folder / "studies"
    if make == "fifo":
        os.mkfifo(study / "pipe.yaml")
    elif make == "link":
        (study / "link.yaml").symlink_to("/etc/passwd")
    elif make == "unreadable":
        (study / "trial.yaml").unlink()
        (study / "trial.yaml").mkdir()
    else:
        (study / ".#trial.yaml").symlink_to("nobody@nowhere")
        (study / "trial.yaml~").write_text("old")
        assert load(folder).studies
        return
    with pytest.raises(FaultyDataset) as raised:
        load(folder)
    assert "root:" not in str(raised.value)


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "minimal", tmp_path / "data")
    env = _environment({"PYTHONPATH": str(tmp_path / "src")})
    for _ in range(2):
        done = subprocess.run([*COMMAND, "evidence"], capture_output=True, text=True, env=env, cwd=tmp_path)
        assert done.returncode == 0 and "15 of 20" in done.stdout, done.stderr
        [cache] = (tmp_path / ".cache").iterdir()
        cache.write_bytes(cache.read_bytes()[:40])
