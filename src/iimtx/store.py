"""Where the dataset comes from: compiled into a release, or the YAML folder of a checkout.

A release carries `dataset.msgpack`, made when it was built, and reads no YAML. A checkout has no
such file: there the YAML is compiled when it changes, and the result is kept in `.cache/` beside
`data/` where that can be written.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import msgspec

from . import model

PACKAGE = Path(__file__).resolve().parent
COMPILED = PACKAGE / "dataset.msgpack"
RELEASE_DATA = PACKAGE / "data"
CHECKOUT_DATA = PACKAGE.parent.parent / "data"

_SECTIONS = {info.name: info.type for info in msgspec.structs.fields(model.Records)}


def data_folder() -> Path:
    """The folder with the YAML of this installation."""
    return RELEASE_DATA if RELEASE_DATA.is_dir() else CHECKOUT_DATA


def compile_records(records: model.Records) -> bytes:
    """The compiled form: every kind of record a block of its own, so that it is read when needed."""
    blocks = {name: msgspec.msgpack.encode(getattr(records, name)) for name in _SECTIONS}
    return msgspec.msgpack.encode(blocks)


class Blocks:
    """A compiled dataset; each kind of record is decoded when first asked for."""

    def __init__(self, compiled: bytes) -> None:
        self._blocks = msgspec.msgpack.decode(compiled, type=dict[str, memoryview])

    def __getattr__(self, name: str) -> Any:
        if name not in _SECTIONS:
            raise AttributeError(name)
        records = msgspec.msgpack.decode(self._blocks[name], type=_SECTIONS[name])
        self.__dict__[name] = records
        return records


def open_blocks() -> Blocks:
    """The bundled dataset. Raises `FaultyDataset` when a checkout's YAML is invalid."""
    if COMPILED.is_file():
        return Blocks(COMPILED.read_bytes())
    return Blocks(_compiled_checkout())


def _compiled_checkout() -> bytes:
    cache = CHECKOUT_DATA.parent / ".cache" / f"dataset-{_stamp(CHECKOUT_DATA)}.msgpack"
    with contextlib.suppress(OSError, msgspec.DecodeError):
        compiled = cache.read_bytes()
        if msgspec.msgpack.decode(compiled, type=dict[str, memoryview]).keys() == _SECTIONS.keys():
            return compiled
    from .rules import load

    compiled = compile_records(load(CHECKOUT_DATA))
    with contextlib.suppress(OSError):
        cache.parent.mkdir(exist_ok=True)
        for old in cache.parent.glob("dataset-*.msgpack"):
            old.unlink()
        fresh = cache.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(compiled)
        fresh.replace(cache)
    return compiled


def _stamp(folder: Path) -> str:
    """Changes whenever a data file or the code that reads it does."""
    import hashlib

    digest = hashlib.blake2b(digest_size=12)
    for top in (folder, PACKAGE):
        for place, folders, files in os.walk(top):
            folders[:] = [name for name in folders if name != "__pycache__"]
            for name in sorted(files):
                if name.startswith((".", "#")) or name.endswith("~"):
                    continue
                status = os.lstat(os.path.join(place, name))
                digest.update(f"{place}/{name} {status.st_mtime_ns} {status.st_size}\n".encode())
    return digest.hexdigest()
