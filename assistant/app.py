"""assemble(settings) -> Assistant: the only place where all parts meet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assistant.desk import Desk
from assistant.schema import Made, Report
from assistant.settings import Settings
from assistant.version import code_version
from knowledge.case import CaseFile
from knowledge.enterprise import facts
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from retrieval.search import Searcher

if TYPE_CHECKING:
    from assistant.casefiles.intake import Intake, RowError
    from assistant.ingest import IngestReport
    from assistant.library import Kept, Library
    from assistant.llm import Model
    from assistant.store import Store
    from assistant.training.scope import Scope
    from assistant.training.session import Asked, Session
    from knowledge.catalog import Product, Provider
    from knowledge.policy import Policy
    from retrieval.index import IndexReport, Progress
    from retrieval.search import Passage

STANDARD = "sme-digital-level-2024"
"""The indicator standard forms are made for."""

OWNER = "local"
"""Whose cases and uploads the command line works with."""


class Assistant:
    """The parts of one installation, each made when first used."""

    def __init__(self, settings: Settings, today: Callable[[], date]) -> None:
        self.settings = settings
        self.today = today
        self._searcher: tuple[str, Searcher] | None = None

    @cached_property
    def kb(self) -> KnowledgeBase:
        """Published knowledge, cross-checked on the first load of its data."""
        return KnowledgeBase()

    @property
    def searcher(self) -> Searcher:
        """The passages of the knowledge base and of the ingested documents; the index follows both."""
        from retrieval import dense, rerank
        from retrieval.index import open_searcher

        state = self.library.state() if self.has_library else ""
        if self._searcher is None or self._searcher[0] != state:
            settings = self.settings
            opened = open_searcher(
                self.kb,
                settings.index_dir,
                settings.embedder,
                uploads=self._uploads(),
                api_key=settings.embedding_key,
                hide=self._hide_from(dense.address_of(settings.embedder)),
                chroma=settings.chroma,
            )
            self._searcher = (
                state,
                rerank.second_look(
                    opened,
                    settings.index_dir,
                    settings.reranker,
                    api_key=settings.reranking_key,
                    hide=self._hide_from(rerank.address_of(settings.reranker)),
                ),
            )
        return self._searcher[1]

    def _hide_from(self, address: str) -> "Callable[[str], str] | None":
        """Return what takes names and numbers out of a text before it leaves for `address`, where it must."""
        from assistant.llm import is_loopback
        from assistant.privacy import Mask

        wanted = self.settings.mask
        if not address or wanted is False or (wanted is None and is_loopback(address)):
            return None
        return lambda text: Mask().hide(text)

    def _uploads(self) -> "list[Passage]":
        if not self.has_library:
            return []
        from assistant.ingest import passages

        of_each = {
            passage.id: passage
            for owner in [None, *self.library.owners()]
            for passage in passages(self.library, self.kb, owner=owner)
        }
        return list(of_each.values())

    @property
    def has_library(self) -> bool:
        """Whether anything was ever ingested here."""
        return state_path(self.settings, "documents", "documents.sqlite").exists()

    @cached_property
    def library(self) -> "Library":
        """The documents people ingested, each behind its owner."""
        from assistant.ingest import open_library

        return open_library(state_path(self.settings, "documents"))

    def catalog(self, owner: str) -> "tuple[Mapping[str, Product], Mapping[str, Provider]]":
        """Return the products and providers an owner may be offered: the built-in ones and the owner's own."""
        products, providers = self.kb.products, self.kb.providers
        if not self.has_library:
            return products, providers
        own = [kept for kept in self.library.all(owner=owner) if kept.shape == "catalog"]
        for number, kept in enumerate(own, start=1):
            read = self._read_catalog(kept)
            products, providers = (read if number == 1 else _numbered(read, number)).beside(
                products, providers
            )
        return products, providers

    @cached_property
    def store(self) -> "Store":
        """Cases, conversations and the audit log."""
        from assistant.store import open_store

        return open_store(self.settings.database, self.settings.state_dir)

    def model_for(self, owner: str = OWNER) -> "Model | None":
        """Return the configured chat model on one owner's account, or None where none is configured."""
        settings = self.settings
        if not settings.model:
            return None
        from assistant.budget import ledger
        from assistant.llm import open_model

        audit = ledger(
            self.store,
            owner,
            requests_per_hour=settings.model_requests_per_hour,
            characters_per_day=settings.model_characters_per_day,
        )
        # Whatever path leads to the model, the names of the owner's own cases do not leave.
        return open_model(settings, audit=audit, names=lambda: [one.name for one in self.store.cases(owner)])

    @property
    def model(self) -> "Model | None":
        """The configured chat model on this machine's own account."""
        return self.model_for()

    def desk(self, *, owner: str = OWNER, on: date | None = None) -> Desk:
        """Return a desk for one owner, on a day (today where None)."""
        today = self.today if on is None else lambda: on
        return Desk(
            self.kb, lambda: self.searcher, today, owner=owner, open_catalog=lambda: self.catalog(owner)
        )

    @property
    def examples(self) -> Path:
        """The folder of sample enterprises."""
        return Path(__file__).parent.parent / "examples"

    def report(self, case: CaseFile, kind: str, out: Path, *, owner: str = OWNER) -> Report:
        """Draft a deliverable and write it as .docx, .md or .json, by the ending of `out`.

        Raises:
            InputError: The ending is none of these; nothing is written.
        """
        from assistant.documents.files import writer_for
        from assistant.report import draft

        write = writer_for(out)
        report = draft(case, kind, self.desk(owner=owner), on=self.today())
        write(report, out)
        return report

    def shelf(self, owner: str = OWNER) -> "list[Kept]":
        """Return the documents an owner may quote besides the published ones: everybody's and the owner's own."""
        return self.library.all(owner=owner) if self.has_library else []

    def scope(
        self,
        documents: Sequence[str] = (),
        *,
        region: str | None = None,
        owner: str = OWNER,
        on: date | None = None,
    ) -> "Scope":
        """Return what a training is limited to: documents by id, title or 文号 (none is all), a place, a day.

        Raises:
            UnknownId: A document is not known to this owner.
            InputError: A name fits several documents.
        """
        from assistant.training.scope import read_scope

        day = on or self.today()
        return read_scope(documents, kb=self.kb, uploads=self.shelf(owner), region=region, on=day)

    def titles(self, owner: str = OWNER) -> dict[str, str]:
        """Return what each document is called that an owner's training may be limited to, by id."""
        from assistant.training.scope import titles_of

        return titles_of(self.kb, self.shelf(owner))

    def begin_session(
        self, questions: Sequence[str], *, scope: "Scope", title: str = "", owner: str = OWNER
    ) -> "Session":
        """Keep a room's questions as a session with nothing answered yet.

        Raises:
            InputError: There is no question, or there are too many.
        """
        from assistant.training.register import keep
        from assistant.training.session import begin

        return keep(self.store, owner, begin(questions, scope=scope, title=title))

    def carry_on(self, session: "Session", *, owner: str = OWNER) -> "Iterator[Asked]":
        """Yield the answers a session still waits for, each kept before it is handed on."""
        from assistant.training.register import carry_on

        desk = self.desk(owner=owner, on=session.scope.as_of)
        shelf, model = self.shelf(owner), self.model_for(owner)
        return carry_on(self.store, owner, session, desk=desk, uploads=shelf, model=model)

    def handout(self, session: "Session", out: Path, *, owner: str = OWNER) -> str:
        """Write the handout of a session and return the file's name."""
        from assistant.training.handout import write_handout

        desk = self.desk(owner=owner, on=session.scope.as_of)
        write_handout(session, out, desk=desk, titles=self.titles(owner), made=self.made())
        return str(out)

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        policy_id: str | None = None,
        owner: str = OWNER,
        progress: "Callable[[int, int], None] | None" = None,
    ) -> "IngestReport":
        """Read files, folders and archives into the library; what is read is searchable at once."""
        from assistant.ingest import ingest

        folder = state_path(self.settings, "documents")
        return ingest(paths, folder, self.kb, owner=owner, policy_id=policy_id, progress=progress)

    def catalog_errors(self, document_id: str, *, owner: str = OWNER) -> "tuple[RowError, ...]":
        """Return what is wrong with the rows of an ingested catalog; its good rows are offered all the same."""
        return self._read_catalog(self.library.get(document_id, owner=owner)).errors

    def _read_catalog(self, kept: "Kept") -> "Intake":
        from assistant.casefiles.intake import read_catalog

        names = {scene.id: scene.name for scene in self.kb.standards[STANDARD].scenes}
        with _as_named(self.library.file(kept), kept.document.name) as path:
            return read_catalog(path, scene_names=names)

    def confirm_policy(
        self,
        document_id: str,
        *,
        by: str,
        owner: str = OWNER,
        title: str = "",
        doc_number: str | None = None,
        issuer: str | None = None,
        region: str | None = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> "Kept":
        """Record that a person says what an ingested document is; until then it supports no verdict.

        What is not given stays as read; a validity that nobody stated stays not stated.
        """
        from assistant.ingest import confirm

        return confirm(
            self.library,
            document_id,
            by,
            self.today(),
            owner=owner,
            title=title,
            doc_number=doc_number,
            issuer=issuer,
            region=region,
            valid_from=valid_from,
            valid_to=valid_to,
        )

    def own_policy(self, document_id: str, *, owner: str = OWNER) -> "Policy | None":
        """Return a document that was ingested here as a policy; None where there is none of that id for this owner."""
        if not self.has_library:
            return None
        from assistant.ingest import originals

        found = originals(self.library, self.kb, owner=owner)
        return next((one.policy for one in found if one.policy.id == document_id), None)

    def remove_policy(self, document_id: str, *, owner: str = OWNER) -> None:
        """Remove an ingested document and all its versions."""
        from assistant.ingest import remove

        remove(self.library, document_id, owner=owner)

    def build_index(self, progress: "Progress | None" = None) -> "IndexReport":
        """Make the index fit the knowledge base; write only what changed."""
        from retrieval import dense, rerank
        from retrieval.index import build

        settings = self.settings
        made = build(
            self.kb,
            settings.index_dir,
            settings.embedder,
            progress,
            uploads=self._uploads(),
            api_key=settings.embedding_key,
            hide=self._hide_from(dense.address_of(settings.embedder)),
            chroma=settings.chroma,
        )
        reranking = rerank.judge(
            self.kb,
            settings.index_dir,
            settings.reranker,
            embedder=settings.embedder,
            embedding_key=settings.embedding_key,
            api_key=settings.reranking_key,
            hide=self._hide_from(rerank.address_of(settings.reranker)),
            progress=progress,
        )
        return made.model_copy(update={"reranking": reranking})

    def check_index(self) -> "IndexReport":
        """Verify the index on disk without changing it."""
        from retrieval.index import check
        from retrieval.rerank import state

        settings = self.settings
        made = check(settings.index_dir, self.kb, settings.embedder, uploads=self._uploads())
        _, reranking = state(settings.index_dir, settings.reranker)
        return made.model_copy(update={"reranking": reranking})

    def write_template(self, what: str, out: Path) -> None:
        """Write an empty form: what is "case", "catalog" or "batch".

        Raises:
            InputError: `out` is no .xlsx, or its folder is not there; nothing is written.
        """
        if out.suffix.lower() != ".xlsx":
            raise InputError(str(out), "空白表只能写成 .xlsx 工作簿", "请把文件名改为 .xlsx 结尾")
        if not out.resolve().parent.is_dir():
            raise InputError(str(out), "所在的文件夹不存在", "请先建立文件夹，或换一个位置")
        if what == "catalog":
            from assistant.casefiles.intake import write_template

            write_template(out)
        elif what == "batch":
            from assistant.casefiles.batch import write_batch_template

            write_batch_template(out, self.kb.standards[STANDARD])
        else:
            from assistant.documents.sheets import write_case_template

            write_case_template(out, self.kb.standards[STANDARD], facts())

    def made(self, *, model: str = "", prompts: dict[str, str] | None = None) -> Made:
        """Return what a run of now is made with."""
        return Made(
            as_of=self.today(),
            knowledge=self.kb.hash,
            model=model,
            prompts=prompts or {},
            version=code_version(),
        )


def assemble(settings: Settings, *, today: Callable[[], date] | None = None) -> Assistant:
    """Turn settings into an Assistant. `today` is the clock; None is the calendar day of this machine."""
    return Assistant(settings, today or (lambda: datetime.now().astimezone().date()))


def _numbered(read: "Intake", number: int) -> "Intake":
    """Give the entries of a further catalog ids of their own: each file counts its rows from one."""

    def other(identity: str) -> str:
        return f"{identity}-{number}"

    products = [
        product.model_copy(update={"id": other(product.id), "provider_id": other(product.provider_id)})
        for product in read.products.values()
    ]
    providers = [
        provider.model_copy(
            update={"id": other(provider.id), "products": tuple(other(one) for one in provider.products)}
        )
        for provider in read.providers.values()
    ]
    return read.model_copy(
        update={
            "products": {one.id: one for one in products},
            "providers": {one.id: one for one in providers},
        }
    )


@contextmanager
def _as_named(stored: Path, name: str) -> Iterator[Path]:
    """Give a stored file its ending back: the reader goes by it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"catalog{Path(name).suffix or '.xlsx'}"
        path.write_bytes(stored.read_bytes())
        yield path


def state_path(settings: Settings, *parts: str) -> Path:
    """Return a path in the state folder."""
    return settings.state_dir.joinpath(*parts)
