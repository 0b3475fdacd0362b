from __future__ import annotations

import gc
import weakref

import pytest

from seqclass.data.scanning.garbage import collect_young, no_collections


class Ring:
    """Something that only a search for cycles frees."""

    def __init__(self) -> None:
        self.itself = self


def test_within_the_block_only_what_is_new_is_searched() -> None:
    assert gc.isenabled()
    with no_collections():
        assert not gc.isenabled()
        ring = weakref.ref(Ring())
        for _ in range(2000):
            Ring()
        assert ring() is not None
        collect_young()
        assert ring() is None
    assert gc.isenabled()


def test_an_error_leaves_the_search_as_it_was() -> None:
    def fail() -> None:
        with no_collections():
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert gc.isenabled()
    gc.disable()
    try:
        with no_collections():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("is_on", [True, False])
def test_nothing_is_searched_where_somebody_else_sees_to_it(is_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "isenabled", lambda: is_on)
    monkeypatch.setattr(gc, "collect", lambda _: pytest.fail("A window frees its own objects in its own thread."))
    collect_young()
    if not is_on:
        with no_collections():
            collect_young()
