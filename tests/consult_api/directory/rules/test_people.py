"""Whose people are whose to change, which certificates need attention, what a scan is."""

from datetime import date, timedelta

import pytest

from consult_api.directory.rules.administration import Reach
from consult_api.directory.rules.people import (
    IdentifierKind,
    administers,
    evidence_type,
    is_identifier,
    may_grant,
    needs_attention,
)

COUNTY = Reach(whole_county=True, institution_id="hospital")
STONE = Reach(institution_id="stone")
HEART = Reach(institution_id="hospital", department_id="heart")


def test_reach_is_the_county_the_institution_or_the_department() -> None:
    assert COUNTY.covers_institution("river")
    assert COUNTY.covers_department("river", "clinic")
    assert STONE.covers_department("stone", "clinic")
    assert not STONE.covers_institution("river")
    assert HEART.covers_department("hospital", "heart")
    assert not HEART.covers_department("hospital", "surgery")
    assert not HEART.covers_institution("hospital")
    assert not Reach().covers_institution("stone")


@pytest.mark.parametrize(
    ("reach", "institutions", "allowed"),
    [
        (STONE, {"stone"}, True),
        (STONE, {"stone", "river"}, False),
        (STONE, set(), False),
        (COUNTY, {"stone", "river"}, True),
        (COUNTY, set(), True),
    ],
)
def test_whoever_works_elsewhere_too_is_the_countys_to_change(
    reach: Reach, institutions: set[str], allowed: bool
) -> None:
    assert administers(reach, institutions) is allowed


def test_only_the_county_appoints_regulators() -> None:
    assert may_grant(STONE, "stone", "administrator")
    assert not may_grant(STONE, "stone", "regulator")
    assert not may_grant(STONE, "river", "specialist")
    assert may_grant(COUNTY, "stone", "regulator")


def test_a_certificate_needs_attention_from_sixty_days_before_its_end() -> None:
    today = date(2026, 3, 2)
    assert needs_attention(today + timedelta(days=60), today)
    assert not needs_attention(today + timedelta(days=61), today)
    assert needs_attention(today - timedelta(days=1), today)


def test_a_scan_is_told_by_its_bytes() -> None:
    assert evidence_type(b"%PDF-1.7\n") == "application/pdf"
    assert evidence_type(b"\xff\xd8\xff\xe0\x00\x10JFIF") == "image/jpeg"
    assert evidence_type(b"\x89PNG\r\n\x1a\n") == "image/png"
    assert evidence_type(b"<html>") is None
    assert evidence_type(b"MZ%PDF-") is None


def test_numbers_of_institutions_are_checked_as_far_as_they_can_be() -> None:
    assert is_identifier(IdentifierKind.SOCIAL_CREDIT_CODE, "91110000600037341L")
    assert not is_identifier(IdentifierKind.SOCIAL_CREDIT_CODE, "91110000600037342L")
    assert is_identifier(IdentifierKind.INSURANCE_CODE, "H36042600001")
    assert not is_identifier(IdentifierKind.LOCAL_CODE, "a b")
