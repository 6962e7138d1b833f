"""Names as people type them: one spelling-blind form for each."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa"}
)
# British to US, after accents are gone: necrotising, haem-, oesophagus, tumour.
_SPELLINGS = (("ae", "e"), ("oe", "e"), ("isi", "izi"), ("isa", "iza"), ("ise", "ize"), ("our", "or"))


def fold(name: str) -> str:
    """`name` without case, accents, punctuation, a leading "anti" and British/US differences.

    Two names with the same folded form are the same name: "anti mda-5" and "MDA5",
    "necrotising" and "necrotizing".
    """
    text = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    text = re.sub(r"[^a-z0-9+]", "", text)
    for british, us in _SPELLINGS:
        text = text.replace(british, us)
    if text.startswith("anti") and len(text) > 5:
        text = text[4:]
    return text[:-1] if text.endswith("s") and len(text) > 5 else text


def names_of(record: Any) -> list[str]:
    """Every name a record answers to: id, name, abbreviations, aliases, brands, acronym."""
    names = [record.id, record.name]
    for field in ("abbreviation", "acronym"):
        if value := getattr(record, field, None):
            names.append(value)
    for field in ("abbreviations", "aliases", "brands", "registry"):
        names.extend(getattr(record, field, ()))
    return names


def capital(text: str) -> str:
    """`text` with a capital first letter, unless its spelling is its own (mRNA, anti-CD20)."""
    word = text.split(" ")[0].split("-")[0]
    return text[:1].upper() + text[1:] if word.islower() else text
