"""DCMTK's own tools, as modalities use them. pynetdicom installs namesakes, hence the whole paths."""

import asyncio
from pathlib import Path

import httpx
import pytest
from dicom_samples import read, sample
from imaging_service import TOKEN, Served

BIN = Path("/usr/bin")


async def run(tool: str, *arguments: str | Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        BIN / tool, *map(str, arguments), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode("utf-8", "replace")


def target(served: Served, title: str = "DCMTK") -> tuple[str, ...]:
    return ("-aet", title, "-aec", "LIANZHEN", "127.0.0.1", str(served.dicom_port))


async def test_a_listed_device_is_heard_and_a_stranger_is_not(served: Served):
    code, output = await run("echoscu", "-v", *target(served))
    assert code == 0, output
    code, output = await run("echoscu", *target(served, "STRANGER"))
    assert code != 0
    assert "Calling AE Title Not Recognized" in output


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("RG1_UNCR.dcm", ()),
        ("CT_small.dcm", ("-xi",)),
        ("MR_small_RLE.dcm", ("-xr",)),
        ("examples_ybr_color.dcm", ("-xy",)),
        ("MR_small_jp2klossless.dcm", ("-xv",)),
        ("emri_small_jpeg_ls_lossless.dcm", ("-xt",)),
    ],
)
async def test_what_a_device_sends_is_kept_in_every_transfer_syntax(
    served: Served, name: str, options: tuple[str, ...]
):
    code, output = await run("storescu", "-v", "-R", *options, *target(served), sample(name))
    assert code == 0, output
    dataset = read(sample(name))
    path = f"{served.url}/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as web:
        original = await web.get(f"{path}/instances/{dataset.SOPInstanceUID}/original")
    stored = read(original.content)
    assert stored.PixelData.rstrip(b"\0") == dataset.PixelData.rstrip(b"\0")
    assert stored.PatientName == dataset.PatientName


async def test_the_same_file_twice_is_fine(served: Served):
    for _ in range(2):
        code, output = await run("storescu", *target(served), sample("CT_small.dcm"))
        assert code == 0, output


async def test_a_stranger_stores_nothing(served: Served):
    code, output = await run("storescu", *target(served, "STRANGER"), sample("CT_small.dcm"))
    assert code != 0
    assert "Calling AE Title Not Recognized" in output
