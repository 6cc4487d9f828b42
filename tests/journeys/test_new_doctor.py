"""An administrator imports a table with faults, mends it, and a new doctor begins to work; later a licence runs out."""

from pathlib import Path

from browser_window import Window
from lianzhen_server import LianzhenServer
from playwright.sync_api import Page, expect

HEADINGS = "用户名,姓名,电话,机构,科室,身份,证书编号,证书有效期\r\n"
FAULTY = HEADINGS + (
    "lin.yi,林一,13900005555,青岭县人民医院,呼吸内科,县级专家,1.1036E+14,2030/1/31\r\n"
    "lin.er,林二,,青岭县医院,呼吸内科,县级专家,,\r\n"
)
MENDED = HEADINGS + (
    "lin.yi,林一,13900005555,青岭县人民医院,呼吸内科,县级专家,110360000000555,2030/1/31\r\n"
    "lin.er,林二,,青岭县人民医院,呼吸内科,县级专家,,\r\n"
)
OWN_PASSWORD = "自己想的长密码 2026"


def choose_table(page: Page, path: Path, text: str) -> None:
    path.write_bytes(text.encode("gb18030"))
    page.get_by_label("选择 CSV 文件").set_input_files(path)


def change_expiry(page: Page, day: str) -> None:
    page.get_by_role("button", name="修改", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("有效期至").fill(day)
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_be_hidden()


def verify(page: Page) -> None:
    page.get_by_role("button", name="核验通过").click()
    page.get_by_role("button", name="确定").click()


def test_a_new_doctor_is_imported_logs_in_and_is_verified_until_the_licence_runs_out(
    county: LianzhenServer, window: Window, tmp_path: Path
) -> None:
    page = window("admin")
    page.goto("/people/import")
    choose_table(page, tmp_path / "people.csv", FAULTY)
    faults = page.get_by_test_id("import-faults")
    expect(faults.get_by_role("row", name="2 证书编号 1.1036E+14")).to_contain_text("科学计数")
    expect(faults.get_by_role("row", name="3 机构")).to_contain_text("找不到这个机构")
    expect(page.get_by_role("button", name="正式导入")).to_be_hidden()

    choose_table(page, tmp_path / "people.csv", MENDED)
    expect(page.get_by_test_id("import-outcome")).to_contain_text("新增 2")
    page.get_by_role("button", name="正式导入").click()
    expect(page.get_by_text("已全部导入")).to_be_visible()

    page.goto("/people")
    page.get_by_label("按姓名、用户名或执业证书编号查找").fill("林一")
    page.get_by_role("link", name="林一").click()
    expect(page.get_by_text("待核验")).to_be_visible()
    page.get_by_role("button", name="发放新密码").click()
    page.get_by_role("button", name="确定").click()
    issued = page.get_by_test_id("issued-password").inner_text()

    begin_to_work(page, county, issued)

    scan = tmp_path / "证书.pdf"
    scan.write_bytes(b"%PDF-1.7 a scan")
    page.get_by_label("上传扫描件").set_input_files(scan)
    expect(page.get_by_role("link", name="下载 证书.pdf")).to_be_visible()
    verify(page)
    expect(page.get_by_text("有效至 2030-01-31")).to_be_visible()
    change_expiry(page, "2020-01-31")
    expect(page.get_by_text("已过期", exact=True)).to_be_visible()
    verify(page)
    expect(page.get_by_role("alert")).to_contain_text("证书已过期，不能核验")


def begin_to_work(administrator: Page, county: LianzhenServer, issued: str) -> None:
    """Log in with the issued password in a window of one's own, and choose another."""
    browser = administrator.context.browser
    assert browser is not None
    with browser.new_context(base_url=county.base_url, locale="zh-CN") as context:
        page = context.new_page()
        log_in(page, issued)
        page.get_by_test_id("account-name").click()
        password = page.locator("form", has=page.get_by_role("heading", name="修改密码"))
        password.get_by_label("现在的密码").fill(issued)
        password.get_by_label("新密码", exact=False).first.fill(OWN_PASSWORD)
        password.get_by_label("再输一次新密码").fill(OWN_PASSWORD)
        password.get_by_role("button", name="修改密码").click()
        expect(page.get_by_text("密码已修改")).to_be_visible()
        page.get_by_role("button", name="退出登录").click()
        log_in(page, OWN_PASSWORD)


def log_in(page: Page, password: str) -> None:
    page.goto("/login")
    page.get_by_label("用户名").fill("lin.yi")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_test_id("account-name")).to_have_text("林一")
