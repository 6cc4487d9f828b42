"""Runs every workload of this folder, prints one table and writes RESULTS.md.

A workload is any other module here. Run with `--json` it prints one object and nothing else on its standard
output: `workload`, `peer` (`name`, `version`) and `metrics`, flat, from name to number. A metric that ends in
`_ratio` is ours divided by the peer's cost, so that smaller is better.

    python -m benchmarks.report [NAME ...]
"""

import json
import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "RESULTS.md"
COMMAND = "make bench"


class WorkloadError(Exception):
    """A workload failed, or what it printed isn't the object that it owes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one workload measured."""

    workload: str
    peer_name: str
    peer_version: str
    metrics: Mapping[str, float]


def workloads(folder: Path = FOLDER) -> list[str]:
    """Return the names of the workloads in a folder, in alphabetical order."""
    frame = {"__init__", Path(__file__).stem}
    return sorted(path.stem for path in folder.glob("*.py") if path.stem not in frame)


def parse(text: str) -> Result:
    """Read a workload's answer.

    Raises:
        WorkloadError: it isn't one JSON object of the agreed shape.
    """
    try:
        answer: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise WorkloadError(f"not one JSON object on standard output: {error}") from error
    peer = _mapping(_mapping(answer, "the answer").get("peer"), "peer")
    fields = cast("Mapping[str, object]", answer)
    return Result(
        workload=_text(fields.get("workload"), "workload"),
        peer_name=_text(peer.get("name"), "peer.name"),
        peer_version=_text(peer.get("version"), "peer.version"),
        metrics=dict(_metrics(_mapping(fields.get("metrics"), "metrics"))),
    )


def measure(command: Sequence[str]) -> Result:
    """Run one workload and read its answer; what it says on standard error goes through.

    Raises:
        WorkloadError: it failed, or answered in another shape.
    """
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if finished.returncode:
        raise WorkloadError(f"ended with {finished.returncode}")
    return parse(finished.stdout)


def table(results: Sequence[Result]) -> str:
    """Lay the measurements out as one Markdown table, ratios in bold."""
    rows = ["| Workload | Peer | Metric | Value |", "|---|---|---|---:|"]
    for result in results:
        first = f"{result.workload} | {result.peer_name} {result.peer_version}"
        for name, value in result.metrics.items():
            shown = f"**{_number(value)}**" if name.endswith("_ratio") else _number(value)
            rows.append(f"| {first} | {name} | {shown} |")
            first = " | "
    return "\n".join(rows)


def document(results: Sequence[Result], now: datetime) -> str:
    """Write the page: what was measured, when, by which command and on what kind of machine."""
    facts = "\n".join(f"- {fact}" for fact in machine())
    return (
        "# Measurements\n\n"
        f"Written by `{COMMAND}` on {now:%Y-%m-%d}; edit nothing here. Ours and the peer take turns in the same "
        "run. A metric that ends in `_ratio` is ours divided by the peer's cost: below 1 we are cheaper.\n\n"
        f"{facts}\n\n{table(results)}\n"
    )


def machine() -> Iterator[str]:
    """Yield what a reader must know of the machine to judge the numbers, and nothing that names it."""
    yield f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f} at the end"
    yield f"{platform.system()} {platform.release()}"
    yield f"{platform.python_implementation()} {platform.python_version()}"


def main(arguments: Sequence[str]) -> int:
    """Run the named workloads, or all; return the exit status. Only a full and good run is written down."""
    chosen = list(arguments) or workloads()
    results: list[Result] = []
    failed: list[str] = []
    for name in chosen:
        began = time.monotonic()
        print(f"==> {name}", file=sys.stderr, flush=True)
        try:
            results.append(measure([sys.executable, "-m", f"benchmarks.{name}", "--json"]))
        except WorkloadError as error:
            failed.append(name)
            print(f"    {name}: {error}", file=sys.stderr, flush=True)
        print(f"    {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(results))
    if failed or arguments:
        return 1 if failed else 0
    RESULTS.write_text(document(results, datetime.now(UTC)), encoding="utf-8")
    print(f"\nWritten to {RESULTS.relative_to(FOLDER.parent)}")
    return 0


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise WorkloadError(f"{name} is not an object")
    return cast("Mapping[str, object]", value)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise WorkloadError(f"{name} is not a text")
    return value


def _metrics(values: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    if not values:
        raise WorkloadError("metrics is empty")
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise WorkloadError(f"metrics.{name} is not a finite number")
        yield name, float(value)


def _number(value: float) -> str:
    if value == 0 or 0.01 <= abs(value) < 10_000:
        return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.2g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
