"""What all commands share: the group with its exit codes, --json, --as-of and --region, amounts and days."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

import click
from pydantic import BaseModel

from assistant.app import assemble
from assistant.documents.sheets import in_words
from assistant.settings import Settings
from assistant.usage import usage_line
from knowledge.errors import ConsultError, InputError, InputErrors, MissingError
from knowledge.record import plain_number


class Day(click.ParamType[date]):
    """A day, ISO 8601."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} 不是日期，请写成 2026-11-22", param, ctx)


class Amount(click.ParamType[Decimal]):
    """A sum of money, 万元, exact and not negative."""

    name = "万元"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Return the amount as a Decimal."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value!r} 不是金额，请写数字（万元）", param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} 不是可用的金额，请写不小于 0 的数字（万元）", param, ctx)
        return amount


class _Group(click.Group):
    """Turn the errors raised on purpose into one line and the exit code of the contract."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MissingError as error:
            _stop(error, 3)
        except InputError as error:
            _stop(error, 2)
        except ConsultError as error:
            _stop(error, 1)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            _misused(error)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            _misused(error)


def _misused(error: click.UsageError) -> NoReturn:
    click.echo(usage_line(error), err=True)
    raise SystemExit(2)


def _stop(error: ConsultError, code: int) -> NoReturn:
    for line in error.hint.splitlines() if isinstance(error, InputErrors) else [error.hint]:
        click.echo(" ".join(line.split()), err=True)
    raise SystemExit(code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="canmou", message="参谋 canmou %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """参谋：中小企业数字化转型的政策问答、资格核对、水平测算与一企一策报告。

    规则作判断，模型只读写，程序给出处。金额单位为万元。
    """
    ctx.ensure_object(dict)


Shown = tuple[object, Callable[[], None]]
"""What a command answers: the record for --json, and how to show it to people."""

CASE = click.argument("case_file", metavar="CASE", type=click.Path(path_type=Path))
OUT = click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="写到哪个文件")


def command(
    name: str, *, place: bool = False, group: click.Group = cli
) -> Callable[[Callable[..., Shown]], click.Command]:
    """Declare a command with --json and --as-of, and with --region where the place matters."""

    def declare(function: Callable[..., Shown]) -> click.Command:
        def run(as_json: bool, on: date | None, **kwargs: Any) -> None:
            assistant = assemble(Settings(), today=None if on is None else lambda: on)
            with _naming(kwargs.get("case_file")):
                result, tell = function(assistant, **kwargs)
            if as_json:
                click.echo(json.dumps(plain(result), ensure_ascii=False))
            else:
                tell()

        run.__doc__ = function.__doc__
        params = list(reversed(getattr(function, "__click_params__", [])))
        params.append(click.Option(["--json", "as_json"], is_flag=True, help="在标准输出给出一个 JSON 对象"))
        params.append(
            click.Option(["--as-of", "on"], type=Day(), default=None, help="按哪一天判断，默认今天")
        )
        if place:
            params.append(
                click.Option(["--region"], default="", help="地区，如 济南、天津滨海新区；默认全国")
            )
        made = click.Command(name, callback=run, params=params, help=function.__doc__)
        group.add_command(made)
        return made

    return declare


def plain(value: object) -> Any:
    """Return `value` as JSON knows it, by the field names of the contract."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


@contextmanager
def _naming(case_file: Path | None) -> Iterator[None]:
    """Name the case file in what is found wrong with the case after reading it."""
    try:
        yield
    except InputError as error:
        if case_file is None or not error.where.startswith(("enterprise.", "assessment.", "needs.")):
            raise
        where = in_words(error.where) if case_file.suffix.lower() == ".xlsx" else error.where
        raise InputError(f"{case_file.name} {where}", error.what, error.remedy) from error
