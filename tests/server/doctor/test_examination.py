import os
import re
import subprocess
from pathlib import Path

from lianzhen_server import LIANZHEN, LianzhenServer, embedded

from runtime.clock import SystemClock
from server.composition import migrate
from server.doctor.examination import examine
from server.settings import Settings

SUBJECTS = [
    *("settings", "disk", "printing", "database", "server", "services", "clock", "web client", "DICOM"),
    "call",
]


def doctor(county: LianzhenServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    return subprocess.run(
        [LIANZHEN, "doctor", *arguments],
        cwd=county.folder,
        env={**os.environ, **county.environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_running_county_is_found_well_by_a_call_whose_pictures_are_decoded(embedded_county: LianzhenServer):
    told = doctor(embedded_county, "--url", embedded_county.base_url)
    *lines, verdict = told.stdout.splitlines()
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
    assert [line[8:20].strip() for line in lines] == SUBJECTS
    assert all(line.startswith("ok ") for line in lines)
    assert verdict == "This county works."
    call = re.search(r"first picture after ([\d.]+) s, (\d+) pictures and (\d+) pieces of sound", lines[-1])
    assert call is not None
    assert 0 < float(call[1]) < 8
    assert int(call[2]) >= 10
    assert int(call[3]) >= 10
    assert f"by 127.0.0.1:{embedded_county.environment['MEDIA_PORT']}/udp" in lines[-1]
    assert "refuses strangers" in lines[-2]


def test_a_stopped_county_is_told_in_lines_that_say_what_to_try(tmp_path: Path, county_template: Path):
    stopped = embedded(tmp_path, county_template)
    told = doctor(stopped)
    lines = {line[8:20].strip(): line for line in told.stdout.splitlines()[:-1]}
    assert (told.returncode, told.stderr) == (1, ""), told.stdout
    failed = [subject for subject, line in lines.items() if line.startswith("FAILED ")]
    assert failed == ["server", "DICOM", "call"]
    assert f"http://127.0.0.1:{stopped.environment['HTTP_PORT']} doesn't answer" in lines["server"]
    assert "start it with `lianzhen run`" in lines["server"]
    assert f"127.0.0.1:{stopped.environment['DICOM_PORT']} doesn't answer" in lines["DICOM"]
    assert "first mend the server" in lines["call"]
    assert told.stdout.splitlines()[-1] == "3 of 8 checks failed."


async def test_a_database_that_is_not_the_running_servers_fails_the_call_alone(
    county_settings: Settings, tmp_path: Path
):
    settings = county_settings.model_copy(update={"data_dir": tmp_path})
    await migrate(settings)
    failed = [finding async for finding in examine(settings, SystemClock()) if not finding.ok]
    assert [finding.subject for finding in failed] == ["call"]
    assert "the database holds no key to sign tickets with" in failed[0].words
