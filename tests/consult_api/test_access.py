"""Every role at every route, and grants: what isn't listed here is denied."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from county import PASSWORD, PEOPLE, PIN, Browser, Running
from httpx import Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, literal_column, select

from consult_api.access import GRANTS, PLATFORM, Actor, Grant, Role, Scope, covers, visible_patients
from consult_api.api import build_app
from consult_api.directory.tables import MEMBERSHIPS
from consult_api.oversight.rules.break_glass import LASTS
from wire.imaging import StudyDescription, StudyQuestion
from wire.problems import Kind, Problem

Seeing = Callable[[str], frozenset[str]]  # who sees the patient, by operation
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

ANYBODY = frozenset(PEOPLE)
CLINICAL = ANYBODY - {"ren", "an"}  # the regulator reads along
TOWNSHIP = frozenset({"tang", "tan", "bai", "cun"})
PLANNERS = frozenset({"duan", "an"})
HOSPITAL_DOCTORS = frozenset({"xie", "xu", "xing", "sun", "duan"})
REPAIRING = frozenset({"qin", "an"})
ONE_OF_EACH = frozenset({"tang", "cun", "sun", "xie", "duan", "qin", "ji", "bao", "ren", "an", "guo"})
# Who may use an operation at all, whichever patient it is about. Everybody else gets 403, nobody logged in 401.
MATRIX: dict[str, frozenset[str]] = {
    "who_am_i": ANYBODY,
    "choose_membership": ANYBODY,
    "list_institutions": ANYBODY,
    "read_roster": ANYBODY,
    "list_my_shifts": ANYBODY,
    "add_shift": PLANNERS,
    "remove_shift": PLANNERS,
    "copy_roster_week": PLANNERS,
    "change_own_password": ANYBODY,
    "change_own_pin": ANYBODY,
    **dict.fromkeys(
        (
            *("list_people", "enrol_person", "read_person", "change_person", "disable_person"),
            *("issue_password", "clear_pin", "give_role", "end_role", "add_credential", "change_credential"),
            *("verify_credential", "upload_evidence", "read_evidence", "list_administered_institutions"),
            *("enrol_institution", "change_institution", "enrol_department", "rename_department"),
            *("list_import_columns", "read_import_template", "import_table"),
        ),
        frozenset({"an"}),
    ),
    "listen": ANYBODY,
    "list_consult_transitions": ANYBODY,
    "list_invitation_transitions": ANYBODY,
    "list_experts": TOWNSHIP | HOSPITAL_DOCTORS | {"qin"},
    "invite_expert": TOWNSHIP | HOSPITAL_DOCTORS | {"qin"},
    "answer_invitation": TOWNSHIP | HOSPITAL_DOCTORS | {"qin"},
    "list_referral_transitions": ANYBODY,
    "register_patient": ANYBODY - {"an", "guo", "bao"},
    "search_patients": CLINICAL | {"ren"},
    "read_patient": CLINICAL | {"ren"},
    "read_patient_record": CLINICAL | {"ren"},
    "list_consults": CLINICAL,
    "read_consult": CLINICAL,
    "list_reports": CLINICAL,
    "draft_consult": TOWNSHIP,
    "change_consult_draft": TOWNSHIP,
    "move_consult": TOWNSHIP | HOSPITAL_DOCTORS | {"qin"},
    "read_report_draft": HOSPITAL_DOCTORS,
    "save_report_draft": HOSPITAL_DOCTORS,
    "attach_study": TOWNSHIP | HOSPITAL_DOCTORS,
    "detach_study": TOWNSHIP | HOSPITAL_DOCTORS,
    "issue_room_ticket": TOWNSHIP | HOSPITAL_DOCTORS | {"qin", "ji"},
    "list_referrals": CLINICAL,
    "read_referral": CLINICAL,
    "draft_referral": TOWNSHIP | HOSPITAL_DOCTORS,
    "move_referral": TOWNSHIP | HOSPITAL_DOCTORS | {"qin", "bao"},
    "list_beds": CLINICAL,
    "confirm_beds": frozenset({"bao", "duan"}),
    "read_write_back": REPAIRING,
    "list_dead_letters": REPAIRING,
    "read_dead_letter": REPAIRING,
    "retry_dead_letter": REPAIRING,
    "retry_dead_letters": REPAIRING,
    "set_dead_letter_aside": REPAIRING,
    "reconcile_record": REPAIRING,
    "list_mismatches": REPAIRING,
    "resend_mismatches": REPAIRING,
    "take_events": frozenset(),
    "open_break_glass": TOWNSHIP | HOSPITAL_DOCTORS | {"ji"},
    "list_my_break_glass": TOWNSHIP | HOSPITAL_DOCTORS | {"ji"},
    "end_break_glass": TOWNSHIP | HOSPITAL_DOCTORS | {"ji"},
    "list_break_glass": frozenset({"duan", "guo"}),
    "review_break_glass": frozenset({"duan", "guo"}),
    "list_acts_behind_glass": frozenset({"duan", "guo"}),
    "read_indicators": frozenset({"duan", "guo"}),
    "export_indicators": frozenset({"duan", "guo"}),
    "print_indicators": frozenset({"duan", "guo"}),
    "list_indicator_cases": frozenset({"duan", "guo"}),
    "search_audit": frozenset({"guo"}),
    "export_audit": frozenset({"guo"}),
    "read_access_log": CLINICAL | {"ren"},
}
AT_NO_PLACE = {"institution_id": "none", "role": "specialist"}
CERTIFICATE = {"number": "110000000000099", "expires_on": "2030-01-01"}
ABOUT_PEOPLE: dict[str, object] = {
    "change_own_password": {"current_password": PASSWORD, "new_password": PASSWORD},
    "change_own_pin": {"current_password": PASSWORD, "new_pin": PIN},
    "enrol_person": {"name": "?", "username": "somebody", "membership": AT_NO_PLACE},
    "change_person": {"version": 0, "name": "?", "username": "somebody", "phone": None},
    "disable_person": {"version": 0, "is_disabled": True},
    "give_role": AT_NO_PLACE,
    "add_credential": CERTIFICATE,
    "change_credential": CERTIFICATE,
    "verify_credential": {"is_verified": True},
    "enrol_institution": {"name": "?", "kind": "village_room", "identifiers": []},
    "change_institution": {"version": 0, "name": "?", "kind": "village_room"},
    "enrol_department": {"name": "?"},
    "rename_department": {"name": "?"},
}
WITHOUT_LOGIN = {"log_in", "log_out"}
# Who sees the patient of a consult that Tang of Stone asked of the heart department, which rang Xie and Xu.
SEE_THE_PATIENT = frozenset({"tang", "tan", "ren", "xie", "xu", "xing", "duan", "qin", "bao", "ji", "guo"})
ABOUT_A_PATIENT = {
    *(
        "read_patient",
        "read_patient_record",
        "read_access_log",
        "read_consult",
        "list_reports",
        "draft_consult",
    ),
    *("change_consult_draft", "move_consult", "read_report_draft", "save_report_draft"),
    *(
        "detach_study",
        "issue_room_ticket",
        "invite_expert",
        "answer_invitation",
        "read_referral",
        "draft_referral",
        "move_referral",
    ),
}


def operations() -> Iterator[tuple[str, str, str]]:
    for path, methods in build_app().openapi()["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path.removeprefix("/api")


def bodies(service: Running, patient_id: str) -> dict[str, object]:
    return {
        "choose_membership": {"membership_id": "none"},
        **ABOUT_PEOPLE,
        "add_shift": {
            "department_id": service.county.departments["heart"],
            "person_id": service.county.people["sun"],
            "tier": 3,
            "starts_at": "2026-06-01T00:00:00Z",
            "ends_at": "2026-06-02T00:00:00Z",
        },
        "copy_roster_week": {
            "department_id": service.county.departments["heart"],
            "from_week": "2026-06-01",
            "to_week": "2026-06-08",
        },
        "register_patient": {"name": "李雷", "sex": "male"},
        "draft_consult": {
            "patient_id": patient_id,
            "department_id": service.county.departments["heart"],
            "urgency": "routine",
            "mode": "live",
            "question": "?",
        },
        "change_consult_draft": {"version": 0, "question": "!"},
        "move_consult": {"event": "close", "version": 0},
        "save_report_draft": {"findings": "none"},
        "invite_expert": {"person_id": service.county.people["xu"]},
        "answer_invitation": {"event": "withdraw", "version": 0},
        "attach_study": {"study_uid": "1.2.3"},
        "draft_referral": {
            "patient_id": patient_id,
            "direction": "up",
            "to_institution_id": service.county.institutions["hospital"],
            "to_department_id": service.county.departments["heart"],
            "priority": "elective",
            "reason": "?",
            "summary": "?",
        },
        "move_referral": {"event": "arrive", "version": 0},
        "confirm_beds": {"version": 0, "total": 1, "occupied": 0},
        "retry_dead_letter": {},
        "retry_dead_letters": {},
        "set_dead_letter_aside": {"reason": "?"},
        "reconcile_record": {},
        "resend_mismatches": {},
        "open_break_glass": {"patient_id": "none", "reason": "unconscious, alone", "pin": PIN},
        "review_break_glass": {"version": 1, "verdict": "justified", "note": "as it was"},
    }


def test_every_operation_stands_in_the_matrix() -> None:
    assert {name for name, _, _ in operations()} == MATRIX.keys() | WITHOUT_LOGIN


async def no_such_study(_question: StudyQuestion) -> StudyDescription:
    raise Problem("study/unknown", Kind.NOT_FOUND, "The archive is empty.")


async def ids_of_a_case(service: Running) -> dict[str, str]:
    """A consult that Tang of Stone asked of the heart department, and a referral that Tang still writes."""
    consult = await service.submitted()
    consult = await service.invite(await service.login("tang"), consult, "xing")
    ids = {
        "patient_id": consult["patient"]["id"],
        "consult_id": consult["id"],
        "study_uid": "1.2.3",
        "subscriber": "record",
        "event_id": "none",
        "shift_id": "unknown",
        "pool_id": service.county.pools["heart"],
        "glass_id": "none",
        "invitation_id": consult["invitations"][0]["id"],
        "key": "adoption",
        **dict.fromkeys(("person_id", "membership_id", "credential_id"), "unknown"),
        **dict.fromkeys(("institution_id", "department_id"), "unknown"),
        "kind": "people",
    }
    tang, body = await service.login("tang"), bodies(service, ids["patient_id"])["draft_referral"]
    return ids | {"referral_id": (await tang.answer("POST", "/referrals", body))["id"]}


async def faults_of(
    service: Running, ids: dict[str, str], browsers: dict[str, Browser], seeing: Seeing, *, about: bool
) -> list[str]:
    """Walk every operation with every browser; `about` leaves out what is about no patient."""
    faults: list[str] = []
    for operation, method, path in operations():
        if operation in WITHOUT_LOGIN or operation == "listen":
            continue
        if about and operation not in ABOUT_A_PATIENT:
            continue
        address = "/api" + re.sub(r"{(\w+)}", lambda found: ids[found.group(1)], path)
        for name, browser in browsers.items():
            body = bodies(service, ids["patient_id"]).get(operation)
            answer = await browser.request(method, address, json=body)
            if fault := _fault(operation, name, answer, seeing(operation)):
                faults.append(f"{name} {method} {path}: {fault}")
    return faults


async def test_every_role_at_every_route(embedded: Running) -> None:
    ids = await ids_of_a_case(embedded)
    browsers = {name: await embedded.login(name) for name in PEOPLE}
    browsers |= {"nobody": embedded.browser(), "stranger": embedded.browser(authorization="Bearer wrong")}
    async with embedded.bus.serve(StudyQuestion, no_such_study):
        assert await faults_of(embedded, ids, browsers, with_the_draft, about=False) == []


def with_the_draft(operation: str) -> frozenset[str]:
    """The consult is sent; the referral is a draft of Stone's."""
    return frozenset({"tang", "tan"}) if operation in ("read_referral", "move_referral") else SEE_THE_PATIENT


async def test_every_role_of_another_institution_before_during_and_after_breaking_the_glass(
    embedded: Running,
) -> None:
    """The same people in the same roles at River, which has no part in it; those rung by name still have."""
    ids = await ids_of_a_case(embedded)
    await on_their_way(embedded, ids)
    browsers = await at_river(embedded)
    taking_part = frozenset({"xie", "guo"})
    assert await faults_of(embedded, ids, browsers, lambda _: taking_part, about=True) == []
    breaking = MATRIX["open_break_glass"] & ONE_OF_EACH - taking_part
    body = {"patient_id": ids["patient_id"], "reason": "unconscious, alone", "pin": PIN}
    for name in breaking:
        await browsers[name].answer("POST", "/break-glass", body)
    assert await faults_of(embedded, ids, browsers, lambda _: taking_part | breaking, about=True) == []
    embedded.clock.shift(LASTS.total_seconds())
    assert await faults_of(embedded, ids, browsers, lambda _: taking_part, about=True) == []


async def on_their_way(service: Running, ids: dict[str, str]) -> None:
    """Tang sends the referral, no draft any more; Xie takes the consult, so that nobody else will be rung."""
    tang, xie = await service.login("tang"), await service.login("xie")
    for browser, path, event in (
        (tang, f"/referrals/{ids['referral_id']}", "submit"),
        (xie, f"/consults/{ids['consult_id']}", "accept"),
    ):
        version = (await browser.answer("GET", path))["version"]
        await browser.answer("POST", f"{path}/events", {"event": event, "version": version})


async def at_river(service: Running) -> dict[str, Browser]:
    """One person of each role gets that role at River as well, and works there from now on."""
    browsers: dict[str, Browser] = {}
    async with service.service.surroundings.database.write() as transaction:
        for name in ONE_OF_EACH:
            role = PEOPLE[name][0].value
            values = {"id": f"river-{name}", "person_id": service.county.people[name], "role": role}
            values["institution_id"] = service.county.institutions["river"]
            await transaction.connection.execute(insert(MEMBERSHIPS).values(**values))
    for name in ONE_OF_EACH:
        browsers[name] = await service.login(name)
        await browsers[name].answer("PUT", "/session/membership", {"membership_id": f"river-{name}"})
    return browsers


def _fault(operation: str, name: str, answer: Response, seeing: frozenset[str]) -> str | None:
    status, text = answer.status_code, answer.text
    denied = status == 403 and '"access/denied"' in text
    if name in ("nobody", "stranger"):
        return None if status == 401 else f"{status} without a login"
    if name not in MATRIX[operation]:
        return None if denied else f"{status} instead of access/denied"
    hidden = operation in ABOUT_A_PATIENT and name not in seeing
    if hidden:
        return None if status == 404 else f"{status} although the patient isn't theirs"
    if denied or status in (401, 500):
        return f"{status} although permitted: {text}"
    if status == 404 and operation in ABOUT_A_PATIENT - {"detach_study"}:
        return f"404 although visible: {text}"
    return None


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("api", {"/patients": 200, "/consults": 200, "/referrals": 200, "/beds": 200, "/institutions": 200}),
        ("fhir", {"/patients": 403, "/consults": 403, "/institutions": 403}),
        ("dicomweb", {"/patients": 403, "/beds": 403}),
        ("whip", {"/patients": 403, "/beds": 403}),
    ],
)
async def test_a_machine_reaches_what_its_scope_says(
    embedded: Running, scope: str, expected: dict[str, int]
) -> None:
    browser = embedded.machine(scope)
    assert {path: (await browser.get(f"/api{path}")).status_code for path in expected} == expected


async def test_a_machine_never_acts_for_a_person(embedded: Running) -> None:
    consult = await embedded.awaiting_report()
    machine = embedded.machine("api")
    body = {"event": "sign", "version": consult["version"], "pin": PIN}
    path = f"/consults/{consult['id']}/events"
    assert await machine.refusal("POST", path, body) == (403, "access/denied")
    body = {"event": "close", "version": consult["version"]}
    assert await machine.refusal("POST", path, body) == (403, "access/denied")
    assert await machine.refusal("GET", "/session") == (403, "access/denied")


names = st.sampled_from(["a", "b"])
moments = st.integers(-2, 2).map(lambda days: NOW + timedelta(days=days))
grants = st.builds(
    Grant,
    patient_id=names,
    institution_id=names,
    department_id=st.none() | names,
    person_id=st.none() | names,
    because_kind=st.just("consult"),
    because_id=st.just("c"),
    valid_from=moments,
    valid_to=st.none() | moments,
)
persons = st.builds(
    Actor,
    actor_id=names,
    name=st.just("somebody"),
    role=st.sampled_from(Role),
    institution_id=names,
    department_id=st.none() | names,
)
machines = st.builds(
    lambda institution_id, scopes: Actor(
        actor_id="m", name="machine", is_machine=True, institution_id=institution_id, scopes=scopes
    ),
    st.none() | names,
    st.frozensets(st.sampled_from(Scope)),
)


@given(grants, persons | machines | st.just(PLATFORM))
def test_the_filter_for_queries_decides_as_the_decision_does(grant: Grant, actor: Actor) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        GRANTS.create(connection)
        columns = [column.name for column in GRANTS.columns if column.name != "id"]
        values = {name: getattr(grant, name) for name in columns}
        connection.execute(insert(GRANTS).values(id="1", **values))
        patient = literal_column(f"'{grant.patient_id}'")
        seen = connection.execute(select(1).where(visible_patients(actor, patient, NOW))).first() is not None
    assert seen == covers(grant, actor, NOW)
