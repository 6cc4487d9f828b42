import pytest

from consult_api.printing.masking import masked


@pytest.mark.parametrize(
    ("number", "shown"),
    [("360426199101010071", "360426**********71"), ("A1234567", "******67"), ("7", "7"), ("", "")],
)
def test_the_middle_of_an_identity_number_is_hidden(number: str, shown: str) -> None:
    assert masked(number) == shown
