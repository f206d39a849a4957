"""The captures themselves: their checks are right where they say so, reckoned by other means than the codecs'."""

import pytest

from devices.models import MODELS
from tests.contracts.codec_frames import captured
from tests.devices.checks import HOLDS


@pytest.mark.parametrize("name", HOLDS)
def test_every_frame_that_is_called_good_holds_together_and_no_other_does(name: str) -> None:
    for frame in captured(MODELS[name]):
        is_other_layout = name.startswith("chafon") and frame.faults == ("wrong_length",)
        assert HOLDS[name](frame.data) is (not frame.faults or is_other_layout), frame.note
