"""The desk says what it cannot know."""

from datetime import date

import pytest

from assistant.app import assemble
from assistant.settings import Settings
from knowledge.case import Enterprise


@pytest.mark.parametrize(
    ("day", "said"), [(date(2026, 11, 22), False), (date(2027, 2, 1), False), (date(2027, 6, 1), True)]
)
def test_a_filing_long_after_the_knowledge_was_gathered_is_warned_of(day: date, said: bool) -> None:
    desk = assemble(Settings(), today=lambda: day).desk()
    found = desk.check_eligibility("specialized-sme", Enterprise())
    assert any("收录资料截至" in text for text in found.warnings) is said
