import os
from pathlib import Path

import pytest

from server.doctor.machine import check_databases, check_disk, check_printing, check_settings, read_settings
from server.settings import Settings
from wire.problems import Problem


def settings(folder: Path, **changed: str | int) -> Settings:
    return Settings.model_validate({"data_dir": folder, "media_addresses": "127.0.0.1", **changed})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"http_port": 0}, "HTTP_PORT is 0"),
        ({"media_addresses": "relay.example"}, "MEDIA_ADDRESSES holds relay.example: give IP addresses"),
        ({"turn_urls": "turns:turn.example:5349"}, "TURN_URLS is set without TURN_SECRET"),
        ({"database_url": "mysql://county"}, "DATABASE_URL must begin with"),
    ],
)
async def test_settings_that_make_no_sense_are_named(
    changed: dict[str, str | int], told: str, tmp_path: Path
):
    with pytest.raises(Problem) as problem:
        await check_settings(settings(tmp_path, **changed))
    assert told in problem.value.detail


def test_a_setting_that_can_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PORT", "eighty")
    with pytest.raises(Problem) as problem:
        read_settings()
    assert problem.value.detail.startswith("HTTP_PORT: ")


async def test_passwords_in_the_settings_are_not_repeated(tmp_path: Path):
    secret = settings(tmp_path, database_url="postgresql://u:swordfish@db/l", bus_url="redis://:swordfish@r")
    assert await check_settings(secret) == "make sense; database postgresql, bus redis, images file"


async def test_a_disk_is_tried_by_writing_and_left_as_it_was(tmp_path: Path):
    assert f"GiB free in {tmp_path}" in await check_disk(settings(tmp_path))
    assert not os.listdir(tmp_path)


async def test_a_missing_data_folder_is_told_and_not_made(tmp_path: Path):
    missing = settings(tmp_path / "elsewhere")
    for check in (check_disk, check_databases):
        with pytest.raises(Problem) as problem:
            await check(missing)
        assert "set DATA_DIR to the server's" in problem.value.detail
    assert not os.listdir(tmp_path)


async def test_a_missing_chinese_font_is_told(tmp_path: Path):
    with pytest.raises(Problem) as problem:
        await check_printing([tmp_path])
    assert "install the Debian package fonts-wqy-microhei" in problem.value.detail
    assert await check_printing() == "Chinese is printed with wqy-microhei"


async def test_a_database_of_another_version_is_told(tmp_path: Path):
    (tmp_path / "consult_api.sqlite3").touch()
    with pytest.raises(Problem) as problem:
        await check_databases(settings(tmp_path))
    assert "consult_api's is of another version than this program" in problem.value.detail


async def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    (tmp_path / "consult_api.sqlite3").write_bytes(b"a letter, not a database" * 100)
    with pytest.raises(Problem) as problem:
        await check_databases(settings(tmp_path))
    assert "consult_api's can't be read (file is not a database)" in problem.value.detail


async def test_a_database_server_that_is_away_is_told(tmp_path: Path):
    away = settings(tmp_path, database_url="postgresql://lianzhen@127.0.0.1:1/lianzhen")
    with pytest.raises(Problem) as problem:
        await check_databases(away)
    assert "Connection refused" in problem.value.detail
    assert "look at DATABASE_URL" in problem.value.detail
