"""What a study is, for the other services."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from imaging.dicom.description import parse_date
from imaging.errors import unknown
from imaging.index.tables import series, study
from wire.imaging import SeriesSummary, StudyDescription


async def describe_study(connection: AsyncConnection, study_uid: str) -> StudyDescription:
    """Return a study as its images' headers say it.

    Raises:
        DicomProblem: `study/unknown`.
    """
    found = (await connection.execute(select(study).where(study.c.study_uid == study_uid))).mappings().first()
    if found is None:
        raise unknown("study")
    columns = (
        series.c.series_uid,
        series.c.modality,
        series.c.number,
        series.c.description,
        series.c.instance_count,
    )
    rows = await connection.execute(
        select(*columns)
        .where(series.c.study_uid == study_uid)
        .order_by(series.c.number.is_(None), series.c.number, series.c.series_uid)
    )
    return StudyDescription(
        study_uid=study_uid,
        institution_id=found["institution_id"],
        stored_by=found["stored_by"],
        patient_name=found["patient_name"],
        patient_id=found["patient_id"],
        patient_birth_date=parse_date(found["patient_birth_date"]),
        patient_sex=found["patient_sex"],
        study_date=parse_date(found["study_date"]),
        description=found["description"],
        modalities=list(found["modalities"]),
        series=[
            SeriesSummary(
                series_uid=row.series_uid,
                modality=row.modality,
                number=row.number,
                description=row.description,
                instances=row.instance_count,
            )
            for row in rows
        ],
        instances=found["instance_count"],
    )
