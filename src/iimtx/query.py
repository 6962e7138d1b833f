"""Which findings, recommendations and approvals a question is about.

A question is a set of filters: any of the values within one kind of filter, all kinds together.
What speaks of exactly that (or a part of it) is direct; what speaks of a wider or mixed group that
includes it is indirect, and says why. The two are never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from . import model
from .dataset import Dataset, Tree

DIRECT = "direct"
SHARE = 0.8
"""A mixed group counts as direct when at least this share of its people is asked about: the
threshold that systematic reviews commonly use for including mixed populations."""

ANY_LINE = "any line of treatment"
BOTH_AGES = "adults and children together"
NO_AGE = "age not stated"
_NEAR = {ANY_LINE, BOTH_AGES, NO_AGE}

RUNNING = frozenset(("not-yet-recruiting", "recruiting", "active-not-recruiting", "enrolling-by-invitation"))


class Question(msgspec.Struct, frozen=True):
    """What is asked. Every field is a filter; an empty one does not filter. Ids are resolved.

    `as_of` is a year: nothing that became known later exists. `status` is "ongoing" or a study
    status. `levels` are OCEBM levels 1 to 5.
    """

    subtypes: tuple[str, ...] = ()
    antibodies: tuple[str, ...] = ()
    manifestations: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    exclude_classes: tuple[str, ...] = ()
    therapies: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    as_of: int | None = None

    def asked(self) -> dict[str, object]:
        """The filters that are set, for the answer to repeat."""
        names = self.__struct_fields__
        return {name: value for name in names if (value := getattr(self, name)) not in ((), None)}


class Item(NamedTuple):
    """A finding in scope of a question: `relation` is direct or indirect; `why` says why indirect.
    `part` names the subtypes it is about where these are only parts of those asked about."""

    study: model.Study
    finding: model.Finding
    relation: str
    why: str = ""
    part: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The finding, whatever the question."""
        return self.study.id, self.finding.id

    @property
    def references(self) -> tuple[str, ...]:
        return self.finding.references or self.study.references

    @property
    def people(self) -> int | None:
        return self.finding.n if self.finding.n is not None else self.study.n

    @property
    def near(self) -> bool:
        """Indirect only in the line of treatment or the age: the disease asked about itself."""
        return self.relation != DIRECT and set(self.why.split("; ")) <= _NEAR


class Advice(NamedTuple):
    """A recommendation on a treatment. `by_class`: said of its class. `wider`: said of more than the
    question names (all of myositis, say, where one subtype was asked about)."""

    guideline: model.Guideline
    recommendation: model.Recommendation
    by_class: bool
    wider: bool


class Option(msgspec.Struct):
    """A therapy (or a class, where sources name no drug) with everything in scope about it."""

    id: str
    name: str
    is_class: bool
    items: list[Item] = []
    recommendations: list[Advice] = []
    approvals: list[model.Approval] = []

    @property
    def direct(self) -> list[Item]:
        return [item for item in self.items if item.relation == DIRECT]

    @property
    def indirect(self) -> list[Item]:
        return [item for item in self.items if item.relation != DIRECT]


# --- findings -----------------------------------------------------------------------------------


def findings(dataset: Dataset, question: Question) -> list[Item]:
    """Every finding in scope, in the order of the dataset."""
    judge = _Judge(dataset, question)
    found = []
    for study in dataset.studies:
        if question.as_of is not None and study.year > question.as_of:
            continue
        if question.statuses and not _has_status(study, question.statuses):
            continue
        for finding in study.findings:
            if question.directions and finding.direction not in question.directions:
                continue
            if judge.picky and not judge.about_therapy(finding.therapies, finding.classes):
                continue
            relation = judge.relation(study, finding)
            if relation is not None:
                found.append(Item(study, finding, *relation, judge.part(study, finding)))
    return found


def _has_status(study: model.Study, statuses: Iterable[str]) -> bool:
    return any(study.status in RUNNING if status == "ongoing" else study.status == status for status in statuses)


def population(study: model.Study, finding: model.Finding) -> model.Population:
    """Who a finding is about: its own population, completed from the study's."""
    own, whole = finding.who, study.who
    return model.Population(
        subtypes=own.subtypes or whole.subtypes,
        antibodies=_antibodies(own, whole),
        age=own.age or whole.age,
        settings=own.settings or whole.settings,
        definition=own.definition or whole.definition,
        criteria=own.criteria or whole.criteria,
    )


def _antibodies(own: model.Population, whole: model.Population) -> dict[str, int | None]:
    """A finding that names its own subtypes names its own antibodies too, or has none."""
    return own.antibodies or (whole.antibodies if not own.subtypes else {})


def combined(finding: model.Finding) -> bool:
    """Whether what was tested was given together, so that the result is of none of it alone."""
    return finding.given == "together" and len(finding.therapies) + len(finding.classes) > 1


def _mostly_others(study: model.Study, finding: model.Finding) -> bool:
    """Whether fewer than `SHARE` of a study's people have myositis (or nobody knows how many) and the
    finding is not of these."""
    if finding.who.subtypes:
        return False
    if study.basket:
        return True
    if study.n_iim is None or study.n is None or finding.n == study.n_iim:
        return False
    return study.n_iim < SHARE * study.n


class _Judge:
    """Tells how findings and recommendations relate to one question."""

    def __init__(self, dataset: Dataset, question: Question) -> None:
        self.question = question
        self.subtypes = _Wanted(dataset.subtype_tree, question.subtypes)
        self.antibodies = _Wanted(dataset.antibody_tree, question.antibodies)
        self.manifestations = _Wanted(dataset.manifestation_tree, question.manifestations)
        self.picky = bool(question.therapies or question.classes or question.exclude_classes)
        self.classes = dataset.class_tree.parts(question.classes)
        self.excluded = dataset.class_tree.parts(question.exclude_classes)
        self.settings = set(question.settings)
        if "refractory" in self.settings:
            self.settings.add("rescue")
        self.hiding = {
            subtype.id
            for subtype in dataset.subtypes
            if set(subtype.may_hide) & (self.subtypes.parts | self.subtypes.wholes)
        }
        self.dataset = dataset

    def hosts(self) -> list[str]:
        """Subtypes in which the antibodies asked about occur."""
        return [s for a in self.antibodies.parts for s in self.dataset.antibody[a].subtypes]

    def main_hosts(self) -> list[str]:
        """The subtype each of them is foremost an antibody of: what is said of a wider group reaches it
        through this one only (not a licence for polymyositis through juvenile polymyositis)."""
        return [
            self.dataset.antibody[a].subtypes[0] for a in self.antibodies.parts if self.dataset.antibody[a].subtypes
        ]

    def about_therapy(self, therapies: Iterable[str], classes: Iterable[str]) -> bool:
        """Whether any of these treatments passes the therapy and class filters."""
        return any(self.wanted_treatment(t) for t in (*therapies, *classes))

    def wanted_treatment(self, treatment: str) -> bool:
        """Whether one therapy or class passes the therapy and class filters."""
        path = set(self.dataset.class_path(treatment))
        if self.question.therapies and treatment not in self.question.therapies:
            return False
        if self.classes and not path & self.classes:
            return False
        return not path & self.excluded

    def relation(self, study: model.Study, finding: model.Finding) -> tuple[str, str] | None:
        """("direct", ""), ("indirect", why) or None for out of scope."""
        reasons = []
        for why in self._whys(study, finding):
            if why is None:
                return None
            if why:
                reasons.append(why)
        return ("indirect", "; ".join(reasons)) if reasons else (DIRECT, "")

    def _whys(self, study: model.Study, finding: model.Finding) -> Iterator[str | None]:
        own, whole = finding.who, study.who
        if self.question.subtypes:
            yield self._subtypes(own.subtypes or whole.subtypes)
            yield "people without myositis among them" if _mostly_others(study, finding) else ""
        if self.question.antibodies:
            people = finding.n or study.n_iim or study.n
            yield self._antibodies(_antibodies(own, whole), people)
        if self.question.manifestations:
            yield self._manifestations(finding)
        if self.settings:
            yield self._settings(own.settings or whole.settings)
        if self.question.ages:
            yield self._age(own.age or whole.age)

    def part(self, study: model.Study, finding: model.Finding) -> str:
        """Subtypes of a finding that are only parts of those asked about: "JDM" for DM."""
        if not self.question.subtypes:
            return ""
        inside, outside = self.subtypes.split(finding.who.subtypes or study.who.subtypes)
        return "" if outside or set(inside) & set(self.question.subtypes) else self._named(inside)

    # Each of these gives "" for direct, a reason for indirect, None for out of scope.

    def _subtypes(self, counts: dict[str, int | None]) -> str | None:
        inside, outside = self.subtypes.split(counts)
        if inside:
            if self.subtypes.mostly(counts, inside, outside, None):
                return ""
            return f"mixed with {self._named(outside)}"
        if wider := [s for s in outside if s in self.subtypes.wholes]:
            return f"{self._named(wider)} as a whole"
        if hiding := [s for s in outside if s in self.hiding]:
            return f"{self._named(hiding)} may include it"
        return None

    def _named(self, subtypes: list[str]) -> str:
        return ", ".join(self.dataset.short("subtype", s) for s in subtypes)

    def _antibodies(self, counts: dict[str, int | None], people: int | None) -> str | None:
        inside, outside = self.antibodies.split(counts)
        if inside:
            if self.antibodies.mostly(counts, inside, outside, people):
                return ""
            return "others had another antibody or none"
        if wider := [a for a in outside if a in self.antibodies.wholes]:
            return f"{', '.join(self.dataset.antibody[a].name for a in wider)} as a whole"
        return None

    def _manifestations(self, finding: model.Finding) -> str | None:
        inside, outside = self.manifestations.split(finding.manifestations)
        if inside:
            return ""
        if wider := [m for m in outside if m in self.manifestations.wholes]:
            return f"{', '.join(self.dataset.manifestation[m].name for m in wider)} as a whole"
        return None

    def _settings(self, settings: tuple[str, ...]) -> str | None:
        if set(settings) & self.settings:
            return ""
        return None if settings and "any" not in settings else ANY_LINE

    def _age(self, age: str | None) -> str | None:
        if age in self.question.ages or {"adult", "child"} <= set(self.question.ages):
            return ""
        if age == "both":
            return BOTH_AGES
        return NO_AGE if age is None else None


class _Wanted:
    """The wanted nodes of a tree with their parts, and the wider nodes that contain them."""

    def __init__(self, tree: Tree, ids: Iterable[str]) -> None:
        ids = tuple(ids)
        self.parts = tree.parts(ids)
        self.wholes = tree.wholes(ids) - self.parts
        self._known: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}

    def split(self, tags: Iterable[str]) -> tuple[list[str], list[str]]:
        """Tags that are wanted, and the others. Hundreds of studies carry the same few tags."""
        key = tuple(tags)
        if key not in self._known:
            self._known[key] = [t for t in key if t in self.parts], [t for t in key if t not in self.parts]
        return self._known[key]

    def mostly(self, counts: dict[str, int | None], inside: list[str], outside: list[str], people: int | None) -> bool:
        """Whether the wanted make up the group: alone in it, or at least `SHARE` of it."""
        known = [counts[tag] for tag in (*inside, *outside)]
        if any(count is None for count in known):
            return not outside
        total = people or sum(count or 0 for count in known)
        return total > 0 and sum(counts[tag] or 0 for tag in inside) >= SHARE * total


def inside_class(dataset: Dataset, item: Item, drug_class: str) -> bool:
    """Whether both sides of the comparison are of this class: a pulse of one glucocorticoid on top
    of another says nothing of glucocorticoids."""
    others = (*item.finding.background, *item.finding.comparator.therapies)
    return any(drug_class in dataset.class_path(t) for t in others)


# --- options ------------------------------------------------------------------------------------


def options(dataset: Dataset, question: Question) -> list[Option]:
    """Therapies with a finding in scope, or a recommendation or approval that names them, each
    with everything in scope about it. Without any filter: every therapy."""
    judge = _Judge(dataset, question)
    made: dict[str, Option] = {}

    def option(treatment: str) -> Option:
        if treatment not in made:
            is_class = treatment in dataset.drug_class
            record = dataset.drug_class[treatment] if is_class else dataset.therapy[treatment]
            made[treatment] = Option(treatment, record.name, is_class)
        return made[treatment]

    if not question.asked():
        for therapy in dataset.therapies:
            option(therapy.id)
    for item in findings(dataset, question):
        for treatment in (*item.finding.therapies, *item.finding.classes):
            if judge.wanted_treatment(treatment):
                option(treatment).items.append(item)
    about_studies = bool(question.directions or question.statuses)
    said = recommendations(dataset, question)
    for _, recommendation in said:
        if not about_studies and names_question(dataset, question, recommendation.scope):
            for treatment in recommendation.therapies:
                if judge.wanted_treatment(treatment):
                    option(treatment)
    for approval in approvals(dataset, question):
        licensed_here = approval.status == "approved" and names_question(dataset, question, approval.scope)
        if approval.therapy in made or (licensed_here and not about_studies):
            option(approval.therapy).approvals.append(approval)
    members: dict[str, list[Option]] = {}
    for treatment, found in made.items():
        for step in dataset.class_path(treatment):
            members.setdefault(step, []).append(found)
    for guideline, recommendation in said:
        named = set(recommendation.therapies) | set(recommendation.classes)
        wider = not names_question(dataset, question, recommendation.scope)
        for treatment in named & made.keys():
            made[treatment].recommendations.append(Advice(guideline, recommendation, False, wider))
        for found in {o.id: o for c in recommendation.classes for o in members.get(c, ())}.values():
            if found.id not in named:
                found.recommendations.append(Advice(guideline, recommendation, True, wider))
    return list(made.values())


def names_question(dataset: Dataset, question: Question, scope: model.Scope) -> bool:
    """Whether a recommendation or licence speaks of the question itself or a part of it, not only of
    something wider such as all of myositis."""
    pairs = (
        (question.subtypes, dataset.subtype_tree, scope.subtypes),
        (question.antibodies, dataset.antibody_tree, scope.antibodies),
        (question.manifestations, dataset.manifestation_tree, scope.manifestations),
    )
    named = all(bool(tree.parts(asked) & set(told)) for asked, tree, told in pairs if asked)
    return named and (not question.settings or bool(scope.settings))


def recommendations(dataset: Dataset, question: Question) -> list[tuple[model.Guideline, model.Recommendation]]:
    """Recommendations in scope: what they name includes, or is part of, what is asked."""
    judge = _Judge(dataset, question)
    return [
        (guideline, recommendation)
        for guideline in dataset.guidelines
        if question.as_of is None or guideline.year <= question.as_of
        for recommendation in guideline.recommendations
        if _recommends(dataset, judge, recommendation) and _in_scope(judge, recommendation.scope)
    ]


def _recommends(dataset: Dataset, judge: _Judge, rec: model.Recommendation) -> bool:
    question = judge.question
    named = (*rec.therapies, *rec.classes)
    if not (question.therapies or question.classes):
        return not named or any(judge.wanted_treatment(t) for t in named)
    asked = [t for t in question.therapies or question.classes if judge.wanted_treatment(t)]
    reached = {step for t in asked for step in dataset.class_path(t)}
    return judge.about_therapy(rec.therapies, rec.classes) or bool(reached & set(rec.classes) - judge.excluded)


def _in_scope(judge: _Judge, scope: model.Scope) -> bool:
    question = judge.question
    for asked, wanted, named in (
        (question.subtypes, judge.subtypes, scope.subtypes),
        (question.antibodies, judge.antibodies, scope.antibodies),
        (question.manifestations, judge.manifestations, scope.manifestations),
    ):
        if asked and named and not set(named) & (wanted.parts | wanted.wholes):
            return False
    if question.antibodies and scope.subtypes:
        tree = judge.dataset.subtype_tree
        if not set(scope.subtypes) & (tree.parts(judge.hosts()) | tree.wholes(judge.main_hosts())):
            return False
    excluded = judge.dataset.subtype_tree.parts(scope.excluding)
    if question.subtypes and set(question.subtypes) <= excluded:
        return False
    restricted = judge.settings and scope.settings and "any" not in scope.settings
    if restricted and not judge.settings & set(scope.settings):
        return False
    defined = {judge.dataset.subtype[s].age for s in question.subtypes}
    if defined in ({"child"}, {"adult"}) and scope.age in {"child", "adult"} - defined:
        return False
    return not question.ages or scope.age in (None, "both", *question.ages)


def approvals(dataset: Dataset, question: Question) -> list[model.Approval]:
    """Licences and designations in scope."""
    judge = _Judge(dataset, question)
    return [
        approval
        for approval in dataset.approvals
        if judge.wanted_treatment(approval.therapy)
        and _in_scope(judge, approval.scope)
        and (question.as_of is None or (approval.year is not None and approval.year <= question.as_of))
    ]


def gaps(dataset: Dataset, question: Question) -> list[model.Gap]:
    """What is known or likely to exist on a question and is not in the dataset today. One that names
    no subtype counts only where a treatment is asked about."""
    if question.as_of is not None:
        return []
    judge = _Judge(dataset, question)
    treatments = question.therapies or question.classes
    diseases = judge.subtypes.parts or frozenset(judge.hosts())
    return [
        gap
        for gap in dataset.gaps
        if (judge.about_therapy(gap.therapies, gap.classes) if treatments else diseases)
        and (not diseases or (treatments and not gap.subtypes) or diseases & set(gap.subtypes))
    ]


def narrowed(question: Question, name: str, value: str) -> Question:
    """The same question with one kind of filter set to one value."""
    return msgspec.structs.replace(question, **{name: (value,)})


def whole(question: Question) -> Question:
    """The question a verdict is about: direction and state of study choose what is shown, not what
    is weighed."""
    return msgspec.structs.replace(question, directions=(), statuses=())


def wanted(dataset: Dataset, question: Question, item: Item) -> list[str]:
    """Treatments tested in a finding that pass the therapy and class filters."""
    judge = _Judge(dataset, question)
    return [t for t in (*item.finding.therapies, *item.finding.classes) if judge.wanted_treatment(t)]


def without(question: Question, name: str) -> Question:
    """The same question with one kind of filter taken away."""
    empty = None if name == "as_of" else ()
    return msgspec.structs.replace(question, **{name: empty})
