"""Signs and short phrases that mean the same on every screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from . import appraisal, model
from .dataset import Dataset
from .names import capital as capital
from .query import RUNNING, Item, combined

VERDICT_SIGN = {
    appraisal.SUPPORTED: "●",
    appraisal.PROMISING: "◐",
    appraisal.CONFLICTING: "◇",
    appraisal.NOT_SUPPORTED: "○",
    appraisal.HARMFUL: "✖",
    appraisal.TOO_LITTLE: "·",
    appraisal.UNDER_STUDY: "…",
}
DIRECTION_SIGN = {
    "benefit": "▲",
    "no-difference": "▬",
    "harm": "▼",
    "mixed": "◆",
    "inconclusive": "?",
    None: "…",
}
SIGN_LEGEND = "  ".join(f"{sign} {word}" for word, sign in VERDICT_SIGN.items())
POLARITY_SIGN = {"for": "▲", "against": "▼", "no-recommendation": "◆"}
DIRECTION_LEGEND = "▲ benefit  ▬ no difference  ▼ harm  ◆ mixed  ? inconclusive  … no result yet"

STYLE = {
    "●": "bold green",
    "◐": "cyan",
    "◇": "yellow",
    "○": "red",
    "✖": "bold red",
    "▲": "green",
    "▬": "red",
    "▼": "bold red",
    "◆": "yellow",
}

_ASCII = str.maketrans(
    {
        "●": "S", "◐": "P", "◇": "C", "○": "N", "✖": "X", "·": ".", "…": "...",
        "▲": "+", "▬": "=", "▼": "-", "◆": "~", "≥": ">=", "≤": "<=", "−": "-", "–": "-",
        "—": "-", "×": "x", "±": "+/-", "→": "->", "’": "'", "‘": "'", "“": '"', "”": '"',
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "µ": "u", "μ": "u",
        "²": "2", "³": "3", "°": " deg", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "│": "|", "─": "-", "■": "#", "�": "?", "▪": "*", "•": "*", "≈": "~", "√": "v", "½": "1/2",
    }
)  # fmt: skip


def ascii_text(text: str) -> str:
    """`text` in ASCII, for terminals that have nothing else."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_ASCII))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.encode("ascii", "replace").decode()


def printable(text: str) -> str:
    """`text` without control characters other than line breaks, so that no data can move the
    cursor or hide."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf") else "�" for c in text)


def finding_line(item: Item, mention_why: bool = False) -> str:
    """Sign, headline and study of a finding, with what a reader must not miss."""
    finding = item.finding
    extras = [item.study.name, *([item.part] if item.part else [])]
    if finding.role == "subgroup":
        extras.append("subgroup")
    if combined(finding):
        extras.append("combination")
    if finding.provisional:
        extras.append("provisional")
    if item.study.status in ("terminated", "withdrawn"):
        extras.append(item.study.status)
    line = f"{DIRECTION_SIGN[finding.direction]} {finding.headline} ({', '.join(extras)})"
    return f"{line}; {item.why}" if mention_why and item.why else line


def best_first(items: Iterable[Item]) -> list[Item]:
    """Findings by weight: with a result first, then level, role and number of people."""

    def weight(item: Item) -> tuple[bool, bool, int, int, int]:
        finding = item.finding
        roles = ("primary", "secondary", "post-hoc", "subgroup", "safety")
        return (
            finding.direction is None,
            finding.role in ("subgroup", "safety"),
            appraisal.level(item.study, finding),
            roles.index(finding.role),
            -(finding.n or item.study.n or 0),
        )

    return sorted(items, key=weight)


def read_words(read: model.Reading) -> str:
    """How a fact was read: "abstract, 2026-11-22, read twice"."""
    times = "confirmed by a second reader" if read.reviewed else "read once"
    return f"{read.depth.replace('-', ' ')}, {read.on}, {times}"


def citation(reference: model.Reference) -> str:
    """A reference in one line: first author, title, journal, year, identifier."""
    parts = []
    if reference.author:
        first = reference.author[0]
        name = " ".join(filter(None, (first.family, first.given))) or first.literal or ""
        parts.append(name + (" et al" if len(reference.author) > 1 else ""))
    parts.append(reference.title)
    where = reference.container_title or reference.publisher
    year = reference.issued.date_parts[0][0] if reference.issued else None
    parts.append(" ".join(str(p) for p in (where, year) if p))
    return ". ".join(part.rstrip(".") for part in parts if part) + ". " + identifier(reference)


def identifier(reference: model.Reference) -> str:
    """The identifier to check a reference by: DOI, else PMID, PMCID, number, page."""
    if reference.DOI:
        return f"doi:{reference.DOI}"
    if reference.PMID:
        return f"PMID {reference.PMID}"
    if reference.PMCID:
        return reference.PMCID
    return " ".join(p for p in (reference.number, reference.URL) if p)


def short_identifier(reference: model.Reference) -> str:
    """The same in one word or two; for a page, its host."""
    if reference.DOI or reference.PMID or reference.PMCID:
        return identifier(reference)
    return reference.number or (reference.URL or "").split("/")[2]


_WHY_MISSING = {
    "no-identifier": "no page with title and identifier",
    "result-unreadable": "not readable",
    "not-found": "searched, not found",
    "no-myositis-named": "people with myositis not told apart",
    "machine-written-only": "only on pages that cannot be trusted",
    "not-searched": "not searched",
}


def missing_words(gap: model.Gap) -> str:
    """What is missing, why, and when it was last looked for."""
    return f"{gap.text.rstrip('.')} ({_WHY_MISSING[gap.why]}, {gap.searched})"


AGES = {"adult": "adults", "child": "children", "both": "adults and children", None: ""}


def spaced(word: str) -> str:
    """A word of the model as prose: "single arm trial"."""
    return word.replace("-", " ")


def graded(rec: model.Recommendation) -> str:
    """Strength, level and agreement as printed."""
    return ", ".join(p for p in (rec.strength, rec.level, rec.agreement and f"agreement {rec.agreement}") if p)


def tested_words(dataset: Dataset, finding: model.Finding) -> str:
    """What a finding tested: "Methotrexate + Azathioprine"."""
    names = [dataset.treatment_name(t) for t in (*finding.therapies, *finding.classes)]
    return (" + " if finding.given == "together" else " or ").join(names)


def effect_words(effect: model.Effect) -> str:
    """A printed estimate with its interval: "odds ratio 3.1 (1.2 to 7.9), p 0.02"."""
    interval = f" ({effect.low:g} to {effect.high:g})" if effect.low is not None and effect.high is not None else ""
    return f"{effect.measure} {effect.value:g}{interval}" + (f", p {effect.p}" if effect.p else "")


def who_words(dataset: Dataset, who: model.Population) -> str:
    """A population in a few words: "DM 76, PM 76, JDM 48; adults and children; refractory"."""
    parts = [
        ", ".join(_counted(dataset.short("subtype", s), n) for s, n in who.subtypes.items()),
        ", ".join(_counted(dataset.antibody[a].name, n) for a, n in who.antibodies.items()),
        AGES[who.age],
        ", ".join(s for s in who.settings if s != "any"),
    ]
    return "; ".join(p for p in parts if p)


def _counted(name: str, count: int | None) -> str:
    return name if count is None else f"{name} {count}"


def comparator_words(comparator: model.Comparator) -> str:
    """What a result was held against."""
    if comparator.kind == "none":
        return "no comparison"
    how = {
        "concurrent-randomised": "randomised",
        "concurrent-non-randomised": "not randomised",
        "historical": "historical controls",
    }[comparator.kind]
    against = comparator.text or {"self": "same therapy", None: ""}.get(comparator.against, comparator.against or "")
    return f"v {against}, {how}" if against else how


def status_words(study: model.Study) -> str:
    """The state of a trial with the day it was seen."""
    if study.status == "completed":
        return "completed"
    seen = f" (seen {study.status_seen})" if study.status_seen else ""
    return study.status.replace("-", " ") + seen


def is_running(study: model.Study) -> bool:
    """Whether the study is still to bring its result."""
    return study.status in RUNNING
