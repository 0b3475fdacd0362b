"""Views: what is looked at survives a file and a link, and nothing else gets through either."""

from __future__ import annotations

import base64
import json
import math
import zlib
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.errors import DataError, SpecError, StorageError
from seqclass.inspection import view as views
from seqclass.inspection.view import View

times = st.floats(allow_nan=False, allow_infinity=False)
ranges = st.none() | st.tuples(times, times)
words = st.text(max_size=60).filter(lambda text: not views.is_remote(text))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | times | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
any_view = st.builds(
    View,
    dataset=words,
    dataset_path=words,
    item=words,
    path=words,
    text=st.none() | st.text(max_size=200),
    bundle=words,
    bundle_path=words,
    bundle_hash=st.sampled_from(("", "0" * 64)),
    layer=st.integers(0, 9),
    is_backward=st.booleans(),
    order=st.sampled_from(("index", "cluster")),
    target=words,
    unit=st.none() | st.integers(0, 511),
    visible=ranges,
    chosen=ranges,
    cursor=st.none() | times,
    hidden=st.lists(words, max_size=3).map(tuple),
    tool=st.sampled_from(("", "hands")),
    tool_state=st.dictionaries(st.text(max_size=8), plain, max_size=3),
)


def link_of(content: bytes) -> str:
    return views.LINK_START + base64.urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")


@given(any_view)
def test_a_link_gives_the_view_back(view: View) -> None:
    assert views.from_link(views.to_link(view)) == view


@given(any_view)
def test_json_gives_the_view_back(view: View) -> None:
    assert views._decode(views.to_json(view), "a test") == view


@given(st.text(max_size=80))
def test_no_text_that_is_pasted_raises_anything_but_words(text: str) -> None:
    for link in (text, views.LINK_START + text):
        with pytest.raises(SpecError, match="Received: "):
            views.from_link(link)


@given(st.binary(max_size=80))
def test_no_content_of_a_link_raises_anything_but_words(content: bytes) -> None:
    with pytest.raises(SpecError, match="Received: "):
        views.from_link(link_of(content))


def test_a_file_gives_the_view_back(tmp_path: Path) -> None:
    view = View(item="yes/a.wav", visible=(0.1, 0.4), tool="hands", tool_state={"hands": {"edits": []}})
    views.write(tmp_path / "v.seqview", view)
    assert views.read(tmp_path / "v.seqview") == view
    assert json.loads((tmp_path / "v.seqview").read_text("utf-8"))["schema"] == views.SCHEMA_VERSION


def test_a_link_that_a_mail_has_broken_into_lines_is_read() -> None:
    link = views.to_link(View(item="yes/a.wav"))
    assert views.from_link(f"  {link[:30]}\n {link[30:]}\n").item == "yes/a.wav"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[1]", "JSON object"),
        (b'{"schema": 99}', "Update seqclass"),
        (b'{"schema": 1, "layer": -1}', "Received: Expected `int` >= 0"),
        (b'{"schema": 1, "layer": "first"}', "Expected `int`"),
        (b'{"schema": 1, "bundle_hash": "../x"}', "matching regex"),
        (b'{"schema": 1, "bundle_path": "//machine/share/m.seqclass"}', "must lie on this machine"),
        (b'{"schema": 1, "path": "\\\\\\\\machine\\\\share\\\\a.wav"}', "must lie on this machine"),
        (b'{"schema": 1, "tool_state": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001, "Received: "),
    ],
)
def test_what_is_no_view_is_refused_in_words(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        views.from_link(link_of(content))
    (tmp_path / "v.seqview").write_bytes(content)
    with pytest.raises(SpecError, match=r"v\.seqview"):
        views.read(tmp_path / "v.seqview")


def test_a_link_that_unpacks_to_gigabytes_is_refused_before_it_does() -> None:
    with pytest.raises(SpecError, match="at most 4000000 bytes"):
        views.from_link(link_of(b" " * 20_000_000))


def test_a_view_too_long_for_a_link_says_to_copy_a_file() -> None:
    text = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(60_000))
    with pytest.raises(SpecError, match="as a file"):
        views.to_link(View(text=text))


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(SpecError, match="plain"):
        views.to_json(View(cursor=math.nan))


def test_what_a_later_program_adds_is_left_out() -> None:
    assert views.from_link(link_of(b'{"schema": 1, "item": "a", "mood": "good"}')) == View(item="a")


# With the project


def test_a_view_is_kept_with_the_data_set(tmp_path: Path) -> None:
    assert views.saved_views(tmp_path) == ()
    view = View(item="yes/a.wav")
    path = views.save(tmp_path, "Where it flips", view)
    assert path == tmp_path / ".seqclass" / "views" / "Where it flips.json"
    assert views.saved_views(tmp_path) == ("Where it flips",)
    assert views.load(tmp_path, "Where it flips") == view


@given(name=st.text(min_size=1, max_size=40))
def test_every_name_becomes_one_file_and_comes_back(name: str) -> None:
    tidy = " ".join(name.split())
    try:
        file = views._file_name(name)
    except SpecError:
        assert not tidy or len(tidy.encode("utf-8", "surrogatepass")) > 80
        return
    assert not set(file) & set('<>:"/\\|?*')
    assert not file.startswith(".")
    assert unquote(file.removesuffix(".json")) == tidy


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "词" * 81])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SpecError, match="name must have"):
        views.save(tmp_path, name, View())


def test_a_name_never_leads_out_of_the_project(tmp_path: Path) -> None:
    path = views.save(tmp_path, "../../up", View())
    assert path.parent == tmp_path / ".seqclass" / "views"
    assert views.saved_views(tmp_path) == ("../../up",)


def test_a_view_is_renamed_and_deleted(tmp_path: Path) -> None:
    views.save(tmp_path, "one", View(item="a"))
    views.save(tmp_path, "two", View(item="b"))
    with pytest.raises(DataError, match="another has"):
        views.rename(tmp_path, "one", "two")
    views.rename(tmp_path, "one", "三")
    assert views.saved_views(tmp_path) == ("two", "三")
    assert views.load(tmp_path, "三").item == "a"
    views.delete(tmp_path, "三")
    views.delete(tmp_path, "三")
    assert views.saved_views(tmp_path) == ("two",)
    with pytest.raises(StorageError, match="no such file"):
        views.load(tmp_path, "三")


def test_a_model_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"model")
    (tmp_path / "b").write_bytes(b"model")
    assert views.file_hash(tmp_path / "a") == views.file_hash(tmp_path / "b") != ""
    with pytest.raises(StorageError):
        views.file_hash(tmp_path / "c")
