"""What a plan costs and leaves out, in words that never let a step without a price pass for a free one."""

from decimal import Decimal

from assistant.schema import LeftOut, Plan, Step


def total(made: Plan) -> str:
    """Return what the steps of a plan take together; money and effort stand side by side, never added."""
    if made.cost_basis == "money":
        return f"合计 {_plain(made.total_cost)} 万元"
    effort = f"工作量 {_plain(made.total_effort)} 个单位，不是金额"
    if made.cost_basis == "effort":
        return f"都没有价格，要多少钱还不知道（{effort}）"
    return (
        f"有价的 {len(made.steps) - made.unpriced} 项合计 {_plain(made.total_cost)} 万元，"
        f"另外 {made.unpriced} 项没有价格、未计入（{effort}）"
    )


def cost(step: Step) -> str:
    """Return what one step takes, with its unit and where the figure comes from."""
    if step.cost_basis == "effort":
        return f"无价，工作量 {_plain(step.cost)}"
    return f"{_plain(step.cost)} 万元" + ("（目录价）" if step.cost_basis == "catalog" else "")


def left(one: LeftOut) -> str:
    """Return a scene left out, with the firm's words where it named it, and why."""
    now = "未评" if one.now is None else f"现{one.now}级"
    told = f"，企业点名“{one.named}”" if one.named else ""
    return f"{one.name}（{now}{told}）：{one.why}"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
