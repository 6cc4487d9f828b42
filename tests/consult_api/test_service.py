"""A consult from the question to the record page, as two people live it."""

from county import PIN, Running


async def test_a_consult_goes_from_the_question_to_the_record_page(service: Running) -> None:
    tang, xie, bao = await service.login("tang"), await service.login("xie"), await service.login("bao")
    consult = await service.awaiting_report()
    consult = await service.move(xie, consult, "sign", pin=PIN)
    assert consult["state"] == "reported"
    assert [report["version"] for report in consult["reports"]] == [1]
    consult = await service.move(tang, consult, "acknowledge", verdict="adopted")
    referral = await tang.answer(
        "POST",
        "/referrals",
        {
            "patient_id": consult["patient"]["id"],
            "consult_id": consult["id"],
            "direction": "up",
            "to_institution_id": service.county.institutions["hospital"],
            "to_department_id": service.county.departments["heart"],
            "priority": "green",
            "reason": "Anterior infarction",
            "summary": "See the report",
        },
    )
    path = f"/referrals/{referral['id']}/events"
    referral = await tang.answer("POST", path, {"event": "submit", "version": referral["version"]})
    accept = {
        "event": "accept",
        "version": referral["version"],
        "contact_name": "Bao",
        "contact_phone": "0791-1234567",
        "bed_pool_id": service.county.pools["heart"],
    }
    referral = await bao.answer("POST", path, accept)
    assert referral["reception"]["bed"]["status"] == "held"

    record = await tang.answer("GET", f"/patients/{consult['patient']['id']}/record")
    [episode] = record["episodes"]
    assert [item["id"] for item in episode["consults"]] == [consult["id"]]
    assert [report["advice"] for report in episode["reports"]] == ["Aspirin, transfer"]
    assert [item["id"] for item in episode["referrals"]] == [referral["id"]]
    assert (await tang.answer("GET", f"/consults/{consult['id']}"))["referral_id"] == referral["id"]
