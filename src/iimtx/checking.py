"""From plain values to typed records, naming every fault with its file and line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from . import model
from .faults import Fault, FaultyDataset
from .limits import limited
from .yamlfile import Path_, YamlFile, read_yaml

# Where each kind of record lives: one file with a list, or a folder with a file for each.
PLACES: dict[str, tuple[str, type[model.Record]]] = {
    "subtypes": ("subtypes.yaml", model.Subtype),
    "antibodies": ("autoantibodies.yaml", model.Antibody),
    "manifestations": ("manifestations.yaml", model.Manifestation),
    "classes": ("drug-classes.yaml", model.DrugClass),
    "glossary": ("glossary.yaml", model.Term),
    "approvals": ("approvals.yaml", model.Approval),
    "gaps": ("gaps.yaml", model.Gap),
    "references": ("references.yaml", model.Reference),
    "journals": ("journals.yaml", model.Journal),
    "therapies": ("therapies", model.Therapy),
    "studies": ("studies", model.Study),
    "guidelines": ("guidelines", model.Guideline),
}
META_FILE = "dataset.yaml"
NOT_DATA = {"schema"}


@dataclass
class Draft:
    """Typed records with the place each came from, before the rules have been applied."""

    records: dict[str, list[Any]] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[YamlFile, Path_]] = field(default_factory=dict)
    meta: model.Meta | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def today(self) -> dt.date:
        """The day the dataset speaks for."""
        return self.meta.date if self.meta else dt.date.max

    def fault(self, kind: str, record_id: str, path: Path_, message: str) -> None:
        """Note that `path` inside the record breaks a rule."""
        file, base = self.places[kind, record_id]
        where = _dotted(path)
        text = f"{record_id}: {where}: {message}" if where else f"{record_id}: {message}"
        self.faults.append(Fault(file.name, file.line(base + path), text))


def read_folder(folder: Path) -> Draft:
    """Read a dataset folder. Never raises for bad content: what is wrong is in `faults`."""
    draft = Draft(records={kind: [] for kind in PLACES})
    if folder.is_dir():
        for path in _data_files(folder, draft):
            _read_file(path, folder, draft)
    else:
        draft.faults.append(Fault(str(folder), 1, "no such folder"))
    return draft


def _data_files(folder: Path, draft: Draft) -> Iterator[Path]:
    known = [META_FILE, *(place for place, _ in PLACES.values())]
    for path in _entries(folder, draft):
        if path.name in NOT_DATA:
            continue
        if path.name in known and path.name.endswith(".yaml"):
            yield path
        elif path.name in known and path.is_dir():
            for entry in _entries(path, draft):
                if entry.suffix == ".yaml" and not entry.is_dir():
                    yield entry
                else:
                    name = f"{path.name}/{entry.name}"
                    draft.faults.append(Fault(name, 1, "not a .yaml file; move it out of the dataset"))
        else:
            draft.faults.append(Fault(path.name, 1, f"not part of a dataset{nearest(path.name, known)}"))


def _entries(folder: Path, draft: Draft) -> list[Path]:
    """What is in a folder, without what editors and systems leave there."""
    try:
        return sorted(p for p in folder.iterdir() if not p.name.startswith((".", "#")) and not p.name.endswith("~"))
    except OSError as error:
        draft.faults.append(Fault(folder.name, 1, f"cannot be opened: {error.strerror}"))
        return []


def _read_file(path: Path, folder: Path, draft: Draft) -> None:
    name = path.relative_to(folder).as_posix()
    try:
        file = read_yaml(path, name)
    except FaultyDataset as faulty:
        draft.faults.extend(faulty.faults)
        return
    if name == META_FILE:
        draft.meta = _typed(file.value, model.Meta, (), file, draft.faults)
        return
    place = name.partition("/")[0]
    kind, record_type = next((kind, record) for kind, (own, record) in PLACES.items() if own == place)
    if place == name:
        for index, value in enumerate(_list(file, draft)):
            _add(kind, value, record_type, (index,), file, draft)
    elif (record_id := _add(kind, file.value, record_type, (), file, draft)) not in (None, path.stem):
        message = f'id: "{record_id}" differs from the file name "{path.stem}"'
        draft.faults.append(Fault(name, file.line(("id",)), message))


def _list(file: YamlFile, draft: Draft) -> list[Any]:
    if isinstance(file.value, list):
        return file.value
    draft.faults.append(Fault(file.name, 1, "expected a list of records"))
    return []


def _add(
    kind: str, value: Any, record_type: type[model.Record], base: Path_, file: YamlFile, draft: Draft
) -> str | None:
    record: Any = _typed(value, record_type, base, file, draft.faults)
    if record is None:
        return None
    if (kind, record.id) in draft.places:
        first, _ = draft.places[kind, record.id]
        message = f'id: "{record.id}" is already in {first.name}'
        draft.faults.append(Fault(file.name, file.line((*base, "id")), message))
        return None
    draft.places[kind, record.id] = (file, base)
    draft.records[kind].append(record)
    return str(record.id)


# --- one value against its type -----------------------------------------------------------------


def _typed(value: Any, wanted: Any, path: Path_, file: YamlFile, faults: list[Fault]) -> Any:
    """Return `value` as `wanted`, or None after noting every fault below `path`."""
    wanted, optional = _without_none(wanted)
    if value is None and optional:
        return None
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return _typed_record(value, wanted, path, file, faults)
    item = _record_item(wanted)
    if item is not None and isinstance(value, list):
        items = [_typed(v, item, (*path, i), file, faults) for i, v in enumerate(value)]
        return tuple(items)
    try:
        return msgspec.convert(value, limited(wanted), strict=False)
    except msgspec.ValidationError as error:
        faults.append(_explain(error, value, wanted, path, file))
        return None


def _typed_record(value: Any, wanted: type[msgspec.Struct], path: Path_, file: YamlFile, faults: list[Fault]) -> Any:
    if not isinstance(value, dict):
        what = _dotted(path) or "record"
        message = f"{what}: expected fields ({wanted.__name__}), got {_show(value)}"
        faults.append(Fault(file.name, file.line(path), message))
        return None
    before = len(faults)
    fields = {f.encode_name: f for f in msgspec.structs.fields(wanted)}
    for key in value:
        if key not in fields:
            message = f'{_dotted((*path, key))}: unknown field "{key}"{nearest(key, list(fields))}'
            faults.append(Fault(file.name, file.line((*path, key)), message))
    made: dict[str, Any] = {}
    for key, info in fields.items():
        if key in value:
            made[info.name] = _typed(value[key], info.type, (*path, key), file, faults)
        elif info.required:
            what = f"{_dotted(path)}: " if path else ""
            faults.append(Fault(file.name, file.line(path), f'{what}field "{key}" is missing'))
    return None if len(faults) > before else wanted(**made)


def _explain(error: msgspec.ValidationError, value: Any, wanted: Any, path: Path_, file: YamlFile) -> Fault:
    text, _, inner = str(error).partition(" - at ")
    for index in re.findall(r"\[(\d+)\]", inner):
        if isinstance(value, list):
            path, value = (*path, int(index)), value[int(index)]
    key_fault = "key" in inner
    if inner.startswith("`$[...]`") and isinstance(value, dict) and not key_fault:
        bad = [k for k, v in value.items() if not _converts(v, get_args(wanted)[1])]
        path, value = ((*path, bad[0]), value[bad[0]]) if bad else (path, value)
    words = _words(wanted)
    if words:
        text = f"{_show(value)} is not one of {', '.join(words)}{nearest(str(value), words)}"
    elif value is None:
        text = "is empty; give a value or leave the field out"
    else:
        text = f"{_show(value)} {_plain(text)}"
    return Fault(file.name, file.line(path), f"{_dotted(path)}: {text}")


def _converts(value: Any, wanted: Any) -> bool:
    try:
        msgspec.convert(value, limited(wanted), strict=False)
    except msgspec.ValidationError:
        return False
    return True


_PLAIN = (
    (r"`int` >= 0|got `str`$", "is not a whole number of 0 or more"),
    (r"`int` [<>]= (\d+)", "is not a plausible year"),
    (r"length <= (\d+)", "is too long; at most {} characters"),
    (r"length >= (\d+)", "is too short; at least {} characters"),
    (r"date$", "is not a date like 2026-11-23"),
    (r"10\\.", "is not a DOI like 10.1000/abc123"),
    (r"PMC", "is not a PMCID like PMC1234567"),
    (r"\[1-9\]", "is not a PMID like 12345678"),
    (r"https", "is not an address that starts with https://"),
    (r"a-z0-9", "is not an id of lower-case words and hyphens"),
)


def _plain(text: str) -> str:
    """What the decoder says, in words that tell a curator what would be right."""
    for pattern, words in _PLAIN:
        if match := re.search(pattern, text):
            return words.format(*match.groups())
    return f"is wrong: {text[0].lower()}{text[1:]}"


def _without_none(wanted: Any) -> tuple[Any, bool]:
    if get_origin(wanted) in (Union, UnionType):
        options = [a for a in get_args(wanted) if a is not type(None)]
        if len(options) == 1:
            return options[0], len(options) < len(get_args(wanted))
    return wanted, False


def _record_item(wanted: Any) -> Any:
    args = get_args(wanted)
    if get_origin(wanted) is tuple and len(args) == 2 and args[1] is Ellipsis:
        item = args[0]
        return item if isinstance(item, type) and issubclass(item, msgspec.Struct) else None
    return None


def _words(wanted: Any) -> list[str]:
    """The words a literal type (or a tuple of one) allows."""
    if get_origin(wanted) is Annotated:
        return _words(get_args(wanted)[0])
    if get_origin(wanted) is Literal:
        return [str(a) for a in get_args(wanted)]
    if get_origin(wanted) is tuple:
        return _words(get_args(wanted)[0])
    return []


def _show(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..." ({len(value)} characters)'
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing"


def _dotted(path: Path_) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def nearest(word: str, choices: list[str]) -> str:
    """A hint "; nearest: X" when one of `choices` looks like `word`, else nothing."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(word, choices, scorer=fuzz.ratio, score_cutoff=60)
    return f"; nearest: {found[0]}" if found else ""
