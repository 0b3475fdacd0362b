from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqclass.data.folds import fold_assignment, k_folds, leave_one_group_out
from seqclass.data.manifest import Item, Manifest, SplitAssignment
from seqclass.data.splits import assign_splits, content_key
from seqclass.errors import DataError
from seqclass.specs import SPLITS, DataSpec, Split, TargetSpec

few = settings(max_examples=40, deadline=None)  # a busy machine is no failure


def manifest(items: list[Item], *, targets: tuple[TargetSpec, ...] = (TargetSpec(),), data: DataSpec | None = None) -> Manifest:
    return Manifest(
        root="/nowhere",
        kind="speech",
        layout="class folders",
        data=data or DataSpec(),
        targets=targets,
        items=tuple(sorted(items, key=lambda item: item.id)),
    )


def item(name: str, label: str = "a", group: str | None = None, content: str | None = None, split: Split | None = None) -> Item:
    return Item(id=name, targets={"label": label}, group=group, split=split, file=name, content_hash=content or name)


def spoken(n_speakers: int, n_labels: int = 3, takes: int = 4) -> list[Item]:
    return [
        item(f"{label}/{speaker}_{take}", f"word{label}", f"speaker{speaker}")
        for label in range(n_labels)
        for speaker in range(n_speakers)
        for take in range(takes)
    ]


@st.composite
def many_items(draw: st.DrawFn, max_groups: int = 9) -> list[Item]:
    n = draw(st.integers(1, 60))
    return [
        item(
            f"{index:03d}",
            label=draw(st.sampled_from("abc")),
            group=draw(st.sampled_from([None, *(f"g{number}" for number in range(draw(st.integers(1, max_groups))))])),
            content=f"content{draw(st.integers(0, 80))}",
        )
        for index in range(n)
    ]


def parts_of_groups(assignment: SplitAssignment, items: tuple[Item, ...]) -> dict[str, set[Split]]:
    parts: dict[str, set[Split]] = {}
    for one in items:
        if one.group:
            parts.setdefault(one.group, set()).add(assignment.parts[one.id])
    return parts


@few
@given(many_items())
def test_a_group_never_stands_in_two_parts_of_a_split_by_group(items: list[Item]) -> None:
    scanned = manifest(items)
    assignment = assign_splits(scanned, DataSpec())
    assert set(assignment.parts) == {one.id for one in items}
    if assignment.by == "group" and not any("by item" in warning for warning in assignment.warnings):
        assert all(len(parts) == 1 for parts in parts_of_groups(assignment, scanned.items).values())
        assert assignment.shared_groups == ()


@few
@given(many_items(), st.sampled_from(["auto", "item"]))
def test_exact_duplicates_stay_together(items: list[Item], split_by: str) -> None:
    assignment = assign_splits(manifest(items), msgspec.structs.replace(DataSpec(), split_by=split_by))
    parts: dict[str, set[Split]] = {}
    for one in items:
        parts.setdefault(one.content_hash, set()).add(assignment.parts[one.id])
    assert all(len(found) == 1 for found in parts.values())


@few
@given(many_items(), st.integers(0, 40))
def test_adding_items_moves_none_that_was_saved(items: list[Item], n_before: int) -> None:
    before = assign_splits(manifest(items[: n_before + 1]), DataSpec())
    after = assign_splits(manifest(items), DataSpec(), saved=before.parts)
    for name, part in before.parts.items():
        assert after.parts[name] == part


@few
@given(many_items(), st.randoms())
def test_the_order_of_items_does_not_matter(items: list[Item], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert assign_splits(manifest(items), DataSpec()).parts == assign_splits(manifest(shuffled), DataSpec()).parts


@few
@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=80))
def test_a_class_of_three_items_or_more_is_in_every_part_of_a_split_by_item(labels: list[str]) -> None:
    items = [item(f"{index:03d}", label) for index, label in enumerate(labels)]
    assignment = assign_splits(manifest(items), DataSpec())
    for label, count in Counter(labels).items():
        parts = {assignment.parts[one.id] for one in items if one.targets["label"] == label}
        assert parts == (set(SPLITS) if count >= 3 else {"train", "test"} if count == 2 else {"train"})


@few
@given(many_items(), st.integers(2, 6))
def test_folds_test_each_item_once_and_never_train_on_a_copy_of_it(items: list[Item], k: int) -> None:
    if len({one.content_hash for one in items}) < k:
        return
    scanned = manifest(items)
    hashes = {one.id: one.content_hash for one in items}
    groups = {one.id: one.group for one in items if one.group}
    folds = k_folds(scanned, k)
    assert len(folds) == k
    assert sorted(name for fold in folds for name in fold.test) == sorted(hashes)
    for _, train, test in folds:
        assert not {hashes[name] for name in train} & {hashes[name] for name in test}
        if folds.by == "group":
            assert not {groups.get(name) for name in train} & {groups[name] for name in test if name in groups}


def test_eight_speakers_are_divided_whole_with_all_words_in_each_part() -> None:
    items = spoken(8)
    assignment = assign_splits(manifest(items), DataSpec())
    assert assignment.by == "group"
    assert assignment.warnings == ()
    assert Counter(assignment.parts.values()) == {"train": 72, "validation": 12, "test": 12}
    for part in SPLITS:
        assert {one.targets["label"] for one in assignment.items(manifest(items), part)} == {"word0", "word1", "word2"}


def test_a_part_goes_on_taking_speakers_until_it_has_every_word() -> None:
    items = [
        item(f"{speaker}_{word}_{take}", f"w{(speaker + word) % 4}", f"s{speaker:02d}")
        for speaker in range(20)
        for word in range(2)
        for take in range(3)
    ]
    data = DataSpec(test_share=0.15, validation_share=0.0)
    assignment = assign_splits(manifest(items), data)
    assert {one.targets["label"] for one in assignment.items(manifest(items), "test")} == {"w0", "w1", "w2", "w3"}
    assert not assignment.shared_groups


def test_one_speaker_with_most_items_does_not_become_the_test_part() -> None:
    items = spoken(5) + [item(f"big/{take}", f"word{take % 3}", "speaker0") for take in range(300)]
    for salt in "abcdef":
        assignment = assign_splits(manifest(items), DataSpec(salt=salt))
        assert assignment.parts["big/0"] == "train"


def test_three_speakers_are_divided_by_item_and_the_report_says_so() -> None:
    assignment = assign_splits(manifest(spoken(3, takes=40)), DataSpec())
    assert assignment.by == "item"
    assert assignment.shared_groups == ("speaker0", "speaker1", "speaker2")
    assert any("fewer than 4 groups (speaker: 3)" in warning for warning in assignment.warnings)


def test_a_group_that_is_a_target_itself_does_not_divide() -> None:
    items = [msgspec.structs.replace(one, targets={**one.targets, "speaker": str(one.group)}) for one in spoken(6)]
    assignment = assign_splits(manifest(items, targets=(TargetSpec(), TargetSpec(name="speaker"))), DataSpec())
    assert assignment.by == "item"
    for part in SPLITS:
        seen = assignment.items(manifest(items), part)
        assert {(one.targets["label"], one.targets["speaker"]) for one in seen} == {
            (one.targets["label"], one.targets["speaker"]) for one in items
        }


def test_dividing_by_group_where_each_word_has_its_own_speaker_is_refused_when_asked_for() -> None:
    items = [item(f"{word}/{take}", f"w{word}", f"s{word}") for word in range(6) for take in range(5)]
    with pytest.raises(DataError, match=r"data\.split_by=item"):
        assign_splits(manifest(items), DataSpec(split_by="group"))
    assignment = assign_splits(manifest(items), DataSpec())
    assert any("no speaker can be set apart" in warning for warning in assignment.warnings)
    assert set(assignment.parts.values()) == set(SPLITS)


def with_test(items: list[Item], tested: set[str]) -> list[Item]:
    return [msgspec.structs.replace(one, split="test" if one.group in tested else "train") for one in items]


def test_a_given_split_is_kept_and_validation_is_carved_from_train() -> None:
    items = [msgspec.structs.replace(one, split="test" if one.id.endswith("_0") else "train") for one in spoken(6)]
    assignment = assign_splits(manifest(items), DataSpec())
    assert assignment.by == "given"
    for one in items:
        assert (assignment.parts[one.id] == "test") == (one.split == "test")
    assert len(assignment.shared_groups) == 6
    carved = [one for one in items if assignment.parts[one.id] == "validation"]
    assert 3 <= len(carved) <= 6
    assert {one.group for one in carved} & {one.group for one in items if assignment.parts[one.id] == "train"}


def test_validation_has_speakers_of_its_own_where_the_given_test_has() -> None:
    items = with_test(spoken(8), {"speaker1", "speaker5"})
    assignment = assign_splits(manifest(items), DataSpec())
    assert all(len(parts) == 1 for parts in parts_of_groups(assignment, tuple(items)).values())
    assert "validation" in assignment.parts.values()


def test_without_a_validation_share_all_that_is_not_test_trains() -> None:
    for items in (spoken(3), spoken(8), with_test(spoken(8), {"speaker1"})):
        assert set(assign_splits(manifest(items), DataSpec(validation_share=0)).parts.values()) == {"train", "test"}
    assert set(assign_splits(manifest(spoken(8)), DataSpec(validation_share=0, test_share=0)).parts.values()) == {"train"}


def test_an_item_without_a_part_follows_its_copy_in_the_given_test_part() -> None:
    items = [
        *spoken(2),
        item("given", "word0", content="same", split="test"),
        item("copy", "word0", content="same"),
        item("named", "word0", content="same", split="train"),
    ]
    parts = assign_splits(manifest(items), DataSpec(validation_share=0)).parts
    assert parts["copy"] == "test"
    assert parts["named"] == "train"


def test_a_renamed_file_keeps_its_part() -> None:
    items = spoken(3)
    before = assign_splits(manifest(items), DataSpec())
    saved = {content_key(one.content_hash): before.parts[one.id] for one in items}
    renamed = [msgspec.structs.replace(one, id=f"new/{one.id}") for one in items]
    after = assign_splits(manifest(renamed), DataSpec(), saved=saved)
    assert {f"new/{name}": part for name, part in before.parts.items()} == after.parts


def test_another_salt_gives_another_split() -> None:
    splits = {tuple(assign_splits(manifest(spoken(8)), DataSpec(salt=salt)).parts.values()) for salt in "abcdefgh"}
    assert len(splits) > 1


def test_a_class_that_is_in_test_only_is_reported() -> None:
    items = [*with_test(spoken(5), {"speaker1"}), item("odd", "odd", split="test")]
    assert any("odd: in test, but not in train" in text for text in assign_splits(manifest(items), DataSpec()).warnings)


def test_leaving_one_speaker_out_tests_each_speaker_on_the_others() -> None:
    scanned = manifest([*spoken(6), item("nobody", "word0")])
    folds = leave_one_group_out(scanned, "speaker")
    assert [fold.name for fold in folds] == [f"speaker{number}" for number in range(6)]
    for name, train, test in folds:
        assert len(test) == 12
        assert len(train) == 60
        assert all(f"/{name[-1]}_" in one for one in test)
    assert folds.warnings == ("Items without speaker are in no fold. Received: 1 of them.",)
    inner = fold_assignment(scanned, DataSpec(), folds.folds[0])
    assert "nobody" not in inner.parts
    assert all(inner.parts[name] == "test" for name in folds.folds[0].test)
    assert {inner.parts[name] for name in folds.folds[0].train} == {"train", "validation"}
    assert inner.shared_groups == ()


def test_leaving_one_out_by_an_unknown_column_or_a_single_group_is_refused() -> None:
    with pytest.raises(DataError, match=r"Received: by=age"):
        leave_one_group_out(manifest(spoken(3)), "age")
    with pytest.raises(DataError, match=r"Received: speaker with 1"):
        leave_one_group_out(manifest(spoken(1)))


def test_folds_by_item_have_each_class_in_equal_number_and_say_that_voices_are_shared() -> None:
    folds = k_folds(manifest(spoken(2, n_labels=2, takes=10)), 10)
    assert folds.by == "item"
    assert any("nothing about new speakers" in warning for warning in folds.warnings)
    for fold in folds:
        assert Counter(name[0] for name in fold.test) == {"0": 2, "1": 2}


def test_folds_need_a_sensible_number() -> None:
    for k in (1, 100):
        with pytest.raises(DataError, match=f"folds={k}"):
            k_folds(manifest(spoken(2)), k)
