"""Limits on single values, such as the pattern of an id or the length of a headline.

The model notes a limit in a form that msgspec's decoder passes over: a release reads what was checked
when it was built, and holding every text against its pattern once more took two thirds of that
reading. Where values are checked or described to editors, `limited` puts the limits back.
"""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec


class Limit:
    """What a value must keep to, in the words of `msgspec.Meta` (pattern, max_length, ge, ...)."""

    def __init__(self, **limits: Any) -> None:
        self.meta = msgspec.Meta(**limits)


@cache
def limited(kind: Any) -> Any:
    """The same type with its limits in force; a record becomes a twin whose fields have theirs."""
    origin, parts = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _limited_record(kind)
    if origin is Annotated:
        return Annotated[parts[0], *(part.meta for part in parts[1:])]
    if origin in (Union, UnionType):
        return Union[tuple(limited(part) for part in parts)]  # noqa: UP007
    if origin in (tuple, dict, list):
        return origin[tuple(part if part is Ellipsis else limited(part) for part in parts)]
    return kind


def _limited_record(record: type[msgspec.Struct]) -> type[msgspec.Struct]:
    field: Any = msgspec.field
    fields = [
        (f.name, limited(f.type), field(name=f.encode_name, default=f.default, default_factory=f.default_factory))
        for f in msgspec.structs.fields(record)
    ]
    return msgspec.defstruct(
        record.__name__, fields, namespace={"__doc__": record.__doc__}, kw_only=True, forbid_unknown_fields=True
    )
