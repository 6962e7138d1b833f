"""The dataset in memory: records by id, the trees they form, and the names they answer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from . import model
from .names import capital, fold, names_of
from .store import Blocks, open_blocks

KINDS = {
    "subtype": "subtypes",
    "antibody": "antibodies",
    "manifestation": "manifestations",
    "class": "classes",
    "therapy": "therapies",
    "study": "studies",
    "guideline": "guidelines",
    "term": "glossary",
}
"""Kind of record, in the order in which a shared name is looked up, and where such records are."""


class Tree:
    """Ids joined by `parent`. Every id is part of itself."""

    def __init__(self, records: Iterable[Any]) -> None:
        self.parent: dict[str, str | None] = {r.id: r.parent for r in records}
        self.children: dict[str, list[str]] = {}
        for node, parent in self.parent.items():
            if parent:
                self.children.setdefault(parent, []).append(node)

    def path(self, node: str) -> tuple[str, ...]:
        """From the root to `node`."""
        steps = [node]
        while (up := self.parent.get(steps[-1])) is not None:
            steps.append(up)
        return tuple(reversed(steps))

    def parts(self, nodes: Iterable[str]) -> frozenset[str]:
        """`nodes` and everything below them."""
        found: set[str] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(self.children.get(node, ()))
        return frozenset(found)

    def wholes(self, nodes: Iterable[str]) -> frozenset[str]:
        """Everything that contains one of `nodes`, without `nodes` themselves."""
        nodes = tuple(nodes)
        return frozenset(up for node in nodes for up in self.path(node)) - set(nodes)

    def walk(self) -> Iterator[tuple[str, int]]:
        """Every id with its depth, parents before children."""
        waiting = [(node, 0) for node, parent in self.parent.items() if parent is None][::-1]
        while waiting:
            node, depth = waiting.pop()
            yield node, depth
            waiting.extend((child, depth + 1) for child in reversed(self.children.get(node, [])))


class Named(NamedTuple):
    """A record with its kind, as found by name."""

    kind: str
    record: Any


class Searchable(NamedTuple):
    """A name as search compares it: folded, with what it names and what sort of name it is."""

    folded: str
    kind: str
    record: Any
    name: str
    sort: str


_SINGULAR = {**KINDS, "drug_class": "classes", "reference": "references"}
_TREES = {"subtype_tree": "subtypes", "antibody_tree": "antibodies", "manifestation_tree": "manifestations", "class_tree": "classes"}  # fmt: skip


class Dataset:
    """The bundled dataset: `subtypes` are records, `subtype` the same by id, `subtype_tree` their
    tree, and so on for each kind. Each is made when it is first asked for."""

    subtype: dict[str, model.Subtype]
    antibody: dict[str, model.Antibody]
    manifestation: dict[str, model.Manifestation]
    drug_class: dict[str, model.DrugClass]
    therapy: dict[str, model.Therapy]
    study: dict[str, model.Study]
    reference: dict[str, model.Reference]
    subtype_tree: Tree
    antibody_tree: Tree
    manifestation_tree: Tree
    class_tree: Tree

    def __init__(self, blocks: Blocks | model.Records | None = None) -> None:
        self._blocks = blocks if blocks is not None else open_blocks()

    def __getattr__(self, name: str) -> Any:
        made: Any
        if name in model.Records.__struct_fields__:
            made = getattr(self._blocks, name)
        elif name in _SINGULAR:
            made = {record.id: record for record in getattr(self._blocks, _SINGULAR[name])}
        elif name in _TREES:
            made = Tree(getattr(self._blocks, _TREES[name]))
        else:
            raise AttributeError(name)
        self.__dict__[name] = made
        return made

    def class_path(self, therapy_or_class: str) -> tuple[str, ...]:
        """Classes of a therapy (or of a class, itself included), broad to narrow."""
        return self._class_paths[therapy_or_class]

    @cached_property
    def _class_paths(self) -> dict[str, tuple[str, ...]]:
        paths = {drug_class: self.class_tree.path(drug_class) for drug_class in self.drug_class}
        return paths | {therapy.id: paths[therapy.drug_class] for therapy in self.therapy.values()}

    def short(self, kind: str, record_id: str) -> str:
        """The shortest usual name: an abbreviation where there is one."""
        record = getattr(self, kind)[record_id]
        return getattr(record, "abbreviation", None) or str(record.name)

    def treatment_name(self, treatment: str) -> str:
        """The name of a therapy or class, to show."""
        return capital(self.therapy[treatment].name) if treatment in self.therapy else self.drug_class[treatment].name

    @cached_property
    def patients(self) -> dict[str, str]:
        """Study id -> one id for all studies of the same patients, so that they count once.

        Reviews join nothing: two trials in one review are still two groups of people."""
        group = {study.id: study.id for study in self.studies}
        reviews = {s.id for s in self.studies if s.design in ("systematic-review", "meta-analysis")}

        def top(study: str) -> str:
            while group[study] != study:
                study = group[study]
            return study

        for study in self.studies:
            for link in study.linked:
                if not {study.id, link.study} & reviews:
                    group[top(study.id)] = top(link.study)
        return {study: top(study) for study in group}

    # --- names ---

    @cached_property
    def _names(self) -> dict[str, dict[str, Any]]:
        return {}

    def _index(self, kind: str) -> dict[str, Any]:
        """Folded name -> record. Of studies that share a registry number, the largest has it."""
        if kind not in self._names:
            records = sorted(getattr(self, KINDS[kind]), key=lambda r: getattr(r, "n", 0) or 0)
            self._names[kind] = {fold(name): record for record in records for name in names_of(record)}
        return self._names[kind]

    def find(self, name: str, kinds: Iterable[str] = KINDS) -> Named | None:
        """The record that `name` means exactly (case, accents, hyphens, "anti-" and British/US
        spelling aside), or None."""
        key = fold(name)
        for kind in kinds:
            if key and (record := self._index(kind).get(key)):
                return Named(kind, record)
        return None

    def searchable(self, kind: str) -> list[Searchable]:
        """Every name of the records of a kind, study authors included."""
        if kind not in self._searchable:
            self._searchable[kind] = [
                Searchable(fold(name), kind, record, name, sort)
                for record in getattr(self, KINDS[kind])
                for name, sort in self._sorted_names(kind, record)
            ]
        return self._searchable[kind]

    @cached_property
    def _searchable(self) -> dict[str, list[Searchable]]:
        return {}

    def _sorted_names(self, kind: str, record: Any) -> Iterator[tuple[str, str]]:
        brands, registry = getattr(record, "brands", ()), getattr(record, "registry", ())
        for name in names_of(record):
            yield name, "brand" if name in brands else "registry" if name in registry else "name"
        if kind == "study":
            for reference in record.references:
                for author in self.reference[reference].author:
                    if author.family:
                        yield author.family, "author"
