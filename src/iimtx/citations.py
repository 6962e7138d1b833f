"""The references an answer rests on, for talks and papers: BibTeX, RIS, CSL-JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from . import model
from .answer import Answer
from .dataset import Dataset
from .words import printable

_BIBTEX = {"article-journal": "article", "book": "book", "chapter": "incollection", "paper-conference": "inproceedings"}
_WHERE = {"article-journal": "journal", "paper-conference": "booktitle", "chapter": "booktitle", "book": "publisher"}
_RIS = {"article-journal": "JOUR", "book": "BOOK", "chapter": "CHAP", "paper-conference": "CONF", "report": "RPRT"}


def cited(answer: Answer) -> list[str]:
    """Ids of every reference named in an answer's results, in order, each once."""
    return list(dict.fromkeys(_walk(answer.results())))


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("references", "sources") and isinstance(inner, (list, tuple)):
                yield from inner
            else:
                yield from _walk(inner)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _walk(item)


def _records(answer: Answer, dataset: Dataset) -> list[model.Reference]:
    return [dataset.reference[name] for name in cited(answer)]


def csl_json(answer: Answer, dataset: Dataset) -> str:
    """CSL-JSON, as Zotero, pandoc and citeproc read it."""
    entries = msgspec.to_builtins(_records(answer, dataset))
    for entry in entries:
        entry["author"] = [name for name in entry.get("author", ()) if name.get("literal") != "others"]
    return msgspec.json.format(msgspec.json.encode(entries), indent=2).decode() + "\n"


def bibtex(answer: Answer, dataset: Dataset) -> str:
    """BibTeX; the key is the id in this dataset."""
    return "\n".join(_bibtex(reference) for reference in _records(answer, dataset))


def _bibtex(ref: model.Reference) -> str:
    fields = {
        "title": "{" + _tex(ref.title) + "}",
        "author": " and ".join(_tex(name) for name in _names(ref.author, "others")),
        _WHERE.get(ref.type, "howpublished"): _tex(ref.container_title or ref.publisher or ""),
        "year": _year(ref),
        "volume": ref.volume or "",
        "number": ref.issue or ref.number or "",
        "pages": (ref.page or "").replace("-", "--"),
        "doi": ref.DOI or "",
        "pmid": ref.PMID or "",
        "pmcid": ref.PMCID or "",
        "url": ref.URL or "",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return f"@{_BIBTEX.get(ref.type, 'misc')}{{{ref.id},\n" + "\n".join(lines) + "\n}\n"


def ris(answer: Answer, dataset: Dataset) -> str:
    """RIS, as reference managers import it."""
    return "\n".join(_ris(reference) for reference in _records(answer, dataset))


def _ris(ref: model.Reference) -> str:
    first, _, last = (ref.page or "").partition("-")
    pairs = [
        ("TY", _RIS.get(ref.type, "ELEC")),
        ("ID", ref.id),
        ("TI", ref.title),
        *(("AU", name) for name in _names(ref.author, "")),
        ("T2", ref.container_title or ref.publisher or ""),
        ("PY", _year(ref)),
        ("VL", ref.volume or ""),
        ("IS", ref.issue or ref.number or ""),
        ("SP", first),
        ("EP", last),
        ("DO", ref.DOI or ""),
        ("AN", ref.PMID or ref.PMCID or ""),
        ("UR", ref.URL or ""),
    ]
    return "".join(f"{tag}  - {_line(value)}\n" for tag, value in pairs if value) + "ER  - \n"


def _names(authors: Iterable[model.Author], others: str) -> Iterator[str]:
    for author in authors:
        if author.literal == "others":
            if others:
                yield others
        elif author.literal:
            yield "{" + author.literal + "}" if others else author.literal
        else:
            yield ", ".join(part for part in (author.family, author.given) if part)


def _year(ref: model.Reference) -> str:
    return str(ref.issued.date_parts[0][0]) if ref.issued else ""


def _tex(text: str) -> str:
    plain = _line(text).replace("{", "(").replace("}", ")").replace("\\", "/")
    return "".join("\\" + char if char in "&%$#_" else char for char in plain)


def _line(text: str) -> str:
    return printable(" ".join(text.split()))


WRITERS = {"bibtex": bibtex, "ris": ris, "csl-json": csl_json}
