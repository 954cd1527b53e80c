"""Pages from files and parsed JSON: every object once, and an error where some are not there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facility_emissions.envelopes import (
    Envelope,
    Place,
    envelope_of,
    is_page,
    parse_json,
    read_lines,
    read_text,
    shortfalls,
)
from facility_emissions.errors import ErrorDetail, PayloadError, place_of

Source = str | os.PathLike[str] | Mapping[str, Any] | Sequence[Any]

_LINES = (".jsonl", ".ndjson")
_JSON = (".json", *_LINES)
_DEFAULT_SIZES = (10, 50, 100)  # facilities and hubs; invoices and legacy; the most


@dataclass(frozen=True, slots=True)
class Objects:
    """All objects of some pages, each once, with its place; and what was seen on the way."""

    rows: list[tuple[Place, Mapping[str, Any]]]
    notes: list[str]


def read_pages(sources: Sequence[Source], what: str) -> list[Envelope]:
    """Read files and parsed JSON.

    Args:
        sources: paths of `.json`, `.jsonl` or `.ndjson` files, parsed JSON (an envelope, a list of
            objects, one object), or lists of these.
        what: the objects in them, for messages: `facilities`.

    Raises:
        PayloadError: no such file, no JSON, none of the API's envelopes.
    """
    if len(sources) == 1 and not isinstance(sources[0], (str, os.PathLike)):
        return list(_envelopes(sources[0], what, ()))
    if not sources:
        raise PayloadError.at(f"no {what} are given: paths of JSON files, or parsed JSON")
    return list(_envelopes(sources, what, ()))


def _envelopes(source: object, what: str, at: Place) -> Iterator[Envelope]:
    if isinstance(source, (str, os.PathLike)):
        yield from _file(source, what)
    elif isinstance(source, (list, tuple)):
        objects: list[tuple[Place, Any]] = []
        for i, item in enumerate(source):
            if isinstance(item, (str, os.PathLike, list, tuple)) or is_page(item) or _is_answer(item):
                yield from _envelopes(item, what, (*at, i))
            else:
                objects.append(((*at, i), item))
        if objects or not source:
            yield Envelope(objects, bare=True)
    else:
        yield envelope_of(source, what, at)


def _is_answer(item: object) -> bool:
    """Whether an object is an answer of the API without objects: an error, say."""
    return isinstance(item, Mapping) and "detail" in item and "id" not in item


def _file(source: str | os.PathLike[str], what: str) -> Iterator[Envelope]:
    if isinstance(source, str) and source.lstrip()[:1] in ("{", "["):
        raise PayloadError.at("this is JSON text, not the path of a file: give json.loads(...) of it", value=source)
    path = Path(source)
    if not path.is_file():
        hint = (
            f" It is a folder: give its files, as sorted(Path({str(path)!r}).glob('*.json'))." if path.is_dir() else ""
        )
        raise PayloadError.at(f"there is no file {str(path)!r}.{hint}", value=str(path))
    if path.suffix.lower() not in _JSON:
        known = ", ".join(_JSON)
        raise PayloadError.at(f"the API sends JSON; {path.suffix or 'no suffix'} is none of {known}", where=path.name)
    at: Place = (f"{path.name}: ",)
    lines = path.suffix.lower() in _LINES
    try:
        text = read_text(path)
        payload = None if lines else parse_json(text)
    except PayloadError as error:
        hint = "; one object or page a line is JSON Lines: name it .jsonl" if "Extra data" in str(error) else ""
        raise PayloadError.at(error.detail[0]["msg"] + hint, where=path.name) from None
    if lines:
        yield from read_lines(text, what, at, path.name)
    else:
        yield envelope_of(payload, what, at, path.name)


def gather(envelopes: Sequence[Envelope], what: str) -> Objects:
    """Return all objects, each once, in their order.

    Raises:
        PayloadError: an item is no object, an id is there twice with different fields, or fewer
            distinct objects are there than the pages say.
    """
    seen: dict[str, tuple[Place, Mapping[str, Any]]] = {}
    rows: list[tuple[Place, Mapping[str, Any]]] = []
    faults: list[ErrorDetail] = []
    again: list[str] = []
    for at, item in (pair for envelope in envelopes for pair in envelope.items):
        if not isinstance(item, Mapping):
            message = f"an object is asked for; given {repr(item)[:80]}"
            faults.append({"loc": at, "msg": message, "type": "value_error", "input": item})
            continue
        key = item.get("id")
        if key is None:  # told of when the object is read
            rows.append((at, item))
            continue
        first = seen.setdefault(str(key), (at, item))
        if first[0] is at:
            rows.append((at, item))
        elif first[1] == item:
            again.append(str(key))
        else:
            message = _differs(str(key), first, item)
            faults.append({"loc": (*at, "id"), "msg": message, "type": "value_error", "input": key})
    if faults:
        raise PayloadError(faults)
    short = shortfalls(envelopes, what)
    if short:
        remedy = "Read all pages, so that no sum lacks the rest (size is 10 or 50 unless asked for; the most is 100)."
        raise PayloadError([_plain(f"{line} {remedy}") for line in short])
    return Objects(rows, [*_again(again, what), *_doubts(envelopes, what)])


def _plain(message: str) -> ErrorDetail:
    return {"loc": (), "msg": message, "type": "value_error", "input": None}


def _differs(key: str, first: tuple[Place, Mapping[str, Any]], item: Mapping[str, Any]) -> str:
    names = dict.fromkeys([*first[1], *item])
    absent = object()
    fields = [n for n in names if first[1].get(n, absent) != item.get(n, absent)]
    shown = ", ".join(fields[:5]) + (f" and {len(fields) - 5} more" if len(fields) > 5 else "")
    return (
        f"{key!r} is the id of {place_of(first[0])} too, and they differ in {shown}: "
        "it changed while the pages were fetched. Fetch all pages again"
    )


def _again(again: list[str], what: str) -> list[str]:
    if not again:
        return []
    ids = list(dict.fromkeys(again))
    shown = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
    return [f"{len(ids)} of the {what} are there more than once, the same each time, and counted once: {shown}."]


def _doubts(envelopes: Sequence[Envelope], what: str) -> list[str]:
    """Say where nothing tells whether all objects are there."""
    notes = []
    for envelope in envelopes:
        head = f"{envelope.name}: " if envelope.name else ""
        if envelope.bare and len(envelope.items) in _DEFAULT_SIZES:
            notes.append(
                f"{head}a bare list of exactly {len(envelope.items)} {what}, the size of a page: "
                "it does not say whether there are more."
            )
        if what == "facilities" and envelope.total2 and envelope.page in (1, None):
            notes += _archived_elsewhere(envelopes, envelope, head)
    return notes


def _archived_elsewhere(envelopes: Sequence[Envelope], envelope: Envelope, head: str) -> list[str]:
    items = (item for other in envelopes for _, item in other.items if isinstance(item, Mapping))
    if any(str(item.get("status")).lower() == "archived" for item in items):
        return []
    return [f"{head}total2 says that {envelope.total2} facilities are archived; none of them is here."]
