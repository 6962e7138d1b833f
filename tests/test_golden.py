"""The kept screens at 80 and 160 columns."""

from __future__ import annotations

import pytest

import golden


@pytest.mark.parametrize("columns", golden.WIDTHS)
@pytest.mark.parametrize("name", golden.SCREENS)
def test_screen(name: str, columns: int) -> None:
    kept = (golden.FOLDER / f"{name}.{columns}.txt").read_text()
    assert golden.screen(golden.SCREENS[name], columns) == kept, "run: python tests/golden.py --write, and read it"


def test_every_kept_screen_is_in_use() -> None:
    names = {f"{name}.{columns}.txt" for name in golden.SCREENS for columns in golden.WIDTHS}
    assert {path.name for path in golden.FOLDER.iterdir()} == names
