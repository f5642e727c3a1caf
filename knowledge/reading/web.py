"""A saved web page -> its own text: without navigation, without what the page hides, without the second copy.

<h1>, <p>, <td> … in the order of the page; the text of 朗读 copies, display:none, comments is Hidden
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from knowledge.document import Block, Hidden, Reading, Table
from knowledge.errors import ReadingError
from knowledge.reading import labels
from knowledge.reading.characters import bare, clean, count_invisible
from knowledge.reading.guard import Limits
from knowledge.reading.orders import orders_a_machine
from knowledge.reading.pagestyle import Styles
from knowledge.reading.plain import decode

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "meta",
        "link",
        "select",
        "option",
        "button",
        "input",
        "textarea",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "map",
        "area",
        "form-control",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
_LITTER = re.compile(
    r"版权所有|备案序?号|ICP备|公安备|公网安备|网站标识码|主办单位|承办单位|技术支持|浏览次数|浏览量|访问量|分享到|分享文章|打印(本|页|$)|关闭(本|窗|$)|"
    r"返回顶部|扫一扫|扫码|当前位置|所在位置|字体大小|浏览字号|(?<!发文)(?<!公文)(?<!文件)字号[：:]|责任编辑|上一篇|下一篇|相关(链接|阅读|稿件|新闻|解读)|友情链接|网站地图|联系我们|"
    r"无障碍|长者(专区|助手)|收藏本|设为首页|您是第|位访客|繁體|简体|手机版|微信公众号|^首页$|^【?(打印|关闭|大|中|小)】?$|加入收藏|站点地图|隐私(声明|政策)|法律声明"
)


@dataclass
class _Piece:
    """A block of the page."""

    text: str
    links: int = 0
    """Characters of it that are links."""
    level: int | None = None
    table: Table | None = None
    element: "html.HtmlElement | None" = None

    @property
    def good(self) -> bool:
        """Return whether it looks like text rather than furniture."""
        if self.table is not None:
            return True
        return len(self.text) >= 12 and self.links < 0.5 * len(self.text) and not _LITTER.search(self.text)


@dataclass
class _Walk:
    """What has been met on the way through a page."""

    pieces: list[_Piece] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    links: int = 0
    level: int | None = None
    prefix: str = ""
    element: "html.HtmlElement | None" = None

    def flush(self) -> None:
        """Close the open block."""
        text = clean("".join(self.texts))
        if text:
            if self.prefix and not re.match(r"^[\d（(一二三四五六七八九十①-⑳第]", text):
                text = self.prefix + text
            self.prefix = ""
            self.pieces.append(_Piece(text, self.links, self.level, element=self.element))
        self.texts, self.links = [], 0


def read(data: bytes, *, name: str, limits: Limits) -> Reading:
    """Return what a saved page tells.

    Raises:
        ReadingError: Too long, or no text of its own can be found in it.
    """
    data = _unwrapped(data)
    declared = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]+)", data[:8192].replace(b"\0", b""), re.IGNORECASE)
    source = decode(data, declared=declared[1].decode("ascii") if declared else "")
    if len(source) > 8 * limits.characters:
        raise ReadingError(name, "网页过大", "请只保存正文部分后再上传")
    root = _parsed(source, name)
    if _too_deep(root):
        raise ReadingError(
            name, f"网页嵌套超过 {MAX_DEPTH} 层，读不全", "请只保存正文部分，或另存为 PDF 后再上传"
        )
    walk = _Walk()
    _walk_page(root, walk, Styles(root))
    pieces, left = _main(_told_apart(walk.pieces))
    pieces = _without_copies(pieces)
    if sum(len(piece.text) for piece in pieces) > limits.characters:
        raise ReadingError(name, f"文字超过 {limits.characters // 10000} 万字", "请拆分后再上传")
    told = _seen_title(_told(root, pieces), pieces)
    title = told.get("title", "")
    blocks = [_block(piece, title) for whole in pieces for piece in _about_lines(whole)]
    if title and blocks and not any(block.role == "title" for block in blocks):
        blocks.insert(0, Block(text=title, role="title"))
    if not blocks:
        raise ReadingError(name, "网页里没有读到正文", "请在浏览器里打开原网页，重新保存为网页或 PDF")
    warnings = [f"页面导航、页脚等 {left} 处未收入"] if left else []
    if (count := count_invisible(source)) > 0:
        warnings.append(f"去掉了 {count} 个零宽或方向控制字符")
    body = bare("".join(piece.text for piece in pieces))
    return Reading(
        kind="html",
        blocks=tuple(blocks),
        hidden=tuple(_named(item, body) for item in walk.hidden),
        warnings=tuple(warnings),
        told=told,
    )


MAX_DEPTH = 2000
"""libxml2 drops what lies deeper than 2,048 elements, without a word."""


def _too_deep(root: "html.HtmlElement") -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _unwrapped(data: bytes) -> bytes:
    """Return the page in a web archive (.mht), other bytes as they are."""
    head = data[:4096].lower()
    if b"mime-version:" not in head or head.lstrip().startswith(b"<"):
        return data
    for part in email.message_from_bytes(data, policy=email.policy.default).walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                charset = part.get_content_charset() or ""
                return (
                    f'<meta charset="{charset}">'.encode("ascii", "ignore") + payload if charset else payload
                )
    return data


def _parsed(source: str, name: str) -> "html.HtmlElement":
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source.replace("\0", ""))
    parser = html.HTMLParser(huge_tree=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise ReadingError(
            name, "网页里没有可以解析的内容", "请在浏览器里打开原网页，重新保存后再上传"
        ) from error
    return root


# Hidden -----------------------------------------------------------------------------------------------------


def _named(item: Hidden, body: str) -> Hidden:
    if len(item.text) > 60 and bare(item.text)[:200] in body:
        return item.model_copy(update={"why": f"{item.why}（正文的副本）"})
    return item


# The walk ---------------------------------------------------------------------------------------------------


@dataclass
class _Concealed:
    """An element that cannot be seen, and what it says."""

    element: "html.HtmlElement"
    why: str
    texts: list[str]


@dataclass
class _Course:
    """Where the walk through a page stands. One pass without recursion: pages nest deeper than Python does."""

    walk: _Walk
    styles: Styles
    skip: "html.HtmlElement | None" = None
    concealed: _Concealed | None = None
    in_link: int = 0
    counters: list[int] = field(default_factory=list)
    """Next number of each open ordered list."""

    def comment(self, element: "html.HtmlElement") -> None:
        """Set a comment apart; what follows it goes on."""
        if self.skip is not None:
            return
        said = clean(element.text or "")
        if said and not said.startswith(("[if", "saved from", "<![endif")):
            self.walk.hidden.append(
                Hidden(text=said[:2000], why="HTML 注释", instruction_like=orders_a_machine(said))
            )
        self.say(element.tail)

    def start(self, element: "html.HtmlElement") -> None:
        """Enter an element."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if self.skip is not None:
            return
        if tag in _SKIPPED:
            self.skip = element
        elif self.concealed is not None:
            self.concealed.texts.append(element.text or "")
        elif why := self.styles.why(element):
            self.concealed = _Concealed(element, why, [element.text or ""])
        elif tag == "table" and (piece := _data_table(element, self.styles)) is not None:
            self.walk.flush()
            self.walk.pieces.append(piece)
            self.walk.hidden += _hidden_within(element, self.styles)
            self.skip = element
        else:
            self._open(element, tag)

    def _open(self, element: "html.HtmlElement", tag: str) -> None:
        walk = self.walk
        if tag in _BLOCKS or tag == "br":
            walk.flush()
            walk.element = element
            if tag != "br":
                walk.level = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else None
        if tag == "ol":
            self.counters.append(_start_of(element))
        elif tag == "li" and self.counters and _in(element, "ol"):
            walk.prefix = f"{self.counters[-1]}."
            self.counters[-1] += 1
        self.in_link += tag == "a"
        _say(walk, element.text, self.in_link)

    def end(self, element: "html.HtmlElement") -> None:
        """Leave an element; its tail belongs to what is around it."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if self.skip is not None:
            if element is self.skip:
                self.skip = None
                self.walk.element = element.getparent()
                self.say(element.tail)
        elif self.concealed is not None:
            if element is self.concealed.element:
                self._reveal(tag)
            self.say(element.tail)
        else:
            self._close(element, tag)
            self.say(element.tail)

    def _reveal(self, tag: str) -> None:
        assert self.concealed is not None
        said = clean("".join(self.concealed.texts))
        if said:
            why = self.concealed.why
            self.walk.hidden.append(
                Hidden(text=said[:20000], why=why, instruction_like=orders_a_machine(said))
            )
        self.concealed = None
        if tag in _BLOCKS:
            self.walk.flush()

    def _close(self, element: "html.HtmlElement", tag: str) -> None:
        self.in_link -= tag == "a"
        if tag == "ol" and self.counters:
            self.counters.pop()
        if tag in _BLOCKS:
            self.walk.flush()
            self.walk.level = None
            self.walk.element = element.getparent()

    def say(self, text: str | None) -> None:
        """Add text where the walk stands: to the page, or to what it hides."""
        if self.concealed is not None:
            self.concealed.texts.append(text or "")
        else:
            _say(self.walk, text, self.in_link)


def _walk_page(root: "html.HtmlElement", walk: _Walk, styles: Styles) -> None:
    """Go through a page or a part of it once."""
    course = _Course(walk, styles)
    steps = {"start": course.start, "end": course.end, "comment": course.comment}
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        if element is root and event == "end":
            break
        steps[event](element)
    walk.flush()


def _say(walk: _Walk, text: str | None, in_link: int) -> None:
    if text:
        walk.texts.append(text)
        if in_link:
            walk.links += len(text.strip())


def _start_of(element: "html.HtmlElement") -> int:
    start = (element.get("start") or "1").strip()
    return int(start) if re.fullmatch(r"\d{1,4}", start) else 1


def _in(element: "html.HtmlElement", tag: str) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == tag


def _data_table(element: "html.HtmlElement", styles: Styles) -> _Piece | None:
    """Return a table of data; None where the table only lays out the page."""
    if next(element.iterdescendants("table"), None) is not None:
        return None
    rows = list(_rows(element, styles))
    width = max((len(row) for row, _, _ in rows), default=0)
    if len(rows) < 2 or width < 2 or len(rows) * width > 400_000:
        return None
    cells = [cell for row, _, _ in rows for cell in row if cell]
    if not cells or max(len(cell) for cell in cells) > 3000:
        return None
    padded = tuple((*row, *("",) * (width - len(row))) for row, _, _ in rows)
    heads = [th for th in element.iter("th")]
    header = padded[0] if heads and len(padded) > 1 and all(padded[0]) else ()
    return _Piece(
        text="",
        table=Table(
            header=header,
            rows=padded[1:] if header else padded,
            spans=tuple(span for _, span, _ in (rows[1:] if header else rows)),
            down=tuple(down for _, _, down in (rows[1:] if header else rows)),
            caption=clean("".join(element.find("caption").itertext()))
            if element.find("caption") is not None
            else "",
        ),
        element=element,
    )


def _rows(
    element: "html.HtmlElement", styles: Styles
) -> Iterator[tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]]:
    """Give the rows of a table, merged cells spread out, with where cells begin and where those above go on.

    A merged cell's text stands in its first place.
    """
    below: dict[int, int] = {}
    for row in element.iter("tr"):
        texts: list[str] = []
        starts: list[int] = []
        down: list[int] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while below.get(len(texts), 0) > 0:
                below[len(texts)] -= 1
                down.append(len(texts))
                texts.append("")
            starts.append(len(texts))
            across, deep = _span(cell, "colspan"), _span(cell, "rowspan")
            text = _cell(cell, styles)
            for n in range(across):
                if deep > 1:
                    below[len(texts)] = deep - 1
                texts.append(text if n == 0 else "")
        while below.get(len(texts), 0) > 0:
            below[len(texts)] -= 1
            down.append(len(texts))
            texts.append("")
        if texts:
            yield tuple(texts), tuple(starts), tuple(down)


def _span(cell: "html.HtmlElement", name: str) -> int:
    told = (cell.get(name) or "1").strip()
    return max(1, min(int(told), 200)) if re.fullmatch(r"\d{1,4}", told) else 1


def _cell(cell: "html.HtmlElement", styles: Styles) -> str:
    walk = _Walk()
    _walk_page(cell, walk, styles)
    return "\n".join(piece.text for piece in walk.pieces)


def _hidden_within(element: "html.HtmlElement", styles: Styles) -> list[Hidden]:
    walk = _Walk()
    for cell in element.iter("td", "th"):
        _walk_page(cell, walk, styles)
    return walk.hidden


# The page's own text -----------------------------------------------------------------------------------------


def _main(pieces: list[_Piece]) -> tuple[list[_Piece], int]:
    """Return the pieces that are the page's own text, and how many of the others were left.

    The container is found by going down from the page while one child holds most of the good text.
    Around it, lines of the page's own data (文号, 失效日期) and paragraphs of full sentences are kept.
    """
    weights: dict[html.HtmlElement, int] = {}
    for piece in pieces:
        if not piece.good or piece.element is None:
            continue
        size = (
            len(piece.text) if piece.table is None else sum(len(c) for row in piece.table.rows for c in row)
        )
        weights[piece.element] = weights.get(piece.element, 0) + size
        for above in piece.element.iterancestors():
            weights[above] = weights.get(above, 0) + size
    container = _container(weights)
    kept: list[_Piece] = []
    left = 0
    for piece in pieces:
        inside = container is None or (piece.element is not None and _within(piece.element, container))
        about = bool(labels.LINE.match(piece.text)) and len(piece.text) <= 80
        if inside:
            keep = about or not _is_furniture(piece)
        else:
            keep = about or (
                piece.table is None
                and piece.level in (1, 2)
                and piece.links == 0
                and not _is_furniture(piece)
            )
            keep = keep or (
                piece.good
                and piece.table is None
                and len(piece.text) >= 40
                and re.search(r"[。；]", piece.text) is not None
            )
            keep = keep or _names_file(piece) or bool(re.fullmatch(r"附\s?件\s*[：:]", piece.text))
        if keep:
            kept.append(piece)
        else:
            left += 1
    return kept, left


def _names_file(piece: _Piece) -> bool:
    """Return whether a piece is a link to an annex by its name: 申请表.docx."""
    return bool(
        0 < len(piece.text) <= 100
        and re.search(r"[\u4e00-\u9fff].*\.(pdf|docx?|xlsx?|wps|et|zip|rar|ofd)$", piece.text, re.IGNORECASE)
    )


def _container(weights: "dict[html.HtmlElement, int]") -> "html.HtmlElement | None":
    if not weights:
        return None
    top = max(weights, key=lambda e: weights[e])
    at = top.getroottree().getroot()
    while True:
        inner = max((child for child in at if child in weights), key=lambda e: weights[e], default=None)
        if (
            inner is None
            or weights[inner] < 0.72 * weights[at]
            or inner.tag in ("p", "table", "tbody", "tr", "span", "ul")
        ):
            return at
        at = inner


def _within(element: "html.HtmlElement", container: "html.HtmlElement") -> bool:
    return element is container or any(above is container for above in element.iterancestors())


def _is_furniture(piece: _Piece) -> bool:
    if piece.table is not None:
        return False
    if piece.links >= 0.6 * len(piece.text) and not re.search(
        r"\.(pdf|docx?|xlsx?|wps|et|zip|rar|ofd)$", piece.text, re.IGNORECASE
    ):
        return not (len(piece.text) > 20 and re.search(r"[。，；]", piece.text)) and not re.match(
            r"^\d{1,2}[.、]|^附件", piece.text
        )
    marks = len(set(_LITTER.findall(piece.text))) if len(piece.text) <= 200 else 0
    return (len(piece.text) <= 60 and marks > 0) or marks >= 3 or len(piece.text) <= 1


def _without_copies(pieces: list[_Piece]) -> list[_Piece]:
    """Drop a second copy of the text: two or more paragraphs in a row that all stood before."""
    seen: set[str] = set()
    copied: list[bool] = []
    for piece in pieces:
        key = bare(piece.text)
        copied.append(piece.table is None and len(key) >= 15 and key in seen)
        seen.add(key)
    return [
        piece
        for n, piece in enumerate(pieces)
        if not (copied[n] and ((n > 0 and copied[n - 1]) or (n + 1 < len(pieces) and copied[n + 1])))
    ]


def _told_apart(pieces: list[_Piece]) -> list[_Piece]:
    """Return the pieces with the page's own data, set as pairs in a table or in blocks, said as lines: 发文字号：…."""
    lines: list[_Piece] = []
    skip = False
    for n, piece in enumerate(pieces):
        if skip:
            skip = False
        elif piece.table is not None:
            pairs = _pairs(piece.table)
            lines += [_Piece(pair, element=piece.element) for pair in pairs] if pairs else [piece]
        elif labels.field_of(piece.text) and (value := _value_after(pieces, n)) is not None:
            lines.append(_Piece(_pair(piece.text, value.text), element=piece.element))
            skip = True
        elif not (piece.text.endswith(("：", ":")) and labels.field_of(piece.text)):
            lines.append(piece)
    return lines


def _value_after(pieces: list[_Piece], n: int) -> _Piece | None:
    """Return the piece that is the value of a name, or None where none follows: a name, a title, a paragraph."""
    named = pieces[n]
    value = pieces[n + 1] if n + 1 < len(pieces) else None
    if value is None or value.table is not None or labels.field_of(value.text) or len(value.text) > 80:
        return None
    if value.level is not None or labels.LINE.match(value.text) or re.search(r"[。；]", value.text):
        return None
    if not named.text.endswith(("：", ":")):  # 来源 alone may be anything: one of a run of names and values
        others = [p for p in (*pieces[max(0, n - 2) : n], *pieces[n + 2 : n + 4]) if labels.field_of(p.text)]
        return value if others else None
    return value


def _pair(name: str, value: str) -> str:
    named = re.sub(r"[\s：:]", "", name)
    return f"{named}：{value}"


def _pairs(table: Table) -> list[str]:
    """Return what a table of the page's own data says, name by name; nothing where it is another table."""
    pairs: list[str] = []
    cells = names = 0
    for n, row in enumerate((table.header, *table.rows) if table.header else table.rows):
        starts = table.spans[n] if not table.header and n < len(table.spans) else range(len(row))
        own = [row[at].replace("\n", " ").strip() for at in starts]
        cells += sum(1 for cell in own if cell)
        for at, cell in enumerate(own):
            if not labels.field_of(cell):
                if labels.LINE.match(cell):
                    names += 1
                    cells += 1
                    pairs.append(cell)
                continue
            names += 1
            value = own[at + 1] if at + 1 < len(own) else ""
            if value and not labels.field_of(value):
                pairs.append(_pair(cell, value))
            else:
                cells += 1
    return pairs if names >= 2 and 2 * names >= 0.75 * cells else []


def _about_lines(piece: _Piece) -> list[_Piece]:
    """Return a line of the page's own data as one piece for each field; fields without a value go out."""
    if piece.table is not None or not labels.LINE.match(piece.text) or len(piece.text) > 200:
        return [piece]
    return [_Piece(line) for line in labels.lines(piece.text)]


def _block(piece: _Piece, title: str) -> Block:
    if piece.table is not None:
        return Block(table=piece.table)
    if title and bare(piece.text) == bare(title):
        return Block(text=piece.text, role="title", level=piece.level)
    if labels.LINE.match(piece.text) and len(piece.text) <= 80:
        return Block(text=piece.text, role="about")
    return Block(text=piece.text, level=piece.level)


_META = {
    "articletitle": "title", "og:title": "title", "pubdate": "published", "publishdate": "published",
    "contentsource": "source", "url": "url", "og:url": "url", "sitename": "site", "author": "source",
}  # fmt: skip


def _told(root: "html.HtmlElement", pieces: list[_Piece]) -> dict[str, str]:
    """Return what the page's own fields say of it."""
    told: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = _META.get((meta.get("name") or meta.get("property") or "").lower())
        value = clean(meta.get("content") or "")
        if key and value and key not in told and len(value) <= 300:
            told[key] = value
    head = root.find(".//title")
    if head is not None and (text := clean("".join(head.itertext()))):
        told["page_title"] = text[:300]
        if "title" not in told and (named := _named_in("".join(head.itertext()), pieces)):
            told["title"] = named
        elif "title" not in told:
            told["title"] = re.split(r"\s*[-_|–—]{1,2}\s*", text)[0].strip() or text
    return told


def _seen_title(told: dict[str, str], pieces: list[_Piece]) -> dict[str, str]:
    """Return what the page's fields say; a title in them that a page with headings of its own nowhere shows is none."""
    title = bare(told.get("title", ""))
    shown = bare("".join(piece.text for piece in pieces))
    heads = [piece for piece in pieces if piece.level in (1, 2) and len(piece.text) >= 6]
    if not title or not heads or title in shown or any(bare(piece.text) in title for piece in heads):
        return told
    return {name: value for name, value in told.items() if name not in ("title", "page_title")}


def _named_in(page_title: str, pieces: list[_Piece]) -> str:
    """Return the words of a page's title that stand on the page as a line of their own: 某局 通知公告 | 关于…的通知.

    A site puts its own name before or after, with any mark between or none but a space; the longest such words count.
    """
    words = [word for word in re.split(r"\s*[-_|–—]{1,2}\s*|[\s\u3000]+", page_title) if word]
    if len(words) < 2 or len(words) > 12:
        return ""
    lines = {
        bare(piece.text): piece.text
        for piece in pieces
        if piece.table is None and 8 <= len(piece.text) <= 120
    }
    runs = [bare("".join(words[a:b])) for a in range(len(words)) for b in range(a + 1, len(words) + 1)]
    return next((lines[run] for run in sorted(runs, key=len, reverse=True) if run in lines), "")
