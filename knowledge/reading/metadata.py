"""What a document says of itself: title, 文号, issuer, day, region, validity, each with the line it stands on."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from knowledge.document import Guess, Metadata, ReadClause
from knowledge.reading import labels
from knowledge.reading.offers import solicits
from knowledge.reading.orders import orders_a_machine

NUMBER = re.compile(
    r"(?:[\u4e00-\u9fff]{1,18}(?:[〔\[【［（(]\s?(?:19|20)\d{2}\s?[〕\]】］）)])\s?(?:第\s?)?\d{1,5}\s?号"
    r"|[\u4e00-\u9fff]{2,12}令\s?第?\s?\d{1,4}\s?号"
    r"|[\u4e00-\u9fff]{2,16}公告\s?(?:19|20)\d{2}\s?年\s?第?\s?\d{1,4}\s?号)"
)
"""文号: 工信部联企业〔2022〕63号, 国务院令第746号, 财政部公告2024年第12号."""
_DAY = re.compile(r"((?:19|20)\d{2})\s?[年./\-]\s?(\d{1,2})\s?[月./\-]\s?(\d{1,2})\s?日?")
_HAN_DAY = re.compile(
    r"([二一][〇零○ＯO一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_BODY = r"(?:局|委员会|部|厅|人民政府|政府|办公室|办公厅|中心|管委会|国务院|法院|检察院|银行|协会|研究院|署|委|总局)"
_ISSUER = re.compile(rf"^[\u4e00-\u9fff、（）()\s\u3000]{{2,80}}{_BODY}$")
_TITLE_END = re.compile(
    r"(办法|通知|意见|方案|细则|规定|条例|公告|通告|指南|指引|措施|决定|规划|计划|标准|目录|清单|政策|函|批复|解读|报告|规范|章程|准则|要求|名单|公示|问答|问题|导引|汇编|申请书|表|书|说明)"
    r"(（[^）]{1,40}）|\([^)]{1,40}\))?$"
)


def guess(clauses: Sequence[ReadClause], told: dict[str, str], *, recognised: bool = False) -> Metadata:
    """Return what the clauses and the file's own fields say; what nothing says stays None.

    Args:
        clauses: All that was read.
        told: What the file's own fields say.
        recognised: The text was read by OCR: a line with letters that mean nothing is no title.
    """
    opening = [c for c in clauses[:14] if not c.instruction_like and not solicits(c.text)]
    told = {name: said for name, said in told.items() if not orders_a_machine(said) and not solicits(said)}
    title = _staged(_title_recognised(opening, told) if recognised else _title(opening, told), opening)
    issuer = _issuer(clauses, told)
    return Metadata(
        title=title,
        doc_number=_doc_number(clauses, title.value if title else ""),
        issuer=issuer,
        issued=_issued(clauses, told),
        region=_region([g for g in (title, issuer) if g]),
        valid_from=_valid_from(clauses, title.value if title else ""),
        valid_to=_valid_to(clauses, title.value if title else ""),
        validity=next(
            (
                Guess(value=value, line=clause.text, page=clause.page)
                for clause, value in _told(clauses, "validity")
                if len(value) <= 12
            ),
            None,
        ),
    )


def without_title(clauses: Sequence[ReadClause], title: Guess | None) -> list[ReadClause]:
    """Return the clauses with the opening paragraphs that are the title marked as such, those after them counted anew.

    A text that says nothing but its title keeps it as what it says.
    """
    held = list(clauses)
    if title is None or any(clause.kind == "title" for clause in clauses):
        return held
    wanted = _bare(title.line)
    named = [
        n
        for n, clause in enumerate(held[:14])
        if _OPENING.fullmatch(clause.locator)
        and (said := _bare(clause.text))
        and (said == wanted or (len(said) >= 5 and (wanted.startswith(said) or wanted.endswith(said))))
    ]
    if not named or not any(c.kind in ("text", "row") for n, c in enumerate(held) if n not in named):
        return held
    count: Counter[str] = Counter()
    for n, clause in enumerate(held):
        opening = _OPENING.fullmatch(clause.locator)
        if n in named:
            mark = "标题" if n == named[0] else f"标题#{named.index(n) + 1}"
            held[n] = clause.model_copy(update={"kind": "title", "locator": mark})
        elif opening:
            part = opening[1] or ""
            count[part] += 1
            held[n] = clause.model_copy(update={"locator": f"{part}引言第{count[part]}段"})
    return held


_OPENING = re.compile(r"(附件\S* )?引言第\d+段")


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _staged(title: Guess | None, opening: Sequence[ReadClause]) -> Guess | None:
    """Return a title with the stage that stands below it: （征求意见稿）, （试行）. 原标题: goes out."""
    if title is None:
        return None
    value = re.sub(r"^(原标题|标题|题目)[:：]\s*", "", title.value)
    for clause in opening:
        stage = re.fullmatch(r"[（(]([^（）()]{0,12}(稿|试行|暂行|版))[)）]", clause.text.strip())
        if stage and stage[1] not in value:
            value += f"（{stage[1]}）"
    return title.model_copy(update={"value": value})


def _title(opening: Sequence[ReadClause], told: dict[str, str]) -> Guess | None:
    """Return the title: told by the file, marked as one, in the largest type, or the first line that reads like one."""
    marked = next((c for c in opening if c.kind == "title"), None)
    if told.get("title"):
        return Guess(value=told["title"], line=marked.text if marked else told["title"])
    if marked is not None:
        return Guess(value=marked.text, line=marked.text, page=marked.page)
    if (named := _named_by_file(opening, told)) is not None:
        return named
    if told.get("largest"):
        return Guess(value=told["largest"], line=told["largest"], page=1)
    found = _title_line(opening) or _first_line(opening)
    if found is None and told.get("file_title"):
        return Guess(value=told["file_title"], line=told["file_title"])
    return found


def _named_by_file(opening: Sequence[ReadClause], told: dict[str, str]) -> Guess | None:
    """Return the part of the file's own title that reads like one and stands at the document's head as well.

    A page that a browser printed carries that of the page: 关于…的通知_部门文件_某省人民政府.
    """
    said = _bare("".join(clause.text for clause in opening))
    for part in re.split(r"\s*[-_|–—]{1,2}\s*", told.get("file_title", "")):
        if 8 <= len(part) <= 100 and _TITLE_END.search(part) and _bare(part) in said:
            return Guess(value=part, line=part, page=1)
    return None


def _title_recognised(opening: Sequence[ReadClause], told: dict[str, str]) -> Guess | None:
    """Return the first line that reads like a title and holds no letters that OCR made up; None where none does."""
    lines = [(clause.text.split("\n")[0], clause.page) for clause in opening]
    joined = [(above + below, page) for (above, page), (below, _) in pairwise(lines)]
    largest = [(told["largest"], 1)] if told.get("largest") else []
    for text, page in (*largest, *lines, *joined):
        han = len(re.findall(r"[\u4e00-\u9fff]", text))
        whole = text.count("《") == text.count("》") and text.count("（") == text.count("）")
        plain = not re.search(r"[。；：|]|[A-Za-z]{2,}\s[A-Za-z]{2,}", text) and not _is_number_line(text)
        if 5 <= len(text) <= 80 and _TITLE_END.search(text) and whole and plain and han >= 0.75 * len(text):
            return Guess(value=text, line=text, page=page)
    return None


def _title_line(opening: Sequence[ReadClause]) -> Guess | None:
    """Return the first line that ends like a title, with the line before it where that is its first half."""
    for n, clause in enumerate(opening[:8]):
        line = clause.text.split("\n")[0]
        if not 5 <= len(line) <= 70 or not _TITLE_END.search(line):
            continue
        if not re.search(r"[。；：]", line) and not _is_number_line(line):
            head = opening[n - 1].text if n and _leads(opening[n - 1], line) else ""
            return Guess(value=head + line, line=head + line, page=clause.page)
    return None


def _first_line(opening: Sequence[ReadClause]) -> Guess | None:
    """Return the first short line that is no sentence."""
    for clause in opening[:4]:
        line = clause.text.split("\n")[0]
        plain = clause.kind == "text" and 4 <= len(line) <= 60 and not re.search(r"[。；，：]", line)
        if plain and not _is_number_line(line):
            return Guess(value=line, line=line, page=clause.page)
    return None


def _leads(clause: ReadClause, line: str) -> bool:
    """Return whether the line before is the first half of a title that was wrapped: …关于 | 印发…的通知."""
    text = clause.text
    return (
        clause.kind == "text"
        and len(text) <= 40
        and not re.search(r"[。；：，]", text)
        and not _is_number_line(text)
        and not re.search(r"(附件|文件$|\d{4}年\d+月|^目\s*录)", text)
        and (
            line.startswith(("关于", "印发", "的", "实施", "管理"))
            or text.startswith("关于")
            or text.endswith(("关于", "关于印发", "中心", "局"))
        )
    )


def _is_number_line(line: str) -> bool:
    found = NUMBER.search(line)
    return found is not None and len(found[0]) >= len(line) - 4


def _doc_number(clauses: Sequence[ReadClause], title: str) -> Guess | None:
    """Return the document's own number: told by the page, alone on a line, or in brackets near its head."""
    for clause, value in _told(clauses, "number"):
        if (found := NUMBER.search(value)) is not None:
            return Guess(
                value=_tidy(value if len(value) <= 40 else found[0]), line=clause.text, page=clause.page
            )
    if (decree := _decree_number(clauses)) is not None:
        return decree
    for clause in clauses[:25]:
        for line in clause.text.split("\n"):
            if _is_number_line(line.strip("（）() 　")):
                return Guess(value=_tidy(line.strip("（）() 　")), line=line, page=clause.page)
    for clause in clauses[:6]:
        line = clause.text.strip()
        found = NUMBER.search(line)
        if found is None or len(line) > 80 or "《" in line:  # 依据《…》（…号) cites another's
            continue
        bracketed = re.fullmatch(r"[（(].*[)）]", line)
        published = re.match(r"\s*(公布|发布|印发|公告)", line[found.end() :])
        if bracketed or published:
            value = re.sub(r"^.*?日", "", found[0]).removeprefix("中华人民共和国")
            return Guess(value=_tidy(value), line=clause.text, page=clause.page)
    return None


def _decree_number(clauses: Sequence[ReadClause]) -> Guess | None:
    """Return the number of a decree set on two lines: 某市人民政府令 | 第58号."""
    opening = [(clause, line) for clause in clauses[:25] for line in clause.text.split("\n")]
    for (clause, line), (_, below) in pairwise(opening):
        named = re.fullmatch(r"[\u4e00-\u9fff]{2,20}(令|公告)", _close(line))
        if named and re.fullmatch(r"第?((19|20)\d{2}年)?第?\d{1,4}号", _close(below)):
            return Guess(value=_tidy(line + below), line=f"{line}\n{below}", page=clause.page)
    return None


def _close(text: str) -> str:
    return re.sub(r"[\s\u3000]", "", text)


def _tidy(number: str) -> str:
    """Return a 文号 the common way: no spaces, year in 〔〕."""
    number = re.sub(r"\s", "", number)
    number = re.sub(r"^(发文字号|文号|文件编号|编号)[：:]?", "", number)
    return re.sub(r"[\[【［（(]((?:19|20)\d{2})[\]】］）)]", r"〔\1〕", number)


def same_number(one: str, other: str) -> bool:
    """Return whether two document numbers are the same, however their brackets are written."""
    return bool(one) and _tidy(one).replace("第", "") == _tidy(other).replace("第", "")


def _issuer(clauses: Sequence[ReadClause], told: dict[str, str]) -> Guess | None:
    """Return who issued it: told by the page, signed, named at its head, or the page's source."""
    return (
        _about(clauses, "issuer", _BODY)
        or _signed_by(clauses)
        or _headed_by(clauses[:10])
        or _about(clauses, "origin", _BODY)
        or (
            Guess(value=told["source"], line=told["source"])
            if re.search(_BODY, told.get("source", ""))
            else None
        )
    )


def _told(clauses: Sequence[ReadClause], *fields: labels.Field) -> Iterator[tuple[ReadClause, str]]:
    """Give the lines of the page's own data that tell one of these fields, each with its value."""
    for clause in clauses:
        if clause.kind == "about" and not clause.instruction_like:
            field, value = labels.told(clause.text)
            if field in fields and value:
                yield clause, value


def _about(clauses: Sequence[ReadClause], field: labels.Field, like: str) -> Guess | None:
    """Return the value of a line of the page's own data, where it is of the kind asked for."""
    for clause, value in _told(clauses, field):
        if re.search(like, value):
            return Guess(value=_bodies(value), line=clause.text, page=clause.page)
    return None


def _bodies(text: str) -> str:
    """Return the bodies that a line names, set apart by 、: several issue a document together.

    A line may part them by a gap, or by nothing: 云泽省财政厅云泽省工业和信息化厅 begins anew with its place.
    """
    named = [part for part in re.split(r"[\s\u3000、]+", text.strip()) if part]
    apart: list[str] = []
    for part in named:
        place = re.match(r"[\u4e00-\u9fff]{1,7}?(?:省|市|自治区|自治州|区|县)(?=[\u4e00-\u9fff])", part)
        cuts = (
            [
                m.start()
                for m in re.finditer(place[0], part)
                if m.start() and re.search(rf"{_BODY}$", part[: m.start()])
            ]
            if place
            else []
        )
        apart += [part[a:b] for a, b in pairwise([0, *cuts, len(part)])]
    whole = all(re.search(rf"{_BODY}$", part) for part in apart)
    return "、".join(dict.fromkeys(apart)) if whole else text.strip()


def _signed_by(clauses: Sequence[ReadClause]) -> Guess | None:
    for clause in reversed(clauses):
        if clause.kind != "signature":
            continue
        lines = [line.strip() for line in clause.text.split("\n")]
        bodies = [line for line in lines if _ISSUER.match(line) and not day_of(line)]
        if bodies:
            return Guess(value=_bodies("、".join(bodies)), line=clause.text, page=clause.page)
    return None


def _headed_by(clauses: Sequence[ReadClause]) -> Guess | None:
    for clause in clauses:
        line = clause.text.split("\n")[0]
        head = re.match(rf"^([\u4e00-\u9fff、\s]{{2,50}}?{_BODY})\s*(文件|关于|$)", line)
        if clause.kind in ("text", "title") and len(line) <= 60 and head:
            return Guess(value=head[1].strip(), line=line, page=clause.page)
    return None


def day_of(text: str) -> date | None:
    """Return the first calendar day a text names, or None."""
    if found := _DAY.search(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _HAN_DAY.search(text):
        digits = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "Ｏ": 0, "O": 0}
        year = int("".join(str(digits[c]) for c in found[1]))
        return _date(year, _small(found[2]), _small(found[3]))
    return None


def _small(text: str) -> int:
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")}
    tens, ten, ones = text.rpartition("十")
    return (digits[tens] if tens else 1) * 10 + (digits[ones] if ones else 0) if ten else digits[text]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _issued(clauses: Sequence[ReadClause], told: dict[str, str]) -> Guess | None:
    """Return the day it was made: told by the page, signed; else the day it was published."""
    if (found := _day_told(clauses, "issued")) is not None:
        return found
    for clause in reversed(clauses):
        if clause.kind == "signature" and (day := day_of(clause.text)):
            return Guess(value=day.isoformat(), line=clause.text, page=clause.page)
    if (found := _day_told(clauses, "published")) is not None:
        return found
    for clause in clauses[:8]:
        promulgated = re.search(
            r"(\d{4}年\d{1,2}月\d{1,2}日)[^。]{0,30}(公布|发布|印发|通过|颁布)", clause.text
        )
        if promulgated and (day := day_of(promulgated[1])):
            return Guess(value=day.isoformat(), line=clause.text.split("\n")[0], page=clause.page)
    if told.get("published") and (day := day_of(told["published"])):
        return Guess(value=day.isoformat(), line=told["published"], page=None)
    return None


def _day_told(clauses: Sequence[ReadClause], field: labels.Field) -> Guess | None:
    for clause, value in _told(clauses, field):
        if day := day_of(value):
            return Guess(value=day.isoformat(), line=clause.text, page=clause.page)
    return None


_PLACE = re.compile(
    r"(?:([\u4e00-\u9fff]{2,3}省|[\u4e00-\u9fff]{2,6}自治区))?((?!城市|全市|本市|我市|各市|省市|上市|超市|门市|都市|集市)[\u4e00-\u9fff]{2,5}?市|[\u4e00-\u9fff]{2,10}?自治州)?"
    r"([\u4e00-\u9fff]{2,4}(?:新区|开发区|高新区|区|县))?"
)
_NATION = re.compile(
    r"^(中华人民共和国|国务院|全国|国家|工业和信息化部|财政部|科学技术部|科技部|商务部|国家发展改革委|国家税务总局|市场监管总局)"
)


def _region(lines: Sequence[Guess]) -> Guess | None:
    for guess_ in lines:
        if _NATION.match(guess_.value):
            return Guess(value="全国", line=guess_.line, page=guess_.page)
        found = _PLACE.match(guess_.value)
        if found is not None and (found[1] or found[2]):
            return Guess(
                value="".join(part for part in found.groups() if part), line=guess_.line, page=guess_.page
            )
    return None


_STARTS = re.compile(r"自\s?(\d{4}年\d{1,2}月\d{1,2}日)\s?(?:起|开始)\s?(?:施行|实施|执行|生效|实行)")
_ENDS = re.compile(
    r"(?:有效期(?:限)?(?:截止)?(?:至|到)|执行至|施行至|实施至|截止日期为)\s?(\d{4}年\d{1,2}月\d{1,2}日)|至\s?(\d{4}年\d{1,2}月\d{1,2}日)(?:止|截止|废止|失效)"
)
_YEARS = re.compile(r"有效期(?:限)?(?:为)?\s?([一二三四五六七八九十两\d]{1,2})\s?(年|个月)")


def _sentence(clause: ReadClause, at: int) -> str:
    text = clause.text
    start = max(text.rfind("。", 0, at), text.rfind("\n", 0, at)) + 1
    end = min((n for n in (text.find("。", at), text.find("\n", at)) if n >= 0), default=len(text))
    return text[start : end + 1].strip()


def _valid_from(clauses: Sequence[ReadClause], title: str) -> Guess | None:
    if (told := _day_told(clauses, "from")) is not None:
        return told
    starts = [
        (clause, found, sentence)
        for clause in clauses
        if clause.kind not in ("about", "note")
        for found in _STARTS.finditer(clause.text)
        for sentence in [_sentence(clause, found.start())]
    ]
    # a decision that amends another document, or a decree that publishes it anew, holds from its own day
    if _EXPLAINS.search(title):
        return None
    own = [s for s in starts if re.search(r"本(决定|令)", s[2][: s[2].find(s[1][0])])]
    own = own or [
        s for s in starts if re.search(r"(现|予|特此)予?(以)?(公布|发布)|公布，", s[2][: s[2].find(s[1][0])])
    ]
    for clause, found, sentence in own or ([] if _DECIDES.search(title) else reversed(starts)):
        if day := day_of(found[1]):
            return Guess(value=day.isoformat(), line=sentence, page=clause.page)
    return None


_EXPLAINS = re.compile(r"(解读|问答|答记者问|图解|一图读懂|起草说明)([（(][^）)]*[）)])?$|^(一图读懂|图解)")
"""What explains a document tells that document's days, not its own."""
_DECIDES = re.compile(r"关于(修改|修订|修正|废止|宣布失效).*决定$")


def _valid_to(clauses: Sequence[ReadClause], title: str) -> Guess | None:
    """Return the last day in force: told, or counted from a start and a stated number of years."""
    for clause, value in _told(clauses, "to"):
        if days := [day for part in re.split(r"[至到~～]|—+|--", value) if (day := day_of(part))]:
            return Guess(value=days[-1].isoformat(), line=clause.text, page=clause.page)
    if _EXPLAINS.search(title):
        return None
    for clause in reversed(clauses):
        for found in _ENDS.finditer(clause.text):
            sentence = _sentence(clause, found.start())
            if re.search(
                r"本(办法|通知|意见|方案|细则|规定|措施|政策|实施|文件|指南|公告|通告|决定|条例|规程|规则|标准|计划|规划|行动|目录|若干)|有效期",
                sentence,
            ) and (day := day_of(found[1] or found[2])):
                return Guess(value=day.isoformat(), line=sentence, page=clause.page)
        for start in _STARTS.finditer(clause.text):
            span = _YEARS.search(clause.text, start.end())
            if span and span.start() - start.end() <= 20 and (day := day_of(start[1])):
                return Guess(
                    value=_after(day, span[1], span[2]).isoformat(),
                    line=_sentence(clause, start.start()),
                    page=clause.page,
                )
    return None


def _after(day: date, count: str, unit: str) -> date:
    """Return the last day of a term that begins on `day`."""
    n = int(count) if count.isdigit() else _small(count.replace("两", "二"))
    months = day.year * 12 + day.month - 1 + (12 * n if unit == "年" else n)
    year, month = divmod(months, 12)
    try:
        return date(year, month + 1, day.day) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(year, month + 1, 28)
