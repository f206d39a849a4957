"""Lines, tags and signals in one order; and a terminal that is given back as it was found."""

import os
import pty
import termios
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.plain.echo import Echo
from fieldapp.plain.events import InputEnded, Line, Signalled, TagRead
from fieldapp.plain.inbox import MAX_LINE_BYTES, Inbox, PostedNews

PATIENCE_S = 20.0


class Pipe:
    """A pipe into an inbox."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.reading, self.writing = os.pipe()
        self.inbox = Inbox(self.reading, encoding=encoding)

    def write(self, data: bytes) -> None:
        os.write(self.writing, data)

    def end(self) -> None:
        os.close(self.writing)

    def close(self) -> None:
        """Close also what a program keeps open until it ends: nobody posts here any more."""
        for descriptor in (self.reading, self.inbox._woken, self.inbox._wake):
            os.close(descriptor)

    def next(self) -> object:
        return self.inbox.next(PATIENCE_S)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    opened = Pipe()
    yield opened
    opened.close()


def test_lines_come_one_after_the_other_and_then_the_end(pipe: Pipe) -> None:
    pipe.write("1\n\n楼道灯\r\nlast".encode())
    pipe.end()
    assert [pipe.next() for _line in range(5)] == [Line("1"), Line(""), Line("楼道灯"), Line("last"), InputEnded()]
    assert pipe.next() == InputEnded()


def test_what_is_posted_comes_before_a_line_that_waits(pipe: Pipe) -> None:
    pipe.write(b"1\n")
    PostedNews(pipe.inbox.post).tag_read("em", "0102030405", 0.0, "checked")
    assert [pipe.next(), pipe.next()] == [TagRead("em", "0102030405"), Line("1")]


def test_a_post_of_another_thread_ends_the_wait(pipe: Pipe) -> None:
    thread = threading.Thread(target=lambda: pipe.inbox.post(Signalled(15)))
    thread.start()
    assert pipe.next() == Signalled(15)
    thread.join()


def test_lines_wait_while_none_is_wanted(pipe: Pipe) -> None:
    pipe.write(b"1\n")
    assert pipe.inbox.next(0.0, wants_lines=False) is None
    assert pipe.next() == Line("1")


def test_nothing_within_the_time_is_said_to_be_nothing(pipe: Pipe) -> None:
    assert pipe.inbox.next(0.0) is None


def test_a_line_without_end_is_cut_and_takes_no_more_memory(pipe: Pipe) -> None:
    def pour() -> None:
        for _time in range(20):
            pipe.write(b"x" * MAX_LINE_BYTES)
        pipe.write(b"\nnext\n")
        pipe.end()

    thread = threading.Thread(target=pour)
    thread.start()
    line = pipe.next()
    thread.join()
    assert isinstance(line, Line)
    assert MAX_LINE_BYTES <= len(line.text) <= 3 * MAX_LINE_BYTES
    assert pipe.next() == Line("next")


def test_bytes_that_are_no_text_are_replaced(pipe: Pipe) -> None:
    pipe.write(b"\xff\xfe1\n")
    assert pipe.next() == Line("��1")


def test_another_encoding_of_the_terminal_is_read_as_such() -> None:
    pipe = Pipe("gb18030")
    pipe.write("楼道\n".encode("gb18030"))
    assert pipe.next() == Line("楼道")
    pipe.end()
    pipe.close()


@given(st.lists(st.text(st.characters(blacklist_characters="\n\r", blacklist_categories=("Cs",)), max_size=30)))
def test_any_lines_come_out_as_they_went_in(lines: list[str]) -> None:
    pipe = Pipe()
    pipe.write("".join(f"{line}\n" for line in lines).encode())
    pipe.end()
    got = [pipe.next() for _line in lines]
    assert got == [Line(line) for line in lines]
    assert pipe.next() == InputEnded()
    pipe.close()


def echoes(terminal: int) -> bool:
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def test_a_terminal_stops_showing_what_is_typed_and_is_given_back() -> None:
    outer, inner = pty.openpty()
    echo = Echo(inner)
    echo.show(False)
    assert not echoes(inner)
    echo.show(True)
    assert echoes(inner)
    echo.show(False)
    echo.close()
    assert echoes(inner)
    os.close(inner)
    os.close(outer)
    echo.close()


def test_what_was_typed_before_the_echo_goes_off_is_not_lost() -> None:
    outer, inner = pty.openpty()
    os.write(outer, b"1\n3141")
    Echo(inner).show(False)
    os.write(outer, b"59\n")
    inbox = Inbox(inner)
    assert [inbox.next(PATIENCE_S), inbox.next(PATIENCE_S)] == [Line("1"), Line("314159")]
    os.close(inner)
    os.close(outer)
