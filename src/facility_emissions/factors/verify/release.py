"""The release: its version, its descriptor, its entry in the changelog, and what earlier releases promised."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

from facility_emissions.factors.digest import content_digest, editions_held
from facility_emissions.factors.tables import about
from facility_emissions.factors.verify.package import Finding, Package, Row, error

CHANGELOG = "CHANGELOG.md"
_RELEASE = r"\d{4}\.\d+"
_REBUILD = "run `make data` (or write_package)"


def check(package: Package) -> Iterator[Finding]:
    """Yield where the package is not what its version, descriptor and changelog say."""
    version = _text(package, "VERSION").strip()
    match = re.fullmatch(rf"({_RELEASE})\+([0-9a-f]{{12}})", version)
    if match is None:
        yield error("VERSION", f"{version!r} is not release+digest.")
        return
    release, digest = match.groups()
    if digest != content_digest(package.root):
        yield error("VERSION", f"{version} is not the digest of these tables: {_REBUILD}.")
    yield from _check_descriptor(package, release)
    entries = _entries(_text(package, CHANGELOG))
    if release not in entries:
        yield error(CHANGELOG, f"has no entry '## {release}'.")
    yield from _check_releases(package, release, entries.get(release, ""))


def _text(package: Package, name: str) -> str:
    path = package.root / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _check_descriptor(package: Package, release: str) -> Iterator[Finding]:
    try:
        descriptor = json.loads(_text(package, "datapackage.json"))
        listed = {r["path"]: r for r in descriptor["resources"]}
    except (ValueError, KeyError, TypeError) as fault:
        yield error("datapackage.json", f"is no descriptor ({fault}): {_REBUILD}.")
        return
    if descriptor.get("version") != release:
        yield error("datapackage.json", f"is of release {descriptor.get('version')}, VERSION of {release}.")
    for path in sorted(package.files.keys() ^ listed.keys()):
        yield error("datapackage.json", f"{path} is {'missing there' if path in package.files else 'no file'}.")
    for path in sorted(package.files.keys() & listed.keys()):
        content = (package.root / path).read_bytes()
        named = (listed[path].get("bytes"), listed[path].get("hash"))
        if named != (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}"):
            yield error("datapackage.json", f"size and hash of {path} are not those of the file: {_REBUILD}.")


def _entries(changelog: str) -> dict[str, str]:
    """Return the text of each release's entry."""
    _, *parts = re.split(rf"^## ({_RELEASE}).*$", changelog, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _check_releases(package: Package, release: str, entry: str) -> Iterator[Finding]:
    """An edition keeps its ids and figures from release to release, or the changelog names it."""
    held = {_key(row): row for row in editions_held((row for _, row in package.factor_rows), release)}
    of_release: dict[str, dict[tuple[str, str], Row]] = {}
    for _, row in package.rows(about.RELEASES):
        if re.fullmatch(_RELEASE, row["release"]):
            of_release.setdefault(row["release"], {})[_key(row)] = row
    if of_release.get(release) != held:
        yield error("releases.csv", f"the rows of {release} are not those of these tables: {_REBUILD}.")
    earlier = [name for name in of_release if _order(name) < _order(release)]
    if not earlier:
        return
    last = max(earlier, key=_order)
    for key, before in sorted(of_release[last].items()):
        now = held.get(key)
        changed = [what for what in ("ids", "figures") if now is None or now[what] != before[what]]
        if changed and f"`{key[0]} {key[1]}`" not in entry:
            told = f"{' and '.join(changed)} of `{key[0]} {key[1]}` are not those of {last}"
            yield error(CHANGELOG, f"{told}, and the entry of {release} does not name it.")


def _key(row: Row) -> tuple[str, str]:
    return row["source_id"], row["edition"]


def _order(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
