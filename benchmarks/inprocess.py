"""Query and search times inside one process, and their growth with the size of the dataset.

python benchmarks/inprocess.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from iimtx import model
from iimtx.answers.therapies import therapies
from iimtx.dataset import Dataset
from iimtx.query import Question, findings, options
from iimtx.search import search

QUESTION = Question(subtypes=("imnm",), settings=("refractory",))


def best(action: Callable[[], object], times: int = 15) -> float:
    """Fastest of several runs, in milliseconds."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        took.append(time.perf_counter() - start)
    return 1000 * min(took)


def enlarged(times: int) -> Dataset:
    """The dataset with every study standing `times` times under its own id."""
    base = Dataset()
    studies = tuple(
        msgspec.structs.replace(study, id=f"{study.id}-{copy}", linked=())
        for copy in range(times)
        for study in base.studies
    )
    kinds = {name: getattr(base, name) for name in model.Records.__struct_fields__}
    return Dataset(model.Records(**{**kinds, "studies": studies}))


def row(data: Dataset) -> list[float]:
    """Milliseconds of each kind of question."""
    search(data, "tofacitnib")
    return [
        best(lambda: findings(data, QUESTION), 5),
        best(lambda: options(data, QUESTION), 5),
        best(lambda: therapies(data, QUESTION), 5),
        best(lambda: search(data, "tofacitnib"), 3),
    ]


def main() -> None:
    """Print a row for each size."""
    print(f"{'studies':>8}{'findings ms':>13}{'options ms':>12}{'answer ms':>11}{'search ms':>11}")
    for times in (1, 10, 100):
        data = enlarged(times)
        print(f"{len(data.studies):8}" + "".join(f"{value:12.1f}" for value in row(data)))


if __name__ == "__main__":
    main()
