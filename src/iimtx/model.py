"""The records of the dataset: what a fact looks like once it is in.

One definition serves three ends: reading YAML, checking it, and describing it to editors as
JSON Schema. The records are immutable and know neither YAML nor the terminal.

Terms follow the field: OCEBM for designs and levels, GRADE for recommendations, IMACS for
outcome measures, INN for drugs, CSL for references.
"""

import datetime as dt
from typing import Annotated, Literal

import msgspec

from .limits import Limit

# --- words with a fixed meaning ---------------------------------------------------------------

Id = Annotated[str, Limit(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""Lower-case words joined by hyphens; equal to the file name where a record has its own file."""

Text = Annotated[str, Limit(min_length=1, max_length=1500)]
"""Prose in our own words, numbers exact."""

Name = Annotated[str, Limit(min_length=1, max_length=160)]

Headline = Annotated[str, Limit(min_length=8, max_length=72)]
"""One line carrying the number a specialist remembers."""

Year = Annotated[int, Limit(ge=1900, le=2100)]
Count = Annotated[int, Limit(ge=0, le=1_000_000)]
Url = Annotated[str, Limit(pattern=r"^https?://[^\s<>\"]+$", max_length=400)]

Age = Literal["adult", "child", "both"]
Setting = Literal["first-line", "add-on", "refractory", "rescue", "maintenance", "prevention", "any"]
"""Line of treatment. `rescue` (life- or organ-threatening failure) is a part of `refractory`;
`any` means the source did not restrict it or did not say."""

Depth = Literal["full-text", "full-text-part", "abstract", "label", "registry", "official-page", "secondary"]
"""What was read. `secondary` (news, congress report, sponsor) supports provisional facts only."""

Design = Literal[
    "randomised-trial",
    "randomised-crossover-trial",
    "non-randomised-trial",
    "single-arm-trial",
    "prospective-cohort",
    "retrospective-cohort",
    "case-control",
    "cross-sectional",
    "case-series",
    "case-report",
    "systematic-review",
    "meta-analysis",
]
StudyStatus = Literal[
    "completed",
    "not-yet-recruiting",
    "recruiting",
    "active-not-recruiting",
    "enrolling-by-invitation",
    "suspended",
    "terminated",
    "withdrawn",
    "unknown",
]
ComparatorKind = Literal["concurrent-randomised", "concurrent-non-randomised", "historical", "none"]
Against = Literal["placebo", "usual-care", "active", "self"]
"""What the comparison group had: placebo; no added treatment; another treatment; or the same
treatment at another dose, time or schedule (`self`)."""

Role = Literal["primary", "secondary", "post-hoc", "subgroup", "safety"]
Direction = Literal["benefit", "no-difference", "harm", "mixed", "inconclusive"]
"""Relative to the comparator where there is one, else to the state before treatment. Left out
when the result is not known or was not read: such a finding counts for nothing."""

TherapyKind = Literal[
    "small-molecule",
    "biologic",
    "peptide",
    "blood-product",
    "hormone",
    "cell-therapy",
    "gene-therapy",
    "apheresis",
    "exercise",
    "procedure",
    "withdrawal",
    "supplement",
    "vaccine",
    "supportive",
]
BoxedStatus = Literal["present", "none", "unknown", "not-applicable"]
Jurisdiction = Literal["US", "EU", "UK", "JP", "CA", "AU", "CH", "CN", "KR", "BR", "IN", "TW", "NZ"]
GuidelineKind = Literal["society-guideline", "consensus", "treatment-plan", "funding-policy", "position-statement"]
GuidelineStatus = Literal["current", "expired", "superseded", "unknown"]
Polarity = Literal["for", "against", "no-recommendation"]
ApprovalStatus = Literal["approved", "orphan-designation", "other-designation", "under-review", "withdrawn", "refused"]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all records: immutable, strict about unknown keys."""


# --- parts shared by many records ---------------------------------------------------------------


class Reading(Record, frozen=True, kw_only=True):
    """How a fact was read: depth, day, page, and the day a second reader confirmed it."""

    depth: Depth
    on: dt.date
    page: Url | None = None
    reviewed: dt.date | None = None


class Statement(Record, frozen=True, kw_only=True):
    """A sentence of our own with its sources."""

    text: Text
    references: tuple[Id, ...]
    read: Reading
    jurisdiction: Jurisdiction | None = None
    subtypes: tuple[Id, ...] = ()
    antibodies: tuple[Id, ...] = ()


class Population(Record, frozen=True, kw_only=True):
    """Who was studied. In a finding, a field left out is taken from the study.

    `subtypes` and `antibodies` map an id to the number of people, or to nothing where the source
    did not print it. `definition` is the printed definition of the setting (what "refractory"
    meant here). `criteria` names the classification used.
    """

    subtypes: dict[Id, Count | None] = {}
    antibodies: dict[Id, Count | None] = {}
    age: Age | None = None
    settings: tuple[Setting, ...] = ()
    definition: Text | None = None
    criteria: Text | None = None


class Scope(Record, frozen=True, kw_only=True):
    """Whom a recommendation or an approval names: only what its wording says. `excluding` are
    subtypes it expressly leaves out (BSR 2022: inclusion body myositis)."""

    subtypes: tuple[Id, ...] = ()
    excluding: tuple[Id, ...] = ()
    antibodies: tuple[Id, ...] = ()
    manifestations: tuple[Id, ...] = ()
    settings: tuple[Setting, ...] = ()
    age: Age | None = None


# --- vocabularies -------------------------------------------------------------------------------


class Subtype(Record, frozen=True, kw_only=True):
    """A disease entity. `parent` makes the tree; `may_hide` names entities that a historic label
    (polymyositis) can contain without saying so; `disagreements` say where classifications differ;
    `age` is set where the entity is one of children or of adults only (juvenile forms, inclusion body
    myositis)."""

    id: Id
    name: Name
    abbreviation: Name
    summary: Text
    references: tuple[Id, ...]
    read: Reading
    parent: Id | None = None
    age: Age | None = None
    aliases: tuple[Name, ...] = ()
    may_hide: tuple[Id, ...] = ()
    antibodies: tuple[Id, ...] = ()
    features: tuple[Statement, ...] = ()
    disagreements: tuple[Statement, ...] = ()
    codes: dict[str, tuple[str, ...]] = {}


class Antibody(Record, frozen=True, kw_only=True):
    """A myositis-specific (MSA) or myositis-associated (MAA) autoantibody. `subtypes` are those it
    occurs in, the one it stands for first."""

    id: Id
    name: Name
    group: Literal["MSA", "MAA", "other"]
    summary: Text
    references: tuple[Id, ...]
    read: Reading
    parent: Id | None = None
    target: Name | None = None
    aliases: tuple[Name, ...] = ()
    subtypes: tuple[Id, ...] = ()
    features: tuple[Statement, ...] = ()


class Manifestation(Record, frozen=True, kw_only=True):
    """An organ or problem that treatment is aimed at."""

    id: Id
    name: Name
    summary: Text
    references: tuple[Id, ...] = ()
    read: Reading | None = None
    parent: Id | None = None
    abbreviation: Name | None = None
    aliases: tuple[Name, ...] = ()


class DrugClass(Record, frozen=True, kw_only=True):
    """A class of therapies: our own ordering, so it needs no source."""

    id: Id
    name: Name
    summary: Text
    parent: Id | None = None
    aliases: tuple[Name, ...] = ()


class Term(Record, frozen=True, kw_only=True):
    """A definition, outcome measure or classification that results cannot be read without."""

    id: Id
    name: Name
    kind: Literal["refractory-definition", "outcome-measure", "response-definition", "classification"]
    text: Text
    references: tuple[Id, ...]
    read: Reading
    aliases: tuple[Name, ...] = ()
    thresholds: dict[str, str] = {}
    manifestations: tuple[Id, ...] = ()
    subtypes: tuple[Id, ...] = ()
    disagreements: tuple[Statement, ...] = ()


# --- therapies ----------------------------------------------------------------------------------


class Reproduction(Record, frozen=True, kw_only=True):
    """Advice on one period of reproduction, with who issued it.

    `compatible` and the other words of `advice` sum up the issuer's own category.
    """

    period: Literal["before-conception", "pregnancy", "breastfeeding", "paternal"]
    advice: Literal["compatible", "with-limits", "avoid", "contraindicated", "insufficient-data"]
    text: Text
    issuer: Name
    references: tuple[Id, ...]
    read: Reading
    year: Year | None = None
    superseded: bool = False


class Therapy(Record, frozen=True, kw_only=True):
    """A treatment: a drug, a cell therapy, a procedure, exercise, stopping a trigger.

    `boxed` tells an absent US boxed warning (`none`, with what shows it in `unboxed`) from one
    nobody looked for (`unknown`).
    `harms` are specific to myositis; class warnings live in `boxed_warnings`.
    """

    id: Id
    name: Name
    kind: TherapyKind
    drug_class: Id = msgspec.field(name="class")
    abbreviations: tuple[Name, ...] = ()
    aliases: tuple[Name, ...] = ()
    brands: tuple[Name, ...] = ()
    target: Name | None = None
    mechanism: Statement | None = None
    routes: tuple[Name, ...] = ()
    boxed: BoxedStatus = "unknown"
    unboxed: Statement | None = None
    boxed_warnings: tuple[Statement, ...] = ()
    contraindications: tuple[Statement, ...] = ()
    monitoring: tuple[Statement, ...] = ()
    reproduction: tuple[Reproduction, ...] = ()
    interactions: tuple[Statement, ...] = ()
    adverse_effects: tuple[Statement, ...] = ()
    harms: tuple[Statement, ...] = ()
    codes: dict[str, tuple[str, ...]] = {}
    code_references: tuple[Id, ...] = ()


# --- evidence -----------------------------------------------------------------------------------


class Comparator(Record, frozen=True, kw_only=True):
    """What the result is held against; `kind` is how the comparison was formed."""

    kind: ComparatorKind
    against: Against | None = None
    text: Text | None = None
    therapies: tuple[Id, ...] = ()


class Arm(Record, frozen=True, kw_only=True):
    """One group with the counts the source printed."""

    label: Name
    n: Count
    events: Count | None = None


class Effect(Record, frozen=True, kw_only=True):
    """A printed effect estimate with its interval; `p` as printed."""

    measure: Name
    value: float
    low: float | None = None
    high: float | None = None
    p: str | None = None


class Finding(Record, frozen=True, kw_only=True):
    """One result: who, what, against what, which organ, which endpoint, which way.

    `therapies` are what was tested; with several, `given` says whether together or either.
    `classes` stand where the source names no drug. `background` is what every group had.
    Counts in `arms` are people with the endpoint, never percentages turned back into people.
    """

    id: Id
    headline: Headline
    endpoint: Text
    role: Role
    read: Reading
    therapies: tuple[Id, ...] = ()
    classes: tuple[Id, ...] = ()
    given: Literal["together", "either"] = "together"
    background: tuple[Id, ...] = ()
    comparator: Comparator = Comparator(kind="none")
    who: Population = Population()
    manifestations: tuple[Id, ...] = ()
    n: Count | None = None
    measure: Id | None = None
    timepoint: Name | None = None
    regimen: Text | None = None
    result: Text | None = None
    arms: tuple[Arm, ...] = ()
    effect: Effect | None = None
    direction: Direction | None = None
    provisional: bool = False
    references: tuple[Id, ...] = ()


class Link(Record, frozen=True, kw_only=True):
    """Another study of the same or overlapping patients: the two count once."""

    study: Id
    relation: Literal["same-patients", "extension", "sub-analysis", "overlapping-patients"]


class Study(Record, frozen=True, kw_only=True):
    """One piece of research and its findings. `name` is the acronym or first author and year.

    `n` counts everyone enrolled, `n_iim` those with myositis where the two differ. `basket` marks a
    study that took other diseases too and whose `n_iim` is not known.
    `year` is the year the result became known (for a running trial, the year it was registered
    or started). `status` is as of `status_seen`.
    """

    id: Id
    name: Name
    design: Design
    year: Year
    references: tuple[Id, ...]
    who: Population
    findings: tuple[Finding, ...]
    status: StudyStatus = "completed"
    status_seen: dt.date | None = None
    status_note: Text | None = None
    acronym: Name | None = None
    registry: tuple[Name, ...] = ()
    phase: Name | None = None
    blinding: Literal["double-blind", "single-blind", "assessor-blind", "open-label"] | None = None
    n: Count | None = None
    n_iim: Count | None = None
    basket: bool = False
    safety: tuple[Statement, ...] = ()
    linked: tuple[Link, ...] = ()
    note: Text | None = None


class Gap(Record, frozen=True, kw_only=True):
    """What is known or likely to exist and is not in the dataset, and why; `searched` is the day it
    was last looked for. A pointer only: it carries no result and counts for nothing."""

    id: Id
    text: Text
    why: Literal[
        "no-identifier", "result-unreadable", "not-found", "no-myositis-named", "machine-written-only", "not-searched"
    ]
    searched: dt.date
    therapies: tuple[Id, ...] = ()
    classes: tuple[Id, ...] = ()
    subtypes: tuple[Id, ...] = ()


# --- guidance and licences ----------------------------------------------------------------------


class Recommendation(Record, frozen=True, kw_only=True):
    """One statement of a guideline, keyed on therapy or class, organ, setting and age.

    Strength, level and agreement are as printed in the guideline's own scheme.
    """

    id: Id
    text: Text
    polarity: Polarity
    read: Reading
    therapies: tuple[Id, ...] = ()
    classes: tuple[Id, ...] = ()
    scope: Scope = Scope()
    strength: Name | None = None
    level: Name | None = None
    agreement: Name | None = None
    references: tuple[Id, ...] = ()


class Guideline(Record, frozen=True, kw_only=True):
    """A guideline, consensus, treatment plan or funding policy. `name` is short: "BSR 2022"."""

    id: Id
    name: Name
    issuer: Name
    kind: GuidelineKind
    year: Year
    references: tuple[Id, ...]
    recommendations: tuple[Recommendation, ...]
    status: GuidelineStatus = "unknown"
    status_seen: dt.date | None = None
    superseded_by: Id | None = None
    scheme: Text | None = None
    summary: Text | None = None


class Approval(Record, frozen=True, kw_only=True):
    """What a regulator has licensed or designated for myositis, where, on what condition."""

    id: Id
    therapy: Id
    jurisdiction: Jurisdiction
    status: ApprovalStatus
    indication: Text
    references: tuple[Id, ...]
    read: Reading
    product: Name | None = None
    condition: Text | None = None
    basis: Literal["trial", "legacy", "public-knowledge"] | None = None
    year: Year | None = None
    scope: Scope = Scope()


# --- bibliography (CSL) -------------------------------------------------------------------------


class Author(Record, frozen=True, kw_only=True):
    """A CSL name: family and given, or literal for a group. The literal `others` ends a list of
    which the page showed the beginning only."""

    family: Name | None = None
    given: Name | None = None
    literal: Name | None = None


class Issued(Record, frozen=True, kw_only=True):
    """A CSL date: `date-parts: [[year, month, day]]`, month and day optional."""

    date_parts: tuple[tuple[int, ...]] = msgspec.field(name="date-parts")


class Reference(Record, frozen=True, kw_only=True):
    """One entry of the bibliography, in CSL-YAML as pandoc, Zotero and citeproc read it.

    `number` is the registry or document number (NCT..., EU/3/...).
    """

    id: Id
    type: Literal[
        "article-journal", "webpage", "report", "paper-conference", "book", "chapter", "legislation", "dataset"
    ]
    title: Annotated[str, Limit(min_length=5, max_length=500)]
    issued: Issued | None = None
    author: tuple[Author, ...] = ()
    container_title: Name | None = msgspec.field(name="container-title", default=None)
    publisher: Name | None = None
    volume: str | None = None
    issue: str | None = None
    page: str | None = None
    number: Name | None = None
    DOI: Annotated[str, Limit(pattern=r"^10\.\d{4,9}/[^\s<>\"]+$")] | None = None
    PMID: Annotated[str, Limit(pattern=r"^[1-9]\d{0,8}$")] | None = None
    PMCID: Annotated[str, Limit(pattern=r"^PMC[1-9]\d{3,8}$")] | None = None
    URL: Url | None = None
    accessed: Issued | None = None
    note: Text | None = None


class Journal(Record, frozen=True, kw_only=True):
    """A journal under the one name that references use, with every registrant (10.1093) its DOIs have."""

    id: Id
    name: Name
    registrants: tuple[Annotated[str, Limit(pattern=r"^10\.\d{4,9}$")], ...] = ()


class Meta(Record, frozen=True, kw_only=True):
    """The dataset itself: version and the day it speaks for."""

    version: str
    date: dt.date
    disclaimer: Text


class Records(Record, frozen=True, kw_only=True):
    """Everything, in the shape it is compiled to."""

    meta: Meta
    subtypes: tuple[Subtype, ...] = ()
    antibodies: tuple[Antibody, ...] = ()
    manifestations: tuple[Manifestation, ...] = ()
    classes: tuple[DrugClass, ...] = ()
    glossary: tuple[Term, ...] = ()
    therapies: tuple[Therapy, ...] = ()
    studies: tuple[Study, ...] = ()
    guidelines: tuple[Guideline, ...] = ()
    approvals: tuple[Approval, ...] = ()
    references: tuple[Reference, ...] = ()
    journals: tuple[Journal, ...] = ()
    gaps: tuple[Gap, ...] = ()
