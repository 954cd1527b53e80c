"""The envelopes in which the Facilities API sends lists: objects, each with its place, and whether all are there.

| where | shape |
|---|---|
| v1 | `{items, total, page, size, pages}` |
| v1 hubs, MCP tools | `{items, total, page, size}` |
| legacy | `{page, size, total, total2[, total_general], items}`: of facilities, total = active, total2 = archived |
| legacy fuels and units | a bare list |
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from facility_emissions.errors import PayloadError

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One page, or a bare list.

    Attributes:
        items: what it holds, each with its place.
        total: how many objects all pages together hold; None = not said.
        total2: legacy: how many more are archived; None = not said.
        page: number of this page, from 1; size: how many a page holds at most; None = not said.
        bare: a list without an envelope.
        name: the file, or ''.
    """

    items: Sequence[tuple[Place, Any]]
    total: int | None = None
    total2: int | None = None
    page: int | None = None
    size: int | None = None
    bare: bool = False
    name: str = ""


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file.

    Raises:
        PayloadError: it is no UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return handle.read()
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is no UTF-8; save the file as UTF-8 (in Excel: 'CSV UTF-8')"
        raise PayloadError.at(message) from None


def parse_json(text: str | bytes) -> object:
    """Return parsed JSON; NaN and Infinity are refused, for JSON has none.

    Raises:
        PayloadError: no JSON.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:
        raise PayloadError.at(f"this is no JSON: {error}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value; null stands for what is unknown")


def is_page(payload: object) -> bool:
    """Whether parsed JSON is an object with a list `items`."""
    return isinstance(payload, Mapping) and isinstance(payload.get("items"), list)


def envelope_of(payload: object, what: str, at: Place = (), name: str = "") -> Envelope:
    """Take an envelope, a bare list, or one object with an `id`; no field but `items` need be there.

    Args:
        payload: parsed JSON.
        what: the objects in it, for messages: `facilities`.
        at: its place in what was read.
        name: the file it is from, or ''.

    Raises:
        PayloadError: it is none of them, or an error that the API answered.
    """
    if isinstance(payload, (list, tuple)):
        return Envelope([((*at, i), item) for i, item in enumerate(payload)], bare=True, name=name)
    if not isinstance(payload, Mapping):
        given = repr(payload)[:80]
    elif is_page(payload):
        items = [((*at, "items", i), item) for i, item in enumerate(payload["items"])]
        total, total2, page, size = (_count(payload, field, at) for field in ("total", "total2", "page", "size"))
        return Envelope(items, total, total2, page, size, name=name)
    elif "id" in payload:
        return Envelope([(at, payload)], name=name)
    elif "detail" in payload:
        raise PayloadError.at(f"this is an error that the API answered: {payload['detail']!r}", *at)
    else:
        given = f"an object with {', '.join(map(repr, list(payload)[:5])) or 'nothing in it'}"
    raise PayloadError.at(
        f"a list of {what}, or an object with a list 'items', is asked for; given {given}", *at, value=payload
    )


def _count(payload: Mapping[str, Any], field: str, at: Place) -> int | None:
    value = payload.get(field)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise PayloadError.at(f"a whole number is asked for; given {value!r}", *at, field, value=value)


def read_lines(text: str, what: str, at: Place = (), name: str = "") -> list[Envelope]:
    """Read JSON Lines: a page a line, or an object a line, which together are a bare list.

    Only a line feed ends a line: other separators may stand inside the text.

    Raises:
        PayloadError: a line is no JSON, or holds a list or an error of the API.
    """
    pages: list[Envelope] = []
    objects: list[tuple[Place, Any]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            payload = parse_json(line)
        except PayloadError as error:
            raise PayloadError.at(error.detail[0]["msg"], *at, f"line {number}", value=line) from None
        if is_page(payload) or (isinstance(payload, Mapping) and "detail" in payload and "id" not in payload):
            pages.append(envelope_of(payload, what, (*at, f"line {number}: "), name))
        else:
            objects.append(((*at, f"line {number}"), payload))
    return [*pages, Envelope(objects, bare=True, name=name)] if objects or not pages else pages


def shortfalls(envelopes: Iterable[Envelope], what: str) -> list[str]:
    """Say of each list that was asked for where fewer distinct objects are there than its `total`.

    Pages with the same total are of one list; where a page number is there twice with other
    contents, of as many lists as that.
    """
    lists: dict[int, list[Envelope]] = defaultdict(list)
    for envelope in envelopes:
        if envelope.total is not None:
            lists[envelope.total].append(envelope)
    told = []
    for total, pages in lists.items():
        items = {_identity(item): item for page in pages for _, item in page.items}
        archived = sum(_is_archived(item) for item in items.values())
        legacy = max((p.total2 for p in pages if p.total2 is not None), default=None)
        copies = _copies(pages)
        if legacy is None:
            if len(items) < total * copies:
                told.append(_short(pages, len(items), total, copies, what))
            continue
        if len(items) - archived < total * copies:
            told.append(_short(pages, len(items) - archived, total, copies, f"active {what}" if archived else what))
        if 0 < archived < legacy * copies:
            told.append(_short(pages, archived, legacy, copies, f"archived {what}"))
    return told


def _identity(item: object) -> object:
    found = item.get("id") if isinstance(item, Mapping) else None
    return id(item) if found is None else str(found)


def _is_archived(item: object) -> bool:
    return isinstance(item, Mapping) and str(item.get("status")).lower() == "archived"


def _copies(pages: list[Envelope]) -> int:
    """Return how many lists pages of one total belong to."""
    contents: dict[int | None, set[frozenset[object]]] = defaultdict(set)
    for page in pages:
        contents[page.page].add(frozenset(_identity(item) for _, item in page.items))
    return max((len(found) for number, found in contents.items() if number is not None), default=1)


def _short(pages: list[Envelope], found: int, total: int, copies: int, what: str) -> str:
    """Name the numbers, the pages that are there and, where the size is known, those that are not."""
    numbers = sorted({p.page for p in pages if p.page is not None})
    of = f"{found} of {total * copies} {what}"
    if copies > 1:
        of += f" ({copies} lists of {total}, for a page number is there with different contents)"
    if len(pages) == 1 or (len(numbers) == 1 and copies == 1):
        return f"This is page {numbers[0] if numbers else '?'} only: {of}."
    there = f"Pages {', '.join(map(str, numbers))}" if numbers else f"{len(pages)} pages"
    size = max((p.size for p in pages if p.size), default=0)
    last = -(-total // size) if size else 0
    missing = [n for n in range(1, last + 1) if n not in numbers]
    shown = ", ".join(map(str, missing[:10])) + (f" and {len(missing) - 10} more" if len(missing) > 10 else "")
    lacking = f" Missing: {'page' if len(missing) == 1 else 'pages'} {shown}." if missing and numbers else ""
    return f"{there} hold {of}.{lacking}"
