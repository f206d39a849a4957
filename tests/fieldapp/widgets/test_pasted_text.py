"""What is pasted into a line arrives as far as it fits, and is never lost in silence."""

import pytest
from textual.app import App, ComposeResult
from textual.events import Paste

from fieldapp.messages import Said
from fieldapp.widgets.line import PlainInput


class OneLine(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield PlainInput(max_length=20)

    def on_said(self, event: Said) -> None:
        self.said.append(event.word)


@pytest.mark.parametrize(
    ("pasted", "kept", "said"),
    [
        ("楼道灯不亮", "ab楼道灯不亮", []),
        ("第一行\n第二行\r\n第三行", "ab第一行 第二行 第三行", []),
        ("x" * 10_000, "ab" + "x" * 18, ["Text was cut"]),
        ("\x1b[31mred\x00\u202e", "ab\ufffdred", []),
        ("", "ab", []),
    ],
)
async def test_a_pasted_text_is_one_clean_line_as_far_as_it_fits(pasted: str, kept: str, said: list[str]) -> None:
    app = OneLine()
    async with app.run_test() as pilot:
        line = app.query_one(PlainInput)
        line.put("ab")
        line.post_message(Paste(pasted))
        await pilot.pause()
        assert line.value == kept
        assert app.said == said
