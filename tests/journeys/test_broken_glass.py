"""An emergency in the wrong township: a doctor opens a record that isn't his, and the regulator judges it."""

from browser_window import Window
from lianzhen_server import LianzhenServer
from playwright.sync_api import Page, expect

PATIENT, RESIDENT_ID = "陈秀英", "999900194911030046"
REASON = "外出时突然昏迷送来，身边没有家属"


def test_broken_glass(county: LianzhenServer, window: Window) -> None:
    doctor, regulator, home = window("zhaolei"), window("luojian"), window("wangfang")

    address = break_the_glass(doctor, county.login("zhaolei")["pin"])
    judge(regulator)
    give_back(doctor, address)
    read_who_looked(home, address)
    see_figures(regulator)


def break_the_glass(doctor: Page, pin: str) -> str:
    doctor.keyboard.press("Control+k")
    search = doctor.get_by_role("dialog").get_by_role("combobox")
    search.fill(RESIDENT_ID)
    doctor.get_by_test_id("break-glass-offer").get_by_role("button", name="紧急调阅").click()
    dialog = doctor.get_by_role("dialog", name="紧急调阅患者档案")
    dialog.get_by_label("调阅事由").fill(REASON)
    dialog.get_by_label("PIN").fill(pin)
    dialog.get_by_role("button", name="确认调阅").click()
    expect(doctor.get_by_role("heading", level=1)).to_contain_text(PATIENT)
    expect(doctor.get_by_test_id("glass-banner")).to_contain_text("剩余 3 小时 59 分")
    expect(doctor.get_by_test_id("glass-banner")).to_contain_text(REASON)
    return doctor.url


def judge(regulator: Page) -> None:
    """He was told without touching his page."""
    expect(regulator.get_by_test_id("glass-alert")).to_contain_text("等待您审核")
    regulator.get_by_role("link", name="去审核").click()
    card = regulator.get_by_test_id("glass-card").filter(has_text=REASON)
    expect(card).to_contain_text("赵磊")
    card.get_by_role("button", name="审核").click()
    dialog = regulator.get_by_role("dialog")
    expect(dialog.get_by_test_id("access-lines")).to_contain_text("查看病历档案")
    dialog.get_by_role("radio", name="事由成立").first.check()
    dialog.get_by_label("审核意见").fill("家属事后确认，抢救记录完整。")
    dialog.get_by_role("button", name="提交审核").click()
    expect(regulator.get_by_text("没有待审核的紧急调阅")).to_be_visible()
    expect(regulator.get_by_test_id("glass-alert")).to_have_count(0)
    regulator.get_by_role("tab", name="全部").click()
    expect(regulator.get_by_test_id("glass-verdict")).to_have_attribute("data-verdict", "justified")


def give_back(doctor: Page, address: str) -> None:
    doctor.get_by_role("button", name="结束调阅").click()
    expect(doctor.get_by_test_id("glass-banner")).to_have_count(0)
    doctor.goto(address)
    expect(doctor.get_by_role("alert")).to_contain_text("找不到这位患者")
    expect(doctor.get_by_test_id("break-glass-offer")).to_be_visible()


def read_who_looked(home: Page, address: str) -> None:
    """The patient's own health centre prints it for her."""
    home.goto(address)
    home.get_by_role("link", name="谁看过这份档案").click()
    line = home.get_by_test_id("access-lines").get_by_role("row").filter(has_text="查看病历档案")
    expect(line.filter(has_text="赵磊")).to_contain_text("紧急调阅")


def see_figures(regulator: Page) -> None:
    """The figures of the county, and the trail of what has just happened."""
    regulator.get_by_role("link", name="指标").click()
    adoption = regulator.locator("[data-testid=indicator][data-key=adoption]")
    expect(adoption).to_contain_text("意见采纳率")
    regulator.get_by_role("link", name="审计").click()
    regulator.get_by_label("操作人").fill("赵磊")
    expect(regulator.get_by_test_id("audit-table")).to_contain_text("紧急调阅")
