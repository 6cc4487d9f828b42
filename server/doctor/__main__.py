"""`python -m server.doctor [URL]`: print a line for each check; exit status 1 when any has failed."""

import asyncio
import logging
import sys

import typer

from runtime import logs
from runtime.clock import SystemClock
from server.doctor.examination import examine
from server.doctor.finding import Finding
from server.doctor.machine import read_settings
from wire.problems import Problem


async def main(url: str | None) -> int:
    """Examine the county and return the exit status."""
    try:
        settings = read_settings()
    except Problem as problem:
        typer.echo(Finding("settings", ok=False, words=problem.detail).line)
        return 1
    logs.configure(level=settings.log_level, human=sys.stderr.isatty())
    for library in ("aiortc", "aioice", "pynetdicom"):
        # What they complain of is what the checks find, and say in one line.
        logging.getLogger(library).setLevel(logging.CRITICAL)
    findings: list[Finding] = []
    async for finding in examine(settings, SystemClock(), url):
        typer.echo(finding.line)
        findings.append(finding)
    failed = sum(not finding.ok for finding in findings)
    typer.echo(f"{failed} of {len(findings)} checks failed." if failed else "This county works.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(next(iter(sys.argv[1:]), None))))
