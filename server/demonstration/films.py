"""Sample films for the demonstration county: the published pixels of PyPI's `pydicom-data`, under invented names.

The files are put where a person can find them, to be dragged into a consult as a township doctor would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import data_store
import pydicom
from pydicom.uid import generate_uid

from server.demonstration.county import RESIDENTS, Resident, resident_id

SOURCE = Path(next(iter(data_store.__path__))) / "data"


@dataclass(frozen=True, slots=True)
class Film:
    """A file to make: where its pixels come from and whose it says it is (a number in `RESIDENTS`)."""

    name: str
    source: str
    resident: int | None
    description: str


FILMS = (
    Film("chest-li-guoqiang.dcm", "RG1_UNCR.dcm", 0, "胸部正位"),
    Film("chest-chen-xiuying.dcm", "RG1_J2KR.dcm", 1, "胸部正位"),
    Film("ultrasound-liu-jianjun.dcm", "color3d_jpeg_baseline.dcm", 2, "心脏超声"),
    Film("head-mr-wu-dashan.dcm", "MR2_UNCR.dcm", 6, "头颅磁共振"),
    Film("foot-of-somebody-else.dcm", "RG3_UNCR.dcm", None, ""),
)

SYLLABLES = {
    "李国强": "Li^Guoqiang",
    "陈秀英": "Chen^Xiuying",
    "刘建军": "Liu^Jianjun",
    "吴大山": "Wu^Dashan",
}


def write_films(folder: Path, today: date, films: Sequence[Film] = FILMS) -> list[Path]:
    """Write the films, dated `today`, into the folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / film.name, film, today) for film in films]


def _write(path: Path, film: Film, today: date) -> Path:
    dataset = pydicom.dcmread(SOURCE / film.source)
    if film.resident is not None:
        resident = RESIDENTS[film.resident]
        _rename(dataset, resident, resident_id(resident, film.resident + 1), film, today)
    dataset.save_as(path, enforce_file_format=True)
    return path


def _rename(dataset: pydicom.Dataset, resident: Resident, identity: str, film: Film, today: date) -> None:
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName = f"{SYLLABLES[resident.name]}={resident.name[0]}^{resident.name[1:]}"
    dataset.PatientID = identity
    dataset.PatientBirthDate = f"{resident.birth_date:%Y%m%d}"
    dataset.PatientSex = "M" if resident.sex == "male" else "F"
    dataset.StudyDescription = film.description
    dataset.StudyDate = f"{today:%Y%m%d}"
    dataset.InstitutionName = resident.place
    dataset.AccessionNumber = ""
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(dataset, keyword, generate_uid(entropy_srcs=[keyword, film.name, f"{today}"]))
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
