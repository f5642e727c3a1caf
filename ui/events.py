"""How a job is run from a button: the button waits while it works, and what goes wrong is one plain line."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import gradio as gr


def warn(words: str) -> None:
    """Show lines that go away by themselves, the longer the more there is to read; whatever is in them stays text."""
    lines = escape(words).splitlines()
    gr.Warning("<br>".join(lines), title="请看一下", duration=10 + 4 * (len(lines) - 1))


def run(
    triggers: Sequence[Callable[..., Any]],
    buttons: Sequence[gr.Button | gr.UploadButton],
    job: Callable[..., Any],
    inputs: Any,
    outputs: Any,
    *,
    shown_on: Any = None,
) -> list[Any]:
    """Run a job on each trigger and keep its buttons from being pressed again meanwhile.

    Args:
        triggers: Events of components, e.g. `button.click`.
        buttons: What may not be pressed while the job runs.
        job: What to do, a function or a generator of outputs.
        inputs: What the job is given.
        outputs: What it fills.
        shown_on: The outputs that show that something is under way; all of them where None.

    Returns:
        The job after each trigger, for what follows it.
    """
    kinds = [type(button) for button in buttons]

    def each(on: bool) -> Any:
        updates = [kind(interactive=on) for kind in kinds]
        return updates if len(updates) != 1 else updates[0]

    jobs = []
    for trigger in triggers:
        quiet = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        started = trigger(lambda: each(False), None, list(buttons), **quiet)
        worked = started.then(job, inputs, outputs, api_visibility="private", show_progress_on=shown_on)
        for ended in (worked.success, worked.failure):  # `then` does not follow a job that failed
            ended(lambda: each(True), None, list(buttons), **quiet)
        jobs.append(worked)
    return jobs
