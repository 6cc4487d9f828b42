"""Real DICOM files from the packages pydicom and pydicom-data, and small ones made for a purpose."""

import io
import warnings
from collections.abc import Iterator
from pathlib import Path

import data_store
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

PYDICOM = Path(pydicom.__file__).parent / "data"
PYDICOM_DATA = Path(data_store.__file__).parent / "data"
NOT_IMAGES = {".py", ".pyc", ".gz", ".md", ".txt", ".json", ".pyi"}


def sample(name: str) -> Path:
    """Find a file of either package by its name."""
    for folder in (PYDICOM_DATA, PYDICOM / "test_files", PYDICOM / "charset_files"):
        if (folder / name).exists():
            return folder / name
    raise LookupError(name)


def every_sample() -> Iterator[Path]:
    """Yield every file of both packages that is, or pretends to be, DICOM."""
    for folder in (PYDICOM, PYDICOM_DATA):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in NOT_IMAGES:
                yield path


def read(path: Path | str | bytes) -> FileDataset:
    """Read a file by pydicom, silently."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = io.BytesIO(path) if isinstance(path, bytes) else path
        return pydicom.dcmread(source)


def written(dataset: Dataset, *, transfer_syntax: str = ExplicitVRLittleEndian, **options: bool) -> bytes:
    """Encode a data set as a whole file."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax
    dataset.file_meta = meta
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.save_as(out, enforce_file_format=True, **options)
    return out.getvalue()


def small(**attributes: object) -> Dataset:
    """Make a small instance with its own UIDs; attributes by keyword."""
    dataset = Dataset()
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.SOPInstanceUID = generate_uid()
    dataset.StudyInstanceUID = generate_uid()
    dataset.SeriesInstanceUID = generate_uid()
    dataset.PatientName = "Canary^Test"
    dataset.PatientID = "P1"
    dataset.Modality = "OT"
    dataset.StudyDate = "20260302"
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def picture(*, rows: int = 8, columns: int = 8, frames: int = 1, **attributes: object) -> Dataset:
    """Make a small 8-bit image; each frame has its own number as every pixel."""
    dataset = small(
        Rows=rows,
        Columns=columns,
        SamplesPerPixel=1,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PixelRepresentation=0,
        PhotometricInterpretation="MONOCHROME2",
        PixelData=b"".join(bytes([frame + 1]) * (rows * columns) for frame in range(frames)),
    )
    dataset["PixelData"].VR = "OW"
    if frames > 1:
        dataset.NumberOfFrames = frames
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset
