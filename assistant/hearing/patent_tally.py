"""Inventions added up as they are told of, clause after clause."""

from decimal import Decimal


class Tally:
    """What has been added up so far."""

    def __init__(self, *, spoken: bool, asked: bool, prior: Decimal | None) -> None:
        self.prior = prior
        self.asked = asked
        """The total was just asked for."""
        self.spoken = spoken or prior is not None
        """Inventions are what is being counted."""
        self.heard = spoken
        """They were named in this message, or asked for."""
        self.others_spoken = False
        """Another firm's inventions were told of: 母公司四十个发明，我们就两个."""
        self.named = False
        """Inventions were named, with no number yet: 发明嘛，有两个."""
        self.total: Decimal | None = None
        self.bounds: tuple[Decimal, Decimal] | None = None
        """What a total told roughly lies between."""
        self.out = Decimal(0)
        """Held, but not counted."""
        self.lost = Decimal(0)
        """Not held after all: pending, licensed, lapsed, sold, another's."""
        self.parts = Decimal(0)
        """How many have been told of apart."""
        self.last: Decimal | None = None
        """How many were spoken of last, of which the next clause may go on: 有一个，年费没交."""
        self.last_mark = ""
        """What was said of those: out, lost, or nothing yet."""
        self.sentence = -1
        """Where they were spoken of."""
        self.holders = 0
        """How many hold those together, at least."""
        self.known_out = False
        self.once = False
        """The total is one of earlier days: 原来有四个."""
        self.takes_in = False
        """Those pending were said to be among them: 连在审的算上."""
        self.not_held = ""
        """Why those spoken of are none of the firm's, where none other were told."""
        self.anothers = False
        """All of them were said to be in another's name."""
        self.own_only = False
        """The total told is of those of its own making: 自主3件、转让2件 is five."""
        self.vague = ""
        self.granted_only = False
        """The total told is of the granted ones: those pending are none of it."""
        self.kinds: set[str] = set()
        """The kinds of class 1 that the total holds or that none are held of."""
        self.ours = False
        """The total was told as of those in the firm's own name: another's are none of them."""
        self.filed: Decimal | None = None
        """How many were filed in all, where nobody said yet whether they were granted."""
        self.at_inventions = False
        """What was counted last are inventions."""
        self.words: list[str] = []

    def set(self, total: Decimal, text: str, bounds: tuple[Decimal, Decimal] | None = None) -> None:
        """Take a total; what was lost before it is no part of it."""
        self.total, self.bounds, self.spoken, self.lost, self.once = total, bounds, True, Decimal(0), False
        self.last, self.last_mark = total, ""
        self.words.append(text)

    def mark(self, value: Decimal, mark: str) -> None:
        """Take some out of the total, as `lost` or `out`."""
        if mark == "lost":
            self.lost += value
        elif mark == "out":
            self.out += value
            self.known_out = True

    def spoke_of(self, value: Decimal, mark: str) -> None:
        """Note a part and what was said of it."""
        self.last, self.last_mark, self.holders = value, mark, 0
        self.parts += value
        self.mark(value, mark)

    @property
    def none_ours(self) -> bool:
        """Whether all that were told of so far turned out to be another's, or gone."""
        return self.total is not None and 0 < self.total <= self.lost
