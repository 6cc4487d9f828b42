"""The command line: `lianzhen run`, `setup`, `seed`, `migrate`, `doctor`, `admin …`, `audit …`.

Each command reads its settings from the environment, does one thing and says so; a problem is one line on
standard error and exit status 1.

`doctor` alone is a process of its own, since it decodes pictures: a relay that this module starts has no codec loaded.
"""

import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from runtime import logs
from server import administration, composition
from server.demonstration import seeding
from server.settings import Settings
from wire.problems import Problem

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
admin = typer.Typer(no_args_is_help=True, help="Tokens for machines, sites that send images.")
tokens = typer.Typer(no_args_is_help=True, help="Bearer tokens for scripts and other systems.")
sites = typer.Typer(no_args_is_help=True, help="DICOM devices that may send images.")
audit = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(admin, name="admin")
admin.add_typer(tokens, name="token")
admin.add_typer(sites, name="site")
app.add_typer(audit, name="audit")

out = Console(highlight=False)


def _do(work: Coroutine[Any, Any, None]) -> None:
    try:
        uvloop.run(work)
    except Problem as problem:
        typer.echo(f"lianzhen: {problem.detail} ({problem.code})", err=True)
        raise typer.Exit(1) from None


def _settings() -> Settings:
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors():
            typer.echo(f"lianzhen: {'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}", err=True)
        raise typer.Exit(1) from None
    logs.configure(level=settings.log_level, human=sys.stderr.isatty())
    return settings


@app.command()
def run(
    services: Annotated[str, typer.Option(help="which services, separated by commas")] = ",".join(
        composition.ALL
    ),
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="fill an empty county with the demonstration county")
    ] = False,
) -> None:
    """Start the services and serve until Ctrl-C."""
    settings = _settings()
    names = [name.strip() for name in services.split(",") if name.strip()]

    def started() -> None:
        address = f"http://localhost:{settings.http_port}"
        out.print(
            f"[bold green]Lianzhen is running[/] ({', '.join(names)}): [bold]{address}[/]  Ctrl-C stops it."
        )

    async def work() -> None:
        out.print("Bringing the database up to date …")
        await composition.migrate(settings, names)
        if demonstration:
            await seeding.seed_if_empty(settings, out)
        seeding.show_banner(settings, out)
        await composition.run(settings, names, started)
        out.print("Stopped. Everything acknowledged is kept.")

    _do(work())


@app.command()
def migrate() -> None:
    """Bring the database's tables to this program's version."""
    settings = _settings()
    _do(composition.migrate(settings))


@app.command()
def setup() -> None:
    """Make a real, empty county: its tables and one administrator, whose password is shown once."""
    settings = _settings()

    async def work() -> None:
        await composition.migrate(settings)
        login = await administration.create_first_administrator(settings)
        out.print(
            f"Administrator [bold]{login.username}[/], password [bold]{login.password}[/] (shown only now)."
        )

    _do(work())


@app.command()
def seed() -> None:
    """Fill an empty county with the demonstration county."""
    settings = _settings()

    async def work() -> None:
        await composition.migrate(settings)
        await seeding.seed_if_empty(settings, out)
        seeding.show_banner(settings, out)

    _do(work())


@app.command()
def doctor(
    url: Annotated[
        str | None, typer.Option(help="the county's address; without, this machine's own HTTP_PORT")
    ] = None,
) -> None:
    """Try out whether this county works, with a call; exit status 1 when anything doesn't."""
    # -P keeps a folder named `server` in the working directory from being taken for ours.
    command = [sys.executable, "-P", "-m", "server.doctor", *([url] if url else [])]
    raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - nothing of a shell's


@tokens.command("create")
def create_token(
    scope: Annotated[
        list[str], typer.Option(help="dicomweb, fhir, whip, api or regulator; may be given several times")
    ],
    name: Annotated[str, typer.Option(help="what the token is for")] = "script",
    institution: Annotated[
        str | None, typer.Option(help="an institution's id; without, the county's own")
    ] = None,
) -> None:
    """Make a token and print it, alone on a line; it is shown only now."""
    settings = _settings()

    async def work() -> None:
        typer.echo(
            await administration.create_token(settings, name=name, scopes=scope, institution_id=institution)
        )

    _do(work())


@sites.command("add")
def add_site(
    ae_title: Annotated[str, typer.Argument(help="the device's AE title")],
    address: Annotated[str, typer.Argument(help="its IP address or network, 192.0.2.7 or 192.0.2.0/24")],
    institution: Annotated[str, typer.Argument(help="the id of the institution it belongs to")],
) -> None:
    """Let a DICOM device send images for an institution."""
    settings = _settings()
    _do(administration.add_site(settings, ae_title=ae_title, address=address, institution_id=institution))


@admin.command("institutions")
def list_institutions() -> None:
    """List the institutions and their ids."""
    settings = _settings()

    async def work() -> None:
        table = Table("id", "name", "kind")
        for institution in await administration.list_institutions(settings):
            table.add_row(institution.id, institution.name, institution.kind)
        out.print(table)

    _do(work())


@audit.command("checkpoint")
def note_audit(
    file: Annotated[Path, typer.Argument(help="where to add the line; copy it to another machine")],
) -> None:
    """Add a signed line to a file: how long each chain is and how it ends."""
    settings = _settings()

    async def work() -> None:
        chains, thumbprint = await administration.note_audit(settings, file)
        typer.echo(f"{chains} chains noted in {file}, signed with the key {thumbprint}")

    _do(work())


@audit.command("verify")
def verify_audit(
    checkpoints: Annotated[
        Path | None, typer.Option(help="a file of checkpoints that every chain has to go through")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="the public key they are signed with; without, the one beside the data"),
    ] = None,
) -> None:
    """Walk every chain of the audit trail; exit status 1 when one doesn't hold."""
    settings = _settings()

    async def work() -> None:
        rows, faults = await administration.verify_audit(settings, file=checkpoints, key=key)
        for fault in faults:
            typer.echo(f"institution {fault.institution_id}, row {fault.seq}: {fault.reason}", err=True)
        typer.echo(f"{rows} rows read, {len(faults)} faults")
        if faults:
            raise typer.Exit(1)

    _do(work())


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
