"""Rules of the dataset that go beyond types: links, trees, numbers, sources, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from . import model
from .checking import META_FILE, Draft, nearest, read_folder
from .faults import Fault, FaultyDataset
from .identifiers import check_reference, check_registry
from .names import fold, names_of
from .yamlfile import Path_

Fault_ = Callable[[Path_, str], None]

# A field of this name holds ids (or is keyed by ids) of this kind, wherever it stands.
POINTS_TO = {
    "references": "references",
    "code_references": "references",
    "therapy": "therapies",
    "therapies": "therapies",
    "background": "therapies",
    "drug_class": "classes",
    "classes": "classes",
    "subtypes": "subtypes",
    "excluding": "subtypes",
    "may_hide": "subtypes",
    "antibodies": "antibodies",
    "manifestations": "manifestations",
    "measure": "glossary",
    "study": "studies",
    "superseded_by": "guidelines",
}
TREES = ("subtypes", "antibodies", "manifestations", "classes")
NAMED = ("subtypes", "antibodies", "manifestations", "classes", "therapies", "glossary", "guidelines", "studies")


def load(folder: Path) -> model.Records:
    """Read, check and return a dataset. Raises `FaultyDataset` with every fault found."""
    draft = read_folder(folder)
    if draft.meta is None and not draft.faults:
        draft.faults.append(Fault(META_FILE, 1, "is missing"))
    if not draft.faults:
        _check(draft)
    if draft.faults or draft.meta is None:
        raise FaultyDataset(sorted(set(draft.faults), key=lambda f: (f.file, f.line, f.message)))
    ordered = {kind: tuple(records) for kind, records in draft.records.items()}
    return model.Records(meta=draft.meta, **ordered)


def _check(draft: Draft) -> None:
    for kind, records in draft.records.items():
        for record in records:
            _check_links(kind, record, draft)
    for kind in TREES:
        _check_circles(kind, draft)
    for study in draft.records["studies"]:
        _check_study(study, draft)
    for guideline in draft.records["guidelines"]:
        _check_unique("guidelines", guideline.id, "recommendations", guideline.recommendations, draft)
        if guideline.superseded_by is not None and guideline.status != "superseded":
            message = f'is set, but the status is "{guideline.status}"'
            draft.fault("guidelines", guideline.id, ("superseded_by",), message)
    for therapy in draft.records["therapies"]:
        if (therapy.boxed == "present") != bool(therapy.boxed_warnings):
            draft.fault("therapies", therapy.id, ("boxed",), "does not fit boxed_warnings")
    for gap in draft.records["gaps"]:
        if {("studies", gap.id), ("guidelines", gap.id)} & draft.places.keys():
            draft.fault("gaps", gap.id, ("id",), "is in the dataset; take it out of the gaps")
        if gap.searched > draft.today:
            draft.fault("gaps", gap.id, ("searched",), f"{gap.searched} is after the dataset's date {draft.today}")
    _check_references(draft)
    _check_names(draft)


def _walk(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str, Any]]:
    """Every field of a record and of the records inside it: path, field name, value."""
    for info in msgspec.structs.fields(value):
        inner = getattr(value, info.name)
        here = (*path, info.encode_name)
        yield here, info.name, inner
        if isinstance(inner, model.Effect):
            continue  # its measure is a statistic, not a glossary entry
        if isinstance(inner, msgspec.Struct):
            yield from _walk(inner, here)
        elif isinstance(inner, tuple):
            for index, item in enumerate(inner):
                if isinstance(item, msgspec.Struct):
                    yield from _walk(item, (*here, index))


# --- links and trees ----------------------------------------------------------------------------


def _check_links(kind: str, record: Any, draft: Draft) -> None:
    if getattr(record, "references", None) == () and kind != "manifestations":
        draft.fault(kind, record.id, ("references",), "at least one source is needed")
    for path, name, value in _walk(record):
        if isinstance(value, model.Reading):
            _check_reading(kind, record.id, path, value, draft)
        if name in POINTS_TO or name == "parent":
            for where, wanted in _ids(path, value):
                _check_link(kind, record.id, where, POINTS_TO.get(name, kind), wanted, draft)
        for index, item in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(item, (model.Statement, model.Reproduction)) and not item.references:
                draft.fault(kind, record.id, (*path, index), "at least one source is needed")


def _ids(path: Path_, value: Any) -> list[tuple[Path_, str]]:
    """The ids in a field with the place of each: one id, a list of them, or the keys of a mapping."""
    if value is None or isinstance(value, str):
        return [] if value is None else [(path, value)]
    places = value if isinstance(value, dict) else range(len(value))
    return [((*path, place), wanted) for place, wanted in zip(places, value, strict=True)]


def _check_link(kind: str, record_id: str, where: Path_, target: str, wanted: str, draft: Draft) -> None:
    if (target, wanted) not in draft.places:
        known = [r.id for r in draft.records[target]]
        draft.fault(kind, record_id, where, f'no {target} entry has the id "{wanted}"{nearest(wanted, known)}')


def _check_circles(kind: str, draft: Draft) -> None:
    parents = {r.id: r.parent for r in draft.records[kind]}
    for node in parents:
        path = [node]
        while (up := parents.get(path[-1])) is not None and up not in path:
            path.append(up)
        if up == node:
            draft.fault(kind, node, ("parent",), f"goes round in a circle: {' > '.join([*path, node])}")


# --- how it was read ----------------------------------------------------------------------------


def _check_reading(kind: str, record_id: str, path: Path_, read: model.Reading, draft: Draft) -> None:
    today = draft.today
    if read.on > today:
        draft.fault(kind, record_id, (*path, "on"), f"{read.on} is after the dataset's date {today}")
    if read.reviewed and not read.on <= read.reviewed <= today:
        message = f"{read.reviewed} is not between the first reading and the dataset's date"
        draft.fault(kind, record_id, (*path, "reviewed"), message)


# --- studies ------------------------------------------------------------------------------------


def _check_study(study: model.Study, draft: Draft) -> None:
    def fault(path: Path_, message: str) -> None:
        draft.fault("studies", study.id, path, message)

    years = _reference_years(study.references, draft)
    if study.status == "completed" and years and study.year not in years:
        fault(("year",), f"{study.year} is not the year of any reference ({_listed(years)})")
    if study.status != "completed" and study.status_seen is None:
        fault(("status",), f'"{study.status}" needs status_seen, the day it was looked up')
    if not 1940 <= study.year <= draft.today.year:
        fault(("year",), f"{study.year} is not plausible")
    if study.n_iim is not None and study.n is not None and study.n_iim > study.n:
        fault(("n_iim",), f"{study.n_iim} is more than n {study.n}")
    if study.basket and study.n_iim is not None:
        fault(("basket",), "is for studies whose n_iim is not known")
    check_registry(study.registry, study.year, lambda field, message: fault((field,), message))
    _check_counts(study.who, study.n, ("who",), fault)
    for index, link in enumerate(study.linked):
        if link.study == study.id:
            fault(("linked", index, "study"), "a study cannot be linked to itself")
    _check_unique("studies", study.id, "findings", study.findings, draft)
    if not study.findings:
        fault(("findings",), "at least one finding is needed (a running trial: one without direction)")
    for index, finding in enumerate(study.findings):
        _check_finding(study, finding, ("findings", index), fault)


def _check_counts(who: model.Population, n: int | None, path: Path_, fault: Fault_) -> None:
    total = sum(count or 0 for count in who.subtypes.values())
    if n is not None and total > n:
        fault((*path, "subtypes"), f"counts add up to {total}, more than n {n}")
    for antibody, count in who.antibodies.items():
        if n is not None and count is not None and count > n:
            fault((*path, "antibodies", antibody), f"{count} is more than n {n}")


def _check_finding(study: model.Study, finding: model.Finding, path: Path_, fault: Fault_) -> None:
    if not finding.therapies and not finding.classes:
        fault(path, "names neither therapies nor classes")
    if not study.who.subtypes and not finding.who.subtypes:
        fault((*path, "who"), "neither the finding nor the study names subtypes")
    if finding.direction is not None and finding.result is None:
        fault((*path, "direction"), "needs a result")
    if finding.direction is not None and not finding.manifestations:
        fault((*path, "manifestations"), "needs at least one organ (or global)")
    if finding.n is not None and study.n is not None and finding.n > study.n:
        fault((*path, "n"), f"{finding.n} is more than the study's n {study.n}")
    if (finding.read.depth == "secondary") != finding.provisional:
        message = "provisional is for what was read at second hand (depth secondary), and only for that"
        fault((*path, "provisional"), message)
    _check_counts(finding.who, finding.n or study.n, (*path, "who"), fault)
    _check_comparator(study, finding.comparator, (*path, "comparator"), fault)
    for index, arm in enumerate(finding.arms):
        if arm.events is not None and arm.events > arm.n:
            fault((*path, "arms", index, "events"), f"{arm.events} is more than n {arm.n}")
        if study.n is not None and arm.n > study.n:
            fault((*path, "arms", index, "n"), f"{arm.n} is more than the study's n {study.n}")
    people = sum(arm.n for arm in finding.arms)
    crossover = study.design == "randomised-crossover-trial"
    if study.n is not None and people > study.n and not crossover:
        fault((*path, "arms"), f"arms add up to {people}, more than the study's n {study.n}")
    effect = finding.effect
    if effect and effect.low is not None and effect.high is not None and not effect.low <= effect.value <= effect.high:
        fault((*path, "effect", "value"), f"{effect.value} lies outside {effect.low} to {effect.high}")
    for name in ("headline", "result"):
        for message in wrong_percentages(getattr(finding, name) or ""):
            fault((*path, name), message)


def _check_comparator(study: model.Study, comparator: model.Comparator, path: Path_, fault: Fault_) -> None:
    concurrent = comparator.kind.startswith("concurrent")
    if concurrent and comparator.against is None:
        fault((*path, "against"), f'kind "{comparator.kind}" needs against')
    if comparator.kind == "none" and (comparator.against or comparator.therapies):
        fault((*path, "kind"), 'is "none", but a comparison group is described')
    pooled = study.design in ("systematic-review", "meta-analysis")
    randomised = study.design.startswith("randomised") or pooled
    if comparator.kind == "concurrent-randomised" and not randomised:
        fault((*path, "kind"), f'is randomised, but the design is "{study.design}"')


_SHARE = re.compile(r"(\d+)(?: of |/)(\d+) \((\d+(?:\.\d+)?) ?%\)")


def wrong_percentages(text: str) -> list[str]:
    """Each "a of b (c%)" or "a/b (c%)" in `text` whose percentage is not a/b as printed."""
    wrong = []
    for match in _SHARE.finditer(text):
        events, people, share = int(match[1]), int(match[2]), match[3]
        decimals = len(share.partition(".")[2])
        if people == 0 or abs(100 * events / people - float(share)) > 0.51 * 10**-decimals + 1e-9:
            wrong.append(f'"{match[0]}" does not add up')
    return wrong


# --- guidelines and bibliography ----------------------------------------------------------------


def _check_unique(kind: str, record_id: str, where: str, parts: Iterable[Any], draft: Draft) -> None:
    seen = set()
    for index, part in enumerate(parts):
        if part.id in seen:
            draft.fault(kind, record_id, (where, index, "id"), f'"{part.id}" stands twice')
        seen.add(part.id)


def _check_references(draft: Draft) -> None:
    seen: dict[tuple[str, str], str] = {}
    today = draft.today.year
    journals = {journal.name: journal for journal in draft.records["journals"]}
    for ref in draft.records["references"]:
        check_reference(ref, journals, partial(_reference_fault, draft, ref.id))
        if not (ref.DOI or ref.PMID or ref.PMCID or ref.number or ref.URL):
            draft.fault("references", ref.id, (), "needs a DOI, PMID, PMCID, number or URL")
        for name in ("DOI", "PMID", "PMCID"):
            value = getattr(ref, name)
            if value is None:
                continue
            first = seen.setdefault((name, value.lower()), ref.id)
            if first != ref.id:
                draft.fault("references", ref.id, (name,), f'"{value}" is already the {name} of {first}')
        if ref.type == "article-journal" and (ref.container_title is None or ref.issued is None):
            draft.fault("references", ref.id, (), "an article needs container-title and issued")
        if ref.issued:
            parts = ref.issued.date_parts[0]
            if not (1 <= len(parts) <= 3 and 1940 <= parts[0] <= today):
                draft.fault("references", ref.id, ("issued",), f"{list(parts)} is not a plausible date")


def _reference_fault(draft: Draft, reference: str, field: str, message: str) -> None:
    draft.fault("references", reference, (field,), message)


def _reference_years(ids: tuple[str, ...], draft: Draft) -> set[int]:
    issued = {r.id: r.issued for r in draft.records["references"]}
    found = [issued.get(i) for i in ids]
    return {i.date_parts[0][0] for i in found if i}


def _listed(years: set[int]) -> str:
    return ", ".join(map(str, sorted(years)))


# --- names --------------------------------------------------------------------------------------


def _check_names(draft: Draft) -> None:
    owner: dict[str, tuple[str, str, str]] = {}
    for kind in NAMED:
        for record in draft.records[kind]:
            registry = getattr(record, "registry", ())  # studies of the same trial share its number
            for name in names_of(record):
                if name in registry:
                    continue
                key = fold(name)
                if not key:
                    draft.fault(kind, record.id, (), f'the name "{name}" has no letters or digits')
                    continue
                first_kind, first_id, first_name = owner.setdefault(key, (kind, record.id, name))
                if (first_kind, first_id) != (kind, record.id):
                    message = f'the name "{name}" already means {first_id} ("{first_name}")'
                    draft.fault(kind, record.id, (), message)
