from wire.problems import HTTP_STATUS, Kind, Problem


def test_every_kind_has_a_status_of_its_own_in_the_range_of_errors() -> None:
    assert set(HTTP_STATUS) == set(Kind)
    assert len(set(HTTP_STATUS.values())) == len(Kind)
    assert all(400 <= status < 600 for status in HTTP_STATUS.values())


def test_close_code_lies_in_the_private_range() -> None:
    for kind in Kind:
        assert 4000 <= Problem("a/b", kind, "x").close_code <= 4999
