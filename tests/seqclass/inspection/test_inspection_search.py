"""Finding a moment elsewhere: which units are picked, which moments are hits, what is more than chance."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from support import make_bundle, model_spec, numeric_front_end, text_front_end, tone, write_bundle

from seqclass.data.manifest import Item
from seqclass.errors import DataError, UsageError
from seqclass.events import Finished, encode
from seqclass.inspection import store as stores
from seqclass.inspection.search import Findings, frames_between, make_pattern, search, suggest_threshold
from seqclass.inspection.store import StoredItem, StoredMap, StoreIndex, TraceStore
from seqclass.inspection.store_write import MapWriter, write_index
from seqclass.model.bundle import TargetCard
from seqclass.specs import SearchJob, TracesJob


def store_of(folder: Path, items: list[np.ndarray[Any, Any]], labels: str = "", *, timed: bool = True) -> TraceStore:
    """A store of made-up hidden states, without a model."""
    folder.mkdir()
    writer = MapWriter(folder, StoredMap("layer0", "hidden", items[0].shape[1]))
    stored, start = [], 0
    for number, values in enumerate(items):
        writer.add(values)
        label = labels[number] if labels else "a"
        item = Item(id=f"i{number}", targets={"label": label}, group=f"g{number % 2}", duration_s=len(values) * 0.01 + 0.02)
        first_s = 0.016 if timed else 0.0
        stored.append(StoredItem(item=item, start=start, n_frames=len(values), first_s=first_s, answers={"label": label}))
        start += len(values)
    index = StoreIndex(
        model="m",
        root="/d",
        kind="speech" if timed else "numeric",
        targets=("label",),
        hop_s=0.01 if timed else 1.0,
        maps=(writer.close(),),
        items=tuple(stored),
    )
    write_index(folder, index)
    return stores.open_store(folder)


def planted(rng: np.random.Generator, n_frames: int, at: int | None, *, length: int = 6) -> np.ndarray[Any, Any]:
    """Eight units in soft noise; at a frame unit 2 goes up and unit 5 goes down for a while, unit 7 is up all the time."""
    values = rng.uniform(-0.1, 0.1, (n_frames, 8)).astype(np.float32)
    values[:, 7] = 0.9
    if at is not None:
        values[at : at + length, 2] = 0.8
        values[at : at + length, 5] = -0.7
    return values


def look(store: TraceStore, values: np.ndarray[Any, Any], at: int, **more: Any) -> Findings:
    pattern = make_pattern(values, at, at + 6, half="layer0", threshold=0.5)
    return search(store, pattern, **more)


def test_units_are_picked_that_are_on_in_the_range_and_off_around_it(rng: np.random.Generator) -> None:
    pattern = make_pattern(planted(rng, 40, 10), 10, 16, half="layer0", threshold=0.5)
    assert pattern.units.tolist() == [2, 5]
    assert pattern.signs.tolist() == [1.0, -1.0]
    assert pattern.n_on == 3  # unit 7 as well, but it is never off
    everything = make_pattern(planted(rng, 40, 10), 10, 16, half="layer0", threshold=0.5, context=0)
    assert everything.units.tolist() == [2, 5, 7]


def test_the_suggested_threshold_is_the_highest_that_picks_what_there_is(rng: np.random.Generator) -> None:
    values = planted(rng, 40, 10)
    threshold = suggest_threshold(values[10:16], np.concatenate([values[7:10], values[16:19]]))
    assert 0.6 < threshold <= 0.7
    assert make_pattern(values, 10, 16, half="layer0").units.tolist() == [2, 5]


def test_every_planted_moment_is_a_hit_at_its_place_and_nothing_else_is(rng: np.random.Generator, tmp_path: Path) -> None:
    places = [3, None, 17, 0, None, 24]
    items = [planted(rng, 30, at) for at in places]
    findings = look(store_of(tmp_path / "s", items), planted(rng, 30, 12), 12)
    assert {hit.index: hit.start for hit in findings.hits} == {n: at for n, at in enumerate(places) if at is not None}
    assert all(hit.stop - hit.start == 6 for hit in findings.hits)
    assert all(hit.score == pytest.approx(1.0) for hit in findings.hits)
    first = next(hit for hit in findings.hits if hit.index == 0)
    assert (first.start_s, first.end_s) == (pytest.approx(0.016 + 2.5 * 0.01), pytest.approx(0.016 + 8.5 * 0.01))


def test_a_hit_never_reaches_over_the_border_of_two_items(rng: np.random.Generator, tmp_path: Path) -> None:
    """The one ends with what the other begins with."""
    items = [planted(rng, 20, 14), planted(rng, 20, 0)]
    findings = look(store_of(tmp_path / "s", items), planted(rng, 30, 12), 12)
    assert sorted((hit.index, hit.start, hit.stop) for hit in findings.hits) == [(0, 14, 20), (1, 0, 6)]
    assert [hit.around for hit in findings.hits] == [0.0, 0.0]


def test_moments_of_another_length_score_less_and_those_of_half_the_length_are_none(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    items = [planted(rng, 40, 10, length=length) for length in (6, 5, 9, 2)]
    findings = look(store_of(tmp_path / "s", items), planted(rng, 30, 12), 12, min_score=0.1)
    assert [(hit.index, pytest.approx(hit.score)) for hit in findings.hits] == [(0, 1.0), (1, 5 / 6), (2, 6 / 9)]


def test_units_that_are_also_on_around_cost_score(rng: np.random.Generator, tmp_path: Path) -> None:
    blurred = planted(rng, 40, 10)
    blurred[7:10, 2] = 0.8  # one of two units is on three frames before, out of three before and three after
    findings = look(store_of(tmp_path / "s", [blurred]), planted(rng, 30, 12), 12)
    assert findings.hits[0].around == pytest.approx(0.25)
    assert findings.hits[0].score == pytest.approx(0.75)


def test_lift_compares_with_chance_and_leaves_the_asking_item_out(rng: np.random.Generator, tmp_path: Path) -> None:
    labels = "aaaabbbbbbbb"
    items = [planted(rng, 30, 8 if number in (0, 1, 2, 3, 4) else None) for number in range(12)]
    findings = look(store_of(tmp_path / "s", items, labels), items[0], 8, query=("i0", 8, 14))
    assert (findings.n_items, findings.n_items_hit, findings.n_hits) == (11, 4, 5)
    assert [hit.item.id for hit in findings.hits if hit.is_query] == ["i0"]
    a, b = findings.by["label"]
    assert (a.name, a.n_items, a.n_hit, a.expected) == ("a", 3, 3, pytest.approx(3 * 4 / 11))
    assert a.lift == pytest.approx(11 / 4)
    assert b.lift == pytest.approx((1 / 8) / (4 / 11))
    assert a.interval is not None
    assert a.interval[0] < a.lift <= a.interval[1]
    assert {count.name for count in findings.by["group"]} == {"g0", "g1"}
    assert "answer" in findings.by


def test_all_are_counted_though_few_are_listed(rng: np.random.Generator, tmp_path: Path) -> None:
    items = [planted(rng, 30, 8) for _ in range(12)]
    findings = look(store_of(tmp_path / "s", items), items[0], 8, limit=3)
    assert (len(findings.hits), findings.n_hits, findings.n_items_hit) == (3, 12, 12)


def test_nothing_found_is_an_answer(rng: np.random.Generator, tmp_path: Path) -> None:
    findings = look(store_of(tmp_path / "s", [planted(rng, 30, None)] * 3), planted(rng, 30, 12), 12)
    assert (findings.hits, findings.n_hits) == ((), 0)
    assert findings.by["label"][0].lift == 0.0


def test_a_pattern_without_units_and_a_range_without_frames_are_refused(rng: np.random.Generator, tmp_path: Path) -> None:
    store = store_of(tmp_path / "s", [planted(rng, 30, 8)])
    with pytest.raises(UsageError, match="none of them off"):
        search(store, make_pattern(planted(rng, 30, None), 10, 16, half="layer0", threshold=0.5))
    with pytest.raises(UsageError, match="frames 40 to 30 of 30"):
        make_pattern(planted(rng, 30, 8), 40, 50, half="layer0")


def test_a_range_in_seconds_takes_frames_by_their_centres() -> None:
    times_s = 0.016 + 0.01 * np.arange(20)
    assert frames_between(times_s, 0.03, 0.06) == (2, 5)
    assert frames_between(times_s, 0.0265, 0.0270) == (1, 2)
    assert frames_between(times_s, 5.0, 6.0) == (19, 20)


def test_many_items_are_read_in_few_pieces_and_each_row_once(
    rng: np.random.Generator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes a search of 3,000 items fast; `tests/bench/inspection_sets.py` times it."""
    items = [planted(rng, 25, 10), planted(rng, 25, None)] * 500
    store = store_of(tmp_path / "s", items)
    pattern = make_pattern(items[0], 10, 16, half="layer0")
    read: list[int] = []
    chunks = TraceStore.chunks

    def counted(self: TraceStore, half: str, name: str) -> Iterator[tuple[int, Any]]:
        for start, rows in chunks(self, half, name):
            read.append(len(rows))
            yield start, rows

    monkeypatch.setattr(TraceStore, "chunks", counted)
    monkeypatch.delattr(TraceStore, "of")  # nobody asks for the map of a single item
    findings = search(store, pattern, limit=5)
    assert (findings.n_items, findings.n_hits, len(findings.hits)) == (1000, 500, 5)
    assert sum(read) == store.n_frames
    assert len(read) <= 2


def test_a_model_of_numbers_alone_is_searched_too(bench: Any, tmp_path: Path) -> None:
    """There is no class to group by, and what it says is no label."""
    root = bench.numeric_set(tmp_path / "d")
    size = TargetCard(name="size", kind="number", scale=3.0, offset=40.0)
    bundle = make_bundle("numeric", front_end=numeric_front_end(2), model=model_spec(lstm=(12,)), targets=(size,))
    write_bundle(tmp_path / "m.seqclass", bundle)
    job = SearchJob(bundle=str(tmp_path / "m.seqclass"), dataset=str(root), item="item000.npy", start=2, end=4)
    result = bench.run(job).result
    assert set(result["by"]) <= {"group"}
    assert encode(Finished(result=result))
    assert all(isinstance(hit["answer"], float) for hit in result["hits"])


@pytest.mark.parametrize("kind", ["speech", "text", "numeric"])
def test_the_job_finds_a_range_of_an_item_in_that_very_item(bench: Any, tmp_path: Path, kind: str) -> None:
    """On each kind of data, by the command's own job: the range that was asked with is a hit, and the CSV says the same."""
    makers = {"speech": bench.speech_set, "text": bench.text_set, "numeric": bench.numeric_set}
    root = makers[kind](tmp_path / "d")
    front_end = {"speech": None, "text": text_front_end(), "numeric": numeric_front_end(2)}[kind]
    layout = model_spec(lstm=(12, 12), bidirectional=True)
    bundle = write_bundle(tmp_path / "m.seqclass", make_bundle(kind, front_end=front_end, model=layout))  # type: ignore[arg-type]
    store = bench.run(_traces(tmp_path, root)).result["store"]
    opened = stores.open_store(store)
    item = max(opened.items, key=lambda each: each.n_frames)
    middle = opened.times_s(opened.items.index(item))[item.n_frames // 2]
    start, end = (middle - 0.02, middle + 0.03) if kind == "speech" else (float(middle), float(middle) + 1)
    job = SearchJob(
        bundle=str(bundle.path),
        dataset=str(root),
        item=item.item.id,
        start=start,
        end=end,
        half="layer1.backward",
        state="cell",
        csv=str(tmp_path / "hits.csv"),
        limit=100_000,
    )
    result = bench.run(job).result
    assert [hit["item"] for hit in result["hits"] if hit["is_query"]] == [item.item.id]
    with (tmp_path / "hits.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["item"] for row in rows] == [hit["item"] for hit in result["hits"]]
    if kind == "text":
        words = bundle.front_end.encode(item.item.text or "").tokens  # type: ignore[call-arg, arg-type]
        query = next(hit for hit in result["hits"] if hit["is_query"])
        assert query["words"] == " ".join(words[query["start"] : query["stop"]])


def test_a_take_from_outside_can_ask_too(bench: Any, tmp_path: Path) -> None:
    root = bench.speech_set(tmp_path / "d")
    write_bundle(tmp_path / "m.seqclass", make_bundle("speech", model=model_spec(lstm=(12,))))
    soundfile.write(tmp_path / "take.wav", tone(), 8000)
    job = SearchJob(bundle=str(tmp_path / "m.seqclass"), dataset=str(root), item=str(tmp_path / "take.wav"), start=0.1, end=0.2)
    assert not any(hit["is_query"] for hit in bench.run(job).result["hits"])
    with pytest.raises(DataError, match=r"no item of the data set, and as a file"):
        bench.run(SearchJob(bundle=str(tmp_path / "m.seqclass"), dataset=str(root), item="none.wav", start=0.1, end=0.2))
    with pytest.raises(UsageError, match="layer0"):
        bench.run(
            SearchJob(
                bundle=str(tmp_path / "m.seqclass"),
                dataset=str(root),
                item=str(tmp_path / "take.wav"),
                start=0.1,
                end=0.2,
                half="layer7",
            )
        )


def _traces(folder: Path, root: Path) -> TracesJob:
    return TracesJob(bundle=str(folder / "m.seqclass"), dataset=str(root), maps=("cell", "hidden"))
