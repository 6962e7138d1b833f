"""Whole-process times of iimtx beside two hello-world Typer programs, in turn, in one run.

    python benchmarks/startup.py [RUNS]

Prints medians and the ratio pair by pair. Run it with the Python of an environment in which a built
wheel of iimtx is installed (an editable install checks the YAML for changes at each run).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HELLO = """
import typer
app = typer.Typer()
@app.command()
def main(name: str = "x"):
    print("hello")
app()
"""
HELLO_TABLE = """
import typer
app = typer.Typer()
@app.command()
def main(name: str = "x"):
    from rich.console import Console
    from rich.table import Table
    table = Table("Therapy", "Class", "Verdict", "Best evidence")
    for number in range(45):
        table.add_row(f"therapy {number}", "a class", "promising", "6 of 8 improved in a study of somebody 2020")
    Console().print(table)
app()
"""
PAIRS = (
    ("start-up (--version)", "--version", "hello", ""),
    ("--help", "--help", "hello", "--help"),
    ("therapies table", "therapies --subtype IMNM", "table", ""),
    ("therapies --json", "therapies --subtype IMNM --json", "hello", ""),
    ("search", "search tofacitnib", "table", ""),
)


def seconds(command: list[str]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Time each pair, the two programs in turn."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        programs = {"hello": Path(folder, "hello.py"), "table": Path(folder, "table.py")}
        programs["hello"].write_text(HELLO)
        programs["table"].write_text(HELLO_TABLE)
        print(f"{'what':24}{'iimtx ms':>10}{'hello ms':>10}{'ratio':>8}")
        for what, words, other, other_words in PAIRS:
            ours = [sys.executable, "-m", "iimtx", *words.split()]
            theirs = [sys.executable, str(programs[other]), *other_words.split()]
            seconds(ours), seconds(theirs)
            pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
            ratio = statistics.median(a / b for a, b in pairs)
            a, b = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
            print(f"{what:24}{a:10.0f}{b:10.0f}{ratio:8.2f}")


if __name__ == "__main__":
    main()
