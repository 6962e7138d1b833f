"""README's examples: each `$ iimtx ...` with its output at 80 columns. `--write` renews them."""

from __future__ import annotations

import re
import shlex
import sys

from conftest import ROOT, terminal

EXAMPLES = (
    (
        "What has been tried in refractory IMNM, and how good is the evidence?",
        "therapies --subtype IMNM --refractory",
        26,
    ),
    ("IVIG in dermatomyositis: proof, dose, risks, where approved?", "show ivig --subtype DM", 34),
    ("Methotrexate when there is lung disease?", "guidelines --therapy methotrexate --manifestation ild", 24),
    ("Anti-MDA5, rapidly progressive lung disease: what now?", "therapies --antibody MDA5 --manifestation rp-ild", 26),
    ("What has been tried in IBM and failed?", "therapies --subtype IBM", 26),
    ("Every JAK inhibitor, any subtype", 'therapies --class "JAK inhibitor"', 22),
    ("First-line treatment of a child with dermatomyositis", "therapies --subtype JDM --setting first-line", 22),
    ("Rituximab or IVIG in anti-HMGCR disease, side by side", "compare rituximab ivig --antibody HMGCR", 28),
    ("What was known when the 2020 review was written?", "therapies --subtype DM --as-of 2020", 22),
    ("And why does it say so?", "why rituximab --subtype DM --subtype PM --subtype JDM --refractory", 26),
    ("Misspelt, brand, abbreviation", "search tofacitnib", 10),
    ("Where are the gaps?", "map", 30),
    ("Which options are compatible with pregnancy?", "therapies --subtype DM --pregnancy compatible", 20),
    ('What does "refractory" mean in that trial?', "evidence --subtype IMNM --refractory --definitions", 30),
    ("Give me the citations for my talk", "cite zilucoplan --format bibtex", 24),
    ("What is being tested now?", "evidence --status ongoing --subtype IBM", 20),
)
START, END = "<!-- examples -->", "<!-- /examples -->"


def shown(command: str, lines: int) -> str:
    """The first lines of a command's screen, without colour."""
    text = terminal(80, *shlex.split(command), NO_COLOR="1").out
    plain = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", text).strip().splitlines()]
    return "\n".join(plain[:lines] + (["..."] if len(plain) > lines else []))


def examples() -> str:
    """The examples section as it should be."""
    parts = []
    for question, command, lines in EXAMPLES:
        parts.append(f"**{question}**\n\n```console\n$ iimtx {command}\n{shown(command, lines)}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """Renew the examples in README.md."""
    path = ROOT / "README.md"
    before, _, rest = path.read_text().partition(START)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{START}\n\n{examples()}\n{END}{after}")


if __name__ == "__main__" and "--write" in sys.argv:
    main()
