"""Read what a consultant hands in: a case as YAML, JSON or the filled-in workbook.

All three are first read into plain data with a place for every key (a line, or a sheet and row), then judged by
one function, so that a mistake is told the same way whatever the file: file, place, key, what, remedy.
"""

import difflib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import ValidationError

from assistant.casefiles import handwriting
from assistant.casefiles.raw import Key, Raw
from knowledge.case import Assessment, CaseFile, Costs, Enterprise, EvidenceNote, Needs
from knowledge.enterprise import EnterpriseProfile, Fact, facts
from knowledge.errors import InputError
from knowledge.standard import Question, Standard

T = TypeVar("T")
_NO_WORDS: tuple[str, ...] = ()

MAX_TEXT_BYTES = 1_000_000
MAX_WORKBOOK_BYTES = 10_000_000
MAX_DEPTH = 12
MAX_NODES = 20_000
MAX_TEXT = 5_000
"""Characters in one text."""
LARGEST = Decimal(10) ** 12
"""No amount of a small firm comes near this; a larger one is a slip, and 1e999999 would be a trap."""


def load_case(path: Path, standards: Mapping[str, Standard]) -> CaseFile:
    """Read a case from YAML, JSON or the workbook that `canmou template case` writes.

    Raises:
        InputError: The file is not there, is not a case, or holds something that cannot be meant.
    """
    kind = _kind(path)
    if kind == "xlsx":
        from assistant.documents.sheets import read_case_template

        return judge(read_case_template(path, standards), standards)
    text = _text(path)
    return judge(_read_json(path.name, text) if kind == "json" else _read_yaml(path.name, text), standards)


def parse_case(data: object, standards: Mapping[str, Standard], *, name: str = "案例") -> CaseFile:
    """Return plain data, as a form or a store holds it, as a case.

    Raises:
        InputError: As `load_case`.
    """
    return judge(Raw(name, data, {}), standards)


def save_case(case: CaseFile, path: Path) -> None:
    """Write a case as YAML (or JSON, by the suffix) that reads back to the same case."""
    data = plain_case(case)
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")


def plain_case(case: CaseFile) -> dict[str, Any]:
    """Return a case as plain data, without what was not told."""
    told: dict[str, Any] = case.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude_defaults=True
    )
    return told


# ---------------------------------------------------------------- from bytes to plain data


def _kind(path: Path) -> Literal["yaml", "json", "xlsx"]:
    if path.is_dir():
        raise InputError(str(path), "这是一个文件夹", "请给出其中的案例文件（.yaml、.json 或 .xlsx）")
    if not path.is_file():
        raise InputError(str(path), "找不到这个文件", "请核对路径；examples/ 下有三份可用的案例")
    suffix = path.suffix.lower()
    kinds: dict[str, Literal["yaml", "json", "xlsx"]] = {
        ".yaml": "yaml",
        ".yml": "yaml",
        ".json": "json",
        ".xlsx": "xlsx",
    }
    if suffix not in kinds:
        raise InputError(
            path.name,
            f"{suffix or '没有扩展名的文件'} 不是案例文件",
            "案例须为 .yaml、.json，或用 canmou template case -o 评测表.xlsx 得到的工作簿",
        )
    kind = kinds[suffix]
    size, most = path.stat().st_size, MAX_WORKBOOK_BYTES if kind == "xlsx" else MAX_TEXT_BYTES
    if size > most:
        raise InputError(
            path.name,
            f"文件有 {size:,} 字节，超过上限 {most:,} 字节",
            "案例通常只有几十 KB，请确认没有选错文件",
        )
    return kind


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(path.name, f"无法读取（{error.strerror}）", "请检查文件权限") from error
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise InputError(
            path.name,
            "内容是 Office 或 PDF 文件，扩展名与内容不符",
            "请改回原扩展名，或另存为 UTF-8 的 .yaml 文件",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{path.name} 第 {line} 行", "不是 UTF-8 编码", "请用编辑器另存为 UTF-8 编码后再试"
        ) from error
    if not text.strip():
        raise InputError(path.name, "文件是空的", "请参照 examples/ 下的案例填写")
    return text


def _read_yaml(name: str, text: str) -> Raw:
    try:
        node = _compose(name, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f" 第 {mark.line + 1} 行" if mark else ""
        raise InputError(
            f"{name}{line}",
            f"不是合法的 YAML（{error.problem or '无法解析'}）",
            "请检查这一行的缩进、冒号后的空格和引号是否成对",
        ) from error
    except yaml.YAMLError as error:
        raise InputError(name, "含有 YAML 不允许的控制字符", "请删除不可见字符后重新保存") from error
    places: dict[Key, str] = {}
    return Raw(name, _value(name, node, (), places), places)


def _compose(name: str, text: str) -> yaml.Node | None:
    """Return the node tree, once it is known to be small, shallow and free of aliases.

    Raises:
        InputError: An alias, a deep nest or too many entries: a bomb rather than a case.
        YAMLError: Not YAML.
    """
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        mark = event.start_mark
        where = f"{name} 第 {mark.line + 1} 行" if mark else name
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(where, "使用了 YAML 锚点或别名（& 或 *）", "案例文件不支持引用，请直接写出内容")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise InputError(where, "嵌套过深或条目过多，不像案例文件", "请参照 examples/ 下的案例填写")
    return yaml.compose(io.StringIO(text), Loader=yaml.SafeLoader)


def _value(name: str, node: yaml.Node | None, key: Key, places: dict[Key, str]) -> object:
    """Turn a node into plain data; numbers stay exact, and a key given twice is refused."""
    if node is None:
        return None
    places[key] = f"第 {node.start_mark.line + 1} 行"
    if isinstance(node, yaml.MappingNode):
        found: dict[object, object] = {}
        for key_node, value_node in node.value:
            where = f"{name} 第 {key_node.start_mark.line + 1} 行"
            if not isinstance(key_node, yaml.ScalarNode):
                raise InputError(where, "键不是一个词", "请检查缩进与冒号")
            one = int(key_node.value) if re.fullmatch(r"[0-9]{1,3}", key_node.value) else str(key_node.value)
            if one in found:
                raise InputError(where, f"“{one}”写了两次", "请只保留一处")
            found[one] = _value(name, value_node, (*key, one), places)
            places[*key, one] = f"第 {key_node.start_mark.line + 1} 行"
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(name, child, (*key, n), places) for n, child in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> object:
    text, tag = str(node.value), str(node.tag).rsplit(":", 1)[-1]
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() in {"yes", "true", "on"}
    if tag in {"int", "float"}:
        try:
            return Decimal(text.replace("_", ""))
        except InvalidOperation:
            return text  # .inf, 0x1F, 12:30: told apart where the field is known
    return text


def _read_json(name: str, text: str) -> Raw:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for one, value in pairs:
            if one in found:
                raise InputError(name, f"“{one}”写了两次", "请只保留一处")
            found[one] = value
        return found

    try:
        data = json.loads(
            text, parse_float=Decimal, parse_int=Decimal, parse_constant=str, object_pairs_hook=once
        )
    except json.JSONDecodeError as error:
        raise InputError(
            f"{name} 第 {error.lineno} 行",
            f"不是合法的 JSON（第 {error.colno} 列：{error.msg}）",
            "请检查逗号、引号和括号是否成对",
        ) from error
    except RecursionError as error:
        raise InputError(name, "嵌套过深，不像案例文件", "请参照 examples/ 下的案例填写") from error
    places: dict[Key, str] = {}
    try:
        _value(name, _compose(name, text), (), places)
    except yaml.YAMLError:
        places = {}  # JSON with tabs is not YAML: the key alone has to do
    return Raw(name, data, places)


# ---------------------------------------------------------------- from plain data to a case


def judge(raw: Raw, standards: Mapping[str, Standard]) -> CaseFile:
    """Return the case that plain data describes.

    Raises:
        InputError: Names everything that cannot be meant, each with its place and a remedy.
    """
    top = raw.data
    if not isinstance(top, dict):
        raw.refuse((), "最外层应为 enterprise、assessment、needs 三部分", "请参照 examples/ 下的案例填写")
    _known_keys(raw, (), top, CaseFile.model_fields)
    try:
        case = CaseFile(
            enterprise=raw.attempt(lambda: _enterprise(raw, _part(raw, ("enterprise",), top)), Enterprise()),
            assessment=raw.attempt(
                lambda: _assessment(raw, _part(raw, ("assessment",), top), standards), Assessment()
            ),
            needs=raw.attempt(lambda: _needs(raw, _part(raw, ("needs",), top), top, standards), Needs()),
        )
    except ValidationError as error:  # a net below the checks above
        raw.settle()
        first = error.errors()[0]
        raw.refuse(tuple(first["loc"]), f"值不合要求（{first['msg']}）", "请参照 examples/ 下的案例改正")
    raw.settle()
    return case


def _enterprise(raw: Raw, data: dict[Any, Any]) -> Enterprise:
    at: Key = ("enterprise",)
    _known_keys(raw, at, data, Enterprise.model_fields)
    profile = _part(raw, (*at, "profile"), data)
    known = facts()
    _known_keys(raw, (*at, "profile"), profile, known, kind="企业信息字段")
    employees = data.get("employees")
    heads = (
        None
        if _blank(employees)
        else raw.attempt(lambda: _number(raw, (*at, "employees"), employees, "员工人数", "人"), None)
    )
    told: dict[str, Decimal | str | bool] = {}
    for name, value in profile.items():
        if name in known and not _blank(value):
            read = partial(_fact, raw, (*at, "profile", name), value, known[name])
            answer = raw.attempt(read, None)
            told |= {} if answer is None else {name: answer}
    return Enterprise(
        name=raw.attempt(lambda: _words(raw, (*at, "name"), data.get("name")), ""),
        region=raw.attempt(lambda: _words(raw, (*at, "region"), data.get("region")), ""),
        industry=raw.attempt(lambda: _words(raw, (*at, "industry"), data.get("industry")), ""),
        employees=heads,
        profile=EnterpriseProfile.model_validate(told),
    )


def _fact(raw: Raw, key: Key, value: object, fact: Fact) -> Decimal | str | bool:
    subject = raw.subject(key, fact.label)
    if fact.kind == "number":
        negative = fact.low is None or fact.low < 0
        return _number(raw, key, value, fact.label, fact.unit, negative=negative)
    if fact.kind == "yes_no":
        told = handwriting.yes_or_no(value)
        if told is None:
            asks = "请填 是 或 否" if raw.form else "请写 true 或 false（也可写 是 或 否）"
            raw.refuse(key, f"{subject}应为是或否，填的是 {_show(value)}", f"{asks}；{raw.leave_out}")
        return told
    words = {choice: fact.words.get(choice, choice) for choice in fact.choices}
    chosen = handwriting.choice(value, words) if isinstance(value, str) else None
    if chosen is None:
        allowed = "、".join(words.values() if raw.form else (f"{c}（{w}）" for c, w in words.items()))
        raw.refuse(key, f"{subject}不能填 {_show(value)}", f"可填：{allowed}；{raw.leave_out}")
    return chosen


def _assessment(raw: Raw, data: dict[Any, Any], standards: Mapping[str, Standard]) -> Assessment:
    at: Key = ("assessment",)
    _known_keys(raw, at, data, Assessment.model_fields)
    standard = _standard(raw, (*at, "standard"), data.get("standard"), standards)
    questions, scenes = standard.questions, standard.scene
    chosen: dict[str, tuple[str, ...]] = {}
    answers = _part(raw, (*at, "answers"), data)
    _known_keys(raw, (*at, "answers"), answers, questions, kind="问题编号")
    for one, value in answers.items():
        if one in questions:
            read = partial(_options, raw, (*at, "answers", one), value, questions[one])
            chosen |= {one: options} if (options := raw.attempt(read, _NO_WORDS)) else {}
    levels = _part(raw, (*at, "scenes"), data)
    _known_keys(raw, (*at, "scenes"), levels, scenes, kind="场景编号")
    measures = _part(raw, (*at, "measures"), data)
    measured = [one for one, question in questions.items() if question.measure]
    _known_keys(raw, (*at, "measures"), measures, measured, kind="按测量值评定的题")
    return Assessment(
        standard=standard.id,
        assessed_on=raw.attempt(lambda: _day(raw, (*at, "assessed_on"), data.get("assessed_on")), None),
        answers=chosen,
        scenes=_each(raw, levels, scenes, lambda one, value: _level(raw, (*at, "scenes", one), value, 0)),
        measures=_each(
            raw,
            measures,
            measured,
            lambda one, value: _number(raw, (*at, "measures", one), value, "测得值", "%"),
        ),
        evidence=tuple(_evidence(raw, (*at, "evidence"), data.get("evidence"), [*questions, *scenes])),
    )


def _each(
    raw: Raw, data: Mapping[Any, Any], known: Iterable[str], read: Callable[[str, object], T]
) -> dict[str, T]:
    """Return what is told under known keys, each read by itself."""
    names, found = set(known), dict[str, T]()
    for one, value in data.items():
        if one in names and not _blank(value):
            told = raw.attempt(partial(read, one, value), None)
            found |= {} if told is None else {one: told}
    return found


def _standard(raw: Raw, key: Key, value: object, standards: Mapping[str, Standard]) -> Standard:
    name = Assessment.model_fields["standard"].default if _blank(value) else value
    if not isinstance(name, str) or name not in standards:
        raw.refuse(key, f"没有名为 {_show(name)} 的评测标准", _suggest(str(name), standards))
    standard = standards[name]
    if not standard.scorable:
        usable = [one.id for one in standards.values() if one.scorable]
        raw.refuse(key, f"{name} 不能用于测算：{standard.why_not}", f"请改用 {'、'.join(usable)}")
    return standard


def _options(raw: Raw, key: Key, value: object, question: Question) -> tuple[str, ...]:
    """Return the options chosen, in the order of the form; () is not answered.

    Options that contradict each other (无 beside another, two of a single choice) stay as told: scoring reports them.
    """
    known = list(question.option)
    told = [] if _blank(value) else list(value) if isinstance(value, list) else [value]
    letters: list[str] = []
    for one in told:
        if not isinstance(one, str):
            raw.refuse(
                key, f"选项应为字母，得到 {_show(one)}", f"可选 {known[0]} 至 {known[-1]}，例如 [{known[1]}]"
            )
        letters += _split_letters(one.strip().upper(), known)
    for letter in letters:
        if letter not in known:
            raw.refuse(key, f"没有选项 {_show(letter)}", f"该题可选 {known[0]} 至 {known[-1]}")
    return tuple(letter for letter in known if letter in letters)


def _split_letters(text: str, known: Sequence[str]) -> list[str]:
    parts = [part for part in re.split(r"[\s,，、;；/+]+", text) if part]
    if len(parts) == 1 and len(text) > 1 and all(letter in known for letter in text):
        return list(text)
    return parts


def _level(raw: Raw, key: Key, value: object, lowest: int, label: str = "场景等级") -> int:
    level = _number(raw, key, value, label, "级") if not isinstance(value, bool) else Decimal(-1)
    if level != level.to_integral_value() or not lowest <= level <= 4:
        raw.refuse(
            key, f"等级 {_show(value)} 超出范围", f"{label}只能是 {lowest} 至 4 的整数；{raw.leave_out}"
        )
    return int(level)


def _evidence(raw: Raw, key: Key, value: object, known: Sequence[str]) -> Iterable[EvidenceNote]:
    if _blank(value):
        return
    if not isinstance(value, list):
        raw.refuse(key, "证据应为列表", "每条写作 - {for: q01, kind: 截图, ref: 图片03.jpg}")
    for n, one in enumerate(value):
        note = raw.attempt(partial(_one_evidence, raw, (*key, n), one, known), None)
        if note is not None:
            yield note


def _one_evidence(raw: Raw, at: Key, one: object, known: Sequence[str]) -> EvidenceNote:
    if not isinstance(one, dict):
        raw.refuse(
            at,
            f"这条证据不是一组键值，得到 {_show(one)}",
            "写作 - {for: q01, kind: 截图, ref: 图片03.jpg}",
        )
    _known_keys(raw, at, one, ("for", "kind", "ref", "note"))
    target = one.get("for")
    if target not in known:
        raw.refuse((*at, "for"), f"没有问题或场景 {_show(target)}", _suggest(str(target), known))
    texts = {name: _words(raw, (*at, name), one.get(name)) for name in ("kind", "ref", "note")}
    return EvidenceNote.model_validate({"for": target, **texts})


def _needs(raw: Raw, data: dict[Any, Any], top: dict[Any, Any], standards: Mapping[str, Standard]) -> Needs:
    at: Key = ("needs",)
    _known_keys(raw, at, data, Needs.model_fields)
    assessment = _part(raw, ("assessment",), top)
    standard = _standard(raw, ("assessment", "standard"), assessment.get("standard"), standards)
    target, budget = data.get("target_level"), data.get("budget")
    return Needs.model_validate(
        {
            "target_level": None
            if _blank(target)
            else raw.attempt(lambda: _level(raw, (*at, "target_level"), target, 1, "目标等级"), None),
            "budget": None
            if _blank(budget)
            else raw.attempt(lambda: _number(raw, (*at, "budget"), budget, "预算", "万元"), None),
            "deadline": raw.attempt(
                lambda: _day(raw, (*at, "deadline"), data.get("deadline"), term=True), None
            ),
            "deployment": raw.attempt(
                lambda: _list_of_words(raw, (*at, "deployment"), data.get("deployment")), _NO_WORDS
            ),
            "must": raw.attempt(lambda: _list_of_words(raw, (*at, "must"), data.get("must")), _NO_WORDS),
            "costs": raw.attempt(
                lambda: _costs(raw, (*at, "costs"), _part(raw, (*at, "costs"), data), standard), Costs()
            ),
            "notes": raw.attempt(lambda: _words(raw, (*at, "notes"), data.get("notes")), ""),
        }
    )


def _costs(raw: Raw, at: Key, data: dict[Any, Any], standard: Standard) -> Costs:
    _known_keys(raw, at, data, Costs.model_fields)
    told = data.get("only")
    only = False if _blank(told) else handwriting.yes_or_no(told)
    if only is None:
        asks = "请填 是 或 否" if raw.form else "请写 true 或 false"
        raw.refuse((*at, "only"), f"应为是或否，填的是 {_show(told)}", f"{asks}；是表示没有报价的步骤不采购")
    questions = {one: list(question.option) for one, question in standard.questions.items()}
    asked = _part(raw, (*at, "questions"), data)
    _known_keys(raw, (*at, "questions"), asked, questions, kind="问题编号")
    priced: dict[str, dict[str, Decimal]] = {}
    for one in asked:
        if one in questions:
            figures = _part(raw, (*at, "questions", one), asked)
            _known_keys(raw, (*at, "questions", one), figures, questions[one], kind="选项")
            read = partial(_cost, raw, (*at, "questions", one))
            priced[one] = _each(raw, figures, questions[one], read)
    staged = _part(raw, (*at, "scenes"), data)
    _known_keys(raw, (*at, "scenes"), staged, standard.scene, kind="场景编号")
    steps: dict[str, dict[int, Decimal]] = {}
    for one in staged:
        figures = _part(raw, (*at, "scenes", one), staged)
        steps[one] = {}
        for level, value in figures.items():
            to = raw.attempt(partial(_level, raw, (*at, "scenes", one, level), level, 1), None)
            cost = (
                None
                if _blank(value)
                else raw.attempt(partial(_cost, raw, (*at, "scenes", one), level, value), None)
            )
            if to is not None and cost is not None:
                steps[one][to] = cost
    return Costs(only=only, questions=priced, scenes=steps)


def _cost(raw: Raw, at: Key, step: str | int, value: object) -> Decimal:
    return _number(raw, (*at, step), value, "费用", "万元")


# ---------------------------------------------------------------- single values


def _part(raw: Raw, key: Key, data: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the mapping under the last part of `key`; nothing there is an empty one."""
    value = data.get(key[-1])
    if _blank(value):
        return {}
    if not isinstance(value, dict):
        raw.refuse(key, f"应为一组键值，得到 {_show(value)}", "请参照 examples/ 下的案例填写")
    return value


def _known_keys(
    raw: Raw, at: Key, data: Mapping[Any, Any], known: Iterable[str], *, kind: str = "字段"
) -> None:
    """Note every key that is not known."""
    names = list(known)
    for one in data:
        if one not in names:
            words = f"没有{kind} {_show(one)}", _suggest(str(one), names)
            raw.attempt(partial(raw.refuse, (*at, one), *words), None)


def _suggest(word: str, known: Iterable[str]) -> str:
    """Return the nearest known name, or what there is to choose from."""
    names = list(known)
    numbered = bool(names) and all(re.fullmatch(r"[a-z]\d\d", name) for name in names)
    near = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.5)
    if numbered:
        short = re.fullmatch(r"([a-z])(\d)", word.lower())
        near = [f"{short[1]}0{short[2]}"] if short and f"{short[1]}0{short[2]}" in names else near
        guess = f"，是否想写 {near[0]}？" if near else ""
        return f"可用 {_span(names)}{guess}"
    if near:
        return f"是否想写 {near[0]}？"
    if len(names) <= 20:
        return f"可用：{'、'.join(names)}"
    return "可用的字段见 canmou template case 生成的工作簿"


def _span(names: list[str]) -> str:
    """Return q01 至 q15, or the names one by one where they are few."""
    return f"{min(names)} 至 {max(names)}" if len(names) > 5 else "、".join(names)


def _number(raw: Raw, key: Key, value: object, label: str, unit: str, *, negative: bool = False) -> Decimal:
    asks = f"请写数字（单位：{unit}）" if unit else "请写数字"
    number, wrong, subject = None, "应为数字", raw.subject(key, label)
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        number = Decimal(str(value))
    elif isinstance(value, str):
        try:
            number = handwriting.amount(value, unit)
        except ValueError as error:
            wrong = str(error)
    if number is None or not number.is_finite():
        raw.refuse(key, f"{subject}{wrong}，填的是 {_show(value)}", f"{asks}；{raw.leave_out}")
    if abs(number) >= LARGEST:
        raw.refuse(key, f"{subject} {_show(value)} 大得不合理".strip(), f"{asks}，并核对单位")
    if number < 0 and not negative:
        raw.refuse(key, f"{subject}不能为负数，得到 {number}", f"{asks}，不小于 0；{raw.leave_out}")
    return number


def _words(raw: Raw, key: Key, value: object) -> str:
    if _blank(value):
        return ""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raw.refuse(key, f"应为文字，得到 {_show(value)}", "请写成一段文字")
    if len(value) > MAX_TEXT:
        raw.refuse(
            key, f"文字有 {len(value)} 字，超过上限 {MAX_TEXT} 字", "请缩短，长材料另存文件并在证据中注明"
        )
    return value.strip()


def _list_of_words(raw: Raw, key: Key, value: object) -> tuple[str, ...]:
    if _blank(value):
        return ()
    told = value if isinstance(value, list) else [value]
    words = [_words(raw, (*key, n), one) for n, one in enumerate(told)]
    return tuple(word for word in words if word)


def _day(raw: Raw, key: Key, value: object, *, term: bool = False) -> date | None:
    """Return a day; where a term is asked for, also the last day of a month or year that is named."""
    if _blank(value):
        return None
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        found = handwriting.day(str(value)) or (handwriting.deadline(str(value)) if term else None)
    except ValueError:
        found = None
    if found is None:
        also = "，也可写 2027年6月、2027年底" if term else "，要到哪一天"
        raw.refuse(key, f"{_show(value)} 不是有效日期", f"请写成 2026-11-02 这样的形式{also}")
    return found


def _blank(value: object) -> bool:
    """Return whether nothing was told; 不清楚 is nothing told."""
    empty = value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})
    return empty or handwriting.not_known(value)


def _show(value: object) -> str:
    """Return a value short enough for one line."""
    text = re.sub(r"\s+", " ", str(value))
    return f"“{text[:40]}{'…' if len(text) > 40 else ''}”"
