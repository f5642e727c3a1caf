"""The user's own catalog: a workbook with the fields that real 征集 notices ask for, read row by row.

    write_template(Path("目录模板.xlsx"))
    intake = read_catalog(Path("我的目录.xlsx"), scene_names={"s06": "生产管控", ...})
    intake.products["own-001"]    # stands beside the built-in catalog, labelled 用户自有目录
    intake.errors                 # (RowError(sheet="产品", row=7, column="适用场景", what="…", remedy="…"), …)

A bad row is left out and named; it never stops the others. Everything read is data: text that reads like an
instruction is dropped from the entry and flagged, a formula is never evaluated, and whatever is written back starts no
formula in the reader's spreadsheet.
"""

import csv
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from assistant.casefiles import handwriting
from assistant.rules.matching import read_deployment
from knowledge.case import Assessment
from knowledge.catalog import (
    Deployment,
    IntakeField,
    Price,
    Product,
    Proof,
    Provider,
    Size,
    load_catalog_meta,
)
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.record import Record
from knowledge.source import Source

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

T = TypeVar("T")

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ROWS = 5000
MAX_TEXT = 2000
MAX_NAME = 80

PRODUCTS_SHEET, PROVIDERS_SHEET, HELP_SHEET = "产品", "服务商", "填写说明"


class RowError(Record):
    """What is wrong with one cell or row, and what to do about it."""

    sheet: str
    row: int
    """1-based, as the spreadsheet counts."""
    column: str
    what: str
    remedy: str
    fatal: bool = True
    """False: the row was taken, without this cell."""


class Intake(Record):
    """A catalog as read: the good rows, and what was wrong with the others."""

    products: dict[str, Product]
    providers: dict[str, Provider]
    errors: tuple[RowError, ...]
    rows: int
    """Product rows seen, good and bad."""

    def beside(
        self, products: Mapping[str, Product], providers: Mapping[str, Provider]
    ) -> tuple[dict[str, Product], dict[str, Provider]]:
        """Return the catalog with the user's own entries after the built-in ones."""
        return {**products, **self.products}, {**providers, **self.providers}


class Column(Record):
    """One column of the template."""

    label: str
    key: str
    required: bool = False
    help: str = ""
    asked_as: tuple[str, ...] = ()
    """Names of the intake fields of official notices that this column answers."""
    also: tuple[str, ...] = ()
    """Other headings taken for it."""


PRODUCT_COLUMNS: tuple[Column, ...] = (
    Column(
        label="产品名称与版本",
        key="name",
        required=True,
        help=f"不超过 {MAX_NAME} 字",
        asked_as=("产品名称与版本",),
        also=("产品名称", "产品", "名称"),
    ),
    Column(
        label="服务商名称", key="brand", required=True, help="与“服务商”表一致", also=("服务商", "供应商")
    ),
    Column(label="类别", key="category", help="如 MES、ERP、QMS"),
    Column(
        label="适用场景",
        key="scenes",
        required=True,
        help="16 个经营场景的名称，用顿号分隔",
        asked_as=("适用行业与场景", "对应评测场景与目标等级"),
        also=("场景",),
    ),
    Column(label="可支撑等级", key="stated", help="如 三级", asked_as=("对应评测场景与目标等级",)),
    Column(
        label="适用行业",
        key="industries",
        help="用顿号分隔；不限行业填 通用",
        asked_as=("适用行业与场景",),
        also=("行业",),
    ),
    Column(label="不适用行业", key="industries_excluded", help="用顿号分隔"),
    Column(label="适用规模", key="sizes", help="微型、小型、中型、大型，或 中小企业、不限", also=("规模",)),
    Column(
        label="部署方式",
        key="deployment",
        help="公有云、专属云、私有部署、混合部署、边缘、桌面，用顿号分隔",
        asked_as=("部署方式",),
        also=("部署",),
    ),
    Column(
        label="服务区域",
        key="regions",
        help="全国，或省、市名称，用顿号分隔；空着表示未知，匹配时须询问服务商",
        asked_as=("服务区域",),
        also=("区域",),
    ),
    Column(label="可对接系统", key="interfaces", help="写全名，如 用友U8、OPC UA，用顿号分隔"),
    Column(label="产品特性", key="features", help="如 信创；用顿号分隔"),
    Column(
        label="自主知识产权",
        key="domestic",
        help="是、否，空着表示未知",
        asked_as=("自主知识产权",),
        also=("是否国产",),
    ),
    Column(label="是否开源", key="open_source", help="是、否"),
    Column(
        label="价格（万元）",
        key="price",
        help="公开或报价单上的价格；没有就空着，不要估",
        asked_as=("产品和服务清单、价格明细",),
        also=("价格", "报价"),
    ),
    Column(label="计价方式", key="per", help="项目、年、人年、天", asked_as=("产品和服务清单、价格明细",)),
    Column(label="价格说明", key="price_note", help="含不含实施、服务器、培训"),
    Column(label="费用类别", key="stated", help="软件、云服务、采集传输设备、咨询", asked_as=("费用类别",)),
    Column(
        label="改造工期与运维", key="delivery_text", help="服务商口径", asked_as=("成熟度、改造工期、运维",)
    ),
    Column(label="样板项目", key="case", help="客户与项目名称", asked_as=("样板项目",), also=("案例",)),
    Column(label="样板网址", key="case_url", help="http(s) 开头"),
    Column(label="样板核对日期", key="case_on", help="您打开网址核对的日期；不填则不计分"),
    Column(label="证书", key="certificate", help="软件著作权、测评、认证", asked_as=("技术测评",)),
    Column(label="证书网址", key="certificate_url"),
    Column(label="证书核对日期", key="certificate_on"),
    Column(label="证书有效期至", key="certificate_to"),
    Column(label="入选官方目录", key="official", help="目录名称与批次"),
    Column(label="官方目录网址", key="official_url"),
    Column(label="官方目录核对日期", key="official_on"),
    Column(label="官方目录有效期至", key="official_to"),
    Column(label="“小快轻准”特征", key="stated", help="服务商口径", asked_as=("“小快轻准”特征",)),
    Column(label="用户评价", key="stated", help="服务商口径，不计分", asked_as=("用户评价",)),
    Column(label="使用限制", key="limits", help="如 须另购数据库"),
    Column(label="产品简介", key="digest", help=f"不超过 {MAX_TEXT} 字，只供阅读", also=("简介", "描述")),
    Column(label="厂商自述", key="vendor_claims", help="效果、客户数等；标为未核实，不计分"),
    Column(label="资料日期", key="collected_on", help="如 2026-11-01"),
)

PROVIDER_COLUMNS: tuple[Column, ...] = (
    Column(label="服务商名称", key="brand", required=True, also=("服务商", "名称")),
    Column(label="法人名称", key="legal_name", asked_as=("法人主体与注册地",)),
    Column(label="注册地", key="region", asked_as=("法人主体与注册地",)),
    Column(label="服务商类型", key="stated", asked_as=("服务商类型",)),
    Column(label="服务细分行业", key="stated", asked_as=("服务细分行业",)),
    Column(label="服务能力", key="stated", asked_as=("服务能力",)),
    Column(label="服务范围", key="service_scope"),
    Column(label="团队", key="team_size", asked_as=("团队",)),
    Column(label="服务案例", key="cases_public", asked_as=("服务案例",)),
    Column(label="企业资质荣誉", key="qualifications", asked_as=("企业资质荣誉",)),
    Column(label="财务与运营状况", key="stated", asked_as=("财务与运营状况",)),
    Column(label="信用记录", key="stated", asked_as=("信用记录",)),
    Column(label="经营年限", key="stated", asked_as=("经营年限",)),
    Column(label="让利优惠", key="stated", asked_as=("让利优惠",)),
    Column(label="管理体系", key="stated", asked_as=("管理体系",)),
    Column(label="星级或动态评价", key="stated", asked_as=("星级/动态评价状态",)),
    Column(label="已入选名单及有效期", key="pilot_city_lists", asked_as=("已入选名单及有效期",)),
    Column(label="AI服务类别", key="stated", asked_as=("AI服务类别",)),
    Column(label="联系方式", key="contact"),
)


# ---------------------------------------------------------------- writing


def write_template(
    path: Path,
    *,
    scene_names: Mapping[str, str] | None = None,
    fields: Sequence[IntakeField] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Path:
    """Write the empty workbook and return its path.

    Args:
        path: Where to write; .xlsx.
        scene_names: Scene id -> name, for the list of allowed names; None reads the standard in use.
        fields: What official notices ask for, named beside the columns they stand behind; None reads the catalog's.
        titles: Policy id -> title, for the sources of the fields; None reads the knowledge base.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment

    _want_xlsx(path)
    if scene_names is None or fields is None or titles is None:
        kb = KnowledgeBase()
        scenes = kb.standards[Assessment().standard].scenes
        scene_names = scene_names or {scene.id: scene.name for scene in scenes}
        fields = load_catalog_meta().intake_fields if fields is None else fields
        titles = titles or {policy.id: policy.title for policy in kb.policies.values()}
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    for title, columns in ((PRODUCTS_SHEET, PRODUCT_COLUMNS), (PROVIDERS_SHEET, PROVIDER_COLUMNS)):
        sheet = book.create_sheet(title)
        _write_header(sheet, [f"{column.label}{'*' if column.required else ''}" for column in columns])
        _offer_choices(sheet, columns)
    sheet = book.create_sheet(HELP_SHEET)
    _write_header(sheet, ["表", "列", "必填", "怎么填", "官方征集文件中的要求", "出处"])
    asked = {field.field: field for field in fields}
    at = 2
    for title, columns in ((PRODUCTS_SHEET, PRODUCT_COLUMNS), (PROVIDERS_SHEET, PROVIDER_COLUMNS)):
        for column in columns:
            known = [asked[name] for name in column.asked_as if name in asked]
            hint = (
                f"{column.help}：{'、'.join(scene_names.values())}" if column.key == "scenes" else column.help
            )
            wanted = "；".join(
                f"{_ASKED[field.required_by_official]}：{field.description}" for field in known
            )
            basis = "\n".join(
                dict.fromkeys(_cite(source, titles) for field in known for source in field.basis)
            )
            row = [title, column.label, "是" if column.required else "", hint, wanted, basis]
            for n, text in enumerate(row, start=1):
                put(sheet, at, n, text).alignment = Alignment(wrap_text=True, vertical="top")
            at += 1
    for n, width in enumerate((8, 22, 6, 60, 50, 60), start=1):
        sheet.column_dimensions[_letter(n)].width = width
    book.save(path)
    return path


_CHOICES = {"domestic": "是,否", "open_source": "是,否", "per": "项目,年,人年,天"}


def _offer_choices(sheet: "Worksheet", columns: Sequence[Column]) -> None:
    """Give the columns with few allowed words a list to choose from."""
    from openpyxl.worksheet.datavalidation import DataValidation

    for n, column in enumerate(columns, start=1):
        if column.key in _CHOICES:
            choice = DataValidation(type="list", formula1=f'"{_CHOICES[column.key]}"', allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(f"{_letter(n)}2:{_letter(n)}{MAX_ROWS}")


_ASKED = {"yes": "官方文件明确要求", "derived": "由官方评价或流程推导", "not_found": "未见官方要求，匹配所需"}


def _cite(source: str, titles: Mapping[str, str]) -> str:
    """Return 《title》 locator for a source written as: policy id, space, locator."""
    policy_id, _, locator = source.partition(" ")
    return f"《{titles[policy_id]}》{locator}" if policy_id in titles else source


def write_errors(path: Path, errors: Iterable[RowError]) -> Path:
    """Write the list of errors as a workbook and return its path."""
    from openpyxl import Workbook

    _want_xlsx(path)
    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has one
        raise RuntimeError("openpyxl made a workbook without a sheet")
    sheet.title = "错误清单"
    _write_header(sheet, ["表", "行", "列", "问题", "怎么改", "处理"])
    for at, error in enumerate(errors, start=2):
        dealt = "该行未采用" if error.fatal else "该行已采用，此格未采用"
        shown: tuple[str | int, ...] = (error.sheet, error.row, error.column, error.what, error.remedy, dealt)
        for n, value in enumerate(shown, start=1):
            put(sheet, at, n, value)
    for n, width in enumerate((10, 6, 18, 60, 60, 22), start=1):
        sheet.column_dimensions[_letter(n)].width = width
    book.save(path)
    return path


_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def put(sheet: "Worksheet", row: int, column: int, value: str | int) -> "Cell":
    """Write a value so that text that looks like a formula stays text in every spreadsheet."""
    from openpyxl.cell import Cell

    cell = sheet.cell(row=row, column=column)
    if not isinstance(cell, Cell):
        raise RuntimeError(f"{sheet.title} {row},{column} lies in a merged cell")
    if isinstance(value, int):
        cell.value = value
        return cell
    text = _printable(value)
    cell.value = text
    cell.data_type = "s"
    if text.lstrip().startswith(_STARTS_FORMULA) or value.startswith(_STARTS_FORMULA):
        cell.quotePrefix = True
    return cell


def _write_header(sheet: "Worksheet", labels: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for n, label in enumerate(labels, start=1):
        cell = put(sheet, 1, n, label)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="DCE6F1")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[_letter(n)].width = max(12, 2 * len(label) + 2)
    sheet.freeze_panes = "A2"


def _letter(n: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(n))


def _want_xlsx(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise InputError(path.name, "只能写成 .xlsx", "请把文件名改为以 .xlsx 结尾")


# ---------------------------------------------------------------- reading

_Cells = list[str | None]
"""A row as text; a formula is _FORMULA, an empty cell None."""
_FORMULA = "\0formula"


class _Table(Record):
    sheet: str
    header_row: int
    columns: tuple[Column | None, ...]
    rows: tuple[tuple[int, tuple[str | None, ...]], ...]


def read_catalog(path: Path, *, scene_names: Mapping[str, str]) -> Intake:
    """Return the good rows of a workbook or CSV file, and what was wrong with the others.

    Args:
        path: .xlsx made from the template, or .csv with the columns of its 产品 sheet.
        scene_names: Scene id -> name.

    Raises:
        InputError: The file is missing, too large, of another kind, or has no row of headings.
    """
    grids = _read_grids(path)
    tables = {name: _table(name, grid) for name, grid in grids.items()}
    products_table = next(
        (t for t in (tables.get(PRODUCTS_SHEET), *tables.values()) if _is_products(t)), None
    )
    if products_table is None:
        needed = "、".join(column.label for column in PRODUCT_COLUMNS if column.required)
        raise InputError(
            path.name, f"找不到表头（{needed}）", "请用模板填写：canmou template catalog -o 目录模板.xlsx"
        )
    errors: list[RowError] = []
    reader = _Reader(products_table, errors)
    names = {name: scene for scene, name in scene_names.items()} | {scene: scene for scene in scene_names}
    products: dict[str, Product] = {}
    brands: dict[str, list[str]] = {}
    seen: dict[tuple[str, str], int] = {}
    for number, cells in products_table.rows:
        row = reader.row(number, cells)
        brand, product = _product(row, names, path.name, f"own-{len(products) + 1:03d}")
        if product is not None and (product.name, brand) in seen:
            row.wrong("name", f"与第 {seen[product.name, brand]} 行重复", "请删除一行")
        if product is None or row.failed:
            continue
        seen[product.name, brand] = number
        products[product.id] = product
        brands.setdefault(brand, []).append(product.id)
    providers = _providers(tables.get(PROVIDERS_SHEET), brands, errors, path.name)
    by_brand = {provider.brand: provider.id for provider in providers.values()}
    for brand, ids in brands.items():
        for product_id in ids:
            products[product_id] = products[product_id].model_copy(update={"provider_id": by_brand[brand]})
    return Intake(products=products, providers=providers, errors=tuple(errors), rows=len(products_table.rows))


def _read_grids(path: Path) -> dict[str, list[_Cells]]:
    if not path.is_file():
        raise InputError(path.name, "文件不存在", "请检查路径")
    if path.stat().st_size > MAX_BYTES:
        raise InputError(path.name, f"文件超过 {MAX_BYTES // 1024 // 1024} MB", "请拆成几个文件")
    kind = path.suffix.lower()
    if kind == ".csv":
        return {PRODUCTS_SHEET: _read_csv(path)}
    if kind == ".xlsx":
        return _read_workbook(path)
    raise InputError(path.name, f"不支持 {kind or '没有扩展名的'} 文件", "请另存为 .xlsx 或 .csv")


def _read_csv(path: Path) -> list[_Cells]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(path.name, "文字编码无法识别", "请另存为 UTF-8 编码的 .csv 或 .xlsx")
    try:
        rows = list(csv.reader(StringIO(text), strict=True))
    except csv.Error as error:
        raise InputError(
            path.name, f"不是合法的 CSV（{error}）", "请用表格软件另存为 .csv 或 .xlsx"
        ) from error
    return [[cell.strip() or None for cell in row] for row in _bounded(rows, path)]


def _read_workbook(path: Path) -> dict[str, list[_Cells]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = InputError(path.name, "不是可读的 .xlsx 文件", "请用表格软件重新另存为 .xlsx")
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > MAX_UNPACKED:
                raise InputError(path.name, "解压后过大", "请删除多余内容后重试")
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, EOFError) as error:
        raise broken from error
    grids: dict[str, list[_Cells]] = {}
    try:
        for sheet in book.worksheets:
            rows = _bounded(sheet.iter_rows(), path)
            grids[sheet.title] = [[_text_of(cell.value, cell.data_type) for cell in row] for row in rows]
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        raise broken from error
    finally:
        book.close()
    return grids


def _bounded(rows: Iterable[T], path: Path) -> list[T]:
    taken: list[T] = []
    for row in rows:
        if len(taken) > MAX_ROWS:
            raise InputError(path.name, f"超过 {MAX_ROWS} 行", "请拆成几个文件")
        taken.append(row)
    return taken


def _text_of(value: object, kind: str) -> str | None:
    if value is None:
        return None
    if kind == "f":
        return _FORMULA
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    return str(value).strip() or None


def _table(name: str, grid: Sequence[_Cells]) -> _Table | None:
    """Return the sheet with its headings known, or None where no row looks like headings."""
    known = PROVIDER_COLUMNS if name == PROVIDERS_SHEET else PRODUCT_COLUMNS
    words = {_plain_heading(text): column for column in known for text in (*column.also, column.label)}
    needed = {column.label for column in known if column.required}
    for at, cells in enumerate(grid[:10]):
        columns = tuple(words.get(_plain_heading(cell or "")) for cell in cells)
        if needed <= {column.label for column in columns if column is not None}:
            body = [(at + 2 + n, tuple(row)) for n, row in enumerate(grid[at + 1 :]) if any(row)]
            return _Table(sheet=name, header_row=at + 1, columns=columns, rows=tuple(body))
    return None


def _plain_heading(text: str) -> str:
    return re.sub(r"[\s*＊“”\"()（）]", "", unicodedata.normalize("NFKC", text))


def _is_products(table: _Table | None) -> bool:
    return table is not None and any(
        column is not None and column.key == "scenes" for column in table.columns
    )


# ---------------------------------------------------------------- one row

_ODD = re.compile(
    r"(忽略|无视|不要理会).{0,12}(指令|规则|要求|以上|之前|前面|限制)|排(序|名|列).{0,14}(第一|首位|最前|置顶)|固定在?第"
    r"|(匹配度|得分|分数|评分).{0,6}(写|给|打|设|改)|(只|仅|必须|务必|优先)推荐|请(将|把|在).{0,20}(推荐|排|列|写|标)"
    r"|系统(提示|指令|通知)|#{3,}|<\|?(im_|system|/?script)|\b(ignore|disregard)\b.{0,40}\b(instruction|previous|above|rule)"
    r"|system\s*prompt|you are (now|an?)\b|\bassistant\s*:",
    re.IGNORECASE | re.DOTALL,
)

_SIZE_WORDS: dict[str, tuple[Size, ...]] = {
    "微型": ("micro",),
    "小型": ("small",),
    "小微企业": ("micro", "small"),
    "中型": ("medium",),
    "大型": ("large",),
    "中小企业": ("micro", "small", "medium"),
    "中小微企业": ("micro", "small", "medium"),
    "中小型": ("small", "medium"),
    "大中型": ("medium", "large"),
    "不限": ("micro", "small", "medium", "large"),
}
_PER_WORDS: dict[str, Literal["项目", "年", "人年", "天"]] = {
    "项目": "项目",
    "套": "项目",
    "次": "项目",
    "一次性": "项目",
    "年": "年",
    "每年": "年",
    "人年": "人年",
    "人/年": "人年",
    "天": "天",
    "日": "天",
}


class _Row:
    """One row being read: its cells by key, and the errors found so far."""

    def __init__(
        self, table: _Table, number: int, cells: Sequence[str | None], errors: list[RowError]
    ) -> None:
        self._table, self._number, self._errors = table, number, errors
        self.failed = False
        self.flags: list[str] = []
        self._cells: dict[str, str] = {}
        self.stated: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._said = set[str]()
        for column, cell in zip(table.columns, cells, strict=False):
            if column is not None and cell is not None:
                self._take(column, cell)
        for column in table.columns:
            if column is not None:
                self._labels.setdefault(column.key, column.label)
                if column.required and column.key not in self._cells and column.label not in self._said:
                    self.wrong(column.key, "没有填写", "请填写")

    def _take(self, column: Column, cell: str) -> None:
        if cell == _FORMULA:
            self._say(column.label, "单元格是公式，不取值", "请复制后“粘贴为数值”", fatal=column.required)
            return
        text = _printable(cell).strip()
        limit = MAX_NAME if column.key in ("name", "brand") else MAX_TEXT
        if len(text) > limit:
            self._say(column.label, f"超过 {limit} 字", "请缩短", fatal=column.required)
        elif _ODD.search(text):
            self.flags.append(f"“{column.label}”含有像指令的文字，未采用")
            self._say(
                column.label,
                "含有像指令的文字，未采用",
                "请只填事实；排序不受文字影响",
                fatal=column.required,
            )
        elif column.key == "stated":
            self.stated[column.label] = text
        elif text:
            self._cells[column.key] = text

    def _say(self, label: str, what: str, remedy: str, *, fatal: bool) -> None:
        self.failed = self.failed or fatal
        self._said.add(label)
        where = {"sheet": self._table.sheet, "row": self._number, "column": label}
        self._errors.append(
            RowError.model_validate({**where, "what": what, "remedy": remedy, "fatal": fatal})
        )

    def wrong(self, key: str, what: str, remedy: str) -> None:
        self._say(self._labels.get(key, key), what, remedy, fatal=True)

    def text(self, key: str) -> str | None:
        return self._cells.get(key)

    def list(self, key: str) -> tuple[str, ...]:
        parts = re.split(r"[、，,；;\n]+", self._cells.get(key, ""))
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def yes_no(self, key: str) -> bool | None:
        text = self._cells.get(key)
        if text is None or handwriting.not_known(text):
            return None
        told = handwriting.yes_or_no(text)
        if told is None:
            self.wrong(key, f"“{text}”不是 是 或 否", "请填 是 或 否，不知道就空着")
        return told

    def day(self, key: str) -> date | None:
        text = self._cells.get(key)
        if text is None or handwriting.not_known(text):
            return None
        try:
            found = handwriting.day(text)
        except ValueError:
            found = None
        if found is not None:
            return found
        self.wrong(key, f"“{text}”不是日期", "请写成 2026-11-01")
        return None

    def url(self, key: str) -> str | None:
        text = self._cells.get(key)
        if text is not None and not re.fullmatch(r"https?://[^\s<>\"']+", text):
            self.wrong(key, f"“{text}”不是网址", "请以 http:// 或 https:// 开头")
            return None
        return text


class _Reader:
    def __init__(self, table: _Table, errors: list[RowError]) -> None:
        self._table, self._errors = table, errors

    def row(self, number: int, cells: Sequence[str | None]) -> _Row:
        return _Row(self._table, number, cells, self._errors)


def _product(row: _Row, scenes: Mapping[str, str], file: str, product_id: str) -> tuple[str, Product | None]:
    """Return the provider's name and the product, or None where the row cannot be used."""
    allowed = "、".join(name for name in scenes if not re.fullmatch(r"s\d\d", name))
    chosen = _known(row, "scenes", lambda word: scenes.get(word), f"场景只能是：{allowed}")
    if row.text("scenes") and not row.list("scenes"):
        row.wrong("scenes", "没有填写", "请填写")
    kinds = _known(
        row, "deployment", read_deployment, "部署方式只能是：公有云、专属云、私有部署、混合部署、边缘、桌面"
    )
    sizes: list[Size] = []
    for word in row.list("sizes"):
        known = next((one for one in (word, word.removesuffix("企业")) if one in _SIZE_WORDS), "")
        if not known:
            row.wrong("sizes", f"“{word}”不是规模", f"只能是：{'、'.join(_SIZE_WORDS)}")
        sizes.extend(_SIZE_WORDS.get(known, ()))
    price = _price(row)
    proofs = tuple(proof for kind in ("case", "certificate", "official") if (proof := _proof(row, kind)))
    collected, domestic, open_source = (
        row.day("collected_on"),
        row.yes_no("domestic"),
        row.yes_no("open_source"),
    )
    if row.failed:
        return "", None
    product = Product(
        id=product_id,
        name=row.text("name") or "",
        provider_id="",
        category=row.text("category") or "",
        scenes=tuple(dict.fromkeys(chosen)),
        industries=row.list("industries"),
        industries_excluded=row.list("industries_excluded"),
        industry_text=row.text("industries") or "",
        sizes=tuple(dict.fromkeys(sizes)),
        size_text=row.text("sizes"),
        digest=row.text("digest") or "",
        deployment=tuple(_deployments(kinds)),
        deployment_text=row.text("deployment"),
        prices=() if price is None else (price,),
        price_text=None if price is None else price.text,
        price_note=row.text("price_note"),
        delivery_text=row.text("delivery_text"),
        regions=row.list("regions"),
        region_text=row.text("regions"),
        interfaces=row.list("interfaces"),
        features=row.list("features"),
        domestic=domestic,
        open_source=bool(open_source),
        limits=row.list("limits"),
        proofs=proofs,
        vendor_claims=row.list("vendor_claims"),
        stated=row.stated,
        flags=tuple(row.flags),
        scene_mapping="用户填写",
        collected_on=collected,
        origin="own",
        sources=(Source(key="own", title=f"用户自有目录（{_printable(file)}）", kind="user_file"),),
    )
    return row.text("brand") or "", product


def _known(row: _Row, key: str, read: Callable[[str], str | None], remedy: str) -> list[str]:
    found: list[str] = []
    for word in row.list(key):
        value = read(word)
        if value is None:
            row.wrong(key, f"“{word}”不在可填范围内", remedy)
        else:
            found.append(value)
    return found


def _deployments(kinds: Iterable[str]) -> Iterable[Deployment]:
    words: tuple[Deployment, ...] = ("公有云", "专属云", "私有部署", "混合部署", "边缘", "桌面")
    return [word for word in words if word in set(kinds)]


def _price(row: _Row) -> Price | None:
    text = row.text("price")
    if text is None:
        return None
    per_text = row.text("per") or "项目"
    per = _PER_WORDS.get(per_text.removeprefix("按").removeprefix("/"))
    if per is None:
        row.wrong("per", f"“{per_text}”不是计价方式", "只能是：项目、年、人年、天")
        return None
    if handwriting.not_known(text) or re.fullmatch(r"(面议|询价|待定|未公开|不公开|-|—|/)", text):
        return Price(text=text, per=per)
    found = re.fullmatch(
        r"([\d,，.]+)\s*(?:[-—~～至到]\s*([\d,，.]+))?\s*(万元|万|元)?\s*(起|以上)?(?:/\S+)?",
        unicodedata.normalize("NFKC", text),
    )
    try:
        if found is None:
            raise InvalidOperation
        amount = Decimal(re.sub(r"[,，]", "", found.group(1)))
    except InvalidOperation:
        row.wrong("price", f"“{text}”不是价格", "请填数字（万元），如 12.5；没有公开价就空着")
        return None
    if found.group(3) == "元":
        amount /= 10000
    shown = text if found.group(3) else f"{text}万元"
    at_least = bool(found.group(2) or found.group(4))
    return Price(text=f"{shown}/{per}", amount=amount, per=per, at_least=at_least, free=amount == 0)


def _proof(row: _Row, kind: Literal["case", "certificate", "official"] | str) -> Proof | None:
    title = row.text(kind)
    url, on, to = row.url(f"{kind}_url"), row.day(f"{kind}_on"), row.day(f"{kind}_to")
    if title is None:
        return None
    name: dict[str, Literal["case", "certificate", "official_list"]] = {
        "case": "case",
        "certificate": "certificate",
        "official": "official_list",
    }
    return Proof(kind=name[kind], title=title, url=url, checked_on=on, valid_to=to)


def _providers(
    table: _Table | None, brands: Mapping[str, Sequence[str]], errors: list[RowError], file: str
) -> dict[str, Provider]:
    """Return a provider for every brand that has products; what its own sheet says is added."""
    told: dict[str, _Row] = {}
    if table is not None:
        reader = _Reader(table, errors)
        for number, cells in table.rows:
            row = reader.row(number, cells)
            brand = row.text("brand")
            if brand is None or row.failed:
                continue
            if brand in told:
                row.wrong("brand", "服务商重复", "请合并为一行")
                continue
            told[brand] = row
    made: dict[str, Provider] = {}
    for n, (brand, products) in enumerate(brands.items(), start=1):
        known = told.get(brand)
        provider = Provider(
            id=f"own-v{n:03d}",
            brand=brand,
            kind="solution_vendor",
            products=tuple(products),
            origin="own",
            sources=(Source(key="own", title=f"用户自有目录（{_printable(file)}）", kind="user_file"),),
        )
        if known is not None:
            provider = provider.model_copy(
                update={
                    "legal_name": known.text("legal_name"),
                    "region": known.text("region"),
                    "service_scope": known.text("service_scope"),
                    "team_size": known.text("team_size"),
                    "contact": known.text("contact"),
                    "qualifications": known.list("qualifications"),
                    "cases_public": known.list("cases_public"),
                    "pilot_city_lists": known.list("pilot_city_lists"),
                    "stated": known.stated,
                }
            )
        made[provider.id] = provider
    return made


def _printable(text: str) -> str:
    """Return the text without control, zero-width and direction characters, which hide what is there."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return "".join(kept)
