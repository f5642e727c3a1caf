"""The workspace in headless Chromium: every tab is clicked through as its user would, and asks no other host."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.app import assemble
from assistant.settings import Settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine (make test installs it where it can)"
    ),
    pytest.mark.xdist_group("browser"),
]

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
    """A fresh visitor on the page; the test fails if the page asks another host for anything."""
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 1360, "height": 900}, accept_downloads=True
    )
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    elsewhere: list[str] = []
    opened.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((address, "data:", "blob:")) else elsewhere.append(asked.url)
        ),
    )
    opened.goto(address)
    opened.wait_for_selector("#chat")
    yield opened
    context.close()
    assert elsewhere == []


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


def test_a_fact_can_be_corrected_by_hand(page: Page) -> None:
    page.locator("#fix-fact input").fill("上年度营业收入总额")
    page.get_by_role("option", name="上年度营业收入总额").first.click()
    page.locator("#fix-value textarea, #fix-value input").first.fill("5200")
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
    page.get_by_text("评测问题（15 题，未作答就留空）").click()
    group = page.get_by_role("group").filter(has_text="q05")
    (group if group.count() else page.locator("fieldset").filter(has_text="q05")).get_by_text(
        "A ", exact=False
    ).first.click()
    before = page.locator("#score h3").inner_text()
    page.get_by_role("button", name="测算").click()
    expect(page.locator("#score h3")).not_to_have_text(before)


def test_an_unreadable_upload_gets_one_clear_line_and_loses_nothing(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="一企一策").click()
    expect(page.locator("#score")).to_contain_text("总分")
    bad = tmp_path / "坏案例.yaml"
    bad.write_text("assessment:\n  answers: {q99: [A]}\n", encoding="utf-8")
    page.locator("input[type=file]").first.set_input_files(bad)
    expect(page.get_by_text("q99").first).to_be_visible()
    expect(page.locator("#score")).to_contain_text("总分")


def test_a_trainer_gets_an_answer_with_the_clause_beside_it(page: Page) -> None:
    page.get_by_role("tab", name="政策培训").click()
    page.locator("#train-question textarea").fill("达到四级的试点企业怎么验收？")
    page.locator("#train-region textarea, #train-region input").first.fill("山东")
    page.get_by_role("button", name="回答", exact=True).click()
    expect(page.locator("#train-answer")).to_contain_text("征求意见稿")
    expect(page.locator("#train-cited")).to_contain_text("二（五）")


def test_nothing_sticks_out_of_a_phone(browser: Browser, address: str) -> None:
    """On a phone-wide window each tab fits: the page itself never scrolls sideways."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    opened = context.new_page()
    opened.goto(address)
    opened.wait_for_selector("#chat")
    for tab in ("企业问答", "一企一策", "政策培训"):
        opened.get_by_role("tab", name=tab).click()
        opened.wait_for_timeout(1500)
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390, tab
    context.close()


def test_a_room_is_answered_as_it_streams_and_leaves_a_handout(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="政策培训").click()
    page.get_by_text("一次回答一屋子的问题").click()
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
    page.get_by_text("出一份测验").click()
    page.get_by_role("button", name="出题").click()
    expect(page.locator("#quiz-paper article")).to_have_count(10)
    expect(page.locator("#quiz-link a")).to_have_count(2)
