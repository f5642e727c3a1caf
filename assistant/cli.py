"""canmou: thin commands over Assistant. Text for people, or with --json one object on stdout and nothing else there."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import click
from rich.markup import escape

from assistant import show
from assistant.app import Assistant, assemble
from assistant.cli_train import train
from assistant.commands import CASE, OUT, Amount, Day, Shown, cli, command, plain
from assistant.errors import UnknownId
from assistant.settings import Settings
from knowledge.case import CaseFile
from knowledge.policy import Status
from knowledge.region import NATION
from knowledge.scheme import Applicant

cli.add_command(train)


def main() -> None:
    """Run the command line."""
    cli(prog_name="canmou")


def _case(assistant: Assistant, path: Path, region: str = "") -> CaseFile:
    """Read a case; `region`, where given, takes the place of its own."""
    from assistant.casefiles.cases import load_case

    case = load_case(path, assistant.kb.standards)
    place = assistant.desk().place(region)
    if place is None:
        return case
    moved = case.enterprise.model_copy(update={"region": place})
    return case.model_copy(update={"enterprise": moved})


# ---------------------------------------------------------------- rules


@command("score")
@CASE
def score(assistant: Assistant, case_file: Path) -> Shown:
    """按指标标准测算得分、场景等级与总等级；有缺答时给出区间。"""
    card = assistant.desk().score(_case(assistant, case_file))
    return card, lambda: show.score(card)


@command("check", place=True)
@CASE
@click.option("--program", required=True, help="项目编号，见 canmou programs")
@click.option("--application", type=click.Choice(["new", "review"]), default=None, help="新申请或复核")
def check(
    assistant: Assistant,
    case_file: Path,
    program: str,
    application: Literal["new", "review"] | None,
    region: str,
) -> Shown:
    """逐条核对企业能否申请一个项目，并给出最该补问的事实与最短达标路径。"""
    case, desk = _case(assistant, case_file), assistant.desk()
    place = assistant.desk().place(region) or desk.region_of(case.enterprise)
    found = desk.check_eligibility(program, case.enterprise, application=application, region=place)
    return found, lambda: show.eligibility(found)


@command("programs", place=True)
def programs(assistant: Assistant, region: str) -> Shown:
    """列出收录的项目，以及当天适用的标准与申报时间。"""
    items = assistant.desk().programs(assistant.desk().place(region) or "全国")
    found = [
        {"id": one.program, "title": one.title, "standard": one.standard, "standard_title": one.standard_title,
         "open_until": one.open_until, "open": one.window_open, "window": one.window}
        for one in items
    ]  # fmt: skip
    rows = [(one.program, one.title, one.standard_title or one.standard, one.window) for one in items]
    return {"programs": found}, lambda: show.table(("编号", "项目", "适用标准", "申报时间"), rows)


@command("plan", place=True)
@CASE
def plan(assistant: Assistant, case_file: Path, region: str) -> Shown:
    """求达到目标等级的提升组合，并证明最优：有报价比金额，没有报价先取企业点名的、再比工作量。"""
    made = assistant.desk().plan(_case(assistant, case_file, region))
    return made, lambda: show.plan(made)


@command("match", place=True)
@CASE
@click.option("--scene", default=None, help="只看一个场景，如 s06")
def match(assistant: Assistant, case_file: Path, scene: str | None, region: str) -> Shown:
    """按缺口匹配产品与服务商：先看硬性要求，再按依据计分，并说明落选原因。"""
    found = assistant.desk().match(_case(assistant, case_file, region), scene=scene)
    return found, lambda: show.match(found)


@command("subsidy", place=True)
@CASE
@click.option("--scheme", required=True, help="资金政策编号，见 canmou list schemes")
@click.option("--spend", required=True, type=Amount(), help="投入金额（万元）")
@click.option(
    "--level", type=click.IntRange(0, 4), default=None, help="改造后达到的等级，默认按案例的目标等级"
)
@click.option("--applicant", type=click.Choice(get_args(Applicant)), default="enterprise", help="谁来申请")
@click.option("--category", default=None, help="类别，如 综合型；只用于分类别的政策")
@click.option("--points", type=Amount(), default=None, help="评审得分；只用于按得分分档的政策")
@click.option("--with", "beside", multiple=True, help="同一项目还想拿的其他政策（可重复），说明能否叠加")
def subsidy(
    assistant: Assistant,
    case_file: Path,
    scheme: str,
    spend: Decimal,
    level: int | None,
    applicant: Applicant,
    category: str | None,
    points: Decimal | None,
    beside: tuple[str, ...],
    region: str,
) -> Shown:
    """按条款测算补助区间；文件没有写金额的不测算，并指明该看哪份文件。"""
    case, desk = _case(assistant, case_file), assistant.desk()
    made = desk.subsidy(
        case,
        scheme,
        spend,
        region=desk.place(region),
        level=level,
        applicant=applicant,
        category=category,
        points=points,
        beside=beside,
    )
    return made, lambda: show.subsidy(made)


@command("batch")
@click.argument("workbook", type=click.Path(path_type=Path))
@OUT
@click.option("--program", default=None, help="同时核对这个项目的申请资格")
def batch(assistant: Assistant, workbook: Path, out: Path, program: str | None) -> Shown:
    """批量测算一个工作簿里的企业，结果另存为工作簿（中断后可接着算）。"""
    from assistant.casefiles.batch import run_batch

    desk = assistant.desk()
    if program is not None and program not in assistant.kb.programs:
        raise UnknownId("项目", program, assistant.kb.programs)
    judge = None if program is None else partial(desk.check_eligibility, program)  # rows are enterprises
    with show.progress("测算") as progress:
        report = run_batch(
            workbook,
            out,
            standard=assistant.kb.standards["sme-digital-level-2024"],
            check=judge,
            progress=progress,
        )
    return report, lambda: show.batch(report)


# ---------------------------------------------------------------- answers and deliverables


@command("ask", place=True)
@click.argument("question")
def ask(assistant: Assistant, question: str, region: str) -> Shown:
    """回答一个政策问题：有依据才答，逐句给出处；没有依据就说缺什么、去哪里问。"""
    from assistant.answer import answer
    from assistant.schema import Answer
    from assistant.talking.halves import answer_each

    desk, model = assistant.desk(), assistant.model_for()

    def answered(text: str) -> Answer:
        return answer(text, desk=desk, region=desk.place(region), model=model)

    given = answer_each(question, desk=desk, answered=answered)
    return given, lambda: show.answer(given)


@command("chat", place=True)
@click.argument("messages", nargs=-1, metavar="[MESSAGE]...")
@click.option(
    "--case",
    "about",
    type=click.Path(path_type=Path),
    default=None,
    help="谈哪个案例（评测表），如 examples/ 里的",
)
def chat(assistant: Assistant, messages: tuple[str, ...], about: Path | None, region: str) -> Shown:
    """像在柜台前那样对话：说情况、核条件、问政策；附上案例，就能问几级、先做什么、能补多少。不写话就逐句问答，空行结束。"""
    from assistant.chat import Reply, Talk, converse, correct
    from assistant.talking.casework import attach
    from assistant.talking.talk import Attached

    desk, model = assistant.desk(), assistant.model_for()
    talk = Talk(surface="terminal")
    if region:
        talk = correct(talk, "enterprise.region", desk.place(region) or region)
    if about is not None:
        case = _case(assistant, about)
        talk = attach(talk, Attached(name=case.enterprise.name or about.stem, case=case), desk)
    replies: list[Reply] = []
    for message in messages or _typed():
        *_, said = converse(message, replies[-1].talk if replies else talk, desk=desk, model=model)
        if isinstance(said, Reply):
            replies.append(said)
            if not messages:
                show.said(said)
    answer = {
        "replies": [
            {"text": one.text, "found": one.found, "worked": one.worked, "answer": one.answer, "mode": one.mode, "note": one.note}
            for one in replies
        ],
        "told": replies[-1].talk.told if replies else (),
    }  # fmt: skip

    def tell() -> None:
        for message, one in zip(messages, replies, strict=False):
            show.out().print(f"[bold]问：[/]{escape(message)}")
            show.said(one)

    return answer, tell


def _typed() -> Iterator[str]:
    """Give what is typed, line by line, until an empty one, the end of input or Ctrl-C: all three end the talk."""
    while True:
        try:
            line = click.prompt("您", default="", show_default=False, prompt_suffix="：", err=True).strip()
        except click.Abort:  # the end of a pipe is no mishap
            click.echo(err=True)
            return
        if not line:
            return
        yield line


@command("search", place=True)
@click.argument("query")
@click.option("-k", "k", type=click.IntRange(1, 200), default=10, show_default=True, help="最多几条")
def search(assistant: Assistant, query: str, k: int, region: str) -> Shown:
    """检索条款、指标、项目与产品。"""
    hits = assistant.desk().search(query, region=assistant.desk().place(region), k=k)
    found = [
        {
            "rank": hit.rank,
            "passage_id": hit.passage.id,
            "source_id": hit.passage.source_id,
            "locator": hit.passage.locator,
            "title": hit.passage.title,
            "text": hit.passage.text,
            "score": hit.score,
            "lexical_rank": hit.lexical_rank,
            "dense_rank": hit.dense_rank,
            "status": hit.passage.status.value,
        }
        for hit in hits
    ]
    rows = [(one["rank"], f"{one['title']}\n{one['locator']}", one["text"]) for one in found]
    return {"hits": found}, lambda: show.table(("", "出处", "内容"), rows)


@command("report", place=True)
@CASE
@click.option("--kind", required=True, help="报告类型，如 one-enterprise-diagnosis；见 canmou list reports")
@OUT
def report(assistant: Assistant, case_file: Path, kind: str, out: Path, region: str) -> Shown:
    """起草一份报告，写成 .docx、.md 或 .json。"""
    made = assistant.report(_case(assistant, case_file, region), kind, out)
    answer = {
        "file": str(out),
        "sections": [
            {"id": one.id, "title": one.title, "words": one.words, "citations": list(one.citations)}
            for one in made.sections
        ],
        "to_confirm": list(made.to_confirm),
        "ungrounded_dropped": made.ungrounded_dropped,
        "made": made.made,
    }

    def tell() -> None:
        show.out().print(
            f"已写 {out}：{len(made.sections)} 个部分，{len(made.sources)} 处出处，{len(made.to_confirm)} 项待确认"
        )

    return answer, tell


@command("template")
@click.argument("what", type=click.Choice(["case", "catalog", "batch"]))
@OUT
def template(assistant: Assistant, what: str, out: Path) -> Shown:
    """写一份可填写的空白表：case 评测表，catalog 产品目录，batch 批量测算表。"""
    assistant.write_template(what, out)
    return {"file": str(out)}, lambda: show.out().print(f"已写 {out}")


# ---------------------------------------------------------------- the corpus


@cli.group("list")
def listing() -> None:
    """列出收录的政策、时间表、口径差异、资金政策、报告类型。"""


@command("policies", place=True, group=listing)
@click.option("--status", type=click.Choice([one.value for one in Status]), default=None, help="当天的状态")
@click.option("--closing-before", type=Day(), default=None, help="有效期在这一天之前届满")
@click.option("--topic", default=None, help="主题词")
def policies(
    assistant: Assistant, region: str, status: str | None, closing_before: date | None, topic: str | None
) -> Shown:
    """按地区、状态、到期日、主题查询收录的政策，并计数。"""
    from assistant.corpus import list_policies, summarize

    items = list_policies(
        assistant.kb,
        on=assistant.today(),
        region=assistant.desk().place(region),
        status=None if status is None else Status(status),
        closing_before=closing_before,
        topic=topic,
    )
    rows = [
        (one.id, one.title, one.region, one.status_label, one.validity, one.certainty_label) for one in items
    ]

    def tell() -> None:
        show.table(("编号", "标题", "地区", "状态", "有效期", "核实程度"), rows)
        for item in items:
            for warning in item.warnings:
                show.out().print(f"! {item.id}：{warning}", markup=False)
        show.out().print(summarize(items, on=assistant.today(), region=assistant.desk().place(region)))

    return {"count": len(items), "items": items}, tell


@command("timeline", place=True, group=listing)
@click.option("--after", type=Day(), default=None, help="这一天及以后，默认当天")
def timeline(assistant: Assistant, region: str, after: date | None) -> Shown:
    """列出什么时候开放、什么时候截止。"""
    from assistant.corpus import list_timeline

    items = list_timeline(
        assistant.kb, after=after or assistant.today(), region=assistant.desk().place(region)
    )
    rows = [(one.date, one.what, one.policy, one.certainty_label) for one in items]
    return {"count": len(items), "items": items}, lambda: show.table(
        ("日期", "事项", "文件", "核实程度"), rows
    )


@command("conflicts", group=listing)
@click.option("--topic", default=None, help="只看一个主题")
def conflicts(assistant: Assistant, topic: str | None) -> Shown:
    """把同一条件在国家、省、市、不同年份的写法并排列出。"""
    from assistant.corpus import list_conflicts

    items = list_conflicts(assistant.kb, on=assistant.today(), topic=topic)

    def tell() -> None:
        for item in items:
            rows = [(cell.label, cell.value, cell.policy, cell.status_label) for cell in item.cells]
            show.table(("哪里", "写法", "文件", "状态"), rows, title=f"{item.condition}  {item.note}")

    return {"count": len(items), "items": items}, tell


@command("schemes", place=True, group=listing)
def schemes(assistant: Assistant, region: str) -> Shown:
    """列出收录的资金政策。"""
    kb, place = assistant.kb, assistant.desk().place(region) or NATION
    near = kb.regions.covering(place) | kb.regions.within(place)
    items = [
        {"id": one.id, "title": one.title, "region": one.region, "status": one.status_on(assistant.today())}
        for one in kb.schemes.values()
        if one.region in near
    ]
    rows = [(one["id"], one["title"], one["region"], Status(one["status"]).label) for one in items]
    return {"count": len(items), "items": items}, lambda: show.table(("编号", "名称", "地区", "状态"), rows)


@command("reports", group=listing)
def reports(assistant: Assistant) -> Shown:
    """列出能起草的报告类型。"""
    items = [{"id": one.kind, "title": one.name} for one in assistant.kb.outlines.values()]
    rows = [tuple(one.values()) for one in items]
    return {"count": len(items), "items": items}, lambda: show.table(("编号", "名称"), rows)


@command("lint")
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True), default=None, help="数据目录，默认自带的"
)
def lint(assistant: Assistant, data: Path | None) -> Shown:
    """检查人编辑过的知识数据，用一句话说清哪里错、怎么改。"""
    from knowledge.lint import lint as run

    found = run(data or assistant.kb.data)

    def tell() -> None:
        for one in found:
            show.out().print(f"{one.file}  {one.key}：{one.text}", markup=False)
        show.out().print(f"{len(found)} 处问题" if found else "没有发现问题")

    return {"count": len(found), "findings": found}, tell


# ---------------------------------------------------------------- documents and the index


@command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--policy", "policy_id", default=None, help="这些文件就是这张政策卡片的原文")
@click.option(
    "--errors", type=click.Path(path_type=Path), default=None, help="产品目录里有误的行写到这个 .xlsx"
)
def ingest(
    assistant: Assistant, paths: tuple[Path, ...], policy_id: str | None, errors: Path | None
) -> Shown:
    """读入文件、文件夹、压缩包或自有产品目录；读不了的逐个说明原因，不影响其余。"""
    with show.progress("读入") as progress:
        made = assistant.ingest(list(paths), policy_id=policy_id, progress=progress)
    wrong = tuple(
        error
        for one in made.files
        if one.shape == "catalog" and one.document is not None
        for error in assistant.catalog_errors(one.document)
    )
    if errors is not None:
        from assistant.casefiles.intake import write_errors

        write_errors(errors, wrong)
    answer = {**plain(made), "row_errors": wrong}

    def tell() -> None:
        rows = [
            (
                "✓" if one.ok else "✗",
                one.path,
                one.pages,
                one.clauses,
                one.tables,
                one.document,
                one.matched_policy or one.reason,
            )
            for one in made.files
        ]
        show.table(("", "文件", "页", "条款", "表", "编号", "对应政策 / 原因"), rows)
        for one in made.files:
            if told := one.said:
                show.out().print(f"　{one.path}：{told}", markup=False)
            for line in (*one.warnings, *(finding.text for finding in one.findings)):
                show.out().print(f"! {one.path}：{line}", markup=False)
        for error in wrong:
            show.out().print(
                f"! {error.sheet} 第 {error.row} 行 {error.column}：{error.what}。{error.remedy}",
                markup=False,
            )
        show.out().print(f"新增 {made.added}，未变 {made.skipped}，失败 {made.failed}")

    return answer, tell


@cli.group("policy")
def policy() -> None:
    """查看一份文件，确认或移除读入的文件。"""


@command("show", group=policy)
@click.argument("policy_id")
def show_policy(assistant: Assistant, policy_id: str) -> Shown:
    """看一份文件当天的效力、前后替代关系，以及它引用的规定是否还有效。"""
    from assistant.corpus import view_document, view_own

    own = None if policy_id in assistant.kb.policies else assistant.own_policy(policy_id)
    if own is None and policy_id not in assistant.kb.policies:
        raise UnknownId("政策", policy_id, assistant.kb.policies)
    on = assistant.today()
    view = view_own(assistant.kb, own, on=on) if own else view_document(assistant.kb, policy_id, on=on)
    clauses = (own or assistant.kb.policies[policy_id]).clauses

    def tell() -> None:
        item, console = view.item, show.out()
        console.print(f"《{item.title}》{item.doc_number or '（文号未取得）'}", markup=False)
        console.print(
            f"{item.region}｜{item.status_label}｜{item.validity}｜{item.certainty_label}", markup=False
        )
        for label, ids in (("替代了", view.replaces), ("被替代为", view.replaced_by)):
            if ids:
                console.print(f"{label}：{'、'.join(ids)}")
        for line in (*item.warnings, *(one.text for one in view.broken), *view.lines):
            console.print(f"! {line}", markup=False)
        show.table(("条款", "标题", "要点"), ((one.locator, one.heading, one.text) for one in clauses))

    return {**plain(view), "clauses": clauses}, tell


@command("confirm", group=policy)
@click.argument("document_id")
@click.option("--by", required=True, help="由谁确认")
@click.option("--title", default="", help="更正标题")
@click.option("--number", default=None, help="更正文号")
@click.option("--issuer", default=None, help="更正发文机关")
@click.option("--place", default="", help="适用地区")
@click.option("--valid-from", type=Day(), default=None, help="从哪天起施行")
@click.option("--valid-to", type=Day(), default=None, help="有效期至哪天")
def confirm(
    assistant: Assistant,
    document_id: str,
    by: str,
    title: str,
    number: str | None,
    issuer: str | None,
    place: str,
    valid_from: date | None,
    valid_to: date | None,
) -> Shown:
    """确认一份读入的文件是什么；确认之前它不支持任何判断。没有给的按读到的记，没有写明的仍是未载明。"""
    made = assistant.confirm_policy(
        document_id,
        by=by,
        title=title,
        doc_number=number,
        issuer=issuer,
        region=assistant.desk().place(place),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return made.confirmed, lambda: show.out().print(f"已确认 {document_id}", markup=False)


@command("remove", group=policy)
@click.argument("policy_id")
def remove(assistant: Assistant, policy_id: str) -> Shown:
    """移除一份读入的文件。"""
    assistant.remove_policy(policy_id)
    return {"removed": policy_id}, lambda: show.out().print(f"已移除 {policy_id}")


@command("index")
@click.option("--check", "verify", is_flag=True, help="只核对索引是否完好、是否最新")
def index(assistant: Assistant, verify: bool) -> Shown:
    """建立或更新检索索引；索引目录可随时删除。"""
    with show.progress("建立索引") as progress:
        made = assistant.check_index() if verify else assistant.build_index(progress)

    def tell() -> None:
        state = "过期，请运行 canmou index" if made.stale else "最新"
        show.out().print(f"{made.passages} 条，向量模型 {made.embedder}，{state}，用时 {made.seconds:.2f} 秒")
        if made.trouble:
            show.out().print(made.trouble, markup=False)
        if made.reranking and assistant.settings.reranker != "none":
            show.out().print(f"重排：{made.reranking}", markup=False)

    return made, tell


# ---------------------------------------------------------------- evaluation, service


@command("eval")
@click.argument("task")
@click.option("--mode", type=click.Choice(["plain", "model"]), default="plain", show_default=True)
@click.option(
    "--cases", type=click.Path(path_type=Path, exists=True), default=None, help="用这个文件里的用例"
)
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=None, help="检索评测集目录")
@click.option("--engines", default="", help="只跑这些检索方案，逗号分隔")
def evaluate(
    assistant: Assistant,
    task: str,
    mode: Literal["plain", "model"],
    cases: Path | None,
    data: Path | None,
    engines: str,
) -> Shown:
    """跑一项评测并给出带区间的指标。"""
    from evals.runner import run

    made = run(
        task, assistant, mode=mode, cases=cases, data=data, engines=[one for one in engines.split(",") if one]
    )
    return made, lambda: show.metrics(made)


@cli.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """打开网页工作台。"""
    from ui.server import serve as run

    run(assemble(Settings()), host, port)


@command("doctor")
def doctor(assistant: Assistant) -> Shown:
    """检查装了什么、用着哪个模型、索引是否最新，以及怎么解决。"""
    from assistant.doctor import examine

    found = examine(assistant)

    def tell() -> None:
        show.table(
            ("", "项目", "情况", "怎么办"),
            (("✓" if one.ok else "✗", one.name, one.state, one.remedy) for one in found),
        )

    return {"checks": found, "ok": all(one.ok for one in found)}, tell
