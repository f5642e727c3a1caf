"""A second look at the first hits by a model that reads question and passage together: optional, behind the same door.

    none                 no second look
    st:NAME_OR_PATH      a sentence-transformers CrossEncoder, by hub name or folder; `st:` alone is the default model
    rerank:MODEL@URL     an endpoint of the common /rerank shape: Jina, Cohere, vLLM, SiliconFlow and others
    tei:URL              text-embeddings-inference, whose /rerank calls the documents `texts`

The first FIRST hits get a new order and share out the scores they had, so scores stay on the scale of words. None is
dropped, none added, and what a filter held back never comes here. A model gets a say only where it was measured to be
a gain: `judge` asks everyday questions of the corpus, each taken out of its own passage first, and compares where that
passage stands with and without the model. What it found is kept beside the index under the model's identity
and read at every start; it is measured again when the published knowledge changed and the index is built.

Sentences of passages, which the gate of the embedder falls back to, are no measure here: words find them by themselves.
So a corpus without everyday questions gets no second look.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from statistics import median
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import InputError, MissingError
from knowledge.load import KnowledgeBase
from knowledge.record import Record
from retrieval import store
from retrieval.dense import CONNECT_SECONDS, Embedder, Hide, Progress, Vectors, embedder_of, passage_text
from retrieval.hub import fingerprint, folder_of
from retrieval.hybrid import IndexSearcher
from retrieval.index import build_passages, open_index
from retrieval.search import Hit, Passage, Query, Searcher

log = logging.getLogger(__name__)

DEFAULT_MODEL: Final = "BAAI/bge-reranker-base"
FIRST: Final = 32
"""How many hits get a second look."""
LONGEST: Final = 2000
"""Characters of a passage that are read; models cut at 512 tokens or so by themselves."""
TOKENS: Final = 512
SHARES: Final = (0.5, 1.0)
"""How much the model may say beside the order it was given; the better one is taken, the smaller where they are level."""
SAMPLE: Final = 128
"""Everyday questions a model is measured on, at most."""
ENOUGH: Final = 32
"""With fewer than these none is admitted."""
LOOKED_AT: Final = 20_000
"""Passages the measuring searches, at most."""
SLOWEST: Final = 5.0
"""Seconds a question; a model that takes longer is not admitted."""
REQUEST_SECONDS: Final = 10.0
"""How long a search waits for an endpoint."""
REST_SECONDS: Final = 60.0
"""How long an endpoint is left alone after it failed, so that not every search waits for it."""
_KEPT = 256
_FILE = "reranker.json"
_SETTINGS = "可用：none、st:模型名或路径、rerank:模型@地址、tei:地址"
_NOT_INSTALLED = "未安装重排组件，请运行 pip install '.[dense]'；当前不重排。"

Scores = NDArray[np.float64]


class Reranker(Protocol):
    """Says how well passages answer a question."""

    @property
    def identity(self) -> str:
        """Name the model so exactly that another one never has the same name."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return a finite score per text, higher is better.

        Raises:
            MissingError: The model cannot be asked, or gave something else.
        """
        ...


def reranker_of(
    setting: str, *, fetch: bool = False, api_key: str | None = None, hide: Hide | None = None
) -> Reranker | None:
    """Return the reranker a setting names; None is no second look. A local model's weights are read when first asked.

    Args:
        setting: `none`, `st:…`, `rerank:…` or `tei:…`.
        fetch: Whether a model that is not on this machine may be downloaded.
        api_key: For an endpoint that wants one.
        hide: What an endpoint's texts go through first.

    Raises:
        InputError: The setting is none of the four.
        MissingError: The model or its libraries are not there.
    """
    kind, _, rest = setting.strip().partition(":")
    if kind in ("", "none"):
        return None
    if kind == "st":
        return CrossModel.find(rest or DEFAULT_MODEL, fetch=fetch)
    if kind == "tei" and _is_address(rest):
        return Endpoint("", rest, api_key, hide, texts="texts")
    model, _, url = rest.partition("@")
    if kind == "rerank" and model and _is_address(url):
        return Endpoint(model, url, api_key, hide)
    raise InputError("CANMOU_RERANKER", f"不认识 {setting!r}", _SETTINGS)


def address_of(setting: str) -> str:
    """Return where a setting sends questions and passages to; nothing where they stay on this machine."""
    kind, _, rest = setting.strip().partition(":")
    return rest if kind == "tei" else rest.partition("@")[2] if kind == "rerank" else ""


def _is_address(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url.partition("://")[2]) > 0


# ---------------------------------------------------------------- models


@dataclass(frozen=True)
class CrossModel:
    """A sentence-transformers CrossEncoder on this machine."""

    identity: str
    name: str
    folder: Path
    # The tokenizer of a model cannot serve two threads at a time.
    _one_at_a_time: Lock = field(default_factory=Lock, repr=False, compare=False)

    @staticmethod
    def find(name: str, *, fetch: bool = False) -> "CrossModel":
        """Return a model by folder or hub name, not yet loaded.

        Raises:
            MissingError: It is not on this machine and cannot be fetched, or sentence-transformers is not installed.
        """
        missing = f"未找到重排模型 {name}；当前不重排。可指定本机路径，或联网后运行 canmou index。"
        folder = folder_of(name, fetch=fetch, missing=missing, not_installed=_NOT_INSTALLED)
        if find_spec("sentence_transformers") is None:
            raise MissingError("sentence-transformers is not installed", hint=_NOT_INSTALLED)
        return CrossModel(f"st:{name}:{fingerprint(folder)}", name, folder)

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return the model's raw score per text.

        Raises:
            MissingError: The weights cannot be loaded, or are not those of a reranker.
        """
        hint = f"重排模型 {self.name} 无法使用；当前不重排。"
        with self._one_at_a_time:
            model, identity = self._loaded
            try:
                found = model.predict(
                    [(question, text) for text in texts], activation_fn=identity, show_progress_bar=False
                )
            except (RuntimeError, IndexError, ValueError, TypeError) as error:
                raise MissingError(f"{self.name}: {error}", hint=hint) from error
        return _checked(np.asarray(found, np.float64), len(texts), self.name, hint)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        """The model and an activation that leaves its scores as they are."""
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder
        from torch.nn import Identity
        from transformers.utils import logging as progress_bars

        progress_bars.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = CrossEncoder(
                str(self.folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
                max_length=TOKENS,
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise MissingError(
                f"{self.name}: {error}", hint=f"重排模型 {self.name} 无法加载；当前不重排。"
            ) from error
        return model, Identity()


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that is given a question and documents and returns a score for each."""

    model: str
    url: str
    api_key: str | None = None
    hide: Hide | None = None
    texts: str = "documents"
    """What the endpoint calls the documents."""
    timeout: float = REQUEST_SECONDS

    @property
    def identity(self) -> str:
        """Name model and address."""
        return f"rerank:{self.model}@{self.url}" if self.model else f"tei:{self.url}"

    @cached_property
    def _client(self) -> Any:
        """The connection, kept. The client is that of the embeddings endpoint, asked for another path."""
        import openai

        base = self.url.rstrip("/").removesuffix("/rerank")
        return openai.OpenAI(
            base_url=base,
            api_key=self.api_key or "-",
            timeout=openai.Timeout(self.timeout, connect=min(self.timeout, CONNECT_SECONDS)),
            max_retries=0,
        )

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Ask for scores.

        Raises:
            MissingError: The endpoint does not answer in time, or not with one score per text.
        """
        import openai

        hint = f"重排接口 {self.url} 不可用；当前不重排。"
        hide = self.hide or str
        body: dict[str, object] = {"query": hide(question), self.texts: [hide(text) for text in texts]}
        if self.model:
            body = {"model": self.model, **body}
        else:
            body |= {"truncate": True, "raw_scores": True}
        try:
            reply = self._client.post("/rerank", cast_to=object, body=body)
            rows = reply["results"] if isinstance(reply, dict) else reply
            worth = {
                int(row["index"]): float(row["relevance_score" if "relevance_score" in row else "score"])
                for row in rows
            }
        except (openai.OpenAIError, ValueError, TypeError, KeyError) as error:
            raise MissingError(f"rerank endpoint {self.url}: {error}", hint=hint) from error
        if sorted(worth) != list(range(len(texts))):
            raise MissingError(
                f"rerank endpoint {self.url}: {len(worth)} scores for {len(texts)} texts", hint=hint
            )
        found = np.array([worth[place] for place in range(len(texts))])
        return _checked(found, len(texts), self.url, hint)


def _checked(found: Scores, count: int, name: str, hint: str) -> Scores:
    if found.shape != (count,) or not np.isfinite(found).all():
        raise MissingError(f"{name}: {found.shape} for {count} texts, or not finite", hint=hint)
    return found


# ---------------------------------------------------------------- searching


def reorder(given: Sequence[float], scores: Scores, share: float) -> list[int]:
    """Return the places of hits, best first, by (1 - share) * what they had + share * what the model says.

    Both are brought to 0..1 between the best and the worst; level ones keep the order they had.
    """
    both = (1 - share) * _even(np.asarray(given, np.float64)) + share * _even(scores)
    # Rounded, because a model's last digits depend on what else stood in its batch.
    return [int(place) for place in np.argsort(-np.round(both, 6), kind="stable")]


def _even(values: Scores) -> Scores:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.ones(len(values))


class Reranked:
    """A searcher whose first hits get a second look. Where the model fails, the order stays as it was."""

    def __init__(self, inner: Searcher, model: Reranker, share: float = 1.0) -> None:
        self._inner, self._model, self._share = inner, model, share
        self._kept: dict[tuple[str, tuple[str, ...]], Scores] = {}
        self._rests_until = 0.0
        self.trouble = ""
        """Why the last search got no second look, for people; empty is no trouble."""

    def search(self, query: Query) -> list[Hit]:
        """Return at most `query.k` hits, best first; level ones as they stood without the model."""
        if query.k < 1:
            return []
        hits = self._inner.search(query.model_copy(update={"k": max(query.k, FIRST)}))
        return [*self._again(query.text, hits[:FIRST]), *hits[FIRST:]][: query.k]

    def ranked(self, query: Query) -> list[tuple[str, float]]:
        """Return the same as `search`, as passage ids and scores."""
        return [(hit.passage.id, hit.score) for hit in self.search(query)]

    def passage(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        return self._inner.passage(passage_id)

    def _again(self, question: str, hits: list[Hit]) -> list[Hit]:
        """Return the same hits in the order the model helps to find; ranks and scores are dealt out anew."""
        scores = self._scores(question, hits) if len(hits) > 1 and question.strip() else None
        if scores is None:
            return hits
        order = reorder([hit.score for hit in hits], scores, self._share)
        return [
            hits[place].model_copy(update={"rank": there.rank, "score": there.score})
            for place, there in zip(order, hits, strict=True)
        ]

    def _scores(self, question: str, hits: Sequence[Hit]) -> Scores | None:
        """Return what the model says, or None where it cannot be asked just now."""
        key = question, tuple(hit.passage.id for hit in hits)
        if key in self._kept:
            return self._kept[key]
        if time.monotonic() < self._rests_until:
            return None
        try:
            found = self._model.scores(question, [read_text(hit.passage) for hit in hits])
        except MissingError as error:
            log.warning("%s（%s）", error.hint, error)
            self._rests_until = time.monotonic() + REST_SECONDS
            self.trouble = error.hint
            return None
        self.trouble = ""
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[key] = found
        return found


def read_text(passage: Passage) -> str:
    """Return what of a passage the model reads: title, heading and text."""
    return passage_text(passage)[:LONGEST]


# ---------------------------------------------------------------- the gate


class Verdict(Record):
    """Whether a model may reorder the hits of an index, and what that rests on."""

    identity: str
    """Of the model."""
    key: str
    """Of the index: analysis, weights, embedder."""
    knowledge: str
    """Of the published knowledge whose questions were asked."""
    share: float = 0.0
    """How much it may say; 0 is nothing."""
    before: float = 0.0
    """Mean reciprocal rank of the passage a question was taken from, without the model."""
    after: float = 0.0
    """The same with the better of the shares tried."""
    questions: int = 0
    seconds: float = 0.0
    """What a question takes, median."""
    measured_at: str = ""

    @property
    def slow(self) -> bool:
        """Say whether the model was too slow to be measured to the end."""
        return self.seconds > SLOWEST

    def __str__(self) -> str:
        if self.slow:
            return f"未启用：每次提问约需 {self.seconds:.1f} 秒，超过 {SLOWEST:.0f} 秒"
        if self.questions < ENOUGH:
            return f"未启用：日常问法只有 {self.questions} 条，不足以核验"
        figures = f"{self.questions} 条日常问法的平均倒数名次 {self.before:.3f} → {self.after:.3f}"
        if not self.share:
            return f"未启用：{figures}，没有明显更好"
        return f"已启用：{figures}，每次提问约 {self.seconds:.2f} 秒"


def judge(
    kb: KnowledgeBase,
    path: Path,
    setting: str,
    *,
    embedder: str = "none",
    embedding_key: str | None = None,
    api_key: str | None = None,
    hide: Hide | None = None,
    progress: Progress | None = None,
) -> str:
    """Measure the reranker of a setting on the index at `path`, unless that is known; return one line for people.

    A model that cannot be had or fails is named in the line, and the search goes on without.

    Args:
        kb: What is published.
        path: Folder of the index, built.
        setting: Of the reranker; `none` gives an empty line.
        embedder: The embedder the index was built with.
        embedding_key: For an embeddings endpoint.
        api_key: For a rerank endpoint.
        hide: What an endpoint's texts go through first.
        progress: Told how many questions are asked, and of how many.

    Raises:
        InputError: `setting` or `embedder` is no setting.
    """
    try:
        model = reranker_of(setting, fetch=True, api_key=api_key, hide=hide)
        if model is None:
            return ""
        known = verdict_of(path, model.identity)
        # A machine is not always as busy: what was slow is tried again.
        if known is not None and known.knowledge == kb.hash and not known.slow:
            return str(known)
        try:
            vectors = embedder_of(embedder, api_key=embedding_key)
        except MissingError:
            vectors = None  # The index was built without it too, and said so.
        made = measure(kb, open_index(path, kb, vectors), model, vectors, progress)
    except MissingError as error:
        log.warning("%s（%s）", error.hint, error)
        return error.hint
    _keep(path, made)
    return str(made)


def measure(
    kb: KnowledgeBase,
    searcher: IndexSearcher,
    model: Reranker,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Return what a model does to the places of passages whose everyday questions are asked.

    Each question is taken out of its passage first, so that it is not found by its own words. People's uploads take
    no part and are not shown to the model. The questions are taken evenly, so the same index asks the same.

    Raises:
        MissingError: The model cannot be asked.
    """
    about = {
        "identity": model.identity,
        "key": searcher.manifest.key,
        "knowledge": kb.hash,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    passages, vectors = _published(searcher)
    asked = [passage for passage in passages if passage.asked_as]
    asked = asked[:: max(1, len(asked) // SAMPLE)][:SAMPLE]
    if len(asked) < ENOUGH:
        return Verdict(**about, questions=len(asked))
    probes = {passage.id: passage.asked_as[n % len(passage.asked_as)] for n, passage in enumerate(asked)}
    held_back = [
        passage.model_copy(
            update={"asked_as": tuple(one for one in passage.asked_as if one != probes[passage.id])}
        )
        if passage.id in probes
        else passage
        for passage in passages
    ]
    stand_in = _Kept(embedder, vectors) if embedder is not None and vectors else None
    before: list[float] = []
    after: dict[float, list[float]] = {share: [] for share in SHARES}
    seconds: list[float] = []
    with TemporaryDirectory() as scratch:
        build_passages(held_back, Path(scratch), stand_in)
        arm = open_index(Path(scratch), kb, stand_in)
        for done, (own, question) in enumerate(probes.items(), 1):
            hits = arm.search(Query(text=question, k=FIRST))
            names = [hit.passage.id for hit in hits]
            before.append(_worth(names, own))
            orders = dict.fromkeys(SHARES, names)
            # Where the passage is not among them, no order helps.
            if own in names and len(names) > 1:
                begun = time.perf_counter()
                scores = model.scores(question, [read_text(hit.passage) for hit in hits])
                seconds.append(time.perf_counter() - begun)
                given = [hit.score for hit in hits]
                orders = {share: [names[at] for at in reorder(given, scores, share)] for share in SHARES}
            for share, order in orders.items():
                after[share].append(_worth(order, own))
            # The first one also loads the model.
            if len(seconds) > 3 and median(seconds[1:]) > SLOWEST:
                return Verdict(**about, questions=len(seconds), seconds=round(median(seconds[1:]), 3))
            if progress:
                progress(done, len(probes))
    means = {share: float(np.mean(worths)) for share, worths in after.items()}
    best = max(SHARES, key=lambda share: (round(means[share], 6), -share))
    gains = np.array(after[best]) - np.array(before)
    # More than chance would give a model that only shuffles: a standard error of the mean gain.
    clear = gains.mean() > gains.std(ddof=1) / len(gains) ** 0.5
    return Verdict(
        **about,
        share=best if clear else 0.0,
        before=round(float(np.mean(before)), 4),
        after=round(means[best], 4),
        questions=len(probes),
        seconds=round(median(seconds), 3) if seconds else 0.0,
    )


def second_look(
    searcher: Searcher, path: Path, setting: str, *, api_key: str | None = None, hide: Hide | None = None
) -> Searcher:
    """Return `searcher` with the reranker of a setting behind it, or as it is where that may not or cannot help.

    Nothing is measured, downloaded or loaded here: what `judge` found is read.

    Raises:
        InputError: `setting` is no setting.
    """
    try:
        model = reranker_of(setting, api_key=api_key, hide=hide)
    except MissingError as error:
        log.warning("%s", error.hint)
        return searcher
    if model is None:
        return searcher
    verdict = verdict_of(path, model.identity)
    if verdict is None:
        log.warning("%s", not_judged(setting))
        return searcher
    return Reranked(searcher, model, verdict.share) if verdict.share else searcher


def state(path: Path, setting: str) -> tuple[bool, str]:
    """Return whether the reranker of a setting is there and was judged, and one line for people; an endpoint is not asked.

    Raises:
        InputError: `setting` is no setting.
    """
    try:
        model = reranker_of(setting)
    except MissingError as error:
        return False, error.hint
    if model is None:
        return True, "未配置，不重排"
    verdict = verdict_of(path, model.identity)
    return (False, not_judged(setting)) if verdict is None else (True, f"{setting} {verdict}")


def not_judged(setting: str) -> str:
    """Return what people are told of a model that was not measured on this index."""
    return f"重排模型 {setting} 还没有在本机索引上核验，当前不重排；请运行 canmou index。"


def verdict_of(path: Path, identity: str) -> Verdict | None:
    """Return what was found of a model on the index at `path`, or None where nothing is known."""
    manifest = store.read_manifest(path)
    try:
        verdict = Verdict.model_validate_json((path / _FILE).read_bytes())
    except (OSError, ValueError):
        return None
    fits = manifest is not None and (verdict.identity, verdict.key) == (identity, manifest.key)
    return verdict if fits else None


def _keep(path: Path, verdict: Verdict) -> None:
    beside = path / f".{_FILE}-{token_hex(4)}"
    beside.write_text(verdict.model_dump_json(), encoding="utf-8")
    beside.replace(path / _FILE)


def _published(searcher: IndexSearcher) -> tuple[list[Passage], dict[str, Vectors]]:
    """Return the passages that are nobody's upload, evenly taken, and their vectors by what was embedded."""
    rows = [(one, row) for one in searcher.stored for row in one.live.tolist()]
    passages: list[Passage] = []
    vectors: dict[str, Vectors] = {}
    for one, row in rows[:: max(1, len(rows) // LOOKED_AT)]:
        passage = one.passage(row)
        if passage.owner is None and passage.kind != "uploaded":
            passages.append(passage)
            if one.vectors is not None:
                vectors[passage_text(passage)] = one.vectors[row]
    return passages, vectors


def _worth(names: Sequence[str], own: str) -> float:
    return 1 / (names.index(own) + 1) if own in names else 0.0


@dataclass(frozen=True)
class _Kept:
    """An embedder whose passages are embedded already."""

    embedder: Embedder
    vectors: dict[str, Vectors]

    @property
    def identity(self) -> str:
        return self.embedder.identity

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return np.array([self.vectors[text] for text in texts], np.float32)

    def question(self, text: str) -> Vectors:
        return self.embedder.question(text)
