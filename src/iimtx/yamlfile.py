"""Strict reading of one YAML file into plain values, remembering the line of each.

Data files may come from outside, so only what the dataset needs is let in: mappings, lists and
scalars in UTF-8. Duplicate keys, anchors, aliases, tags, several documents, control characters,
deep nesting and very large files are faults. Scalars stay text (the model says what is a number
or a date), so `NO`, `1.10` and `012` mean what was typed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .faults import Fault, FaultyDataset

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 12

Path_ = tuple[str | int, ...]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class YamlFile:
    """The value of a file and the line on which each part of it starts."""

    name: str
    value: Any
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, path: Path_) -> int:
        """Line of the innermost part of `path` that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Refused(Exception):
    """Line and reason."""


def read_yaml(path: Path, name: str) -> YamlFile:
    """Read `path`, shown to people as `name`. Raises `FaultyDataset` with a single fault."""
    try:
        text = _text(path)
        return _Reader(name, text).read()
    except _Refused as refused:
        raise FaultyDataset([Fault(name, *refused.args)]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "cannot be read"
        line = mark.line + 1 if mark else 1
        raise FaultyDataset([Fault(name, line, f"not valid YAML: {problem}")]) from None


def _text(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        raise _Refused(1, "not a regular file (links are not followed)")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _Refused(1, f"file has {size:,} bytes; at most {MAX_BYTES:,} are read")
        raw = path.read_bytes()
    except OSError as error:
        raise _Refused(1, f"cannot be opened: {error.strerror}") from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _Refused(line, f"byte {raw[error.start]:#04x} is not UTF-8; save as UTF-8") from None
    for number, row in enumerate(text.split("\n"), 1):
        for char in row:
            if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") and char not in "\t\r":
                code = f"U+{ord(char):04X}"
                raise _Refused(number, f"control or invisible character {code}; remove it")
    return text


class _Reader:
    def __init__(self, name: str, text: str) -> None:
        self.events = yaml.parse(text, Loader=_Loader)
        self.file = YamlFile(name, None)

    def read(self) -> YamlFile:
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(_line(event), "a second document; one a file")
                self.file.value = self._value(next(self.events), ())
        if self.file.value is None:
            raise _Refused(1, "file is empty")
        return self.file

    def _value(self, event: Any, path: Path_) -> Any:
        line = _line(event)
        self.file.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(line, f"alias *{event.anchor}; write the value out")
        if event.anchor:
            raise _Refused(line, f"anchor &{event.anchor}; write the value out")
        if event.tag:
            raise _Refused(line, f"tag {event.tag}; tags are not used here")
        if len(path) > MAX_DEPTH:
            raise _Refused(line, f"nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        if any(unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n" for char in event.value):
            raise _Refused(line, "control or invisible character written as an escape; remove it")
        plain_null = not event.style and event.value in ("", "~", "null")
        return None if plain_null else event.value

    def _mapping(self, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _Refused(_line(event), "a key must be one word")
            key = event.value
            if key in result:
                raise _Refused(_line(event), f'key "{key}" stands twice')
            self.file.lines[*path, key] = _line(event)
            result[key] = self._value(next(self.events), (*path, key))
        return result

    def _sequence(self, path: Path_) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self._value(event, (*path, len(result))))
        return result


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
