"""What is shown is inert: nothing from people, documents or a model becomes markup."""

from datetime import date

import pytest

from assistant.schema import Answer, Caution, Citation, Made
from knowledge.policy import Status
from ui import render

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>![](https://198.51.100.9/p?d=1)\"'>"


def citation(**changes: object) -> Citation:
    told = {
        "n": 1,
        "source_id": "x",
        "title": HOSTILE,
        "locator": HOSTILE,
        "status": Status.DRAFT,
        "text_kind": "digest",
        "quote": HOSTILE,
    }
    return Citation.model_validate(told | changes)


def test_answers_and_citations_are_escaped() -> None:
    given = Answer(
        question=HOSTILE, answer=HOSTILE, reason=HOSTILE, refused=True, note=HOSTILE, region=HOSTILE,
        warnings=(Caution(kind="draft", text=HOSTILE),), as_of=date(2026, 11, 22),
        made=Made(as_of=date(2026, 11, 22), knowledge=""),
    )  # fmt: skip
    for shown in (render.answer(given), render.sources([citation()])):
        assert "<img" not in shown
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", None])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert "href" not in render.sources([citation(url=url)])


def test_a_web_address_is_a_link_that_tells_nothing_to_the_other_side() -> None:
    shown = render.sources([citation(url="https://www.gov.cn/a?b=1&c=2")])
    assert 'href="https://www.gov.cn/a?b=1&amp;c=2"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


def test_a_descriptive_locator_is_not_passed_off_as_an_article() -> None:
    assert "非条款号" in render.sources([citation(locator="奖补标准", numbered=False)])
