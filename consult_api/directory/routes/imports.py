"""Importing institutions, people and shifts from tables."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from consult_api.access import Action
from consult_api.directory.lifecycle import importing
from consult_api.directory.routes.people import FILE_BODY
from consult_api.directory.rules.imports import COLUMNS, ImportKind, words_of
from consult_api.directory.rules.spreadsheets import LARGEST_BYTES, template
from consult_api.directory.schemas.imports import ImportColumn, ImportReport
from consult_api.request import Call, Permitted, received

router = APIRouter(tags=["people"], prefix="/imports")

Managing = Annotated[Call, Depends(Permitted(Action.MANAGE_PEOPLE), scope="function")]


async def _table(request: Request) -> bytes:
    return await received(request, Action.MANAGE_PEOPLE, area="import", largest_bytes=LARGEST_BYTES)


@router.get("/{kind}/columns")
async def list_import_columns(kind: ImportKind, _call: Managing) -> list[ImportColumn]:
    """List the columns of a table, and which words may stand in them."""
    return [
        ImportColumn(
            key=column.key,
            heading=column.heading,
            required=column.required,
            words=words_of(column.key),
        )
        for column in COLUMNS[kind]
    ]


@router.get("/{kind}/template", response_class=Response)
async def read_import_template(kind: ImportKind, _call: Managing) -> Response:
    """Download an empty table, which Excel opens with its Chinese headings."""
    return Response(
        template(COLUMNS[kind]),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="lianzhen-{kind.value}.csv"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.post("/{kind}", openapi_extra=FILE_BODY)
async def import_table(
    kind: ImportKind,
    content: Annotated[bytes, Depends(_table)],
    call: Managing,
    dry_run: Annotated[bool, Query(description="find every fault and write nothing")] = True,
) -> ImportReport:
    """Import a table (CSV as the whole body, at most 1 MiB): all of it, or nothing when anything is wrong."""
    return await importing.run(call, kind, content, dry_run=dry_run)
