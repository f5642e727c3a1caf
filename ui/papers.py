"""What became of people's files -> inert HTML: reading reports, the shelf of documents, the own catalog."""

from collections.abc import Callable, Iterable, Sequence
from html import escape

from assistant.casefiles.intake import Intake, RowError
from assistant.ingest import FileReport, IngestReport
from assistant.library import Disagreement, Kept
from knowledge.document import Guess
from knowledge.policy import Status
from ui.render import badge, empty, fold

_DONE = {"added": "已入库", "changed": "新版本", "skipped": "已有，未重复", "failed": "未能读取"}
_TONE = {"added": "good", "changed": "good", "skipped": "plain", "failed": "bad"}
_MANY = 5
"""Longer lists are folded."""

Titled = Callable[[str], str]
"""Card id -> its title."""


def reading(report: IngestReport, titled: Titled) -> str:
    """Return what became of each file: what was read, what it matched, what to look at, or why it failed."""
    head = f"读入 {report.added} 份"
    head += f"，已有 {report.skipped} 份" if report.skipped else ""
    head += f"，失败 {report.failed} 份" if report.failed else ""
    return f'<div class="cm-card"><h3>{head}</h3>{"".join(_file(one, titled) for one in report.files)}</div>'


def _file(one: FileReport, titled: Titled) -> str:
    title = f"<p>《{escape(one.title)}》</p>" if one.title else ""
    body = f'<p class="cm-bad-text">{escape(one.reason)}</p>' if not one.ok else _read(one, titled)
    return (
        f'<article class="cm-source"><header><b>{escape(one.path)}</b> {badge(_DONE[one.status], _TONE[one.status])}'
        f"</header>{title}{body}</article>"
    )


def _read(one: FileReport, titled: Titled) -> str:
    counts = [f"{one.pages} 页"] if one.pages is not None else []
    counts += [f"{one.clauses} 条", f"{one.tables} 张表"]
    matched = (
        f"与库内《{escape(titled(one.matched_policy))}》对应（按{escape(one.matched_by)}）"
        if one.matched_policy
        else (
            "识别为产品目录，请在“一企一策”的自有目录中上传"
            if one.shape == "catalog"
            else "库内没有对应文件，作为待确认文件收下"
        )
    )
    notes = [matched]
    if one.version > 1:
        notes.append(f"这是第 {one.version} 版，旧版仍可按日期查")
    if one.hidden:
        notes.append(f"有 {one.hidden} 处肉眼看不到的文字，已单列，不作依据")
    if one.doubtful_numbers:
        notes.append(f"有 {one.doubtful_numbers} 个数字扫描识别把握不足，请对照原件，不作判定依据")
    notes += [escape(text) for text in one.warnings]
    items = "".join(f"<li>{note}</li>" for note in notes)
    return f'<p class="cm-note">{" · ".join(counts)}</p><ul>{items}</ul>{disagreements(one.findings)}'


def disagreements(findings: Sequence[Disagreement]) -> str:
    """Return where the digest and the original do not say the same; the numbers that differ come first."""
    if not findings:
        return ""
    order = {"differs": 0, "elsewhere": 1, "no_place": 2}
    items = "".join(
        f"<li>{badge(one.locator, 'bad' if one.kind == 'differs' else 'open')} {escape(one.text)}</li>"
        for one in sorted(findings, key=lambda one: order[one.kind])
    )
    differ = sum(one.kind == "differs" for one in findings)
    called = f"要点与原文不一致 {differ} 处" if differ else "要点中的数字在原文别处"
    called += f"，共 {len(findings)} 处需核对" if len(findings) > differ else ""
    return fold(called, f"<ul>{items}</ul>", open_=len(findings) <= _MANY)


def shelf(papers: Sequence[Kept], titled: Titled) -> str:
    """Return the list of a person's documents."""
    if not papers:
        return empty("还没有文件。上传的文件只有这个浏览器能看到。")
    rows = "".join(
        f"<tr><td>{escape(name_of(one))}</td><td>{standing(one)}</td>"
        f"<td>{escape(titled(one.card)) if one.card else '—'}</td><td>{one.version}</td><td>{one.added.date()}</td></tr>"
        for one in papers
    )
    return (
        '<div class="cm-scroll"><table class="cm-table cm-wide"><thead><tr><th>文件</th><th>状态</th><th>对应库内文件</th>'
        f"<th>版本</th><th>入库</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def name_of(kept: Kept) -> str:
    """Return the title a person confirmed, else the one read, else the file's name."""
    told = kept.document.metadata.title
    return (
        (kept.confirmed.title if kept.confirmed else "") or (told.value if told else "") or kept.document.name
    )


def standing(kept: Kept) -> str:
    """Return what a document may be used for, as a label."""
    if kept.confirmed is not None:
        return badge(f"已确认（{kept.confirmed.by}）", "good")
    if kept.card is not None and kept.trusted:
        return badge("与库内文件一致", "good")
    if kept.card is not None:
        return badge("与要点不一致，待确认", "bad")
    return badge(Status.TO_BE_CONFIRMED.label, "open")


def paper(kept: Kept, versions: Sequence[Kept], titled: Titled) -> str:
    """Return one document: what was read, what to look at, its versions."""
    read = kept.document
    parts = [f"{read.pages} 页"] if read.pages is not None else []
    parts += [f"{len(read.clauses)} 条", f"{len(read.tables)} 张表"]
    if read.ocr:
        sure = f"，平均把握 {read.ocr_confidence}%" if read.ocr_confidence is not None else ""
        parts.append(f"扫描识别{sure}")
    card = (
        f"<p>对应库内《{escape(titled(kept.card))}》（按{escape(kept.card_by)}）。</p>" if kept.card else ""
    )
    return (
        f'<div class="cm-card"><h3>{escape(name_of(kept))} {standing(kept)}</h3><p class="cm-note">{" · ".join(parts)} · '
        f'<a href="/documents/{escape(kept.id)}" target="_blank" rel="noopener">打开原件</a></p>{card}'
        f"{disagreements(kept.findings)}{_doubts(kept)}{_hidden(kept)}{_clauses(kept)}{_versions(versions)}</div>"
    )


def _doubts(kept: Kept) -> str:
    numbers = kept.document.low_confidence_numbers
    items = "".join(
        f"<li>{escape(one.text)}（第 {one.page} 页，把握 {one.confidence}%）</li>" for one in numbers[:50]
    )
    warnings = "".join(f'<p class="cm-caution">{escape(text)}</p>' for text in kept.document.warnings)
    return warnings + (
        fold(f"扫描识别把握不足的数字 {len(numbers)} 个，请对照原件", f"<ul>{items}</ul>") if numbers else ""
    )


def _hidden(kept: Kept) -> str:
    hidden = kept.document.hidden
    items = "".join(
        f"<li>{badge(one.why)}{badge('疑似写给智能助手的指令', 'bad') if one.instruction_like else ''} "
        f"{escape(one.text[:200])}{f'（第 {one.page} 页）' if one.page else ''}</li>"
        for one in hidden[:50]
    )
    return fold(f"肉眼看不到的文字 {len(hidden)} 处（不作依据）", f"<ul>{items}</ul>") if hidden else ""


def _clauses(kept: Kept) -> str:
    shown = [one for one in kept.document.clauses if one.kind in ("text", "row")][:80]
    rows = "".join(
        f"<tr><td>{escape(one.locator)}</td><td>{escape(one.text[:240])}{'…' if len(one.text) > 240 else ''}</td>"
        f"<td>{one.page or ''}</td></tr>"
        for one in shown
    )
    body = (
        '<div class="cm-scroll"><table class="cm-table"><thead><tr><th>位置</th><th>内容</th><th>页</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    more = len(kept.document.clauses)
    return fold(f"读到的条款（共 {more} 条{'，显示前 80 条' if more > 80 else ''}）", body) if shown else ""


def _versions(versions: Sequence[Kept]) -> str:
    if len(versions) < 2:
        return ""
    items = "".join(
        f"<li>第 {one.version} 版：{escape(one.document.name)}，{one.added.date()} 入库"
        f"{f'，{one.ended.date()} 被新版替代' if one.ended else '（现用）'}</li>"
        for one in reversed(versions)
    )
    return fold(f"版本（{len(versions)}）", f"<ul>{items}</ul>")


def line(guess: Guess | None) -> str:
    """Return the line a field was read from."""
    if guess is None:
        return '<p class="cm-note cm-line">文中未读到，可以补填或留空</p>'
    page = f"（第 {guess.page} 页）" if guess.page else ""
    return f'<p class="cm-note cm-line">读自{page}：「{escape(guess.line[:160])}」</p>'


def catalog(read: Intake, name: str, errors_at: str) -> str:
    """Return what was taken from a catalog, and what was wrong row by row."""
    fatal = {(one.sheet, one.row) for one in read.errors if one.fatal}
    head = f"{escape(name)}：采用 {len(read.products)} 行，未采用 {read.rows - len(read.products)} 行"
    table = row_errors(read.errors)
    link = (
        f'<p><a id="catalog-errors" href="{escape(errors_at)}" download>下载错误清单（Excel）</a>，改好后再上传；同名文件会替换旧版。</p>'
        if read.errors
        else '<p class="cm-note">没有发现问题。采用的产品已参与匹配，标为“用户自有目录”。</p>'
    )
    tone = "bad" if fatal and not read.products else ("open" if read.errors else "good")
    return f'<div class="cm-card"><h3>{badge("已读", tone)} {head}</h3>{table}{link}</div>'


def row_errors(errors: Sequence[RowError], most: int = 20) -> str:
    """Return the first errors as a table."""
    rows = "".join(
        f"<tr><td>{escape(one.sheet)} {one.row}</td><td>{escape(one.column)}</td><td>{escape(one.what)}</td>"
        f"<td>{escape(one.remedy)}</td><td>{'该行未采用' if one.fatal else '该格未采用'}</td></tr>"
        for one in errors[:most]
    )
    if not rows:
        return ""
    more = f'<p class="cm-note">另有 {len(errors) - most} 处，见错误清单。</p>' if len(errors) > most else ""
    return (
        '<div class="cm-scroll"><table class="cm-table cm-wide"><thead><tr><th>表、行</th><th>列</th><th>问题</th>'
        f"<th>怎么改</th><th>处理</th></tr></thead><tbody>{rows}</tbody></table></div>{more}"
    )


def own_catalogs(kept: Iterable[Kept]) -> str:
    """Return the list of the catalogs an owner has."""
    items = "".join(
        f"<li>{escape(one.document.name)}（{one.added.date()} 上传，第 {one.version} 版）</li>"
        for one in kept
    )
    return f"<ul>{items}</ul>" if items else empty("还没有自有目录。")
