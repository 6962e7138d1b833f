"""JSON Schemas of the dataset files, for editors: `python -m iimtx.schema` writes them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from . import model
from .checking import PLACES
from .limits import limited
from .store import CHECKOUT_DATA


def schemas() -> dict[str, bytes]:
    """File name -> JSON Schema; each data file names its own in its first line."""
    types: dict[str, object] = {"dataset": model.Meta}
    for place, record in PLACES.values():
        one = place.endswith(".yaml")
        types[Path(place).stem if one else record.__name__.lower()] = list[record] if one else record  # type: ignore[valid-type]
    return {f"{name}.json": _pretty(kind) for name, kind in types.items()}


def _pretty(kind: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(limited(kind))), indent=1) + b"\n"


def main() -> None:
    """Write the schemas beside the data of this checkout."""
    folder = CHECKOUT_DATA / "schema"
    folder.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_bytes(text)


if __name__ == "__main__":
    main()
