"""Meaning as vectors: embedders by one setting, exact search over the vectors of the index.

    none                      words only
    st:NAME_OR_PATH           a sentence-transformers model, by hub name or folder; `st:` alone is the default model
    openai:MODEL@BASE_URL     any OpenAI-compatible embeddings endpoint

Weights are read from safetensors only and no code that comes with a model is run. The hub is asked only while an index
is built, and only when it answers within seconds; a search never goes online for a model.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import InputError, MissingError
from retrieval.hub import fingerprint, folder_of
from retrieval.search import Passage

DEFAULT_MODEL: Final = "BAAI/bge-small-zh-v1.5"
BGE_QUERY: Final = "为这个句子生成表示以用于检索相关文章："
"""What the bge-zh models were trained to see before a question (model card of BAAI/bge-small-zh-v1.5)."""
REQUEST_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 5.0
_BATCH = 64
_NOT_INSTALLED = "未安装向量检索组件，请运行 pip install '.[dense]'；当前按词检索。"

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
Hide = Callable[[str], str]
"""Takes names and numbers of people and firms out of a text before it leaves this machine."""


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def identity(self) -> str:
        """Name the model so exactly that another one never has the same name."""
        ...

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return a unit vector per text."""
        ...

    def question(self, text: str) -> Vectors:
        """Return the unit vector of a question."""
        ...


def embedder_of(
    setting: str, *, fetch: bool = False, api_key: str | None = None, hide: Hide | None = None
) -> Embedder | None:
    """Return the embedder a setting names; None is words only.

    Args:
        setting: `none`, `st:…` or `openai:…`.
        fetch: Whether a model that is not on this machine may be downloaded.
        api_key: For an embeddings endpoint that wants one.
        hide: What an endpoint's texts go through first.

    Raises:
        InputError: The setting is none of the three.
        MissingError: The model or its libraries are not there.
    """
    kind, _, rest = setting.strip().partition(":")
    if kind in ("", "none"):
        return None
    if kind == "st":
        return SentenceModel.load(rest or DEFAULT_MODEL, fetch=fetch)
    model, _, url = rest.partition("@")
    if kind == "openai" and model:
        return Endpoint(model, url, api_key, hide)
    raise InputError(
        "CANMOU_EMBEDDER", f"不认识 {setting!r}", "可用：none、st:模型名或路径、openai:模型@地址"
    )


def address_of(setting: str) -> str:
    """Return where a setting sends texts to; nothing where they stay on this machine."""
    kind, _, rest = setting.strip().partition(":")
    return (rest.partition("@")[2] or "https://api.openai.com/v1") if kind == "openai" else ""


def missing(setting: str) -> str:
    """Return one line for people on why the embedder of a setting cannot be had, or nothing; loads no model.

    An endpoint counts as there: it is not asked.

    Raises:
        InputError: The setting is none of the three.
    """
    kind, _, rest = setting.strip().partition(":")
    if kind != "st":
        embedder_of(setting)
        return ""
    try:
        _folder_of(rest or DEFAULT_MODEL, fetch=False)
    except MissingError as error:
        return error.hint
    return "" if find_spec("sentence_transformers") else _NOT_INSTALLED


def is_of(identity: str, setting: str) -> bool:
    """Say whether the model an index names is the one a setting names; the model's files are not looked at."""
    kind, _, rest = setting.strip().partition(":")
    if kind == "st":
        return identity.startswith("st:") and identity.rpartition(":")[0] == f"st:{rest or DEFAULT_MODEL}"
    embedder = embedder_of(setting)
    return identity == (embedder.identity if embedder else "none")


def passage_text(passage: Passage) -> str:
    """Return what of a passage is embedded: title, heading and text."""
    return "\n".join(part for part in (passage.title, passage.heading, passage.text) if part)


@dataclass(frozen=True)
class SentenceModel:
    """A sentence-transformers model on this machine."""

    identity: str
    prompt: str
    _model: Any

    @staticmethod
    def load(name: str, *, fetch: bool = False) -> "SentenceModel":
        """Load a model by folder or hub name.

        Raises:
            MissingError: It is not on this machine and cannot be fetched, or sentence-transformers is not installed.
        """
        folder = _folder_of(name, fetch=fetch)
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as progress_bars
        except ImportError as error:
            raise MissingError(
                "sentence-transformers is not installed",
                hint=_NOT_INSTALLED,
            ) from error
        progress_bars.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, KeyError) as error:
            raise MissingError(
                f"{name}: {error}", hint=f"向量模型 {name} 无法加载；当前按词检索。"
            ) from error
        bge = "bge" in name.lower() and "zh" in name.lower()
        if bge:
            _pool_by_cls(model)
        return SentenceModel(f"st:{name}:{fingerprint(folder)}", BGE_QUERY if bge else "", model)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return a unit vector per text."""
        done: list[Vectors] = []
        for at in range(0, len(texts), _BATCH * 8):
            batch = list(texts[at : at + _BATCH * 8])
            done.append(_unit(self._model.encode_document(batch, batch_size=_BATCH, show_progress_bar=False)))
            if progress:
                progress(min(at + len(batch), len(texts)), len(texts))
        return np.concatenate(done) if done else np.empty((0, 0), np.float32)

    def question(self, text: str) -> Vectors:
        """Return the unit vector of a question, the model's instruction before it."""
        if self.prompt:
            vectors = _unit(self._model.encode([self.prompt + text], show_progress_bar=False))
        else:
            vectors = _unit(self._model.encode_query([text], show_progress_bar=False))
        return np.asarray(vectors[0])


def _folder_of(name: str, *, fetch: bool) -> Path:
    """Return the folder of a model, fetching it only where asked to and where the hub answers in seconds."""
    missing = f"未找到向量模型 {name}；当前按词检索。可指定本机路径，或联网后运行 canmou index。"
    return folder_of(name, fetch=fetch, missing=missing, not_installed=_NOT_INSTALLED)


def _pool_by_cls(model: Any) -> None:
    """Make a bge model read its first token, also where the folder carries no pooling configuration."""
    for module in model:
        if hasattr(module, "pooling_mode"):
            module.pooling_mode = "cls"


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible embeddings endpoint."""

    model: str
    url: str = ""
    api_key: str | None = None
    hide: Hide | None = None
    retries: int = 1

    @property
    def identity(self) -> str:
        """Name model and address."""
        return f"openai:{self.model}@{self.url}"

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return a unit vector per text."""
        done: list[Vectors] = []
        for at in range(0, len(texts), _BATCH):
            done.append(self._ask(texts[at : at + _BATCH]))
            if progress:
                progress(min(at + _BATCH, len(texts)), len(texts))
        return np.concatenate(done) if done else np.empty((0, 0), np.float32)

    def question(self, text: str) -> Vectors:
        """Return the unit vector of a question."""
        vector: Vectors = self._ask([text])[0]
        return vector

    @cached_property
    def _client(self) -> Any:
        """The connection, kept: making one costs more than a question."""
        import openai

        return openai.OpenAI(
            base_url=self.url or None,
            api_key=self.api_key or "-",
            timeout=openai.Timeout(REQUEST_SECONDS, connect=CONNECT_SECONDS),
            max_retries=self.retries,
        )

    def _ask(self, texts: Sequence[str]) -> Vectors:
        """Ask for vectors.

        Raises:
            MissingError: The endpoint does not answer, or not with one vector per text.
        """
        import openai

        hint = f"向量接口 {self.url or 'OpenAI'} 不可用；当前按词检索。"
        hide = self.hide or str
        try:
            reply = self._client.embeddings.create(
                model=self.model, input=[hide(text) for text in texts], encoding_format="float"
            )
            rows = sorted(reply.data, key=lambda one: one.index)
            vectors = np.array([row.embedding for row in rows], np.float32)
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise MissingError(f"embeddings endpoint {self.url}: {error}", hint=hint) from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise MissingError(
                f"embeddings endpoint {self.url}: {vectors.shape} for {len(texts)} texts", hint=hint
            )
        return _unit(vectors)


def _unit(vectors: Any) -> Vectors:
    """Return vectors of length one; a vector of zeros stays."""
    array = np.asarray(vectors, np.float32)
    length = np.linalg.norm(array, axis=-1, keepdims=True)
    return np.asarray(array / np.where(length == 0, 1, length), np.float32)


def similarities(parts: Sequence[Vectors], question: Vectors) -> Vectors:
    """Return the cosine of every row of `parts`, one after the other, to a question."""
    return np.concatenate([part @ question for part in parts]) if parts else np.empty(0, np.float32)
