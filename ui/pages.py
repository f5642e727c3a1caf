"""The workspace: three tabs for three people."""

import gradio as gr

from assistant.app import Assistant
from ui import ask, diagnose, training

_HEAD = (
    '<header class="cm-head"><h1>参谋</h1><p>中小企业数字化转型：政策问答、资格核对、一企一策</p></header>'
    '<p class="cm-note">判断由规则作出，逐条给出处；未写明的不猜。等级为按公开资料测算的自评结果，以主管部门认定为准。</p>'
)
SEVERAL = 4
"""People served at the same moment by one button; the others wait their turn."""


def build(assistant: Assistant) -> gr.Blocks:
    """Return the page. Nothing heavy is loaded until somebody asks."""
    page: gr.Blocks
    with gr.Blocks(
        title="参谋 · 中小企业数字化转型", analytics_enabled=False, delete_cache=(3600, 3600)
    ) as page:
        gr.HTML(_HEAD)
        with gr.Tabs():
            with gr.Tab("企业问答", id="ask") as tab:
                ask.draw(assistant, page, tab)
            with gr.Tab("一企一策", id="diagnose"):
                diagnose.draw(assistant, page)
            with gr.Tab("政策培训", id="training"):
                training.draw(assistant, page)
    page.queue(default_concurrency_limit=SEVERAL)
    return page
