import pytest

from imaging.index.sites import Site, allow_site, find_site, list_sites, remove_site
from imaging.service import ImagingService
from wire.problems import Problem


def entry(network: str, institution: str, title: str = "CR1") -> Site:
    return Site(site_id=network, ae_title=title, network=network, institution_id=institution)


def test_the_narrowest_network_decides():
    sites = [
        entry("10.0.0.0/8", "county"),
        entry("10.3.1.7/32", "township"),
        entry("10.3.0.0/16", "district"),
    ]
    assert find_site(sites, "CR1", "10.3.1.7").institution_id == "township"
    assert find_site(sites, "CR1 ", "10.3.1.8").institution_id == "district"
    assert find_site(sites, "CR1", "::ffff:10.9.9.9").institution_id == "county"
    assert find_site(sites, "CR1", "11.0.0.1") is None
    assert find_site(sites, "cr1", "10.3.1.7") is None
    assert find_site(sites, "CR1", "nonsense") is None


def test_ip_version_6():
    assert find_site([entry("fd00::/8", "township")], "CR1", "fd00::1%eth0") is not None


async def test_sites_are_added_moved_and_removed(service_on_either: ImagingService):
    database = service_on_either.database
    async with database.write() as transaction:
        added = await allow_site(transaction, ae_title=" CR1 ", address="10.3.1.7", institution_id="a")
        await allow_site(transaction, ae_title="CR1", address="10.3.1.0/24", institution_id="a")
        moved = await allow_site(transaction, ae_title="CR1", address="10.3.1.7", institution_id="b")
    assert (added.ae_title, added.network) == ("CR1", "10.3.1.7/32")
    assert (moved.site_id, moved.institution_id) == (added.site_id, "b")
    async with database.write() as transaction:
        assert await remove_site(transaction, added.site_id)
        assert not await remove_site(transaction, added.site_id)
    async with database.read() as connection:
        assert [site.network for site in await list_sites(connection)] == ["10.3.1.0/24"]


@pytest.mark.parametrize(
    ("title", "address", "code"),
    [
        ("", "10.0.0.1", "site/ae-title-invalid"),
        ("SEVENTEEN_LETTERS", "10.0.0.1", "site/ae-title-invalid"),
        ("A\\B", "10.0.0.1", "site/ae-title-invalid"),
        ("CR1", "modality.local", "site/address-invalid"),
        ("CR1", "10.3.1.7/24", "site/address-invalid"),
    ],
)
async def test_impossible_entries_are_refused(service: ImagingService, title: str, address: str, code: str):
    with pytest.raises(Problem) as caught:
        async with service.database.write() as transaction:
            await allow_site(transaction, ae_title=title, address=address, institution_id="a")
    assert caught.value.code == code
