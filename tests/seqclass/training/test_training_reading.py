"""Batches made ahead, items read in threads."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import pytest

from seqclass.data.manifest import Item
from seqclass.errors import CancelledError, ItemError
from seqclass.events import AnyEvent, CancelToken, Progress, ignore
from seqclass.training.reading import ahead, counted, read_items


def items(n: int) -> list[Item]:
    return [Item(id=f"item{index}", targets={}) for index in range(n)]


def names_of_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("seqclass-")]


def test_values_made_ahead_arrive_in_order_and_the_thread_ends() -> None:
    assert list(ahead(iter(range(100)), depth=2)) == list(range(100))
    assert names_of_threads() == []


def test_what_the_source_raises_arrives_after_the_values_before_it() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise ValueError("damaged")

    made = ahead(source())
    assert next(made) == 1
    with pytest.raises(ValueError, match="damaged"):
        next(made)
    assert names_of_threads() == []


@pytest.mark.parametrize("n_used", [0, 1, 5])
def test_leaving_early_ends_the_thread_at_once_even_where_it_waits_for_room(n_used: int) -> None:
    is_full = threading.Event()

    def source() -> Iterator[int]:
        for value in range(1000):
            if value == 7:
                is_full.set()
            yield value

    with contextlib.closing(ahead(source(), depth=2)) as made:
        for _ in range(n_used):
            next(made)
        if n_used == 5:
            assert is_full.wait(10)
    assert names_of_threads() == []


def test_an_error_of_the_consumer_ends_the_thread_before_it_travels_up() -> None:
    caught: list[BaseException] = []
    try:
        with contextlib.closing(ahead(iter(range(1000)))) as made:
            for _ in made:
                raise CancelledError("Cancelled.")
    except CancelledError as error:
        caught.append(error)  # its traceback holds the frame and with it the iterator
        assert names_of_threads() == []
    assert caught


def test_items_are_read_and_those_that_cannot_be_have_their_reason() -> None:
    def read(item: Item) -> str:
        if item.id in ("item3", "item7"):
            raise ItemError("there is no such file")
        return item.id.upper()

    contents, reasons = read_items(read, items(10), stage="reading", emit=ignore, cancel=CancelToken())
    assert list(contents) == [f"item{index}" for index in range(10) if index not in (3, 7)]
    assert contents["item4"] == "ITEM4"
    assert reasons == dict.fromkeys(["item3", "item7"], "there is no such file")


def test_a_fault_of_the_program_is_not_taken_for_an_unreadable_item() -> None:
    def read(item: Item) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_items(read, items(3), stage="reading", emit=ignore, cancel=CancelToken())


@pytest.mark.parametrize("act", [CancelToken.cancel, CancelToken.stop])
def test_reading_ends_with_full_progress_and_a_cancellation_or_stop_ends_it_early(act: Callable[[CancelToken], None]) -> None:
    heard: list[AnyEvent] = []
    read_items(lambda item: item.id, items(5), stage="reading", emit=heard.append, cancel=CancelToken())
    assert heard[-1] == Progress(stage="reading", done=5, total=5, eta_s=0.0)
    cancel, n_read = CancelToken(), 0

    def read(item: Item) -> None:
        nonlocal n_read
        n_read += 1
        act(cancel)

    with pytest.raises(CancelledError):
        read_items(read, items(1000), stage="reading", emit=ignore, cancel=cancel)
    assert n_read < 1000
    assert names_of_threads() == []


def test_counting_passes_values_on_lazily() -> None:
    assert next(counted(iter(range(10**9)), 10**9, stage="s", emit=ignore, cancel=CancelToken())) == 0
