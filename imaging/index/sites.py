"""The allow-list: which AE title, from which address, stores for which institution."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from imaging.index.tables import site
from runtime.database import Transaction
from wire.identifiers import new_id
from wire.problems import Kind, Problem

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One entry."""

    site_id: str
    ae_title: str
    network: str
    institution_id: str


async def allow_site(transaction: Transaction, *, ae_title: str, address: str, institution_id: str) -> Site:
    """Let `ae_title` from `network` store for an institution; the same entry again moves it to that institution.

    Args:
        transaction: the caller's.
        ae_title: 1 to 16 characters (PS3.5 §6.2), case matters.
        address: an address, `10.3.1.7`, or a network, `10.3.1.0/24`, of either IP version.
        institution_id: whose the images will be.

    Raises:
        Problem: `site/ae-title-invalid`, `site/address-invalid`.
    """
    ae_title = ae_title.strip()
    if not re.fullmatch(r"[\x20-\x5b\x5d-\x7e]{1,16}", ae_title):
        raise Problem(
            "site/ae-title-invalid", Kind.UNPROCESSABLE, "An AE title has 1 to 16 plain characters."
        )
    try:
        canonical = str(ipaddress.ip_network(address.strip()))
    except ValueError:
        raise Problem(
            "site/address-invalid", Kind.UNPROCESSABLE, "Give an address or a network such as 10.3.1.0/24."
        ) from None
    build = postgresql.insert if transaction.connection.dialect.name == "postgresql" else sqlite.insert
    row = {"ae_title": ae_title, "network": canonical, "institution_id": institution_id}
    await transaction.connection.execute(
        build(site)
        .values(site_id=new_id(), **row)
        .on_conflict_do_update(
            index_elements=[site.c.ae_title, site.c.network], set_={"institution_id": institution_id}
        )
    )
    found = select(site).where(site.c.ae_title == ae_title, site.c.network == canonical)
    return _site((await transaction.connection.execute(found)).mappings().one())


def _site(row: RowMapping) -> Site:
    return Site(
        site_id=row["site_id"],
        ae_title=row["ae_title"],
        network=row["network"],
        institution_id=row["institution_id"],
    )


async def remove_site(transaction: Transaction, site_id: str) -> bool:
    """Take an entry off the list; False when there is none such."""
    result = await transaction.connection.execute(delete(site).where(site.c.site_id == site_id))
    return result.rowcount == 1


async def list_sites(connection: AsyncConnection) -> list[Site]:
    """Return the whole list."""
    rows = await connection.execute(select(site).order_by(site.c.ae_title, site.c.network))
    return [_site(row) for row in rows.mappings()]


def find_site(sites: Sequence[Site], ae_title: str, address: str) -> Site | None:
    """Return the entry for a caller: the narrowest network of those that name its AE title and hold its address."""
    try:
        caller = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return None
    if isinstance(caller, ipaddress.IPv6Address) and caller.ipv4_mapped is not None:
        caller = caller.ipv4_mapped
    fitting: list[tuple[int, Site]] = []
    for entry in sites:
        network = ipaddress.ip_network(entry.network)
        if entry.ae_title == ae_title.strip() and caller in network:
            fitting.append((network.prefixlen, entry))
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
