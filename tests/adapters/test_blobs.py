"""Both blob stores keep the same promises."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from runtime.blobs import BlobStore
from runtime.blobs.directory import DirectoryBlobs
from runtime.blobs.s3 import S3Blobs
from wire.problems import Kind, Problem


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    patch = pytest.MonkeyPatch()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "test")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="images")
    yield endpoint
    server.stop()
    patch.undo()


@pytest.fixture(params=["directory", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "directory":
        return DirectoryBlobs(tmp_path)
    endpoint = request.getfixturevalue("s3_endpoint")
    return S3Blobs("images", tmp_path / "spool", prefix=tmp_path.name, endpoint=endpoint)


async def test_what_was_put_is_read_back_whole_and_in_ranges(blobs: BlobStore) -> None:
    data = os.urandom(100_000)
    digest = await blobs.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert await blobs.read(digest) == data
    assert await blobs.read(digest, 500, 20) == data[500:520]
    assert await blobs.read(digest, 99_990, 500) == data[99_990:]
    assert await blobs.read(digest, 100_000, 5) == b""


async def test_file_is_taken_over(blobs: BlobStore) -> None:
    path = blobs.spool() / "incoming"
    path.write_bytes(b"film" * 1000)
    digest = hashlib.sha256(b"film" * 1000).hexdigest()
    await blobs.put_file(path, digest)
    assert not path.exists()
    assert await blobs.read(digest) == b"film" * 1000


async def test_same_bytes_twice_are_one_blob(blobs: BlobStore) -> None:
    assert await blobs.put(b"once") == await blobs.put(b"once")


async def test_stream_gives_every_byte_in_order(blobs: BlobStore) -> None:
    data = os.urandom(3_000_000)
    digest = await blobs.put(data)
    assert b"".join([piece async for piece in blobs.stream(digest)]) == data


async def test_missing_blob_is_a_typed_problem(blobs: BlobStore) -> None:
    assert not await blobs.exists("0" * 64)
    with pytest.raises(Problem) as caught:
        await blobs.read("0" * 64)
    assert (caught.value.code, caught.value.kind) == ("storage/missing", Kind.NOT_FOUND)


async def test_put_blob_exists(blobs: BlobStore) -> None:
    assert await blobs.exists(await blobs.put(b"here"))
