"""The workspace in headless Chromium: every tab is clicked through as its user would, and asks no other host."""

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import gettempdir
from zipfile import ZipFile

import pytest
import uvicorn
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from assistant.app import assemble
from assistant.casefiles.intake import write_template
from assistant.settings import Settings
from knowledge.errors import InputError
from ui.visitor import MAX_UPLOAD_MB

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine (make test installs it where it can)"
    ),
    pytest.mark.xdist_group("browser"),
]

expect.set_options(timeout=30_000)  # several workers may share the processor

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running workspace with state of its own."""
    from ui.server import make_app

    folder = tmp_path_factory.mktemp("workspace")
    app = make_app(assemble(Settings(index_dir=folder / "index", state_dir=folder / "state")))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.started
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh visitor on the page; it must ask no other host, run no foreign script and report no error."""
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 1360, "height": 900}, accept_downloads=True
    )
    elsewhere: list[str] = []
    wrong: list[str] = []

    def watch(opened: Page) -> None:
        opened.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((address, "data:", "blob:")) else elsewhere.append(asked.url)
            ),
        )
        opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: wrong.append(str(error) + (error.stack or "")))
        opened.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    opened = visit(context, address, watch)
    yield opened
    context.close()
    assert elsewhere == []
    assert wrong == []


def visit(context: BrowserContext, address: str, watch: Callable[[Page], None] = lambda page: None) -> Page:
    """Open the page as one visitor; `watch` is told of the page before anything is loaded."""
    opened = context.new_page()
    watch(opened)
    opened.set_default_timeout(30_000)
    opened.goto(address)
    opened.wait_for_selector("#chat")
    return opened


def field(page: Page, name: str) -> Locator:
    """Return the box one types into, of the field with that id."""
    return page.locator(f"#{name} textarea, #{name} input").first


def unfold(page: Page, name: str) -> None:
    """Open an accordion."""
    page.locator(f"#{name} > button, #{name} .label-wrap").first.click()


def hand_in(page: Page, *files: Path) -> None:
    """Upload documents in the training tab and wait until they were read."""
    page.get_by_role("tab", name="政策培训").click()
    unfold(page, "documents")
    expect(page.locator("#documents-list")).to_contain_text("还没有文件")
    page.locator("#documents-drop input[type=file]").set_input_files(list(files))
    expect(page.locator("#documents-report")).to_contain_text("读入")


def ask_policy(page: Page, question: str, region: str = "") -> None:
    """Ask a question in the training tab and wait for the answer."""
    field(page, "train-question").fill(question)
    field(page, "train-region").fill(region)
    before = page.locator("#train-answer").inner_html()
    page.get_by_role("button", name="回答", exact=True).click()
    page.wait_for_function(
        "before => document.querySelector('#train-answer').innerHTML !== before && "
        "document.querySelector('#train-answer .cm-answer')",
        arg=before,
    )


NOTICE = """青禾市人民政府办公室文件
青政办发〔2026〕18号
青禾市人民政府办公室关于支持中小企业上云用数的若干措施
各区人民政府，市政府各部门：
第一条 对首次上云的中小企业，按照实际支出的25%给予补助，单个企业最高不超过8万元。<img src=x onerror=alert(1)>
第二条 本措施自2026年5月1日起施行，有效期至2028年4月30日。
青禾市人民政府办公室
2026年4月20日
"""


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    """A notice with a title, a number, days, and markup in its text and its name."""
    path = tmp_path / "青禾<b>通知.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def own_catalog(path: Path, *names: str) -> Path:
    """Write a catalog with a good row for each name, and one bad row."""
    write_template(path)
    book = load_workbook(path)
    sheet = book["产品"]
    at = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1] if cell.value}
    for row, name in enumerate(names, start=2):
        told = {"产品名称与版本": name, "服务商名称": "岱工软件", "适用场景": "生产管控、质量管理、设备管理"}
        told |= {"适用行业": "通用", "适用规模": "中小企业", "部署方式": "私有部署", "服务区域": "全国"}
        for label, value in told.items():
            sheet.cell(row, at[label], value)
    sheet.cell(len(names) + 2, at["产品名称与版本"], "<img src=x onerror=alert(2)>")
    sheet.cell(len(names) + 2, at["服务商名称"], "无名")
    sheet.cell(len(names) + 2, at["适用场景"], "没有的场景")
    book.save(path)
    return path


def say(page: Page, words: str) -> str:
    """Say something in the chat and return the reply, once it has stopped growing."""
    before = page.locator("#chat .message.bot").count()
    page.locator("#ask-box textarea").fill(words)
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.locator("#chat .message.bot")).to_have_count(before + 1)
    reply = page.locator("#chat .message.bot").last
    expect(reply).not_to_have_text("…")
    expect(page.locator("#ask-box textarea")).to_have_value("")
    page.wait_for_function("() => !document.querySelector('.progress-text')", timeout=30_000)
    return reply.inner_text()


def test_an_owner_asks_in_plain_words_and_sees_what_stands_against_it(page: Page) -> None:
    """Facts are noted with the words they came from, the verdict is the rule's, and the clause is named."""
    say(page, "我们厂二十来号人，去年做了三千多万，有俩发明专利一个是买的，能搞小巨人不")
    expect(page.locator("#found")).to_contain_text("小巨人")
    expect(page.locator("#found")).to_contain_text("附件2")
    expect(page.locator("#told")).to_contain_text("三千多万")


def test_markup_in_the_conversation_stays_text(page: Page) -> None:
    """No picture is asked for, no link made; the page would report either."""
    say(
        page,
        "<img src=x onerror=alert(1)> ![图](https://198.51.100.9/p) [点这里](https://198.51.100.9/q) 您好",
    )
    assert "<img src=x" in page.locator("#chat .message.user").last.inner_text()
    assert page.locator("#chat .message img, #chat .message a").count() == 0


def test_a_fact_can_be_corrected_by_hand(page: Page) -> None:
    unfold(page, "fix")
    page.locator("#fix-fact input").fill("上年度营业收入总额")
    page.get_by_role("option", name="上年度营业收入总额").first.click()
    field(page, "fix-value").fill("5200")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#told")).to_contain_text("5200")
    expect(page.locator("#told")).to_contain_text("手工填写")


def test_the_sample_case_is_there_scored_and_planned(page: Page) -> None:
    page.get_by_role("tab", name="一企一策").click()
    expect(page.locator("#case-name textarea, #case-name input").first).to_have_value(
        "济南岱工精密机床有限公司（示例企业）"
    )
    expect(page.locator("#score")).to_contain_text("总分")
    expect(page.locator("#score .cm-cell")).to_have_count(16)
    expect(page.locator("#plan")).to_contain_text("到三级")
    expect(page.locator("#offers details").first).to_be_visible()


def test_the_report_is_drafted_and_downloaded_by_its_owner_alone(
    page: Page, browser: Browser, tmp_path: Path
) -> None:
    page.get_by_role("tab", name="一企一策").click()
    expect(page.locator("#score")).to_contain_text("总分")
    page.get_by_role("button", name="生成报告（Word）").click()
    link = page.locator("#report-download")
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as waiting:
        link.click()
    saved = tmp_path / "report.docx"
    waiting.value.save_as(saved)
    assert "word/document.xml" in ZipFile(saved).namelist()
    stranger = browser.new_context()
    answer = stranger.request.get(page.url.rstrip("/") + str(link.get_attribute("href")))
    assert answer.status == 404
    stranger.close()


def test_a_filled_form_changes_the_level(page: Page) -> None:
    page.get_by_role("tab", name="一企一策").click()
    expect(page.locator("#score")).to_contain_text("二级")
    unfold(page, "questions")
    group = page.get_by_role("group").filter(has_text="q05")
    (group if group.count() else page.locator("fieldset").filter(has_text="q05")).get_by_text(
        "A ", exact=False
    ).first.click()
    before = page.locator("#score h3").inner_text()
    page.get_by_role("button", name="测算").click()
    expect(page.locator("#score h3")).not_to_have_text(before)


def test_an_unreadable_upload_gets_one_clear_line_and_shows_nothing_of_the_firm_before(
    page: Page, tmp_path: Path
) -> None:
    page.get_by_role("tab", name="一企一策").click()
    expect(page.locator("#score")).to_contain_text("总分")
    before = field(page, "case-name").input_value()
    bad = tmp_path / "坏案例.yaml"
    bad.write_text("assessment:\n  answers: {q99: [A]}\n", encoding="utf-8")
    page.locator("input[type=file]").first.set_input_files(bad)
    expect(page.locator("#score")).to_contain_text("q99")
    expect(page.locator("#score")).not_to_contain_text("总分")
    expect(page.locator("#plan")).to_have_text("")
    expect(page.locator("#offers")).to_have_text("")
    expect(field(page, "case-name")).to_have_value(before)  # what was typed is not lost


def test_what_is_not_answered_is_shown_as_a_range(page: Page) -> None:
    page.get_by_role("tab", name="一企一策").click()
    expect(page.locator("#score")).to_contain_text("总分")  # the first sample is there
    page.locator("#sample input").click()
    page.get_by_role("option", name="服务企业").click()
    expect(page.locator("#score h3")).to_contain_text("等级待定")
    expect(page.locator("#score h3")).to_contain_text("至")
    expect(page.locator("#score .cm-bound")).to_have_count(1)
    expect(page.locator("#score")).to_contain_text("项未作答")
    expect(page.locator("#compute")).to_be_enabled()


def test_a_trainer_gets_an_answer_with_the_clause_beside_it(page: Page) -> None:
    page.get_by_role("tab", name="政策培训").click()
    ask_policy(page, "达到四级的试点企业怎么验收？", "山东")
    expect(page.locator("#train-answer")).to_contain_text("征求意见稿")
    expect(page.locator("#train-cited")).to_contain_text("二（五）")


def test_a_day_that_is_none_gets_one_clear_line(page: Page) -> None:
    page.get_by_role("tab", name="政策培训").click()
    field(page, "train-question").fill("小巨人要几项发明专利？")
    field(page, "train-day").fill("下周一")
    page.get_by_role("button", name="回答", exact=True).click()
    expect(page.get_by_text("请写成 2026-11-22")).to_be_visible()
    expect(page.get_by_role("button", name="回答", exact=True)).to_be_enabled()


def test_a_document_is_read_confirmed_quoted_and_removed_by_its_owner_alone(
    page: Page, browser: Browser, address: str, notice: Path
) -> None:
    """From the upload to the second click of removal; another browser sees none of it."""
    hand_in(page, notice)
    expect(page.locator("#documents-list")).to_contain_text("待确认")
    expect(page.locator("#documents-detail")).to_contain_text("读自：「青政办发〔2026〕18号」")
    expect(field(page, "document-valid_to")).to_have_value("2028-04-30")

    page.locator("#document-confirm").click()
    expect(page.get_by_text("没有写明由谁确认")).to_be_visible()
    field(page, "document-who").fill("李工")
    field(page, "document-region").fill("济南")
    page.locator("#document-confirm").click()
    expect(page.locator("#documents-list")).to_contain_text("已确认（李工）")

    question = "首次上云的中小企业按实际支出的多少补助，最高多少万元？"
    ask_policy(page, question, "济南")
    expect(page.locator("#train-cited")).to_contain_text("上云用数的若干措施")
    expect(page.locator("#train-cited")).to_contain_text("8万元")
    original = page.locator("#documents-detail a", has_text="打开原件").get_attribute("href")
    assert original
    assert page.request.get(address.rstrip("/") + original).text() == NOTICE

    context = browser.new_context(locale="zh-CN")
    stranger = visit(context, address)
    assert stranger.request.get(address.rstrip("/") + original).status == 404
    stranger.get_by_role("tab", name="政策培训").click()
    unfold(stranger, "documents")
    expect(stranger.locator("#documents-list")).to_contain_text("还没有文件")
    ask_policy(stranger, question, "济南")
    assert "上云用数的若干措施" not in stranger.locator("#train-cited").inner_text()
    context.close()

    remove = page.locator("#document-remove")
    remove.click()
    expect(remove).to_contain_text("再点一次")
    remove.click()
    expect(page.locator("#documents-list")).to_contain_text("还没有文件")
    assert page.request.get(address.rstrip("/") + original).status == 404


def test_one_bad_file_is_named_and_stops_no_other(page: Page, notice: Path, tmp_path: Path) -> None:
    bad = tmp_path / "坏.docx"
    bad.write_bytes(b"PK\x03\x04 not a document")
    hand_in(page, bad, notice)
    report = page.locator("#documents-report")
    expect(report).to_contain_text("读入 1 份，失败 1 份")
    expect(report).to_contain_text("文件损坏")


def test_a_changed_file_is_a_new_version(page: Page, notice: Path) -> None:
    hand_in(page, notice)
    notice.write_text(NOTICE.replace("25%", "30%"), encoding="utf-8")
    page.locator("#documents-drop input[type=file]").set_input_files(notice)
    expect(page.locator("#documents-report")).to_contain_text("第 2 版")
    page.locator("#documents-detail summary", has_text="版本（2）").click()
    expect(page.locator("#documents-detail")).to_contain_text("被新版替代")


def test_a_file_over_the_limit_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="政策培训").click()
    unfold(page, "documents")
    large = tmp_path / "大.pdf"
    with large.open("wb") as file:
        file.truncate(MAX_UPLOAD_MB * 2**20 + 1)
    page.locator("#documents-drop input[type=file]").set_input_files(large)
    expect(page.get_by_text("文件超过单个")).to_be_visible()


def test_an_own_catalog_is_checked_row_by_row_and_offered_beside_the_others(
    page: Page, browser: Browser, address: str, tmp_path: Path
) -> None:
    page.get_by_role("tab", name="一企一策").click()
    expect(page.locator("#offers")).to_contain_text("候选")
    unfold(page, "catalog")
    expect(page.locator("#catalog-template-link")).to_be_visible()
    chosen = page.locator("#catalog input[type=file]").first
    chosen.set_input_files(own_catalog(tmp_path / "目录.xlsx", "岱工生产管家"))
    expect(page.locator("#catalog-report")).to_contain_text("采用 1 行，未采用 1 行")
    expect(page.locator("#offers")).to_contain_text("岱工生产管家")
    expect(page.locator("#offers")).to_contain_text("用户自有目录")
    with page.expect_download() as waiting:
        page.locator("#catalog-errors").click()
    saved = tmp_path / "错误.xlsx"
    waiting.value.save_as(saved)
    assert "不在可填范围内" in str([[cell.value for cell in row] for row in load_workbook(saved).active])

    context = browser.new_context(locale="zh-CN")
    stranger = visit(context, address)
    stranger.get_by_role("tab", name="一企一策").click()
    expect(stranger.locator("#offers")).to_contain_text("候选")
    assert "岱工生产管家" not in (stranger.locator("#offers").text_content() or "")
    context.close()

    remove = page.locator("#catalog-remove")
    remove.click()
    expect(remove).to_contain_text("再点一次")
    remove.click()
    expect(page.locator("#offers")).not_to_contain_text("岱工生产管家")


def test_uploads_do_not_stay_in_the_cache_of_the_page(page: Page, notice: Path) -> None:
    """That cache is served to whoever knows the path; what was read is taken out of it."""
    cache = Path(gettempdir(), "gradio")
    hand_in(page, notice)
    assert [path for path in cache.rglob("*通知.txt")] == []


def test_nothing_sticks_out_of_a_phone(browser: Browser, address: str) -> None:
    """On a phone-wide window each tab fits: the page itself never scrolls sideways."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    opened = context.new_page()
    opened.goto(address)
    opened.wait_for_selector("#chat")
    for tab in ("企业问答", "一企一策", "政策培训"):
        opened.get_by_role("tab", name=tab).click()
        if tab == "一企一策":
            expect(opened.locator("#offers")).to_contain_text("候选")
        for name in {
            "企业问答": ("fix", "past"),
            "一企一策": ("questions", "catalog"),
            "政策培训": ("documents", "room", "quiz"),
        }[tab]:
            unfold(opened, name)
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390, tab
    context.close()


def test_a_room_is_answered_as_it_streams_and_leaves_a_handout(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="政策培训").click()
    unfold(page, "room")
    page.locator("#room-questions textarea").fill(
        "小巨人要几项发明专利？\n请问小巨人要几项发明专利\n四级试点企业怎么验收？\n明天股票涨不涨？"
    )
    page.get_by_role("button", name="逐个回答").click()
    expect(page.locator("#room-answers")).to_contain_text("已答 3 / 3")
    expect(page.locator("#room-answers")).to_contain_text("2 人问到")
    page.get_by_role("button", name="生成讲义（Word）").click()
    with page.expect_download() as waiting:
        page.locator("#handout-download").click()
    saved = tmp_path / "handout.docx"
    waiting.value.save_as(saved)
    assert "word/document.xml" in ZipFile(saved).namelist()


def test_a_quiz_is_set_with_its_keys_folded_away(page: Page) -> None:
    page.get_by_role("tab", name="政策培训").click()
    unfold(page, "quiz")
    page.get_by_role("button", name="出题").click()
    expect(page.locator("#quiz-paper article")).to_have_count(10)
    expect(page.locator("#quiz-link a")).to_have_count(4)


def choose_document(page: Page, name: str) -> None:
    """Limit the training to one document."""
    field(page, "train-scope").click()
    field(page, "train-scope").fill(name)
    page.get_by_role("option", name=name).first.click()
    page.keyboard.press("Escape")


def test_a_training_limited_to_a_document_says_what_lies_outside(page: Page) -> None:
    page.get_by_role("tab", name="政策培训").click()
    choose_document(page, "优质中小企业梯度培育管理办法")
    ask_policy(page, "小巨人要几项发明专利？")
    expect(page.locator("#train-cited")).to_contain_text("附件2（四）")
    ask_policy(page, "评测指标四级要多少分？")
    expect(page.locator("#train-answer")).to_contain_text("不在本次培训限定的文件之内")
    expect(page.locator("#train-answer")).to_contain_text("评测指标（2024年版）")


def test_a_session_is_stopped_taken_up_again_and_deleted_by_its_owner_alone(
    page: Page, browser: Browser, address: str
) -> None:
    page.get_by_role("tab", name="政策培训").click()
    unfold(page, "room")
    count = 400
    page.locator("#room-questions textarea").fill(
        "\n".join(f"{n}年底前试点企业要完成什么改造？" for n in range(1600, 1600 + count))
    )
    start = page.get_by_role("button", name="逐个回答")
    start.click()
    told = page.locator("#room-answers")
    expect(told).to_contain_text(re.compile(r"已答 [1-9]\d* / 400"))
    page.locator("#room-stop").click()
    expect(start).to_be_enabled()
    page.wait_for_timeout(1500)  # the answer that was under way is kept and then nothing more comes
    before = told.inner_text()
    page.wait_for_timeout(1000)
    assert told.inner_text() == before
    assert f"已答 {count} / {count}" not in before

    page.reload()
    page.wait_for_selector("#chat")
    page.get_by_role("tab", name="政策培训").click()
    unfold(page, "room")
    page.locator("#room-past input").click()
    page.get_by_role("option", name="政策培训").first.click()
    page.locator("#room-open").click()
    expect(told).to_contain_text("/ 400，还有")

    stranger = visit(browser.new_context(locale="zh-CN"), address)
    stranger.get_by_role("tab", name="政策培训").click()
    unfold(stranger, "room")
    stranger.locator("#room-past input").click()
    expect(stranger.get_by_role("option", name="政策培训")).to_have_count(0)
    stranger.context.close()

    page.locator("#room-delete").click()
    expect(told).not_to_contain_text("已答")
    page.locator("#room-past input").click()
    expect(page.get_by_role("option", name="政策培训")).to_have_count(0)


def test_a_quiz_is_taken_on_the_page_and_graded(page: Page) -> None:
    page.get_by_role("tab", name="政策培训").click()
    unfold(page, "quiz")
    page.get_by_role("button", name="出题", exact=True).click()
    expect(page.locator("#quiz-paper article")).to_have_count(10)
    key = page.locator("#quiz-paper article").first.locator("details b").first.text_content() or ""
    page.locator("#quiz-take").click()
    field(page, "quiz-name").fill("张三")
    first = page.locator("#quiz-form fieldset").first
    first.locator("input[type=radio]").nth("ABCD".index(key)).check()
    page.locator("#quiz-done").click()
    expect(page.locator("#quiz-result")).to_contain_text("1 / 10")
    expect(page.locator("#quiz-result")).to_contain_text("重读条款")


def test_filled_answer_sheets_are_uploaded_and_graded(page: Page, tmp_path: Path) -> None:
    """The very sheet that is handed out, filled in, comes back with a result and a workbook of scores."""
    page.get_by_role("tab", name="政策培训").click()
    unfold(page, "quiz")
    page.get_by_role("button", name="出题", exact=True).click()
    with page.expect_download() as waiting:
        page.locator("#quiz-link a", has_text="答题卡").click()
    sheet = tmp_path / "答题卡.xlsx"
    waiting.value.save_as(sheet)
    book = load_workbook(sheet)
    assert "答案与条款（讲师用）" not in book.sheetnames
    book["答题卡"]["A4"], book["答题卡"]["C4"] = "李四<b>", "Z"
    book.save(sheet)
    bad = tmp_path / "坏.csv"
    bad.write_text("没有姓名的表\n", encoding="utf-8")
    page.reload()
    page.wait_for_selector("#chat")
    page.get_by_role("tab", name="政策培训").click()
    unfold(page, "quiz")
    page.locator("#quiz input[type=file]").set_input_files([sheet, bad])
    result = page.locator("#quiz-result")
    expect(result).to_contain_text("李四<b>")
    expect(result).to_contain_text("0 / 10")
    expect(result).to_contain_text("第 1 题写的是 'Z'")
    expect(result).to_contain_text("坏.csv")
    with page.expect_download() as waiting:
        page.locator("#result-download").click()
    saved = tmp_path / "成绩.xlsx"
    waiting.value.save_as(saved)
    assert load_workbook(saved).sheetnames[0] == "成绩"


def test_every_answer_carries_the_headers_that_keep_the_page_to_itself(page: Page, address: str) -> None:
    answer = page.request.get(address)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert page.request.get(f"{address}healthz").json() == {"status": "ok"}
    assert page.title() == "参谋 · 中小企业数字化转型"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "svg" in page.request.get(f"{address}favicon.ico").headers["content-type"]


@pytest.mark.parametrize(
    "path", ["files/../../etc/passwd", "files/abc", "documents/up-000000000000", "documents/local"]
)
def test_an_address_guessed_gives_nothing(page: Page, address: str, path: str) -> None:
    assert page.request.get(address + path).status == 404


def test_a_port_that_is_taken_is_said_so_in_one_line() -> None:
    from ui.server import listen

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(InputError) as caught:
            listen("127.0.0.1", other.getsockname()[1])
    assert caught.value.what == "端口已被占用"
    assert "--port" in caught.value.remedy


def test_the_address_is_free_again_once_left() -> None:
    from ui.server import listen

    first = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    first.close()
    listen("127.0.0.1", port).close()
