"""What is installed, which services are in use, and what to do about each problem."""

import shutil
from importlib.util import find_spec

from assistant.app import Assistant
from knowledge.errors import ConsultError
from knowledge.record import Record


class Checkup(Record):
    """One thing looked at."""

    name: str
    ok: bool
    state: str
    remedy: str = ""


def examine(assistant: Assistant) -> list[Checkup]:
    """Look at knowledge, index, models and the system's programs; nothing is changed and nothing goes online."""
    return [
        _knowledge(assistant),
        _index(assistant),
        _model(assistant),
        _embedder(assistant),
        _reranker(assistant),
        *_programs(),
    ]


def _knowledge(assistant: Assistant) -> Checkup:
    kb = assistant.kb
    try:
        kb.check()
    except ConsultError as error:
        return Checkup(name="知识库", ok=False, state=error.hint, remedy="运行 canmou lint 并修改数据文件")
    counts = f"{len(kb.policies)} 份文件，{len(kb.programs)} 个项目，{len(kb.products)} 个产品"
    return Checkup(name="知识库", ok=True, state=f"{counts}（{kb.hash}）")


def _index(assistant: Assistant) -> Checkup:
    try:
        report = assistant.check_index()
    except ConsultError as error:
        return Checkup(name="检索索引", ok=False, state=error.hint, remedy="运行 canmou index")
    if report.stale:
        return Checkup(
            name="检索索引", ok=False, state="没有或已过期", remedy="运行 canmou index（提问时也会自动建立）"
        )
    return Checkup(name="检索索引", ok=True, state=f"{report.passages} 条，向量模型 {report.embedder}")


def _model(assistant: Assistant) -> Checkup:
    settings = assistant.settings
    if not settings.model:
        return Checkup(name="对话模型", ok=True, state="未配置，按规则与摘录回答")
    if settings.openai_api_key is None:
        return Checkup(
            name="对话模型",
            ok=False,
            state=f"{settings.model} 没有密钥",
            remedy="设置环境变量 OPENAI_API_KEY",
        )
    return Checkup(
        name="对话模型", ok=True, state=f"{settings.model} @ {settings.openai_base_url or '默认地址'}"
    )


def _embedder(assistant: Assistant) -> Checkup:
    wanted = assistant.settings.embedder
    if wanted == "none":
        return Checkup(name="向量模型", ok=True, state="未配置，按词检索，用自带的小向量调整名次")
    if wanted.startswith("st:") and find_spec("sentence_transformers") is None:
        return Checkup(
            name="向量模型", ok=False, state="没有安装 sentence-transformers", remedy="pip install '.[dense]'"
        )
    return Checkup(name="向量模型", ok=True, state=wanted)


def _reranker(assistant: Assistant) -> Checkup:
    from retrieval.rerank import state

    settings = assistant.settings
    try:
        ok, found = state(settings.index_dir, settings.reranker)
    except ConsultError as error:
        return Checkup(name="重排模型", ok=False, state=error.hint, remedy="修改 CANMOU_RERANKER")
    return Checkup(name="重排模型", ok=ok, state=found, remedy="" if ok else "运行 canmou index")


def _programs() -> list[Checkup]:
    wanted = {
        "soffice": ("旧版 Word 与 WPS 文件", "安装 libreoffice-writer-nogui"),
        "tesseract": ("扫描件识别", "安装 tesseract-ocr 与 tesseract-ocr-chi-sim"),
    }
    return [
        Checkup(
            name=what, ok=found, state="可用" if found else f"没有 {program}", remedy="" if found else remedy
        )
        for program, (what, remedy) in wanted.items()
        for found in [shutil.which(program) is not None]
    ]
