"""What stands after somebody has spoken: shared by the tests of hearing."""

from datetime import date

from assistant.talking.talk import remember
from assistant.told import read_told
from knowledge.load import KnowledgeBase

DAY = date(2026, 11, 22)
KB = KnowledgeBase()


def said(message):
    """Return what stands after the turns of a message, parted by |: values, None for unfilled, "?" for contradicted."""
    told = ()
    for turn, words in enumerate(message.split("|"), 1):
        new = read_told(
            words, asked=None, turn=turn, on=DAY, regions=KB.regions, before=told, size_rows=KB.size_classes
        )
        told = remember(told, new)
    return {one.fact: "?" if one.conflict else one.value for one in told}
