"""Sends STOW-RS bodies."""

import httpx

BOUNDARY = "stow-boundary"


def stow_body(*files: bytes) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    return b"".join(head + data + b"\r\n" for data in files) + f"--{BOUNDARY}--\r\n".encode()


async def stow(web: httpx.AsyncClient, *files: bytes, study: str = "", **headers: str) -> httpx.Response:
    """Store files in one request."""
    path = f"/studies/{study}" if study else "/studies"
    content_type = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
    return await web.post(path, content=stow_body(*files), headers={"Content-Type": content_type, **headers})


def path_of(dataset) -> str:
    """Return an instance's address."""
    return f"/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}/instances/{dataset.SOPInstanceUID}"
