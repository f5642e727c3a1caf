"""企业问答 with an assessed case, in headless Chromium: attached, asked about, kept, and nobody else's."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.test_workspace import CHROMIUM, address, browser, page, say, unfold, visit

__all__ = ["address", "browser", "page"]  # the workspace and its visitor, as fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine (make test installs it where it can)"
    ),
    pytest.mark.xdist_group("browser"),
]

CASE = """enterprise: {name: 青禾精工<img src=x onerror=alert(1)>, region: 山东省济南市, profile: {revenue_y1: 5200}}
assessment: {assessed_on: 2026-11-01, answers: {q01: [B], q03: [C]}, scenes: {s06: 1}}
needs: {target_level: 2, budget: 30}
"""


def attach(page: Page, name: str) -> None:
    """Choose a case in the list and wait until it is attached."""
    page.locator("#case-pick input").click()
    page.get_by_role("option", name=name).first.click()


def test_the_counter_answers_about_the_attached_case(page: Page) -> None:
    """The verdict stands first and is seen first; the records lie below; the examples are of the case."""
    attach(page, "示例：济南")
    expect(page.locator("#case-chip")).to_contain_text("济南岱工")
    expect(page.locator("#case-chip")).to_contain_text("目标三级")
    expect(page.get_by_role("button", name="先做哪几项最划算")).to_be_visible()
    said = say(page, "我们现在几级")
    assert said.strip().startswith("现在是二级，总分 56.85 / 100")
    expect(page.locator("#found .cm-cell")).to_have_count(16)
    page.get_by_role("button", name="先做哪几项最划算").click()
    expect(page.locator("#chat .message.bot").last).to_contain_text("合计 84.2 万元")
    expect(page.locator("#found")).to_contain_text("第 1 阶段")
    expect(page.locator("#chat .message.bot").last.locator("strong").first).to_be_in_viewport()
    assert "IoTGateway" in say(page, "有啥产品能补设备联网")
    assert "没有一项能算出" in say(page, "能补多少钱")
    expect(page.locator("#found")).to_contain_text("算不出")


def test_without_a_case_it_says_where_to_bring_one(page: Page) -> None:
    said = say(page, "我们现在几级")
    assert "一企一策" in said
    assert "评测案例" in said
    assert page.locator("#found .cm-cell").count() == 0


def test_what_is_told_against_the_case_is_marked_and_the_case_can_be_let_go(page: Page) -> None:
    attach(page, "示例：济南")
    expect(page.locator("#case-chip")).to_contain_text("济南岱工")
    say(page, "我们去年营收三千多万，能报小巨人吗")
    expect(page.locator("#told")).to_contain_text("前后不一致")
    expect(page.locator("#told")).to_contain_text("8600")
    attach(page, "不附案例")
    expect(page.locator("#chat .message.bot").last).to_contain_text("已取下案例")
    expect(page.locator("#told")).not_to_contain_text("前后不一致")
    assert "评测案例" in say(page, "我们现在几级")


def test_an_own_case_is_offered_in_the_chat_kept_with_it_and_seen_by_nobody_else(
    page: Page, browser: Browser, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "青禾.yaml"
    file.write_text(CASE, encoding="utf-8")
    page.get_by_role("tab", name="一企一策").click()
    expect(page.locator("#score")).to_contain_text("总分")
    page.locator("#upload input[type=file], input[type=file]").first.set_input_files(file)
    expect(page.locator("#case-saved")).to_contain_text("已存为您的案例")
    page.get_by_role("tab", name="企业问答").click()
    attach(page, "青禾精工")
    expect(page.locator("#case-chip")).to_contain_text("青禾精工<img src=x")  # a name is text
    assert "还定不下来" in say(page, "我们现在几级")

    unfold(page, "past")
    page.get_by_role("button", name="新对话").click()
    expect(page.locator("#case-chip")).to_contain_text("附上评测案例")
    page.locator("#past-talks input").click()
    page.get_by_role("option", name="我们现在几级").first.click()
    page.get_by_role("button", name="接着谈").click()
    expect(page.locator("#case-chip")).to_contain_text("青禾精工")
    expect(page.locator("#chat .message.user").last).to_contain_text("我们现在几级")

    context = browser.new_context(locale="zh-CN")
    stranger = visit(context, address)
    stranger.locator("#case-pick input").click()
    expect(stranger.get_by_role("option", name="示例：济南")).to_be_visible()
    assert stranger.get_by_role("option", name="青禾精工").count() == 0
    context.close()

    page.get_by_role("button", name="删除此案例").click()
    expect(page.locator("#chat .message.bot").last).to_contain_text("已删除")
    page.locator("#case-pick input").click()
    expect(page.get_by_role("option", name="示例：济南")).to_be_visible()
    assert page.get_by_role("option", name="青禾精工").count() == 0


def test_a_sample_looked_at_is_nobody_s_own_case(page: Page) -> None:
    page.get_by_role("tab", name="一企一策").click()
    expect(page.locator("#score")).to_contain_text("总分")
    page.get_by_role("button", name="测算").click()
    page.wait_for_function("() => !document.querySelector('#compute').disabled")
    time.sleep(1)
    expect(page.locator("#case-saved")).not_to_contain_text("已存为您的案例")
    page.get_by_role("tab", name="企业问答").click()
    page.locator("#case-pick input").click()
    expect(page.get_by_role("option", name="示例：济南")).to_be_visible()
    assert page.get_by_role("option").count() == 4


def test_the_attached_case_fits_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    opened = visit(context, address)
    attach(opened, "示例：济南")
    expect(opened.locator("#case-chip")).to_contain_text("济南岱工")
    for question in ("我们现在几级", "先做哪几项最划算", "接下来有哪些时间点"):
        say(opened, question)
        wide = opened.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= 390, question
        shown = opened.locator("#chat .message.bot").last.locator("strong").first
        expect(shown).to_be_visible()
        log = opened.locator("#chat [role=log]").bounding_box()
        first = shown.bounding_box()
        assert log
        assert first
        assert log["y"] - 2 <= first["y"] <= log["y"] + log["height"], "the verdict is in sight"
    assert not re.search(r"None|Traceback", opened.inner_text("#chat"))
    context.close()
