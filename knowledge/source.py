"""Where a fact comes from and how sure it is."""

from enum import StrEnum

from knowledge.record import Record


class Certainty(StrEnum):
    """How well a fact is established; the label is what people see."""

    VERIFIED = "verified"
    """The official wording was read in full, or several independent sources agree."""
    REPRINT = "reprint"
    """Read in a reprint of the official text."""
    SINGLE_SOURCE = "single_source"
    """One restatement only."""
    INFERRED = "inferred"
    """Follows from other facts; nobody states it."""
    UNVERIFIED = "unverified"
    """Nothing seen confirms it."""

    @property
    def label(self) -> str:
        """Return the word shown to people."""
        return _LABELS[self]


_LABELS = {
    Certainty.VERIFIED: "已核对",
    Certainty.REPRINT: "转载",
    Certainty.SINGLE_SOURCE: "单一来源",
    Certainty.INFERRED: "推断",
    Certainty.UNVERIFIED: "未证实",
}


class Source(Record):
    """A document or page a fact was taken from, as shown to people."""

    key: str
    """Id within its file, named by the facts that rest on it."""
    title: str
    """What people see, e.g. 济南市工业和信息化局通知（全文） or 第三方公开资料（未经官方核对）."""
    url: str | None = None
    issuer: str | None = None
    date: str | None = None
    kind: str
    """full_text, reprint, web_page, public_code or third_party."""
    note: str = ""


class ClauseRef(Record):
    """A place in a document: where a requirement or a statement stands."""

    source_id: str
    """Id of a policy card, or of the document a program or standard names."""
    locator: str
    """第十一条（二）, 附件1（三）… as the document itself counts."""
