"""What a person does not see is set apart, whatever hides it; what a person sees is not."""

import pytest

from evals import unseen
from knowledge.reading import parse
from knowledge.reading.colour import alike, from_css

SEEN = "某区智慧工地奖励办法\n第三条 智慧工地项目一次性奖励40万元。\n第四条 每年三月底前申报。"
TRUTH = "第三条\u3000智慧工地项目一次性奖励40万元。"
LIE = "智慧工地项目一次性奖励4000万元。"


def _holds(data: bytes, name: str) -> None:
    document = parse(data, name=name)
    said = "\n".join(clause.text for clause in document.clauses)
    assert "40万元" in said
    assert "4000" not in said
    assert any("4000" in item.text for item in document.hidden)
    assert any("隐藏文字" in warning for warning in document.warnings)


@pytest.mark.parametrize("how", unseen.WORD_WAYS)
def test_word(how):
    _holds(unseen.word(SEEN, LIE, how=how), "a.docx")


def test_text_struck_out_is_named_so():
    hidden = parse(unseen.word(SEEN, LIE, how="struck"), name="a.docx").hidden
    assert [item.why for item in hidden] == ["已划去的文字（删除线）"]


def test_white_on_dark_is_read(monkeypatch):
    look = ('<w:color w:val="FFFFFF"/>', '<w:shd w:val="clear" w:fill="1F3864"/>', "{}")
    monkeypatch.setitem(unseen.WORD_WAYS, "shown", look)
    document = parse(unseen.word(SEEN, "注：以年度公告为准。", how="shown"), name="a.docx")
    assert any("以年度公告为准" in clause.text for clause in document.clauses)
    assert not document.hidden


@pytest.mark.parametrize("how", unseen.PAGE_WAYS)
def test_pdf(how):
    _holds(unseen.page(SEEN, LIE, how=how), "a.pdf")


@pytest.mark.parametrize("how", unseen.OFD_WAYS)
def test_ofd(how):
    _holds(unseen.ofd(SEEN, LIE, how=how), "a.ofd")


@pytest.mark.parametrize("how", unseen.SHEET_WAYS)
def test_workbook(how):
    rows = [["项目", "奖励"], ["智慧工地", "每家40万元"], ["智慧园区", "每家55万元"]]
    _holds(unseen.workbook(rows, ["智慧工地", "每家4000万元"], how=how), "a.xlsx")


def page(inner: str, head: str = "") -> bytes:
    return (
        f"<html><head><meta charset=utf-8>{head}</head><body><h1>某区智慧工地奖励办法</h1>"
        f"<p>{TRUTH}</p>{inner}<p>第四条 每年三月底前申报。</p></body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("inner", "style"),
    [
        pytest.param(f"<aside>{LIE}</aside>", "aside{display:none}", id="tag"),
        pytest.param(f"<div class=n><span>{LIE}</span></div>", "div.n > span{visibility:hidden}", id="child"),
        pytest.param(f"<p data-k=v>{LIE}</p>", "[data-k=v]{opacity:0}", id="attribute"),
        pytest.param(f"<p>{LIE}</p>", "h1 ~ p:nth-of-type(2){display:none}", id="place"),
        pytest.param(
            f"<p class=n>{LIE}</p>", "@media screen and (min-width:600px){.n{display:none}}", id="media"
        ),
        pytest.param(f"<p class=n>{LIE}</p>", ":root{--ink:#fefefe}.n{color:var(--ink)}", id="variable"),
        pytest.param(f"<p class=n>{LIE}</p>", ".n{disp\\6c ay:n\\6f ne}", id="escapes"),
        pytest.param(
            f"<p class=n>{LIE}</p>", ".n{display:block}p.n{display:/* */none}.n{display:block}", id="rank"
        ),
        pytest.param(f"<p class=n>{LIE}</p>", ".n{color:hsl(0 0% 99%)}", id="hsl"),
        pytest.param(f"<div class=n><p>{LIE}</p></div>", ".n{background:#101010;color:#0c0c0c}", id="dark"),
        pytest.param(f"<p class=n>{LIE}</p>", ".n{font:1px/1 serif}", id="shorthand"),
        pytest.param(f"<p class=n>{LIE}</p>", ".n{position:absolute;top:-900px}", id="above"),
        pytest.param(f"<p class=n>{LIE}</p>", ".n{width:1px;height:1px;overflow:hidden}", id="box"),
        pytest.param(f"<p class=n>{LIE}</p>", ".n{transform:scale(0)}", id="scale"),
        pytest.param(f"<dialog>{LIE}</dialog>", "", id="dialog"),
        pytest.param(f"<p><del>{LIE}</del></p>", "", id="struck"),
    ],
)
def test_page(inner, style):
    _holds(page(inner, f"<style>{style}</style>"), "a.html")


@pytest.mark.parametrize(
    ("inner", "style"),
    [
        pytest.param(
            '<div class="n"><p>说明：见附表。</p></div>',
            ".n{background:#003366;color:#fff}",
            id="white-on-blue",
        ),
        pytest.param(
            '<p class="n">说明：见附表。</p>', ".n{display:none}p.n{display:block}", id="shown-again"
        ),
        pytest.param('<p class="n">说明：见附表。</p>', "@media print{.n{display:none}}", id="on-paper"),
        pytest.param(
            '<p class="n">说明：见附表。</p>', "@media (max-width:600px){.n{display:none}}", id="on-a-phone"
        ),
        pytest.param(
            '<div class="n"><p style="font-size:14px">说明：见附表。</p></div>', ".n{font-size:0}", id="gap"
        ),
        pytest.param(
            '<p class="n">说明：见附表。</p>', ".n{color:#fff;background:url(a.png)}", id="on-a-picture"
        ),
        pytest.param(
            '<p class="n">说明：见附表。</p>', ".n::after{display:none}.n:hover{opacity:0}", id="other-states"
        ),
    ],
)
def test_what_shows_is_read(inner, style):
    document = parse(page(inner, f"<style>{style}</style>"), name="a.html")
    assert any("见附表" in clause.text for clause in document.clauses)
    assert not document.hidden


def test_a_title_that_the_page_does_not_show_is_not_its_title():
    made = page("", f'<title>{LIE}</title><meta property="og:title" content="{LIE}">')
    document = parse(made, name="a.html")
    assert document.metadata.title.value == "某区智慧工地奖励办法"
    assert not any("4000" in clause.text for clause in document.clauses)


def test_colours_are_alike_where_the_eye_cannot_part_them():
    assert alike((255, 255, 255), (245, 245, 245))
    assert not alike((255, 255, 255), (192, 192, 192))
    assert not alike((255, 0, 0), (0, 128, 0))
    assert from_css("rgb(255 255 255 / 5%)") == ((255, 255, 255), 0.05)
    assert from_css("HSL(0, 0%, 0%)") == ((0, 0, 0), 1.0)
    assert from_css("inherit") is None
