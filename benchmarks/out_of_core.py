"""Out of core: `fe.batch` against a plain pyarrow read-and-rewrite of the same files, in the same run.

    python -m benchmarks.out_of_core [--rows 20000000] [--memory 1GiB] [--folder /big/disk] [--record-ids]

Each size and kind is kept in results/out_of_core.json.

Files of 5 million rows in the shape of `data.py`, dictionary-encoded key columns, row groups of 1 M.
The plain rewrite reads every column in batches of 1 M rows and writes it with pyarrow's defaults
(snappy, dictionaries, statistics), as one would to copy a dataset: it calculates nothing. Ours writes
the facility (and record id), status, the headline, every figure, flags and factor ids, sums exactly,
and takes a checksum of each file. Each runs in its own process; peak memory is the process's VmHWM
less what it took after its imports.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks import data

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "out_of_core.json"
FILE_ROWS = 5_000_000
GROUP = 1 << 20


def write_input(folder: Path, rows: int, *, record_ids: bool) -> None:
    """Write the input, a file at a time; an earlier one of the same size is kept."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    data.facilities().to_parquet(folder.parent / "facilities.parquet", index=False)
    for number, at in enumerate(range(0, rows, FILE_ROWS)):
        path = folder / f"part-{number:04d}.parquet"
        if path.exists():
            continue
        count = min(FILE_ROWS, rows - at)
        table = pa.Table.from_pandas(data.consumption(count, seed=42 + number), preserve_index=False)
        if record_ids:
            numbers = pc.utf8_lpad(pa.array(np.arange(at, at + count)).cast(pa.string()), 12, "0")
            table = table.add_column(0, "record_id", pc.binary_join_element_wise("inv", numbers, "-"))
        pq.write_table(table, path, row_group_size=GROUP)


def ours(source: Path, target: Path, memory: str) -> dict[str, object]:
    import pandas as pd

    import facility_emissions as fe

    base = _peak(fe.batch)
    begun = time.perf_counter()
    result = fe.batch(source, target, pd.read_parquet(source.parent / "facilities.parquet"), memory=memory)
    return {"seconds": time.perf_counter() - begun, "peak": _peak() - base, "total": result.total}


def plain(source: Path, target: Path, _: str) -> dict[str, object]:
    import pandas as pd  # noqa: F401 - the same imports before the measure
    import pyarrow.parquet as pq

    base = _peak()
    begun = time.perf_counter()
    target.mkdir()
    for path in sorted(source.glob("*.parquet")):
        with pq.ParquetFile(path) as file, pq.ParquetWriter(target / path.name, file.schema_arrow) as writer:
            for batch in file.iter_batches(GROUP):
                writer.write_batch(batch)
    return {"seconds": time.perf_counter() - begun, "peak": _peak() - base}


CONTENDERS = {"facility_emissions": ours, "plain rewrite": plain}


def _peak(*_: object) -> int:
    """Return the most memory that this process has had [bytes]."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def size_of(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*.parquet"))


def run(folder: Path, rows: int, memory: str, repeats: int, *, record_ids: bool) -> dict[str, object]:
    """Run both, taking turns, and return the report."""
    source = folder / ("with_record_ids" if record_ids else "consumption")
    write_input(source, rows, record_ids=record_ids)
    found: dict[str, dict] = {name: {"seconds": [], "cpu": [], "peaks": []} for name in CONTENDERS}
    for _ in range(repeats):
        for name in CONTENDERS:
            target = Path(tempfile.mkdtemp(dir=folder)) / "out"
            command = [sys.executable, "-m", "benchmarks.out_of_core", "--one", name, str(source), str(target), memory]
            done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parent)
            if done.returncode:
                raise SystemExit(f"{name} failed:\n{done.stderr}")
            told = json.loads(done.stdout.splitlines()[-1])
            found[name]["seconds"].append(told["seconds"])
            found[name]["cpu"].append(told["cpu"])
            found[name]["peaks"].append(told["peak"])
            found[name]["output_bytes"] = size_of(target)
            found[name]["total"] = told.get("total")
            subprocess.run(["rm", "-rf", str(target.parent)], check=True)
            print(
                name, f"{told['seconds']:.1f} s, CPU {told['cpu']:.1f} s", f"{told['peak'] / 2**20:.0f} MiB", flush=True
            )
    return {
        "rows": rows, "files": -(-rows // FILE_ROWS), "memory": memory, "record_ids": record_ids,
        "input_bytes": size_of(source), "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores", "load": os.getloadavg()[1],
        "versions": {n: version(n) for n in ("pandas", "numpy", "pyarrow")}, "found": found,
    }  # fmt: skip


def show(report: dict) -> str:
    """Return the report as Markdown."""
    found, rows = report["found"], report["rows"]
    base = statistics.median(found["plain rewrite"]["seconds"])
    ids = ", with record ids" if report["record_ids"] else ""
    lines = [
        f"**{rows:,} rows{ids}, {report['files']} files, `--memory {report['memory']}`**", "",
        "| | seconds (median) | CPU s | rows/s | speed of plain | peak MiB | reads MB | writes MB |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, m in found.items():
        seconds = statistics.median(m["seconds"])
        lines.append(
            f"| {name} | {seconds:.1f} | {statistics.median(m['cpu']):.1f} | {rows / seconds / 1e6:.2f} M "
            f"| {base / seconds:.2f} | {max(m['peaks']) / 2**20:,.0f} "
            f"| {report['input_bytes'] / 1e6:,.0f} | {m['output_bytes'] / 1e6:,.0f} |"
        )
    total = found["facility_emissions"]["total"]
    lines += ["", f"Python {report['python']}, {report['machine']}, load {report['load']:.1f}, "
              f"{', '.join(f'{n} {v}' for n, v in report['versions'].items())}. "
              f"Total {total['co2e']!r} kg CO2e of {total['rows']:,} rows."]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--memory", default="1GiB")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--record-ids", action="store_true")
    parser.add_argument("--folder", type=Path, help="where there is room; a temporary folder by default")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        name, source, target, memory = args.one
        told = CONTENDERS[name](Path(source), Path(target), memory)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({**told, "cpu": used.ru_utime + used.ru_stime}))
        return
    with tempfile.TemporaryDirectory() as scratch:
        report = run(args.folder or Path(scratch), args.rows, args.memory, args.repeats, record_ids=args.record_ids)
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    kept[f"{args.rows:013,} {'with' if args.record_ids else 'without'} record ids"] = report
    RESULTS.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n")
    print(show(report))


if __name__ == "__main__":
    main()
