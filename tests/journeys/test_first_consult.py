"""One consult from end to end, by the hands of its people, in real browsers.

The township doctor asks with a real chest film; the specialist sees it arrive, accepts, and both meet in the room
over the film; the opinion is signed, adopted, and the patient referred and accepted with a bed; the record page
shows it all as one episode.
"""

import re
from pathlib import Path

import httpx
from browser_window import Window
from lianzhen_server import LianzhenServer
from playwright.sync_api import Page, expect

QUESTION = "右下肺阴影伴发热，是否需要住院？"
FEW_FRAMES = 15
FILM = "[data-testid=viewport]"
LINE_LENGTH = f"""(() => {{
    const line = document.querySelector("{FILM} svg line");
    return Math.hypot(line.x2.baseVal.value - line.x1.baseVal.value, line.y2.baseVal.value - line.y1.baseVal.value);
}})()"""
"""How long a measurement is drawn on the screen, in CSS pixels."""


def drop(page: Page, film: Path) -> None:
    """Drop a file on the upload area, as from a file manager."""
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("upload-files").evaluate("element => element.click()")
    chooser.value.set_files(film)


def frames_decoded(page: Page, tile: str = "tile-remote") -> int:
    return int(page.get_by_test_id(tile).first.get_attribute("data-frames-decoded") or 0)


def expect_moving_picture(page: Page) -> None:
    """The other side's picture is decoded here, and goes on being decoded."""
    tile = page.get_by_test_id("tile-remote").first
    expect(tile).to_have_attribute("data-frames-decoded", re.compile(r"[1-9]"))
    begun = frames_decoded(page)
    page.wait_for_function(
        "([begun, few]) => Number(document.querySelector('[data-testid=tile-remote]')"
        ".dataset.framesDecoded) > begun + few",
        arg=[begun, FEW_FRAMES],
    )


def expect_sound(page: Page) -> None:
    """The other side's sound arrives: the fake microphone beeps once a second."""
    heard = page.evaluate(
        """async () => {
            const element = document.querySelector('[data-testid=remote-sound]');
            const context = new AudioContext();
            await context.resume();
            const analyser = context.createAnalyser();
            context.createMediaStreamSource(element.srcObject).connect(analyser);
            const samples = new Float32Array(analyser.fftSize);
            const end = performance.now() + 20000;
            while (performance.now() < end) {
                analyser.getFloatTimeDomainData(samples);
                if (samples.some((sample) => Math.abs(sample) > 0.01)) return true;
                await new Promise((next) => requestAnimationFrame(next));
            }
            return false;
        }"""
    )
    assert heard, "no sound arrived"


def mean_brightness(page: Page, left: float, top: float) -> float:
    """How bright the film's canvas is around a place given as shares of its size, 0 to 255."""
    return page.get_by_test_id("viewport").evaluate(
        """(element, [left, top]) => {
            const source = element.querySelector('canvas');
            const copy = document.createElement('canvas');
            copy.width = source.width; copy.height = source.height;
            const painter = copy.getContext('2d');
            painter.drawImage(source, 0, 0);
            const [x, y] = [Math.round(source.width * left), Math.round(source.height * top)];
            const pixels = painter.getImageData(x - 10, y - 10, 20, 20).data;
            let sum = 0;
            for (let i = 0; i < pixels.length; i += 4) sum += pixels[i];
            return sum / (pixels.length / 4);
        }""",
        [left, top],
    )


def test_first_consult(county: LianzhenServer, window: Window, films: Path) -> None:
    doctor, specialist = window("wangfang"), window("zhangwei")

    consult_url = ask(doctor, films / "chest-li-guoqiang.dcm")
    accept(specialist)
    meet(doctor, specialist, consult_url)
    read_together(doctor, specialist)
    sign(specialist, county.login("zhangwei")["pin"])
    adopt_and_refer(doctor, consult_url)
    accept_with_bed(window("fengyan"))
    see_one_episode(doctor)
    expect_in_record(county)


def ask(doctor: Page, film: Path) -> str:
    doctor.get_by_role("link", name="发起会诊").or_(
        doctor.get_by_role("button", name="发起会诊")
    ).first.click()
    doctor.get_by_role("combobox", name="查找患者").fill("李国强")
    doctor.get_by_test_id("patient-option").filter(has_text="李国强").click()
    expect(doctor.get_by_test_id("chosen-patient")).to_contain_text("李国强")
    drop(doctor, film)
    doctor.get_by_role("radio", name="呼吸内科").check()
    doctor.get_by_label("想请专家回答的问题").fill(QUESTION)
    doctor.get_by_label("血氧").fill("93")
    expect(doctor.get_by_test_id("upload-row")).to_have_attribute("data-phase", re.compile("stored|attached"))
    doctor.keyboard.press("Control+Enter")
    expect(doctor.get_by_test_id("offer")).to_contain_text("张伟")
    expect(doctor.get_by_test_id("study-thumb")).to_be_visible()
    return doctor.url


def accept(specialist: Page) -> None:
    """The consult appears by itself: this window has not been touched since the login."""
    row = specialist.get_by_test_id("worklist-row").filter(has_text=QUESTION)
    expect(row).to_contain_text("正在呼叫您")
    row.click()
    specialist.get_by_role("button", name="接受").click()
    expect(specialist).to_have_url(re.compile(r"/consults/[\w-]+/room$"))


def meet(doctor: Page, specialist: Page, consult_url: str) -> None:
    expect(doctor.get_by_role("button", name="进入会诊室")).to_be_visible()
    doctor.get_by_role("button", name="进入会诊室").click()
    for page in (specialist, doctor):
        page.get_by_role("button", name="进入通话").click()
    for page in (specialist, doctor):
        expect_moving_picture(page)
        expect_sound(page)
        expect(page.get_by_test_id("connection-banner")).to_contain_text("线路正常")


def read_together(doctor: Page, specialist: Page) -> None:
    here, there = specialist.get_by_test_id("viewport"), doctor.get_by_test_id("viewport")
    for viewport in (here, there):
        expect(viewport).to_have_attribute("data-image-loaded", "true")
    # A chest film is right when the mediastinum is bright and the lungs are dark (MONOCHROME1 read rightly).
    assert mean_brightness(specialist, 0.5, 0.4) > mean_brightness(specialist, 0.3, 0.35) + 20
    first_center = here.get_attribute("data-voi-center")
    box = here.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    specialist.mouse.move(x, y)
    specialist.mouse.down()
    specialist.mouse.move(x + 120, y - 60, steps=12)
    specialist.mouse.up()
    expect(here).not_to_have_attribute("data-voi-center", first_center or "")
    for value in ("data-voi-center", "data-voi-width"):
        expect(there).to_have_attribute(value, here.get_attribute(value) or "none")
    expect(doctor.get_by_test_id("shared-pointer")).to_contain_text("张伟")
    measure(specialist, x, y)
    for page in (specialist, doctor):
        expect(page.locator(f"{FILM} svg tspan").first).to_have_text(re.compile(r"\d (mm|px)"))
    drawn_length = doctor.evaluate(LINE_LENGTH)
    specialist.get_by_role("button", name="缩放").click()
    specialist.mouse.move(x, y - 200)
    specialist.mouse.down()
    specialist.mouse.move(x, y - 120, steps=8)
    specialist.mouse.up()
    doctor.wait_for_function(f"before => Math.abs({LINE_LENGTH} - before) > 5", arg=drawn_length)


def measure(specialist: Page, x: float, y: float) -> None:
    specialist.get_by_role("button", name="测距").click()
    specialist.mouse.move(x - 80, y - 40)
    specialist.mouse.down()
    specialist.mouse.move(x + 60, y + 30, steps=10)
    specialist.mouse.up()


def sign(specialist: Page, pin: str) -> None:
    specialist.get_by_label("所见").fill("右下肺斑片状模糊影，边界不清。")
    specialist.get_by_label("诊断意见").fill("右下肺炎症。")
    specialist.get_by_label("建议").fill("建议住院抗感染治疗，监测血氧。")
    specialist.get_by_role("button", name="签发报告").click()
    dialog = specialist.get_by_role("dialog")
    dialog.get_by_label("PIN").fill(pin)
    dialog.get_by_role("button", name="签发").click()
    expect(specialist.get_by_test_id("signed")).to_contain_text("报告已签发")


def adopt_and_refer(doctor: Page, consult_url: str) -> None:
    doctor.goto(consult_url)
    expect(doctor.get_by_test_id("report")).to_contain_text("右下肺炎症")
    doctor.get_by_role("radio", name="采纳").first.check()
    doctor.get_by_role("button", name="提交处理意见").click()
    expect(doctor.get_by_test_id("acknowledgement")).to_have_attribute("data-verdict", "adopted")
    doctor.get_by_role("button", name="转诊该患者").click()
    dialog = doctor.get_by_role("dialog")
    dialog.get_by_role("radio", name="呼吸内科").check()
    dialog.get_by_role("button", name="发出转诊").click()
    expect(doctor.get_by_text("查看转诊")).to_be_visible()


def accept_with_bed(bed_office: Page) -> None:
    bed_office.get_by_role("link", name="转诊").first.click()
    bed_office.get_by_test_id("referral-row").filter(has_text="李国强").first.click()
    bed_office.get_by_role("button", name="接收").click()
    dialog = bed_office.get_by_role("dialog")
    dialog.get_by_label("接诊联系人").fill("冯燕")
    dialog.get_by_label("联系电话").fill("0791-8000000")
    dialog.get_by_role("radio", name="留床").check()
    dialog.get_by_role("button", name="确认接收").click()
    expect(bed_office.get_by_test_id("reception")).to_contain_text("留床至")


def see_one_episode(doctor: Page) -> None:
    doctor.keyboard.press("Control+k")
    doctor.get_by_role("dialog").get_by_role("combobox").fill("李国强")
    doctor.get_by_role("dialog").get_by_test_id("patient-option").first.click()
    episode = doctor.get_by_test_id("episode").filter(has_text=QUESTION)
    expect(episode.get_by_test_id("episode-consult")).to_have_count(1)
    expect(episode.get_by_test_id("episode-report")).to_contain_text("右下肺炎症")
    expect(episode.get_by_test_id("episode-referral")).to_contain_text("已接收")
    expect(episode.get_by_test_id("study-thumb")).to_have_count(1)


def expect_in_record(county: LianzhenServer) -> None:
    """The shared health record holds the consult, the report, the imaging and the referral."""
    token = county.command("admin", "token", "create", "--scope", "fhir").strip()
    with httpx.Client(base_url=county.base_url, headers={"Authorization": f"Bearer {token}"}) as record:
        found = record.get("/fhir/Patient", params={"identifier": "999900195804120032"}).json()
        patient = found["entry"][0]["resource"]["id"]
        for kind in ("ServiceRequest", "Task", "Composition", "DocumentReference", "ImagingStudy"):
            bundle = record.get(f"/fhir/{kind}", params={"patient": f"Patient/{patient}"}).json()
            assert bundle["total"] >= 1, f"no {kind} in the record"
