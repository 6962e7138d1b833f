"""Screens that were read before they were kept. `--write` renews them; read the difference."""

from __future__ import annotations

import re
import shlex
import sys

from conftest import ROOT, terminal

FOLDER = ROOT / "tests" / "golden"
SCREENS = {
    "therapies-imnm-refractory": "therapies --subtype IMNM --refractory",
    "therapies-ibm": "therapies --subtype IBM",
    "show-ivig-dm": "show ivig --subtype DM",
    "why-rituximab": "why rituximab --subtype DM --subtype PM --subtype JDM --refractory",
    "compare-rituximab-ivig": "compare rituximab ivig --antibody HMGCR",
    "map": "map",
    "forest-ivig": "forest --therapy ivig --subtype DM",
    "guidelines-methotrexate-ild": "guidelines --therapy methotrexate --manifestation ild",
    "approvals-ivig": "approvals --therapy ivig",
    "evidence-zilucoplan": "evidence --therapy zilucoplan",
}
WIDTHS = (80, 160)


def screen(command: str, columns: int) -> str:
    """What a person sees, without colour."""
    text = terminal(columns, *shlex.split(command), NO_COLOR="1").out
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return "\n".join(line.rstrip() for line in plain.splitlines()) + "\n"


def main() -> None:
    """Renew the kept screens."""
    FOLDER.mkdir(exist_ok=True)
    for name, command in SCREENS.items():
        for columns in WIDTHS:
            (FOLDER / f"{name}.{columns}.txt").write_text(screen(command, columns))


if __name__ == "__main__" and "--write" in sys.argv:
    main()
