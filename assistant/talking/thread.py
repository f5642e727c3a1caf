"""The thread of a conversation: what was shown last, and a short message read against it.

    talk.seen = saw(reply, …)                      # after each reply: program, list, citations, place
    short = read_short("第二个为啥要做", desk, talk)   # Short(nth=2, ask=Ask.WHY)

A short message names little: another program, another year or place, the second of a list, or only what it wants to
know of what is on the counter. It is read by what stands in it, slot by slot; whatever no slot takes is left over, and
with much left over it is no follow-up but a question of its own.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from assistant.answering.question import read_question
from assistant.corpus import TimelineItem
from assistant.desk import Desk
from assistant.schema import Citation, Eligibility, MatchResult, Plan, ScoreCard, Subsidy, Verdict
from assistant.talking.casework import read_order, squeeze
from assistant.talking.counsel import lost_points, route_in_order
from assistant.talking.intent import program_named
from assistant.talking.talk import Item, Reply, Seen, Talk
from knowledge.record import Number, Record
from knowledge.region import NATION, Region

_LISTED = 40
"""So many things of a list can be pointed at."""


class Ask(StrEnum):
    """What a short message wants to know of what is on the counter."""

    BASIS = "basis"
    """依据哪条, 你确定: what it rests on."""
    ABSENT = "absent"
    """怎么没有: why something is not in the list."""
    WHY = "why"
    LACKING = "lacking"
    """差啥: what is not met and what is open."""
    FIRST = "first"
    """先做哪三个: the beginning of the list."""
    PAID = "paid"
    """奖多少: what is paid to the firm."""
    COST = "cost"
    """多少钱: what it costs, or what it brings, by what was shown."""
    WHEN = "when"
    WHO = "who"
    MAY = "may"
    """行不行, 来得及吗."""
    MORE = "more"
    """什么意思, 怎么做, 详细说说."""


class Short(Record):
    """A short message, slot by slot."""

    text: str
    ask: Ask | None = None
    program: str | None = None
    place: str | None = None
    year: int | None = None
    nth: int | None = None
    """Of a list: 1 is the first, -1 the last."""
    count: int | None = None
    """So many of a list are wanted."""
    scenes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    level: int | None = None
    money: Number | None = None
    there: bool = False
    """Speaks of the place talked of last: 那边."""
    left: str = ""
    """What no slot took."""

    @property
    def whole(self) -> bool:
        """Whether the slots say all of it."""
        return len(self.left) <= _LEFT

    @property
    def points(self) -> bool:
        """Whether anything in it points at what was shown."""
        return any(
            one is not None for one in (self.ask, self.program, self.place, self.year, self.nth, self.count)
        )


_LEFT = 1
"""Characters that may be left over: a particle nobody listed; two are a noun already (营收, 研发)."""
_LONGEST = 26
"""A message longer than this says for itself what it is about."""


# ---------------------------------------------------------------- reading


def read_short(message: str, desk: Desk, talk: Talk) -> Short | None:
    """Return a message as a follow-up; None where it is too long to be one, or points at nothing."""
    text = re.sub(r"[\s，,。；;！!？?、~～“”\"]+", "", _THANKS.sub("", squeeze(message).strip()))
    if not text or len(text) > _LONGEST:
        return None
    places = [one.name for one in read_places(text, desk)]
    order = read_order(message, desk, talk)
    left = text
    ask, left = _asked(left)
    for slot in (_TITLE, _PILOT):
        left = slot.sub("", left)
    left = _without_places(left, desk)
    year, left = _year(left, desk)
    nth, left = _nth(left)
    count, left = _count(left)
    program = program_named(text, desk, places[-1] if places else desk.region_of(talk.enterprise))
    short = Short(
        text=text,
        ask=ask,
        program=program,
        place=places[-1] if places else None,
        year=year,
        nth=nth,
        count=count,
        scenes=order.scenes,
        questions=order.questions,
        level=order.target,
        money=order.money,
        there=bool(_THERE.search(text)),
        left=_FILLING.sub("", left),
    )
    return short if short.points or short.there else None


def read_places(text: str, desk: Desk) -> list[Region]:
    """Return the narrowest places a text names."""
    found = [one for one in desk.kb.regions.find(text) if one.name != NATION]
    wide = {above.name for one in found for above in desk.kb.regions.ancestors(one.name)}
    return [one for one in found if one.name not in wide]


def _without_places(text: str, desk: Desk) -> str:
    """Return a text without the names of places, with what they lie in: 天津滨海新区 goes whole."""
    for one in desk.kb.regions.find(text):
        for place in (one, *desk.kb.regions.ancestors(one.name)):
            for name in _names_of(place):
                text = text.replace(name, "")
    return text


def _names_of(place: Region) -> tuple[str, ...]:
    """Return what a text may call a place, the longest first."""
    names = {place.name, place.short, re.sub(r"(?:省|市|区|县)$", "", place.short)}
    return tuple(sorted((one for one in names if len(one) >= 2), key=len, reverse=True))


def _asked(text: str) -> tuple[Ask | None, str]:
    """Return what a message wants to know, the first kind of the table that fits, and the text without such words."""
    found = next((ask for ask, shape in _ASKS if shape.search(text)), None)
    if found is None:
        return None, text
    for _, shape in _ASKS:
        text = shape.sub("", text)
    return found, text


def _year(text: str, desk: Desk) -> tuple[int | None, str]:
    now = desk.today().year
    if match := re.search(r"(20\d\d)年?", text):
        return int(match[1]), text.replace(match[0], "")
    for word, ahead in (("大后年", 3), ("后年", 2), ("明年", 1), ("下一年", 1), ("来年", 1), ("今年", 0)):
        if word in text:
            return now + ahead, re.sub(rf"{word}(?:底|初|年底|年初|上半年|下半年)?", "", text)
    return None, text


_THANKS = re.compile(r"^(?:好的?|谢谢|多谢|嗯+|哦+|行|明白了?|知道了|辛苦了?)[，,。！!、\s]+")
_DIGITS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "仨": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_NTH = re.compile(
    r"(?:(?<!附件)第|排第)(?P<n>[一二两三四五六七八九十](?![一二三四五六七八九十])|\d{1,2})(?:个|项|步|条|样|件|家|款|点|种)?|(?P<n2>[一二三四五六七八九]|\d{1,2})号(?!文)|(?P<first>头一(?:个|项|步|条|样)|首个|第一个)|(?P<last>最后(?:一)?(?:个|项|步|条|样)|末一(?:个|项))"
)
_COUNT = re.compile(
    r"(?:前|哪|啥|头|最先的?|这)(?P<n>[一两俩二三四五六七八九十]|\d{1,2})(?:个|项|步|条|样|件|家|款)?|(?P<n2>[一两俩二三四五六七八九十]|\d{1,2})(?:个|项|步|件|样)(?!月|人|分|级|场景|工作)"
)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _DIGITS[word]


def _nth(text: str) -> tuple[int | None, str]:
    match = _NTH.search(text)
    if match is None:
        return None, text
    left = text.replace(match[0], "", 1)
    if match["last"]:
        return -1, left
    return (1 if match["first"] else _number(match["n"] or match["n2"])), left


def _count(text: str) -> tuple[int | None, str]:
    match = _COUNT.search(text)
    if match is None:
        return None, text
    return _number(match["n"] or match["n2"]), text.replace(match[0], "", 1)


_TITLE = re.compile(
    r"(?:国家级?|省级?)?(?:专精特新)?[“\"]?小巨人[”\"]?(?:企业)?|专精特新(?:中小企业|企业)?|创新型(?:中小企业|企业)?|(?:国家)?科技型(?:中小企业|企业)?|国科小|科小"
)
_PILOT = re.compile(r"(?:数字化)?(?:转型)?试点(?:企业|城市)?")
_THERE = re.compile(r"那边|那里|那儿|那地方|当地|那个(?:地方|城市|区)")
_WHAT = r"(?:什么|啥|哪(?:些|几|里|儿|一)?|多少|几)"
_ASKS: tuple[tuple[Ask, re.Pattern[str]], ...] = (
    (
        Ask.LACKING,
        re.compile(
            rf"(?:还)?(?:差|缺|少)(?:在|的)?(?:是)?(?:些|点)?{_WHAT}(?:项|条|个|样|东西|地方|没)?|(?:都)?(?:有)?哪(?:些|几)?(?:项|条|个)?(?:还)?(?:没|不)(?:过|满足|够|达标|定|符合|行)(?:的)?|(?:没|不)(?:过|满足|够|达标|定|符合)的?(?:都)?(?:是|有)?(?:些)?{_WHAT}(?:项|条|个)?"
            rf"|(?:还)?(?:要|需要|得)(?:补|满足|达到|具备){_WHAT}|还(?:要|需要|得)(?:什么|啥|哪些)|(?:定|判)不(?:下来|了)|(?:没|不能)定|(?:怎么|咋|为(?:什么|啥|何))(?:就|会|都|还)?(?:不(?:行|满足|够|能报|符合|可以|通过)|过不了|没过|报不了)|卡在哪(?:里|儿)?|过不了|哪(?:里|儿)(?:不够|不行|没过)"
        ),
    ),
    (
        Ask.ABSENT,
        re.compile(
            r"(?:怎么|为(?:啥|什么|何)|咋)(?:就|会|都|还)?(?:没有?|不)(?:排|做|列|提|在|安排|推荐|包括|选|考虑|放|管|改|上|补|见|写|说)?(?:进去|进来|上|里面|里|到)?"
            r"|(?:漏|落)(?:了|掉)|没有?(?:排|列|提|安排|推荐|放|选)(?:进去|进来|上|到)?|(?:不|没)(?:用|必)?(?:做|改|补|上)(?=吗|么|呢|$)|(?:能不能|可不可以|可以|能)不(?:做|改|补|上|排)"
        ),
    ),
    (
        Ask.BASIS,
        re.compile(
            rf"(?:依据|根据|凭|按)(?:的)?(?:是)?{_WHAT}(?:条|款|个|份|部|项)?(?:文件|规定|政策|条款|标准|说的|算的|定的|来的)?|(?:有(?:没有|啥|什么)?)?(?:依据|根据)(?:是)?(?:在哪|呢)?|出处|文号|哪(?:一)?(?:条|款|个文件|份文件|部文件)(?:规定|写|说|里)?(?:的)?|(?:哪里|哪儿|在哪)(?:规定|写|说)(?:的)?|(?:谁|哪个文件)(?:说|规定)的"
            r"|你(?:能)?(?:确定|肯定|没(?:弄|搞|算)错)(?:吗|不|么|嘛|吧)?|(?:确定|肯定|没(?:弄|搞|算)错|真的假的|真的|当真|靠谱|准)(?:吗|不|么|嘛|吧)|原文(?:是|怎么|在)?(?:说|写)?(?:的)?|条文"
        ),
    ),
    (
        Ask.FIRST,
        re.compile(
            r"(?:先|优先|最先|首先|最该)(?:做|改|上|搞|补|干|抓|弄|整)(?=前|哪|什么|啥|[一两俩二三四五六七八九十\d])(?:哪(?=些)些|什么|啥)?"
        ),
    ),
    (
        Ask.WHY,
        re.compile(
            r"为(?:什么|啥|何)(?:要|得|非要|会|先|是|选)?(?:做|改|上|选|排|推荐|报|先|它)?|(?:什么|啥)(?:理由|道理|原因)|理由|(?:有|图)(?:什么|啥)用|干(?:嘛|啥)(?:要|非要)?(?:做|改|上)?|凭(?:什么|啥)|非(?:做|改|上)不可|必须(?:做|改|上)"
        ),
    ),
    (
        Ask.PAID,
        re.compile(
            r"(?:能|可以)?(?:给|奖|补|拿|领|得|发|奖励|补贴|补助)(?:到|我们|咱们|企业)?(?:多少|几个?)(?:钱|万)?|(?:有|没有?)?(?:啥|什么)?(?:奖励|奖金|补贴|补助|奖补|钱拿|钱给)(?:有|是)?(?:多少|吗|没有?|不)?|给钱(?:吗|不)|有钱(?:拿|吗|不|没)"
        ),
    ),
    (
        Ask.COST,
        re.compile(
            r"(?:一共|总共)?(?:要|花|得|需要?|掏|投|有)?(?:多少|几个)钱|(?:花|掏|投)(?:多少|几)万?|(?:要|得|需要?)(?:多少|几)万|(?:什么|啥)价(?:格|钱|位)?|贵(?:不贵|吗)|(?:价格|报价)(?:呢|是多少|多少)?|(?:再|更|有没有|还有)?(?:便宜|省钱)(?:点|些|一点)?(?:的)?"
        ),
    ),
    (
        Ask.WHEN,
        re.compile(
            r"(?:什么|啥)时(?:候|间)?(?:能)?(?:截止|开始|申报|报|开放|到期|做完|完成|交|办|做|有)?|几(?:月|号)(?:份)?(?:截止|开始|报|能报)?|哪天|截止(?:时间|日期|日)?(?:是)?|(?:什么|啥)日子"
        ),
    ),
    (
        Ask.WHO,
        re.compile(
            r"谁(?:来)?(?:审|评|管|批|认定|负责|受理|核|定)(?:核|批)?|找谁(?:审|办|问|报|打电话|咨询)?|(?:哪个|什么|啥|哪家)(?:部门|单位|机构|局)(?:管|审|负责|受理|认定)?|(?:打)?(?:电话|联系方式)(?:是)?(?:多少|什么)?|(?:去|到|在)哪(?:里|儿)?(?:办|报|交|申报|申请|咨询)"
        ),
    ),
    (
        Ask.MAY,
        re.compile(
            r"行不行|行(?:吗|不)|可以(?:吗|不)|可不可以|能不能(?:行)?|(?:还)?来得及(?:吗|不)?|来不来得及|成不成|(?:再)?做(?=行|可以|来得及|呢|$)|怎么样|(?:会)?变(?:不变|吗|化)|一样(?:吗|不)?|还能(?:报|行|做)(?:吗|不)?"
        ),
    ),
    (
        Ask.MORE,
        re.compile(
            r"(?:详细|展开|具体|仔细)(?:说|讲)(?:说|讲|一下|点)?|(?:是)?(?:什么|啥)(?:意思|东西|内容)|(?:怎么|咋|如何)(?:做|弄|改|搞|补|升|提|办)|是(?:什么|啥)|说说看?|讲讲"
        ),
    ),
)
"""In the order they are tried; a message that says two of them is asked about the first."""
_FILLING = re.compile(
    r"有没有可能|可能|怎么回事|咋回事|有希望|那么|那个|这个|那项|这项|那条|这条|那款|那边|那里|那儿|那地方|这边|那|然后|还有|另外|刚才|刚刚|前面|上面|之前|你?说的|提到的|它们?|这|到底|究竟|具体|我们(?:家|厂|公司|企业)?|咱们?|俺们?|我|你们?"
    r"|要是|如果|假如|换成|换到|换个|换|搬到|搬去|搬回|搬|迁到|迁去|迁|回到|回|放到|放|改成|对于|关于|请问|问一下|想问|一下|现在|目前|就|都|也|还|又|再|各自|分别|每个|各|那块|这块|块|方面|的话|报|申报|申请|评|去|到|在|的|了|呢|啊|吧|呀|吗|嘛|么|不|哦|哈|呗|和|跟|与|是|有|能|会|可以|要|做|只|按|企业|公司|厂|地方|当地|城市|个|些|项|条"
)


# ---------------------------------------------------------------- what was shown


def saw(said: Reply, message: str, before: Seen, desk: Desk, *, topic: str = "") -> Seen:
    """Return what a reply put on the counter, read off its records; a reply without records leaves what was there."""
    shown = _worked(said) or _judged(said) or _cited(said)
    if shown is None:
        return before
    own = desk.region_of(said.talk.enterprise)
    named = [one.name for one in read_places(message, desk)]
    place = named[-1] if named else before.place
    home = place is None or place == own or (own != NATION and place in desk.kb.regions.covering(own))
    subject = program_named(topic or message, desk, place or own) if shown.kind == "answer" else None
    same = shown.kind != "answer" or nameless(topic or message, desk)
    kept = before.programs if same and not subject else (subject,) if subject else ()
    return shown.model_copy(
        update={
            "topic": (topic or message)[:200] if shown.kind == "answer" else "",
            "programs": shown.programs or kept,
            "items": shown.items[:_LISTED] or before.items,
            "clauses": tuple(dict.fromkeys(shown.clauses)),
            "place": None if home else place,
        }
    )


def _worked(said: Reply) -> Seen | None:
    """Return what the records worked out show: the first names the kind."""
    if not said.worked or said.found:
        return None
    first = said.worked[0]
    if isinstance(first, Plan):
        steps = route_in_order(first)
        return Seen(kind="plan", items=tuple(Item(kind="step", id=s.id, name=s.name) for s in steps))
    if isinstance(first, MatchResult):
        offers = first.offers
        return Seen(
            kind="match", items=tuple(Item(kind="offer", id=o.product_id, name=o.name) for o in offers)
        )
    if isinstance(first, ScoreCard):
        if said.talk.working != "gaps":
            return Seen(kind="level")
        lost = [one for _, one in lost_points(first)]
        return Seen(kind="gaps", items=tuple(Item(kind="question", id=q.id, name=q.name) for q in lost))
    made = [one for one in said.worked if isinstance(one, Subsidy)]
    if made:
        return Seen(
            kind="money",
            items=tuple(
                Item(kind="scheme", id=one.scheme, name=one.title)
                for one in sorted(made, key=lambda m: m.refused)
            ),
            clauses=tuple((one.clause.source_id, one.clause.locator) for one in made if one.clause),
        )
    return Seen(kind="dates" if isinstance(first, TimelineItem) else "clash")


def _judged(said: Reply) -> Seen | None:
    """Return what verdicts show: of one program what decided it, of several their list."""
    judged = [one for one in said.found if one.findings]
    if not judged:
        return None
    if len(said.found) > 2:
        return Seen(
            kind="overview",
            programs=tuple(one.program for one in judged),
            items=tuple(Item(kind="program", id=one.program, name=one.title) for one in said.found),
        )
    return Seen(kind="check", programs=(judged[0].program,), clauses=tuple(decided_by(judged[0])))


def _cited(said: Reply) -> Seen | None:
    """Return what an answer from documents shows: its citations, numbered as in its text."""
    if said.answer is None:
        return None
    cited = said.answer.citations
    return Seen(
        kind="answer",
        items=tuple(_clause_item(one) for one in cited),
        clauses=tuple((one.source_id, one.locator) for one in cited),
    )


def _clause_item(cited: Citation) -> Item:
    return Item(kind="clause", id=cited.source_id, name=cited.title.strip("《》")[:60], locator=cited.locator)


def decided_by(found: Eligibility) -> list[tuple[str, str]]:
    """Return the clauses a verdict rests on: of what is not met where it is not met, else of every condition."""
    leaves = [one for one in found.findings if one.group is None and one.fact != "application_type"]
    against = [one for one in leaves if one.decisive and one.verdict is Verdict.NOT_MET]
    return list(dict.fromkeys((one.clause.source_id, one.clause.locator) for one in against or leaves))


# ---------------------------------------------------------------- completing


def completed(message: str, before: str, desk: Desk, *, place: str | None = None) -> str:
    """Return a question with what it leaves out taken from the one before: its title, its place, or all but the slot it names.

    小巨人呢 after 拿到专精特新济南给多少钱 is 拿到小巨人济南给多少钱.
    """
    title, old = _TITLE.search(message), _TITLE.search(before)
    here = read_places(message, desk)
    there = read_places(before, desk)
    rest = _FILLING.sub("", _without_places(_TITLE.sub("", re.sub(r"[，,。？?！!\s]", "", message)), desk))
    if before and len(rest) <= _LEFT and (title or here):
        done = before
        if title and old:
            done = done.replace(old[0], title[0])
        elif title:
            done = f"{title[0]}{done}"
        if here:
            done = _replaced(done, there, here[-1].short)
        return done
    lead = ""
    if here == [] and (there or place):
        lead += there[-1].short if there else ""
    if title is None and old is not None:
        lead += old[0]
    return f"{lead}{message}"


def fuller(message: str, talk: Talk, desk: Desk) -> str:
    """Return a short question with its subject put before it, as the talk has it; as it is where it names its own."""
    seen = talk.seen
    text = "".join(message.split())
    if len(text) > _SHORT or not seen.kind or _TITLE.search(text) or _OWN_SUBJECT.search(text):
        return message
    asked = read_question(text, regions=desk.kb.regions, region=None, on=desk.today())
    if asked.places or asked.documents or asked.titles or asked.quoted or not asked.aspects:
        return message
    if seen.programs and (title := title_word(seen.programs[0])):
        return f"{title}{text}"
    if seen.kind == "money":
        return f"数字化改造补助{text}"
    if seen.kind == "answer" and (old := _TITLE.search(seen.topic)):
        return f"{old[0]}{text}"
    return message


_WORDS = {
    "little-giant": "小巨人",
    "specialized-sme": "专精特新",
    "innovative-sme": "创新型中小企业",
    "technology-sme": "科技型中小企业",
}


def title_word(program: str) -> str:
    """Return what people call a title; empty for a pilot."""
    return _WORDS.get(program, "")


def nameless(message: str, desk: Desk) -> bool:
    """Return whether a message names no title, place, document or other matter that could be looked up."""
    asked = read_question(message, regions=desk.kb.regions, region=None, on=desk.today())
    return not (
        _TITLE.search(message)
        or _OWN_SUBJECT.search(message)
        or asked.places
        or asked.documents
        or asked.titles
    )


def subjectless(message: str, desk: Desk) -> bool:
    """Return whether a question says only what it wants to know, not of what: 最高多少."""
    text = re.sub(r"[\s，,。；;！!？?、~～]+", "", message)
    if _TITLE.search(text) or _OWN_SUBJECT.search(text) or read_places(text, desk) or len(text) > _SHORT:
        return False
    _, left = _asked(text)
    return (
        bool(re.search(r"多少|几|什么|啥|哪|谁|怎么|吗$|呢$", text))
        and len(_FILLING.sub("", _MEASURES.sub("", left))) == 0
    )


_MEASURES = re.compile(
    r"最[高低多少大小]|上限|下限|封顶|至少|不超过|比例|标准|条件|材料|流程|多少|几|什么|啥|哪些|哪|谁|怎么"
)
_SHORT = 16
_OWN_SUBJECT = re.compile(
    r"数字化|试点|改造|评测|等级|[一二三四1-4]级|场景|服务商|补贴|补助|奖补|高新|单项冠军|专项|贷款|融资|上市|DCMM|人工智能|指南|办法|通知|附件|专精特新"
)
"""A question that names one of these is about that."""


def _replaced(text: str, old: Sequence[Region], new: str) -> str:
    for one in old:
        for name in _names_of(one):
            if name in text:
                return text.replace(name, new)
    return f"{new}{text}"


def about(text: str, desk: Desk) -> tuple[str, ...]:
    """Return the aspects, titles and places a question is about: what tells two questions apart."""
    asked = read_question(text, regions=desk.kb.regions, region=None, on=desk.today())
    titles = tuple(match[0] for match in _TITLE.finditer(text))
    return (*sorted(one.value for one in asked.aspects), *titles, *asked.places)


__all__ = [
    "Ask",
    "Short",
    "about",
    "completed",
    "decided_by",
    "fuller",
    "nameless",
    "read_places",
    "read_short",
    "saw",
    "subjectless",
]
