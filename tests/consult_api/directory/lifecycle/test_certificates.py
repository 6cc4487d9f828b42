"""A certificate from its scan to its verification, and to the day it has expired."""

from typing import Any

from county import Browser, Running

PDF = b"%PDF-1.7\n" + b"scan of a certificate " * 50
EXPIRED = {"number": "110360000000088", "expires_on": "2026-03-01"}


async def of_xie(service: Running, browser: Browser) -> tuple[str, dict[str, Any]]:
    path = f"/people/{service.county.people['xie']}"
    person = await browser.answer("GET", path)
    return path, person["credentials"][0]


async def test_a_certificate_is_verified_against_its_scan(service: Running) -> None:
    an = await service.login("an")
    path, credential = await of_xie(service, an)
    change = {"number": "110360000000088", "expires_on": "2026-03-31"}
    person = await an.answer("PUT", f"{path}/credentials/{credential['id']}", change)
    assert (person["credential_fault"], person["credentials"][0]["expires_soon"]) == ("unverified", True)
    yes = {"is_verified": True}
    verification = f"{path}/credentials/{credential['id']}/verification"
    assert await an.refusal("PUT", verification, yes) == (404, "evidence/not-found")
    evidence = f"/api{path}/credentials/{credential['id']}/evidence"
    answer = await an.put(f"{evidence}?name=%E8%AF%81%E4%B9%A6.pdf", content=PDF)
    assert answer.json()["credentials"][0]["evidence"] == {
        "name": "证书.pdf",
        "media_type": "application/pdf",
        "size_bytes": len(PDF),
    }
    person = await an.answer("PUT", verification, yes)
    assert person["credential_fault"] is None
    assert person["credentials"][0]["verified_by"]["name"] == "An"
    person = await an.answer("PUT", verification, {"is_verified": False})
    assert person["credential_fault"] == "unverified"


async def test_evidence_is_downloaded_and_never_shown_as_a_page(service: Running) -> None:
    an, xie = await service.login("an"), await service.login("xie")
    path, credential = await of_xie(service, an)
    evidence = f"/api{path}/credentials/{credential['id']}/evidence"
    await an.put(f"{evidence}?name=a%22b.pdf", content=PDF)
    answer = await an.get(evidence)
    assert answer.content == PDF
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''a%22b.pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await xie.get(evidence)).status_code == 403
    assert (await service.browser().get(evidence)).status_code == 401


async def test_what_is_no_scan_is_refused(service: Running) -> None:
    an, xie = await service.login("an"), await service.login("xie")
    path, credential = await of_xie(service, an)
    evidence = f"/api{path}/credentials/{credential['id']}/evidence?name=a.pdf"
    for content, status, code in [
        (b"<html><script>", 415, "evidence/unknown-type"),
        (b"", 422, "evidence/empty"),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024), 413, "evidence/too-large"),
    ]:
        answer = await an.put(evidence, content=content)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await xie.put(evidence, content=PDF)).json()["code"] == "access/denied"
    other = f"/api/people/{service.county.people['xu']}/credentials/{credential['id']}/evidence?name=a.pdf"
    assert (await an.put(other, content=PDF)).json()["code"] == "credential/not-found"
    unnamed = f"/api{path}/credentials/{credential['id']}/evidence"
    assert (await an.put(unnamed, content=PDF)).status_code == 422


async def test_an_expired_certificate_and_ones_own_are_not_verified(service: Running) -> None:
    an = await service.login("an")
    for name, body, expected in [
        ("xie", EXPIRED, (409, "credential/expired")),
        ("an", EXPIRED | {"number": "110360000000099", "expires_on": "2030-01-01"}, (403, "credential/own")),
    ]:
        path = f"/people/{service.county.people[name]}"
        person = await an.answer("POST", f"{path}/credentials", body)
        credential = person["credentials"][-1]["id"]
        await an.put(f"/api{path}/credentials/{credential}/evidence?name=a.pdf", content=PDF)
        verification = f"{path}/credentials/{credential}/verification"
        assert await an.refusal("PUT", verification, {"is_verified": True}) == expected


async def test_whoever_is_unverified_is_refused_at_the_consult_and_told_why(service: Running) -> None:
    an, xie = await service.login("an"), await service.login("xie")
    path, credential = await of_xie(service, an)
    consult = await service.submitted()
    await an.answer("PUT", f"{path}/credentials/{credential['id']}/verification", {"is_verified": False})
    body = {"event": "accept", "version": consult["version"]}
    refused = await xie.post(f"/api/consults/{consult['id']}/events", json=body)
    assert refused.json()["code"] == "credential/not-valid"
    assert refused.json()["parameters"] == {"reason": "unverified"}
