"""Build step: compile the YAML into the wheel. An invalid dataset stops the build."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileDataset(BuildHookInterface):
    """Puts `iimtx/dataset.msgpack` into wheels; an editable install reads the YAML itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by the build for each wheel."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from iimtx.faults import FaultyDataset
        from iimtx.rules import load
        from iimtx.store import compile_records

        try:
            compiled = compile_records(load(root / "data"))
        except FaultyDataset as faulty:
            raise SystemExit(f"{faulty}\nThe dataset is invalid; nothing was built.") from None
        folder = Path(tempfile.mkdtemp(prefix="iimtx-"))
        target = folder / "dataset.msgpack"
        target.write_bytes(compiled)
        build_data["force_include"][str(target)] = "iimtx/dataset.msgpack"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made for the wheel."""
        for source, target in build_data["force_include"].items():
            if target == "iimtx/dataset.msgpack":
                Path(source).unlink(missing_ok=True)
                Path(source).parent.rmdir()
