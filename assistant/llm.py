"""The one door to a model: any OpenAI-compatible endpoint, with one tree of errors.

ModelError                 the configured model could not be used; the plain answer is shown instead
├── ModelUnreachable       nothing answers at the address
├── ModelSlow              no (complete) reply within the time limit
├── ModelDenied            key, balance, model name or parameters refused; or it will not answer (content filter)
├── ModelBusy              429 or 5xx after retries
├── ModelMalformed         what came back is not a chat reply
└── ModelCut               the reply ended before it was complete
"""

import ipaddress
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlparse

from assistant.privacy import Mask
from assistant.settings import Settings
from knowledge.errors import MissingError
from knowledge.record import Record

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


class ModelError(MissingError):
    """The configured model could not be used."""

    hint = "模型暂时不可用，已改用不依赖模型的回答。"


class ModelUnreachable(ModelError):
    """Nothing answers at the address."""

    hint = "模型服务连接不上，请检查 OPENAI_BASE_URL 与网络。"


class ModelSlow(ModelError):
    """No complete reply within the time limit."""

    hint = "模型服务超时未答完，可调大 CANMOU_MODEL_TIMEOUT。"


class ModelDenied(ModelError):
    """The endpoint refused the request."""

    hint = "模型服务拒绝了请求，请检查密钥、余额与模型名称（CANMOU_MODEL）。"


class ModelBusy(ModelError):
    """Too many requests, or the service has a fault."""

    hint = "模型服务繁忙或出错，请稍后再试。"


class ModelMalformed(ModelError):
    """What came back is not a chat reply."""

    hint = "模型服务返回的内容不合规范，请检查 OPENAI_BASE_URL 是否为兼容接口。"


class ModelCut(ModelError):
    """The reply ended before it was complete."""

    hint = "模型的回答中途断了。"


class Message(Record):
    """One turn of what is sent."""

    role: Literal["system", "user", "assistant"]
    text: str


class Reply(Record):
    """What came back, whole."""

    text: str
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float = 0.0


Audit = Callable[[str], None]
"""Told what left the machine, as it left it."""


class Model:
    """A chat model behind an OpenAI-compatible endpoint. Opening it costs nothing; the client is made on the first call."""

    def __init__(
        self,
        name: str,
        *,
        base_url: str = "",
        api_key: str = "",
        timeout: float = 60.0,
        masks: bool | None = None,
        retries: int = 2,
        audit: Audit | None = None,
        names: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """Set up a model.

        Args:
            name: As the endpoint calls it.
            base_url: Empty is the OpenAI service.
            api_key: Empty where the endpoint wants none.
            timeout: Seconds for a whole reply, and between two pieces of a stream.
            masks: Hide names and identifiers; None hides unless the endpoint is on this machine.
            retries: How often the client tries again on 429, 5xx and lost connections.
            audit: Told every text that leaves.
            names: Asked before each conversation for the enterprises whose names never leave, whoever calls.
        """
        self.name, self.base_url, self.timeout = name, base_url, timeout
        self.masks = masks if masks is not None else not is_loopback(base_url)
        self._api_key, self._retries, self._audit, self._names = api_key, retries, audit, names

    def mask(self, *, enterprises: Iterable[str] = (), people: Iterable[str] = ()) -> Mask:
        """Return a mask for one conversation; it hides nothing where the endpoint is on this machine."""
        return Mask(enterprises=(*self._names(), *enterprises), people=people, active=self.masks)

    def chat(self, mask: Mask | None = None) -> "BaseChatModel":
        """Return the langchain chat model, for agents. What it sends is masked; streamed text is for the caller to restore.

        Args:
            mask: Of the conversation; None hides what has a recognisable shape.
        """
        return _chat_model()(
            model=self.name,
            base_url=self.base_url or None,
            api_key=self._api_key or "none",
            timeout=self.timeout,
            max_retries=self._retries,
            temperature=0,
            stream_usage=True,
            use_responses_api=False,
            extra_body=_extra_body(self.base_url),
            old_max_tokens=bool(self.base_url) and "api.openai.com" not in self.base_url,
            shield=mask if mask is not None else self.mask(),
            audit=self._audit,
        )

    def reply(
        self, messages: Sequence[Message], *, mask: Mask | None = None, max_tokens: int = 2000
    ) -> Reply:
        """Return the whole reply.

        Raises:
            ModelError: One of its kinds.
        """
        began = time.monotonic()
        with one_tree():
            found = self.chat(mask).invoke(_langchain(messages), max_tokens=max_tokens)
        _complete(found.response_metadata.get("finish_reason"))
        text = str(found.text)
        if not text.strip():
            raise ModelMalformed("empty reply")
        usage = getattr(found, "usage_metadata", None) or {}
        return Reply(
            text=text,
            tokens_in=usage.get("input_tokens"),
            tokens_out=usage.get("output_tokens"),
            seconds=time.monotonic() - began,
        )

    def stream(
        self, messages: Sequence[Message], *, mask: Mask | None = None, max_tokens: int = 2000
    ) -> Iterator[str]:
        """Yield the reply as it comes.

        Raises:
            ModelError: One of its kinds, also after pieces were yielded: what came so far is then incomplete.
        """
        shield = mask if mask is not None else self.mask()
        yield from shield.restore_stream(self._pieces(messages, shield, max_tokens))

    def _pieces(self, messages: Sequence[Message], shield: Mask, max_tokens: int) -> Iterator[str]:
        finish: str | None = None
        any_text = False
        began = time.monotonic()
        try:
            with one_tree():
                for chunk in self.chat(shield).stream(_langchain(messages), max_tokens=max_tokens):
                    finish = chunk.response_metadata.get("finish_reason") or finish
                    if time.monotonic() - began > self.timeout:
                        raise ModelSlow(f"no complete reply within {self.timeout} s")
                    if text := str(chunk.text):
                        any_text = True
                        yield text
        except ModelUnreachable as error:
            if any_text:
                raise ModelCut(str(error)) from error
            raise
        _complete(finish)
        if not any_text:
            raise ModelMalformed("empty reply")


def open_model(
    settings: Settings, *, audit: Audit | None = None, names: Callable[[], Iterable[str]] = tuple
) -> Model | None:
    """Return the configured model, or None where CANMOU_MODEL is empty. Nothing is contacted."""
    if not settings.model:
        return None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    return Model(
        settings.model,
        base_url=settings.openai_base_url,
        api_key=key,
        timeout=settings.model_timeout,
        masks=settings.mask,
        audit=audit,
        names=names,
    )


def is_loopback(url: str) -> bool:
    """Return whether an address is on this machine."""
    host = urlparse(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _extra_body(base_url: str) -> dict[str, Any] | None:
    """Return what a provider needs so that it answers without a thinking phase (which forbids forced tool calls)."""
    host = urlparse(base_url).hostname or ""
    if host.endswith("deepseek.com"):
        return {"thinking": {"type": "disabled"}}
    if host.endswith("aliyuncs.com"):
        return {"enable_thinking": False}
    return None


def _langchain(messages: Sequence[Message]) -> "list[BaseMessage]":
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return [kinds[message.role](content=message.text) for message in messages]


def _complete(finish: str | None) -> None:
    """Refuse a reply that did not end by itself: a cut stream ends without an exception and without a finish_reason."""
    if finish in {"stop", "tool_calls", "function_call"}:
        return
    if finish == "content_filter":
        raise ModelDenied("the endpoint filtered the reply")
    raise ModelCut(f"finish_reason is {finish!r}")


@contextmanager
def one_tree() -> Iterator[None]:
    """Turn what the client libraries raise into ModelError kinds."""
    import openai

    try:
        yield
    except openai.APITimeoutError as error:
        raise ModelSlow(str(error)) from error
    except openai.APIConnectionError as error:
        raise ModelUnreachable(str(error)) from error
    except openai.APIStatusError as error:
        kind = ModelBusy if error.status_code == 429 or error.status_code >= 500 else ModelDenied
        raise kind(f"{error.status_code}: {error}") from error
    except openai.OpenAIError as error:
        raise ModelMalformed(str(error)) from error
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
    ) as error:  # what langchain raises on odd bodies
        raise ModelMalformed(f"{type(error).__name__}: {error}") from error


@cache
def _chat_model() -> "type[BaseChatModel]":
    """Return ChatOpenAI with what it lacks: reasoning_content goes back, max_tokens keeps its name, texts are masked.

    Made late so that nothing of langchain is imported before a model is used, and once: building the class takes half
    a second. It overrides private methods, which is why pyproject.toml keeps langchain-openai below 1.8.
    """
    from langchain_core.outputs import ChatGenerationChunk, ChatResult
    from langchain_openai import ChatOpenAI

    class Chat(ChatOpenAI):
        old_max_tokens: bool = False
        shield: Any = None
        audit: Any = None

        def _get_request_payload(
            self, input_: Any, *, stop: list[str] | None = None, **kwargs: Any
        ) -> dict[str, Any]:
            payload = super()._get_request_payload(input_, stop=stop, **kwargs)
            given = self._convert_input(input_).to_messages()
            return _outgoing(payload, given, self)

        def _create_chat_result(
            self, response: Any, generation_info: dict[str, Any] | None = None
        ) -> ChatResult:
            result = super()._create_chat_result(response, generation_info)
            body = response if isinstance(response, dict) else response.model_dump()
            for generation, choice in zip(result.generations, body.get("choices") or [], strict=False):
                _keep_reasoning(generation.message, choice.get("message"))
                if self.shield is not None and isinstance(generation.message.content, str):
                    generation.message.content = self.shield.restore(generation.message.content)
            return result

        def _convert_chunk_to_generation_chunk(
            self,
            chunk: dict[str, Any],
            default_chunk_class: type,
            base_generation_info: dict[str, Any] | None,
        ) -> ChatGenerationChunk | None:
            made = super()._convert_chunk_to_generation_chunk(
                chunk, default_chunk_class, base_generation_info
            )
            choices = chunk.get("choices") or [{}]
            if made is not None:
                _keep_reasoning(made.message, choices[0].get("delta"))
            return made

    return Chat


def _outgoing(payload: dict[str, Any], given: "Sequence[BaseMessage]", chat: Any) -> dict[str, Any]:
    """Return a request as it may leave: parameters as the endpoint knows them, reasoning sent back, texts masked."""
    if chat.old_max_tokens and "max_completion_tokens" in payload:
        payload["max_tokens"] = payload.pop("max_completion_tokens")
    for message, sent in zip(given, payload.get("messages", []), strict=False):
        reasoning = message.additional_kwargs.get("reasoning_content")
        if reasoning and sent.get("tool_calls"):
            sent["reasoning_content"] = reasoning
    if chat.shield is not None:
        payload["messages"] = [_masked(message, chat.shield) for message in payload.get("messages", [])]
    if chat.audit is not None:
        chat.audit(json.dumps(payload.get("messages", []), ensure_ascii=False, default=str))
    return payload


def _keep_reasoning(message: "BaseMessage", raw: Any) -> None:
    if raw and raw.get("reasoning_content"):
        message.additional_kwargs["reasoning_content"] = raw["reasoning_content"]


def _masked(message: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """Return a message of a request with all its text hidden: content, parts, and arguments of tool calls."""
    done = dict(message)
    content = done.get("content")
    if isinstance(content, str):
        done["content"] = mask.hide(content)
    elif isinstance(content, list):
        done["content"] = [
            {**part, "text": mask.hide(part["text"])}
            if isinstance(part, dict) and isinstance(part.get("text"), str)
            else part
            for part in content
        ]
    if isinstance(done.get("tool_calls"), list):
        done["tool_calls"] = [
            {
                **call,
                "function": {
                    **call["function"],
                    "arguments": mask.hide(call["function"].get("arguments") or ""),
                },
            }
            for call in done["tool_calls"]
        ]
    return done
