"""What storing, finding and showing images costs: milliseconds as a client sees them.

    python -m benchmarks.imaging [--json]

CT slices of 512 x 512 x 16 bit are stored one by one and thirty to a request, studies searched among a few hundred,
a series' metadata and single frames fetched, through our imaging service and through Debian's Orthanc with its
DICOMweb plugin, in turns, over one kept connection each. Both check a login at every request. Ours flushes every
instance to the disk before it answers; Orthanc 1.10 does not.
"""

import argparse
import io
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset

from benchmarks.imaging_load.subjects import LoadError, Subject, orthanc, orthanc_version, ours

ROUNDS = 5
SINGLES = 6
BATCH = 30
STUDIES = 300
SEARCHES = 10
FRAMES = 30
METADATA = 10
_STUDY, _SERIES, _SOP = (f"1.2.826.0.1.3680043.10.1.{level}.{'9' * 13}" for level in (1, 2, 3))
_PATIENT = "PATIENT000000000"
_NAME = "BenchmarkA0000000000^X"


class Slices:
    """Makes instances that differ in their UIDs and their patient, from one encoded template."""

    def __init__(self, side: int) -> None:
        dataset = Dataset()
        dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        dataset.SOPInstanceUID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID = _SOP, _STUDY, _SERIES
        dataset.PatientName, dataset.PatientID, dataset.PatientSex = _NAME, _PATIENT, "O"
        dataset.StudyDate, dataset.StudyTime, dataset.Modality = "20260302", "081500", "CT"
        dataset.AccessionNumber, dataset.StudyDescription, dataset.SeriesDescription = "A1", "Thorax", "Axial"
        dataset.SeriesNumber, dataset.InstanceNumber, dataset.ImageType = (
            1,
            1,
            ["ORIGINAL", "PRIMARY", "AXIAL"],
        )
        dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [0, 0, 0], [1, 0, 0, 0, 1, 0]
        dataset.PixelSpacing, dataset.SliceThickness = [0.7, 0.7], 1
        dataset.Rows = dataset.Columns = side
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = (
            16,
            12,
            11,
            0,
        )
        dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
        dataset.WindowCenter, dataset.WindowWidth = 40, 400
        dataset.PixelData = bytes(range(256)) * (side * side * 2 // 256)
        dataset["PixelData"].VR = "OW"
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.file_meta.MediaStorageSOPInstanceUID = _SOP
        dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        out = io.BytesIO()
        dataset.save_as(out, enforce_file_format=True)
        self._template = out.getvalue()
        self._made = 0

    def make(self, study: int) -> tuple[bytes, tuple[str, str, str]]:
        """Return a new instance of study number `study` and its study, series and instance UIDs."""
        self._made += 1
        uids = tuple(
            f"{template[:-13]}{10**12 + number}"
            for template, number in ((_STUDY, study), (_SERIES, study), (_SOP, study * 100_000 + self._made))
        )
        data = self._template
        for template, uid in zip((_STUDY, _SERIES, _SOP), uids, strict=True):
            data = data.replace(template.encode(), uid.encode())
        data = data.replace(_PATIENT.encode(), f"PATIENT{study:09d}".encode())
        return data.replace(_NAME.encode(), f"BenchmarkA{study:010d}^X".encode()), (uids[0], uids[1], uids[2])


def timed_ms(work: Callable[[], object]) -> float:
    """Return how long `work` took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


class Workload:
    """Runs every step on both servers, in turns, and keeps the times."""

    def __init__(self, subjects: list[Subject]) -> None:
        self._subjects = subjects
        self._slices, self._small = Slices(512), Slices(16)
        self._shown: dict[str, list[tuple[str, str, str]]] = {}
        self.times: dict[str, dict[str, list[float]]] = {}

    def step(self, name: str, works: dict[str, Callable[[], object]], divide: int = 1) -> None:
        """Time one step on each server."""
        for subject, work in works.items():
            kept = self.times.setdefault(name, {}).setdefault(subject, [])
            kept.append(timed_ms(work) / divide)

    def fill(self) -> None:
        """Store the studies to search among."""
        files = [self._small.make(1_000_000 + number)[0] for number in range(STUDIES)]
        for start in range(0, STUDIES, BATCH):
            for subject in self._subjects:
                subject.store(files[start : start + BATCH])

    def round(self, number: int) -> None:
        """Do every step once on each server, the order turning from round to round."""
        order = self._subjects if number % 2 else self._subjects[::-1]
        for _ in range(SINGLES):
            data, _ = self._slices.make(2 * number)
            self.step("stow_one_ms", {s.name: lambda s=s, data=data: s.store([data]) for s in order})
        made = [self._slices.make(2 * number + 1) for _ in range(BATCH)]
        files, uids = [data for data, _ in made], [uid for _, uid in made]
        self.step("stow_batch_ms", {s.name: lambda s=s: s.store(files) for s in order}, divide=BATCH)
        queries = {
            "qido_latest_ms": "limit=100",
            "qido_patient_id_ms": f"PatientID=PATIENT{1_000_000 + number:09d}",
            "qido_name_prefix_ms": "PatientName=BenchmarkA00010000*&limit=100",
        }
        for name, query in queries.items():
            for _ in range(SEARCHES):
                self.step(name, {s.name: lambda s=s, query=query: self._found(s, query) for s in order})
        study, series, _ = uids[0]
        for _ in range(METADATA):
            self.step("metadata_30_ms", {s.name: lambda s=s: s.metadata(study, series) for s in order})
        for uid in uids[:FRAMES]:
            self.step("frame_512k_ms", {s.name: lambda s=s, uid=uid: self._frame(s, uid) for s in order})

    @staticmethod
    def _found(subject: Subject, query: str) -> None:
        if not subject.find(query):
            raise LoadError(f"{subject.name} finds nothing")

    @staticmethod
    def _frame(subject: Subject, uid: tuple[str, str, str]) -> None:
        if len(subject.frame(*uid)) < 512 * 1024:
            raise LoadError(f"{subject.name} sends less than a frame")

    def metrics(self) -> dict[str, float]:
        """Return the medians, and ours divided by the peer's."""
        found: dict[str, float] = {}
        for name, times in self.times.items():
            mine, his = statistics.median(times["ours"]), statistics.median(times["orthanc"])
            found |= {
                name: round(mine, 3),
                f"{name}_peer": round(his, 3),
                f"{name}_ratio": round(mine / his, 3),
            }
        return found


def measure() -> dict[str, object]:
    """Run the workload; return the object that `--json` prints.

    Raises:
        LoadError: Orthanc is missing, or a server answers wrongly.
    """
    version = orthanc_version()
    if version is None:
        raise LoadError("the peer is missing: apt-get install orthanc orthanc-dicomweb")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ours").mkdir()
        subjects: list[Subject] = []
        try:
            subjects += [ours(folder), orthanc(folder)]
            workload = Workload(subjects)
            workload.fill()
            for number in range(1, ROUNDS + 1):
                workload.round(number)
        finally:
            for subject in subjects:
                subject.stop()
    return {
        "workload": f"imaging: 512 KiB CT slices one by one and {BATCH} a request, {STUDIES} studies searched",
        "peer": {"name": "Orthanc (Debian)", "version": version},
        "metrics": workload.metrics(),
    }


def main() -> None:
    """Print the result, as a table or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    result = measure()
    if arguments.json:
        print(json.dumps(result))
        return
    print(result["workload"], "against", result["peer"])
    metrics = result["metrics"]
    if isinstance(metrics, dict):
        for name, value in metrics.items():
            print(f"{name:36} {value:10}")


if __name__ == "__main__":
    main()
