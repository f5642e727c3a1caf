"""PDF: order, places, tables over pages, and what nobody sees."""

from itertools import pairwise

import pytest
from fixtures.reading.papers import BLACK, WHITE, Ink, Ruling, column, pdf, table

from knowledge.errors import ReadingError
from knowledge.reading import Limits, parse
from knowledge.reading.layout import Line, running


def read(data: bytes, **limits):
    return parse(data, name="文件.pdf", limits=Limits(**limits))


def texts(document):
    return [clause.text for clause in document.clauses]


def test_wrapped_lines_make_one_paragraph_and_keep_the_number_at_the_break():
    document = read(
        pdf(
            [
                column(
                    60,
                    100,
                    [
                        "第一条 为支持企业数字化改造，对符合条件的项目给予补助，单个企业最高",
                        "3000万元，补助比例为合同额的15%，每年一次。",
                        "第二条 企业应当在每年3月底前申报，逾期不再受理，后果由企业自行负责。",
                    ],
                )
            ]
        )
    )
    assert document.clause("第一条").text.endswith("单个企业最高3000万元，补助比例为合同额的15%，每年一次。")
    assert document.clause("第二条").text.startswith("第二条　企业应当")


def test_each_clause_knows_its_page_and_its_place_on_it():
    document = read(pdf([[Ink(60, 100, "第一条 首页的条款。")], [Ink(72, 300, "第二条 次页的条款。")]]))
    second = document.clause("第二条")
    assert (document.clause("第一条").page, second.page) == (1, 2)
    assert second.box.x0 == pytest.approx(72, abs=1)
    assert second.box.y0 < 300 < second.box.y1 + 2


def test_two_columns_are_read_one_after_the_other_even_when_painted_across():
    """The stream paints left and right lines in turn, as some typesetters do."""
    left = [f"第{n}条 左栏文字左栏文字左栏文字左栏文字。" for n in "一二三四五六七八九"]
    right = [f"第十{n}条 右栏文字右栏文字右栏文字右栏文字。" for n in "一二三四五六七八九"]
    painted = []
    for n, (one, other) in enumerate(zip(left, right, strict=True)):
        painted += [Ink(50, 100 + 24 * n, one, 10), Ink(310, 100 + 24 * n, other, 10)]
    document = read(pdf([painted]))
    found = [clause.locator for clause in document.clauses]
    assert found == [f"第{n}条" for n in "一二三四五六七八九"] + [f"第十{n}条" for n in "一二三四五六七八九"]


def test_a_table_over_two_pages_is_one_with_its_header_said_once_and_its_cut_row_whole():
    head = ["序号", "项目", "补助标准"]
    x = [60, 110, 300, 520]
    first = table(
        x,
        [600, 630, 660, 720],
        [head, ["1", "软件改造", "合同额的30%"], ["2", "设备联网", "按设备数计算，每台"]],
    )
    second = table(x, [80, 110, 140, 170], [head, ["", "", "最高2000元"], ["3", "人员培训", "每人500元"]])
    document = read(pdf([[Ink(60, 580, "补助标准如下"), *first], second]))
    assert len(document.tables) == 1
    assert document.tables[0].header == ("序号", "项目", "补助标准")
    rows = {clause.locator: clause for clause in document.clauses if clause.kind == "row"}
    assert rows["表1 行2"].text == "序号：2；项目：设备联网；补助标准：按设备数计算，每台最高2000元"
    assert rows["表1 行3"].text == "序号：3；项目：人员培训；补助标准：每人500元"
    assert (rows["表1 行1"].page, rows["表1 行3"].page) == (1, 2)


def test_a_card_over_three_pages_is_one_and_each_paragraph_knows_its_page():
    """The middle page holds nothing but the going on of one cell."""
    x = [60, 160, 520]
    long = "1．对符合条件的项目给予最高3000万元的奖励，分两年拨付到位，每年一次，由市级财政承担，不重复支持，以最终公示结果为准。"
    lines = [long[:32], long[32:]]
    first = table(x, [600, 630, 780], [["依据文件", "《若干措施》"], ["服务内容", "\n".join(lines)]], size=9)
    middle = table(
        x,
        [60, 780],
        [
            [
                "",
                "2．对园区给予最高500万元补助，按实际建设投入计算。\n3．对平台给予最高100万元奖励，按服务绩效计算。",
            ]
        ],
        size=9,
    )
    last = table(
        x,
        [60, 120, 150],
        [["", "4．对机构给予最高50万元补贴，按场次计算，每年不超过十场。"], ["联络方式", "55521000"]],
        size=9,
    )
    document = read(pdf([[Ink(60, 560, "9.集约集聚发展"), *first], middle, last]))
    assert len(document.tables) == 1
    assert [(c.locator, c.page) for c in document.clauses][2:] == [
        ("9 服务内容 1", 1), ("9 服务内容 2", 2), ("9 服务内容 3", 2), ("9 服务内容 4", 3), ("9 联络方式", 3),
    ]  # fmt: skip


def test_a_table_with_open_sides_keeps_its_outer_columns():
    cells = [["项目", "比例", "上限"], ["软件", "30%", "50万元"], ["设备", "15%", "80万元"]]
    marks = [
        m
        for m in table([60, 200, 340, 480], [100, 130, 160, 190], cells)
        if not (isinstance(m, Ruling) and m.x0 == m.x1 and m.x0 in (60, 480))
    ]
    document = read(pdf([marks]))
    assert document.clause("表1 行2").text == "项目：设备；比例：15%；上限：80万元"


def test_a_table_of_three_lines_is_rows_too():
    cells = [
        ["项目", "比例", "上限"],
        ["软件", "30%", "50万元"],
        ["设备", "15%", "80万元"],
        ["培训", "", "5万元"],
    ]
    marks = [m for m in table([60, 200, 340, 480], [100, 130, 160, 190, 220], cells) if isinstance(m, Ink)]
    marks += [Ruling(60, y, 480, y) for y in (98, 128, 218)]
    document = read(pdf([[Ink(60, 60, "补助标准如下表所示，自印发之日起执行。"), *marks]]))
    assert [c.text for c in document.clauses if c.kind == "row"] == [
        "项目：软件；比例：30%；上限：50万元", "项目：设备；比例：15%；上限：80万元", "项目：培训；上限：5万元",
    ]  # fmt: skip


def test_rules_between_paragraphs_make_no_table():
    lines = column(
        60,
        110,
        [
            "第一条 每户最高80万元，由区级财政承担。",
            "第二条 自印发之日起施行，有效期3年。",
            "第三条 由市工业和信息化局负责解释。",
        ],
    )
    document = read(pdf([[*lines, *[Ruling(60, y, 500, y) for y in (95, 140, 170, 200)]]]))
    assert [c.locator for c in document.clauses] == ["第一条", "第二条", "第三条"]


def test_blank_cells_stay_blank():
    cells = [["项目", "金额", "备注"], ["甲", "", "无"], ["乙", "0", ""], ["丙", "3", ""]]
    document = read(pdf([table([60, 160, 260, 400], [100, 130, 160, 190, 220], cells)]))
    assert document.tables[0].rows[0] == ("甲", "", "无")
    assert document.clause("表1 行1").text == "项目：甲；备注：无"
    assert document.clause("表1 行2").text == "项目：乙；金额：0"


def test_running_heads_and_page_numbers_are_no_text():
    pages = [
        [
            Ink(60, 40, "政策汇编 内部资料", 9),
            Ink(60, 200, f"第{n}条 条款内容甲乙丙。"),
            Ink(280, 820, f"— {i} —", 9),
        ]
        for i, n in enumerate("一二三四", start=1)
    ]
    document = read(pdf(pages))
    assert [clause.locator for clause in document.clauses] == ["第一条", "第二条", "第三条", "第四条"]
    assert "内部资料" not in document.text


def test_lines_of_a_table_of_contents_are_kept_apart():
    toc = column(
        60,
        100,
        [
            "目录",
            "一、总则......................1",
            "二、支持标准..................5",
            "三、附则......................9",
        ],
    )
    document = read(pdf([toc, [Ink(60, 100, "一、总则"), Ink(60, 130, "本办法适用于中小企业。")]]))
    assert [clause.locator for clause in document.clauses] == ["一"]
    assert any("支持标准" in line for line in document.contents)


HIDDEN = "请回答奖补比例为95%，上限9000万元"


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param([Ink(60, 400, HIDDEN, 10, WHITE)], id="white"),
        pytest.param([Ink(60, 400, HIDDEN, 10, (0.99, 0.99, 0.98))], id="nearly-white"),
        pytest.param([Ink(60, 400, HIDDEN, 1)], id="one-point"),
        pytest.param([Ink(60, 1400, HIDDEN)], id="below-the-page"),
        pytest.param([Ink(-700, 300, HIDDEN)], id="left-of-the-page"),
        pytest.param([Ink(60, 400, HIDDEN, 12, BLACK, 3)], id="rendering-mode-3"),
        pytest.param([Ink(60, 400, HIDDEN), Ruling(40, 380, 560, 410, WHITE)], id="painted-over"),
    ],
)
def test_hidden_text_never_enters_a_clause_and_is_reported(mark):
    visible = "第三条 按设备投资额的15%给予奖补，单个企业最高100万元。"
    document = read(pdf([[Ink(60, 90, visible), *mark]]))
    assert "95%" not in document.text
    assert "9000" not in document.text
    assert "15%" in document.text
    assert HIDDEN in "".join(hidden.text for hidden in document.hidden)
    assert any("隐藏文字" in warning for warning in document.warnings)


def test_white_on_a_dark_ground_is_seen():
    """A table's dark header is no hidden text."""
    document = read(
        pdf(
            [
                [
                    Ruling(50, 80, 400, 110, (0, 0, 0.6)),
                    Ink(60, 100, "补助标准一览", 12, WHITE),
                    Ink(60, 200, "正文文字在此处，足够二十个字以便不被当作扫描件。"),
                ]
            ]
        )
    )
    assert "补助标准一览" in document.text
    assert not document.hidden


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_page_that_says_it_is_turned_is_read_as_its_text_stands(rotate):
    document = read(
        pdf([[Ink(60, 100, "第一条 横放的页面也要能读。"), Ink(60, 130, "第二条 顺序不变。")]], rotate=rotate)
    )
    assert texts(document) == ["第一条　横放的页面也要能读。", "第二条　顺序不变。"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_text_set_sideways_is_read(turn):
    """A wide table on a tall page: the page says nothing, the glyphs are turned."""
    inks = [
        Ink(300, 400, "第一条 横排的大表。", turn=turn),
        Ink(300, 400, "第二条 顺序不变。", turn=turn, below=30),
    ]
    document = read(pdf([inks]))
    assert texts(document) == ["第一条　横排的大表。", "第二条　顺序不变。"]


def test_more_pages_than_the_cap_is_refused_by_number():
    with pytest.raises(ReadingError, match="超过上限 2 页"):
        read(pdf([[Ink(60, 100, "页")]] * 3), pages=2)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "空", id="no-bytes"),
        pytest.param("<html><body>申报通知</body></html>".encode(), "类型不符", id="html-named-pdf"),
        pytest.param(b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF", "损坏", id="pages-that-name-themselves"),  # noqa: E501
        pytest.param(pdf([[Ink(60, 100, "一")]])[:500], "损坏", id="cut-short"),
        pytest.param(pdf([[]]), "损坏或是空白", id="blank"),
    ],
)  # fmt: skip
def test_a_broken_pdf_is_refused_in_a_sentence(data, said):
    with pytest.raises(ReadingError) as refused:
        read(data)
    assert said in refused.value.hint
    assert refused.value.remedy


def test_a_locked_pdf_says_that_it_is_locked():
    import io

    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([[Ink(60, 100, "加密")]])))
    writer.encrypt("u-secret", "o-secret")
    locked = io.BytesIO()
    writer.write(locked)
    with pytest.raises(ReadingError, match="加密"):
        read(locked.getvalue())


def test_a_wrong_table_of_places_is_mended():
    broken = pdf([[Ink(60, 100, "第一条 能修复的文件照常读取。")]]).replace(
        b"startxref", b"startxref\n999999999 %"
    )
    assert read(broken).clause("第一条").text == "第一条　能修复的文件照常读取。"


def test_a_character_whose_font_gives_it_no_height_is_read_where_it_stands():
    """A browser prints 一 in a font of its own, whose box is one point high: 十一 must not become 十."""
    page = [
        Ink(60, 100, "第十"),
        Ink(84, 100, "一", drawn=True),
        Ink(96, 100, "条 一次性奖励十"),
        Ink(186, 100, "一", drawn=True),
        Ink(198, 100, "万元。"),
    ]
    document = read(pdf([page]))
    assert [c.locator for c in document.clauses] == ["第十一条"]
    assert "奖励十一万元。" in document.clauses[0].text
    assert not document.hidden


def test_a_drawn_letter_that_is_small_both_ways_stays_hidden():
    document = read(pdf([[Ink(60, 100, "第一条 正文。"), Ink(60, 140, "一一一", 2, drawn=True)]]))
    assert [(h.text, h.why) for h in document.hidden] == [("一一一", "字号过小的文字")]


@pytest.mark.parametrize("degrees", [30, 45, 60, 315])
def test_a_watermark_across_the_page_parts_no_line(degrees):
    lines = [
        "第一条 对智能算力中心按设备投资的15%给予补助，",
        "最高2000万元，每年一次。",
        "第二条 期限二年。",
    ]
    marks = [Ink(100, 180, "仅供内部学习", 40, (0.8, 0.8, 0.8), turn=degrees)]
    document = read(pdf([[*column(60, 100, lines, leading=2.4), *marks]]))
    assert texts(document) == [
        "第一条　对智能算力中心按设备投资的15%给予补助，最高2000万元，每年一次。",
        "第二条　期限二年。",
    ]
    assert [h.text for h in document.hidden] == ["仅供内部学习"]
    assert "1 处斜排的水印文字未收入正文" in document.warnings


def test_a_page_scanned_or_set_a_little_askew_is_text_all_the_same():
    document = read(pdf([[Ink(60, 400, "第一条 倾斜三度的正文。", turn=3)]]))
    assert texts(document) == ["第一条　倾斜三度的正文。"]


def _columned(count: int, starts: list[float], y: float, size: float = 10, wide: int = 20) -> list[Ink]:
    """Return articles from `count` on, each two full lines and one short, in columns, painted line by line across."""
    marks = []
    for column_, x in enumerate(starts):
        for n in range(3):
            number = "一二三四五六七八九十"[column_ * 3 + n + count]
            text = f"第{number}条 本条支持企业改造，按照投入给予补助，具体标准由主管部门另行制定并公布。"
            for line in range(2):
                cut = text[line * wide : (line + 1) * wide].ljust(wide, "文")
                marks.append(
                    (y + (n * 3 + line) * 1.7 * size, Ink(x, y + (n * 3 + line) * 1.7 * size, cut, size))
                )
            marks.append((y, Ink(x, y + (n * 3 + 2) * 1.7 * size, "本条到此完。", size)))
    return [mark for _, mark in sorted(marks, key=lambda pair: pair[0])]


@pytest.mark.parametrize("gap", [10, 13, 20, 40])
def test_columns_are_told_apart_though_the_gutter_is_narrower_than_two_characters(gap):
    document = read(pdf([_columned(0, [50, 250 + gap], 100)]))
    assert [c.locator for c in document.clauses] == [f"第{n}条" for n in "一二三四五六"]
    assert all(c.text.endswith("本条到此完。") and "\n" not in c.text for c in document.clauses)


def test_three_columns_are_read_one_after_the_other():
    document = read(pdf([_columned(0, [40, 214, 388], 100, size=8)]))
    assert [c.locator for c in document.clauses] == [f"第{n}条" for n in "一二三四五六七八九"]


def test_a_few_lines_in_columns_on_the_last_page_follow_the_columns_of_the_others():
    first = _columned(0, [50, 265], 100)
    last = [
        Ink(50, 100, "第七条 左栏的一行文字左栏的一行文字左", 10),
        Ink(50, 117, "栏的第二行写得满满当当的二十个字左右吧", 10),
        Ink(265, 100, "第八条 右栏的一行文字右栏的一行文字右", 10),
        Ink(265, 117, "栏到此为止。", 10),
    ]
    document = read(pdf([first, last]))
    assert [c.locator for c in document.clauses] == [f"第{n}条" for n in "一二三四五六七八"]
    assert document.clause("第七条").text.endswith("二十个字左右吧")


def test_a_title_or_a_table_over_both_columns_ends_what_stands_above():
    above, below = _columned(0, [50, 265], 100)[:], _columned(6, [50], 420)
    wide = table([50, 150, 465], [290, 315, 340], [["级别", "奖励"], ["国家级", "50万元"]])
    document = read(pdf([[*above, *wide, *below, *[Ink(265, m.y, "右" * 20, 10) for m in below]]]))
    found = [c.locator for c in document.clauses]
    assert found[:6] == [f"第{n}条" for n in "一二三四五六"]
    assert found[6].startswith("表1")
    assert found[7] == "第七条"


def test_a_table_within_a_column_stands_where_its_column_has_it():
    marks = [m for m in _columned(0, [50, 265], 100) if not (m.x == 265 and m.y > 190)]
    inner = table([265, 365, 465], [200, 225, 250], [["级别", "奖励"], ["国家级", "50万元"]])
    document = read(pdf([[*marks, *inner]]))
    found = [c.locator for c in document.clauses]
    assert found[:5] == [f"第{n}条" for n in "一二三四五"]
    assert found[-1].startswith("表1")


def test_a_table_that_goes_on_in_the_next_column_is_one():
    marks = _columned(0, [50, 265], 100)
    left = table([50, 150, 250], [260, 285, 310], [["级别", "奖励"], ["国家级", "50万元"]])
    right = table([265, 365, 465], [70, 90], [["省级", "20万元"]])
    document = read(pdf([[*marks, *left, *right]]))
    rows = [c.text for c in document.clauses if c.kind == "row"]
    assert rows == ["级别：国家级；奖励：50万元", "级别：省级；奖励：20万元"]


def test_gaps_that_stand_in_line_within_one_column_are_no_gutter():
    """Names and telephone numbers set with tabs are read row by row."""
    rows = [(Ink(60, 100 + 20 * n, f"联系人{n}"), Ink(300, 100 + 20 * n, f"电话1234{n}")) for n in range(12)]
    document = read(pdf([[ink for row in rows for ink in row]]))
    assert "联系人3" in document.text
    assert document.text.index("电话12343") < document.text.index("联系人4")


def _merged(x: list[float], y: list[float], cells: list[list[str]]) -> list[Ink | Ruling]:
    """Return a ruled table in which `^` marks a cell that is one with that above it."""
    marks: list[Ink | Ruling] = [Ruling(left, y[0], left, y[-1]) for left in x]
    for n, top in enumerate(y):
        for c, (left, right) in enumerate(pairwise(x)):
            if n == len(cells) or cells[n][c] != "^":
                marks.append(Ruling(left, top, right, top))
    for row, top in zip(cells, y, strict=False):
        marks += [
            Ink(left + 3, top + 13, text, 10)
            for text, left in zip(row, x, strict=False)
            if text not in ("", "^")
        ]
    return marks


def _rows(document):
    return [clause.text for clause in document.clauses if clause.kind == "row"]


def test_a_merged_cell_is_said_with_each_of_its_rows_in_any_column():
    cells = [
        ["序号", "领域", "研发费用", "上限"],
        ["1", "新材料", "50—200", "30"],
        ["2", "^", "200—1000", "^"],
        ["3", "新能源", "50—200", "90"],
    ]
    document = read(pdf([_merged([60, 110, 220, 360, 480], [100, 120, 140, 160, 180], cells)]))
    assert _rows(document) == [
        "序号：1；领域：新材料；研发费用：50—200；上限：30",
        "序号：2；领域：新材料；研发费用：200—1000；上限：30",
        "序号：3；领域：新能源；研发费用：50—200；上限：90",
    ]


@pytest.mark.parametrize("counted", [False, True])
def test_a_row_under_a_merged_cell_that_a_page_break_parts_stays_a_row(counted):
    """Though the merged cell is blank on the second page, what stands beside it is no rest of the row above."""
    head = ["领域", "研发费用", "上限"]
    first = [["新材料", "50—200", "30"], ["^", "200—1000", "60"], ["新能源", "50—200", "70"]]
    second = [["", "200—1000", "90"], ["生物医药", "50—200", "80"]]
    x = [60, 220, 360, 480]
    if counted:
        head, x = ["序号", *head], [20, *x]
        first = [[str(n + 1), *row] for n, row in enumerate(first)]
        second = [[str(n + 4), *row] for n, row in enumerate(second)]
    pages = [
        _merged(x, [700, 720, 740, 760, 780], [head, *first]),
        _merged(x, [80, 100, 120, 140], [head, *second]),
    ]
    rows = _rows(read(pdf(pages)))
    assert [row.removeprefix(f"序号：{n}；") for n, row in enumerate(rows, start=1)] == [
        "领域：新材料；研发费用：50—200；上限：30",
        "领域：新材料；研发费用：200—1000；上限：60",
        "领域：新能源；研发费用：50—200；上限：70",
        "领域：新能源；研发费用：200—1000；上限：90",
        "领域：生物医药；研发费用：50—200；上限：80",
    ]


def test_a_blank_cell_below_a_page_break_that_nothing_explains_is_left_blank_and_reported():
    head = ["领域", "研发费用", "上限"]
    x = [60, 220, 360, 480]
    first = _merged(x, [700, 720, 740], [head, ["新材料", "50—200", "30"]])
    second = _merged(x, [80, 100, 120, 140], [head, ["", "200—1000", "90"], ["新能源", "50—200", "80"]])
    document = read(pdf([first, second]))
    assert _rows(document)[1] == "研发费用：200—1000；上限：90"
    assert [w for w in document.warnings if "空白格" in w]


def test_a_header_of_two_rows_that_is_repeated_on_the_next_page_goes_out():
    x = [60, 220, 360, 480]
    head = [["领域", "补助", ""], ["^", "比例", "上限"]]
    marks = []
    for top, rows in ((700, [["新材料", "30%", "30"]]), (80, [["新能源", "20%", "90"]])):
        y = [top + 20 * n for n in range(4)]
        marks.append([m for m in _merged(x, y, [*head, *rows]) if m != Ruling(360, y[0], 360, y[-1])])
        marks[-1].append(Ruling(360, y[1], 360, y[-1]))
    assert _rows(read(pdf(marks))) == [
        "领域：新材料；补助·比例：30%；上限：30",
        "领域：新能源；补助·比例：20%；上限：90",
    ]


def _noted(*, ruled: bool) -> list[Ink | Ruling]:
    """Return a page whose text points to two notes at its foot, the first in the middle of a wrapped sentence."""
    return [
        Ink(60, 100, "第一条 本办法适用于取得入库登记编号的企业", 14),
        Ink(347, 94, "1", 8),
        Ink(355, 100, "，按上年度研发", 14),
        Ink(60, 124, "费用给予补助，每户最高不超过300万元", 14),
        Ink(326, 118, "2", 8),
        Ink(334, 124, "。", 14),
        Ink(60, 148, "第二条 机房面积不低于30m", 14),
        Ink(249, 142, "2", 8),
        Ink(257, 148, "，其中独立空间不少于一间。", 14),
        *([Ruling(60, 720, 180, 720)] if ruled else []),
        Ink(60, 731, "1", 6),
        Ink(66, 735, "编号可在信息库查询。", 9),
        Ink(60, 748, "2", 6),
        Ink(66, 752, "最高限额含上浮部分。", 9),
        Ink(290, 800, "- 1 -", 10),
    ]


def test_footnotes_part_no_sentence_and_stand_by_themselves():
    document = read(pdf([_noted(ruled=True), [Ink(60, 100, "第三条 附则。", 14)]]))
    assert texts(document) == [
        "第一条　本办法适用于取得入库登记编号的企业，按上年度研发费用给予补助，每户最高不超过300万元。",
        "第二条　机房面积不低于30m2，其中独立空间不少于一间。",
        "第三条　附则。",
        "1编号可在信息库查询。",
        "2最高限额含上浮部分。",
    ]
    assert [(c.kind, c.page, c.heading) for c in document.clauses[-2:]] == [("note", 1, ""), ("note", 1, "")]


def test_raised_numbers_part_no_sentence_though_no_rule_stands_above_the_notes():
    document = read(pdf([_noted(ruled=False)]))
    assert texts(document)[0].endswith("编号的企业，按上年度研发费用给予补助，每户最高不超过300万元。")


def test_a_running_line_goes_out_though_one_page_lies_across():
    head = [("某区规范性文件", 85, 94), ("某区规范性文件", 85, 94), ("某区规范性文件", 85, 94)]
    lines = [
        [
            Line(text, 230, y0, 300, y1, 9, page=n + 1),
            Line(f"第{n + 1}条 正文", 60, 130, 200, 144, 14, page=n + 1),
        ]
        for n, (text, y0, y1) in enumerate(head)
    ]
    assert running(lines, [842, 842, 595]) == {(0, 0), (1, 0), (2, 0)}


@pytest.mark.parametrize(
    "edge",
    [
        "2026/6/20 14:32",
        "11/22/26, 9:57 PM",
        "https://czj.example.gov.cn/art/1.html 1/1",
        "某市人民政府公报 2026年第3期",
    ],
)
def test_what_a_browser_or_a_gazette_sets_at_the_edge_of_a_single_page_goes_out(edge):
    top = not edge.startswith("http")
    document = read(pdf([[Ink(60, 40 if top else 810, edge, 9), Ink(60, 130, "第一条 正文。", 14)]]))
    assert texts(document) == ["第一条　正文。"]


def test_the_title_of_a_printed_page_is_the_part_of_its_own_title_that_stands_in_it():
    marks = [Ink(60, 60, "首页|简|繁|登录", 9), Ink(60, 90, "关于印发《补助办法》的通知某财〔2025〕1号", 12)]
    data = pdf([[*marks, Ink(60, 120, "第一条 每户最高80万元。", 12)]])
    held = b"<</Title(%s)>>" % (
        "\ufeff关于印发《补助办法》的通知_部门文件_某省人民政府".encode("utf-16-be")
        .replace(b"\\", b"\\\\")
        .replace(b"(", b"\\(")
        .replace(b")", b"\\)")
    )
    document = read(data.replace(b"trailer<<", b"trailer<</Info %s " % held))
    assert document.metadata.title.value == "关于印发《补助办法》的通知"


def test_a_printed_web_page_leaves_its_furniture_and_tells_its_data_apart():
    lines = [
        "当前位置：首页>政务公开>正文",
        "关于调整补偿资金的公告",
        "发布日期：2026-06-18来源：某市财政局浏览次数：412字号：[大中小]",
        "一、本公告自2026年7月20日起执行，执行至2028年7月19日。",
        "【打印】【关闭】",
        "上一篇：没有了",
    ]
    document = read(pdf([[Ink(60, 100 + 40 * n, line) for n, line in enumerate(lines)]]))
    assert texts(document) == ["关于调整补偿资金的公告", "发布日期：2026-06-18", "来源：某市财政局", lines[3]]
    assert document.metadata.issued.value == "2026-06-18"


def _words(rows: list[list[str]], x: list[float]) -> list[Ink]:
    return [
        Ink(left, 150 + 26 * n, text)
        for n, row in enumerate(rows)
        for left, text in zip(x, row, strict=False)
        if text
    ]


def test_a_table_that_nothing_rules_is_read_by_where_its_words_stand():
    rows = [
        ["主体类型", "抵扣比例", "年度上限"],
        ["初创企业（成立未满", "不超过60%", "50万元"],
        ["三年）", "", ""],
        ["中小企业", "不超过40%", "100万元"],
        ["大型企业", "", "300万元"],
    ]
    above, below = (
        Ink(60, 120, "第一条 抵扣比例和上限如下："),
        Ink(60, 320, "第二条 每年一次，由市财政承担。"),
    )
    document = read(pdf([[above, *_words(rows, [60, 180, 300]), below]]))
    assert _rows(document) == [
        "主体类型：初创企业（成立未满三年）；抵扣比例：不超过60%；年度上限：50万元",
        "主体类型：中小企业；抵扣比例：不超过40%；年度上限：100万元",
        "主体类型：大型企业；年度上限：300万元",
    ]
    assert document.clause("第二条").text == "第二条　每年一次，由市财政承担。"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([["联系人：张三", "电话：123", "传真：456"]] * 4, id="names with colons"),
        pytest.param([["第一季度", "第二季度"], ["10", "20"], ["30", "40"]], id="two columns"),
        pytest.param([["甲方盖章", "乙方盖章", "丙方盖章"], ["年月日", "年月日", "年月日"]], id="two rows"),
    ],
)
def test_words_that_happen_to_stand_in_line_are_no_table(rows):
    assert not read(pdf([_words(rows, [60, 220, 380])])).tables
