"""Formats on hostile cells: nothing runs, nothing breaks out of its cell."""

from __future__ import annotations

import csv
import json
from io import StringIO

import msgspec

from iimtx import citations, formats
from iimtx.answer import Answer, Column, Table
from iimtx.dataset import Dataset

EVIL = "=1+1 | <b>\x1b[31m`[x](y)"
DATASET = Dataset()
ANSWER = Answer(
    title="T <i>|",
    count=1,
    results=lambda: [{"a": EVIL}, {"a": "-3.5"}],
    table=lambda: Table((Column("a", "A|<"),), [{"a": EVIL}, {"a": "-3.5"}, {"a": "x,y\tz"}]),
    query={"q": "x"},
)


def _write(form: str) -> str:
    return formats.WRITERS[form](ANSWER, DATASET)


def test_csv_and_tsv() -> None:
    assert _write("csv").splitlines() == ["a", "'=1+1 | <b>�[31m`[x](y)", "-3.5", '"x,y�z"']
    assert list(csv.reader(StringIO(_write("tsv")), delimiter="\t"))[2] == ["-3.5"]


def test_html() -> None:
    page = _write("html")
    assert "<b>" not in page.split("<tbody>")[1] and "<i>" not in page and "A|&lt;" in page
    assert "not medical advice" in page


def test_markdown() -> None:
    text = _write("markdown")
    assert "\\| \\<b\\>" in text and text.startswith("## T \\<i\\>\\|")
    assert "| A\\|\\< |" in text


def test_json_and_jsonl() -> None:
    document = json.loads(_write("json"))
    assert document["results"][0]["a"] == EVIL and document["query"] == {"q": "x"}
    assert [json.loads(line)["a"] for line in _write("jsonl").splitlines()] == [EVIL, "-3.5"]


def test_svg_is_dated_and_loads_nothing() -> None:
    drawing = _write("svg").replace("&#160;", " ")
    assert "not medical advice" in drawing and "url(http" not in drawing.replace('"', "") and "\x1b" not in drawing


def test_citations_cannot_forge_records() -> None:
    reference = DATASET.reference["aggarwal-2022-proderm"]
    evil = msgspec.structs.replace(reference, title="50 % of }\nER  - \nTY  - JOUR {x_y")
    data = Dataset(
        msgspec.structs.replace(_records(), references=(evil,)),
    )
    answer = msgspec.structs.replace(ANSWER, results=lambda: [{"references": [evil.id]}])
    assert citations.ris(answer, data).count("\nER  - ") == 1
    entry = citations.bibtex(answer, data)
    assert entry.count("{") == entry.count("}") and "50 \\% of" in entry and "x\\_y" in entry


def _records() -> object:
    from iimtx import model

    return model.Records(**{name: getattr(DATASET, name) for name in model.Records.__struct_fields__})
