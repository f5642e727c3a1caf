"""A slip on the command line -> one line that says where, what and what to do."""

import click


def usage_line(error: click.UsageError) -> str:
    """Return what is wrong with how a command was called, in one line."""
    where = error.ctx.command_path if error.ctx else "canmou"
    what, remedy = _told(error)
    return f"{where}：{what}。{remedy or f'用法见 {where} --help'}"


def _told(error: click.UsageError) -> tuple[str, str]:
    """Return what is wrong, and what to do where that is more than reading the help."""
    if isinstance(error, click.NoSuchOption):
        near = "、".join(error.possibilities or ())
        return f"没有选项 {error.option_name}", f"是否想写 {near}？" if near else ""
    if isinstance(error, click.MissingParameter):
        return f"缺少 {_name(error.param)}", ""
    if isinstance(error, click.BadParameter) and error.param is not None:
        name, kind = _name(error.param), error.param.type
        if isinstance(kind, click.Choice):
            return f"{name} 的值不在可选之列", f"可选：{'、'.join(map(str, kind.choices))}"
        if isinstance(kind, click.IntRange):
            return f"{name} 应为 {kind.min} 至 {kind.max} 的整数", ""
        if isinstance(kind, click.Path):
            return f"{name}：找不到给出的文件或文件夹", "请核对路径"
        return f"{name}：{_bare(error.message)}", ""
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 后面缺少值", ""
    message = _bare(error.format_message())
    for start, said in _PLAIN.items():
        if message.startswith(start):
            return said + message.removeprefix(start).strip(" ()'s"), ""
    return message, ""


_PLAIN = {"No such command": "没有命令 ", "Got unexpected extra argument": "多出了 "}
"""How click begins a message it raises without a kind of its own, and how we put it."""


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return "参数"
    return (
        param.opts[0]
        if isinstance(param, click.Option)
        else param.make_metavar(click.Context(click.Command("")))
    )


def _bare(message: str) -> str:
    return " ".join(message.split()).rstrip("。.")
