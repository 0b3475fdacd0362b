"""The Live page: holding, listening, files, texts, right and wrong, export, trouble with the microphone."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from looks import nameless, wait_until_whole
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from smoothness import assert_smooth
from support import DIGITS, make_bundle, model_spec, tone, write_bundle

from gui.pages.live.workspace import LiveWorkspace
from gui.widgets.event_table import UNKNOWN
from seqclass.audio.capture import Capture
from seqclass.audio.devices import Device
from seqclass.data.scan import scan
from seqclass.errors import DeviceError, MissingDependencyError
from seqclass.events import ItemClassified
from seqclass.model.bundle import TargetCard

FIRST_PAGE = "live"
WAIT_MS = 20_000
RATE_HZ = 8000
USB = Device("usb", "USB Microphone", RATE_HZ, 1, "pulse", is_default=True)
DESK = Device("desk", "Desk Microphone", RATE_HZ, 1, "pulse")


class FakeMicrophone:
    """An open stream: `give` plays the device's part."""

    def __init__(self):
        self.rate_hz, self.n_channels = RATE_HZ, 1
        self.is_open = False
        self.opened = []
        self.error = None
        self.noise = np.random.default_rng(0)

    def open(self, name):
        """What opens it."""
        self.opened.append(name)
        if self.error is not None:
            raise self.error
        return Capture(USB, open_stream=self._take)

    def _take(self, _device, callback, finished):
        self.callback, self.finished = callback, finished
        return self

    def start(self):
        """Let sound come."""
        self.is_open = True

    def close(self):
        """End it."""
        self.is_open = False

    def give(self, samples):
        """A block from the device."""
        self.callback(np.rint(np.asarray(samples) * 32767).astype(np.int16).tobytes(), False)  # as PortAudio gives it

    def quiet(self, seconds):
        """The room."""
        self.give(0.001 * self.noise.standard_normal(round(seconds * RATE_HZ)))

    def say(self, *, seed=1):
        """A word between pauses."""
        self.quiet(0.6)
        self.give(tone(0.5, RATE_HZ, seed=seed))
        self.quiet(0.6)


@pytest.fixture
def fake():
    return FakeMicrophone()


@pytest.fixture
def made(qtbot, state, dialogs, fake):
    """Makes the workspace with a model."""
    spaces = []

    def make(bundle, devices=(USB, DESK)):
        def answer():
            if isinstance(devices, Exception):
                raise devices
            return devices

        workspace = LiveWorkspace(state, dialogs, open_capture=fake.open, list_devices=answer)
        qtbot.addWidget(workspace)
        spaces.append(workspace)
        state._take_bundle(bundle)
        workspace.resize(1100, 740)
        workspace.show()
        with qtbot.waitSignal(workspace.controls.box.listed, timeout=WAIT_MS):
            workspace.come()
        return workspace

    yield make
    for workspace in spaces:
        workspace.close_all()


@pytest.fixture
def live(made, tmp_path):
    return made(write_bundle(tmp_path / "words.seqclass"))


def entries(workspace):
    return workspace.events.table.events.entries


def listen(qtbot, live, fake):
    with qtbot.waitSignal(live.hearing.microphone.opened, timeout=WAIT_MS):
        qtbot.mouseClick(live.controls.listen, Qt.MouseButton.LeftButton)
    assert fake.is_open


def test_listening_tells_words_with_bars_marks_and_gates(qtbot, live, fake):
    listen(qtbot, live, fake)
    fake.say()
    fake.say(seed=2)
    qtbot.waitUntil(lambda: len(entries(live)) == 2, timeout=WAIT_MS)
    newest = entries(live)[0]
    assert newest.start_s > entries(live)[1].end_s
    assert newest.delay_s == pytest.approx(0.16, abs=0.02)
    assert newest.clip is not None
    assert newest.confidence == pytest.approx(max(newest.probabilities.values()))
    assert live.answer.bars.accessibleDescription().startswith(newest.best)
    assert [mark.row for mark in live.picture.roll._marks] == [1, 2]
    assert live.picture.roll._gates.values.any()
    assert live.picture.roll._answers.values.any()
    assert "160 ms" in live.controls.status.text()
    qtbot.mouseClick(live.controls.listen, Qt.MouseButton.LeftButton)
    assert live.controls.phase == "off"


@pytest.mark.parametrize("key", ["hidden", "cell", "forget_gate"])
def test_another_map_shows_what_was_heard_before(qtbot, live, fake, key):
    listen(qtbot, live, fake)
    fake.say()
    qtbot.waitUntil(lambda: bool(entries(live)), timeout=WAIT_MS)
    live.picture.map.setCurrentIndex(live.picture.map.findData(key))
    live.picture.take_map()
    assert live.picture.roll._gates.values.any()
    assert not live.picture.roll.grab().isNull()


def test_holding_the_button_gives_one_answer(qtbot, live, fake):
    with qtbot.waitSignal(live.hearing.microphone.opened, timeout=WAIT_MS):
        qtbot.mousePress(live.controls.hold, Qt.MouseButton.LeftButton)
    fake.say()
    fake.say(seed=3)
    qtbot.waitUntil(lambda: live.picture.roll._sound.end > 320, timeout=WAIT_MS)
    assert not entries(live)
    qtbot.mouseRelease(live.controls.hold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(entries(live)) == 1, timeout=WAIT_MS)
    entry = entries(live)[0]
    assert entry.end_s - entry.start_s > 1.2
    assert fake.is_open, "the next word finds it open"


def test_space_is_the_hold_button_also_from_the_table(qtbot, live, fake):
    live.events.table.setFocus()
    with qtbot.waitSignal(live.hearing.microphone.opened, timeout=WAIT_MS):
        QTest.keyPress(live.events.table, Qt.Key.Key_Space)
    assert live.controls.hold.isDown()
    fake.say()
    qtbot.waitUntil(lambda: live.picture.roll._sound.end > 160, timeout=WAIT_MS)
    QTest.keyRelease(live.events.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(entries(live)) == 1, timeout=WAIT_MS)
    assert live.controls.phase == "off"


def test_a_held_silence_is_told_and_no_word(qtbot, live, fake):
    with qtbot.waitSignal(live.hearing.microphone.opened, timeout=WAIT_MS):
        live.hearing.begin_hold()
    fake.quiet(0.5)
    qtbot.waitUntil(lambda: live.picture.roll._sound.end > 40, timeout=WAIT_MS)
    live.hearing.end_hold()
    qtbot.waitUntil(lambda: "Nothing was heard" in live.controls.status.text(), timeout=WAIT_MS)
    assert not entries(live)


def test_the_threshold_makes_words_unknown_and_is_remembered(qtbot, live, fake, state):
    live.answer.settings.threshold.setValue(100)
    assert state.page_setting("live", "threshold", None) == 100
    listen(qtbot, live, fake)
    fake.say()
    qtbot.waitUntil(lambda: bool(entries(live)), timeout=WAIT_MS)
    assert entries(live)[0].label == UNKNOWN
    assert live.answer.title.text() == "unknown"


def test_the_decision_delay_is_a_setting_that_holds_at_once(qtbot, live, fake):
    listen(qtbot, live, fake)
    live.answer.settings.delay.setValue(300)
    assert "300 ms" in live.controls.status.text()
    fake.say()
    qtbot.waitUntil(lambda: bool(entries(live)), timeout=WAIT_MS)
    assert entries(live)[0].delay_s == pytest.approx(0.3, abs=0.02)


def test_digital_silence_is_named(qtbot, live, fake):
    listen(qtbot, live, fake)
    fake.give(np.zeros(RATE_HZ))
    qtbot.waitUntil(lambda: "digital silence" in live.controls.status.text(), timeout=WAIT_MS)
    assert live.controls.status.property("kind") == "warn"
    fake.say()
    qtbot.waitUntil(lambda: "digital silence" not in live.controls.status.text(), timeout=WAIT_MS)


def test_silence_between_words_is_no_alarm_where_the_microphone_was_heard_before(qtbot, live, fake):
    listen(qtbot, live, fake)
    fake.say()
    qtbot.waitUntil(lambda: bool(entries(live)), timeout=WAIT_MS)
    fake.give(np.zeros(RATE_HZ))
    qtbot.waitUntil(lambda: "noise filter" in live.controls.status.text(), timeout=WAIT_MS)
    assert live.controls.status.property("kind") == "muted"


def test_trouble_is_told_in_the_language_of_the_moment(qtbot, application, live, fake, state):
    listen(qtbot, live, fake)
    fake.give(np.zeros(RATE_HZ))
    qtbot.waitUntil(lambda: "digital silence" in live.controls.status.text(), timeout=WAIT_MS)
    application.state.change_settings(language="zh_CN")
    qtbot.waitUntil(lambda: "USB Microphone 只传来数字静音" in live.controls.status.text(), timeout=WAIT_MS)
    application.state.change_settings(language="en")


def test_a_lost_microphone_keeps_what_was_said_and_says_so(qtbot, live, fake):
    listen(qtbot, live, fake)
    fake.quiet(0.6)
    fake.give(tone(0.5, RATE_HZ, seed=1))
    fake.finished()
    with qtbot.waitSignal(live.hearing.microphone.closed, timeout=WAIT_MS):
        pass
    assert len(entries(live)) == 1
    assert "has gone" in live.controls.status.text()
    assert live.controls.phase == "off"
    live.controls.box._take((DESK,))
    assert "has gone" in live.controls.status.text(), "another one is no comfort"
    live.controls.box._take((USB, DESK))
    assert "has gone" not in live.controls.status.text()
    listen(qtbot, live, fake)


def test_a_microphone_that_cannot_be_opened_is_told(qtbot, live, fake, messages):
    fake.error = DeviceError("The microphone must be free. Received: in use.")
    with qtbot.waitSignal(live.hearing.microphone.closed, timeout=WAIT_MS):
        live.hearing.set_listening(is_wanted=True)
    assert "in use" in live.controls.status.text()
    assert messages[-1].level == "bad"
    assert not live.controls.listen.isChecked()


@pytest.mark.parametrize(
    ("devices", "words"),
    [((), "No microphone was found"), (MissingDependencyError("PortAudio is needed. Received: none."), "PortAudio")],
)
def test_a_machine_without_sound_still_reads_files(made, tmp_path, devices, words):
    live = made(write_bundle(tmp_path / "words.seqclass"), devices)
    assert not live.controls.hold.isEnabled()
    assert not live.controls.listen.isEnabled()
    assert words in live.controls.status.text()
    assert live.events.files.isEnabled()


def test_the_chosen_microphone_is_remembered_by_name(qtbot, live, fake, state):
    box = live.controls.box
    box.setCurrentIndex(box.findData("desk"))
    box.activated.emit(box.currentIndex())
    assert state.settings.microphone == "desk"
    box._take((USB,))
    assert "unplugged" in box.currentText()
    box._take((USB, DESK))
    assert box.currentText() == "Desk Microphone"
    listen(qtbot, live, fake)
    assert fake.opened == ["desk"]


def drop(live, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    live.dropEvent(QDropEvent(QPointF(9, 9), action, data, buttons, Qt.KeyboardModifier.NoModifier))


def test_the_table_says_where_dragged_files_go(live, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.wav"))])
    action, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    live.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), action, data, buttons, keys))
    assert live.events.property("kind") == "info"
    live.dragLeaveEvent(QDragLeaveEvent())
    assert live.events.property("kind") == "card"


def test_dropped_files_are_classified_in_order_and_bad_ones_say_why(qtbot, live, dataset, tmp_path, messages, state):
    bad = tmp_path / "broken.wav"
    bad.write_bytes(b"RIFF")
    files = [*sorted(dataset.rglob("*.wav"))[:2], bad]
    drop(live, files[:2])
    drop(live, files[2:])
    qtbot.waitUntil(lambda: len(entries(live)) == 3 and not state.jobs, timeout=WAIT_MS)
    assert [entry.source for entry in reversed(entries(live))] == [str(path) for path in files]
    assert entries(live)[0].error
    assert not live.events.inspect.isEnabled()
    assert entries(live)[1].label in ("no", "stop", "yes")
    assert "could not be read" in messages[-1].text


def test_typed_texts_are_previewed_then_kept_in_the_table(qtbot, made, tmp_path, state):
    live = made(write_bundle(tmp_path / "texts.seqclass", make_bundle("text")))
    assert live.controls.isHidden()
    assert not live.text.isHidden()
    qtbot.keyClicks(live.text.field, "a good film")
    qtbot.waitUntil(lambda: "so far" in live.answer.note.text(), timeout=WAIT_MS)
    assert not entries(live)
    live.text.field.setPlainText("a good film\n\na bad film")
    qtbot.keyClick(live.text.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(entries(live)) == 2, timeout=WAIT_MS)
    assert {entry.source for entry in entries(live)} == {"a good film", "a bad film"}
    live.events.inspect.click()
    assert state.selection.text == entries(live)[0].source


@pytest.mark.slow
def test_a_numeric_model_reads_files_alone(qtbot, made, tmp_path, state):
    live = made(write_bundle(tmp_path / "moves.seqclass", make_bundle("numeric")))
    assert live.controls.isHidden()
    assert live.text.isHidden()
    np.save(tmp_path / "one.npy", np.ones((7, 3)))
    live.reading.files([str(tmp_path / "one.npy")])
    qtbot.waitUntil(lambda: len(entries(live)) == 1 and not state.jobs, timeout=WAIT_MS)
    assert not entries(live)[0].error


def hear_one(qtbot, live, fake):
    listen(qtbot, live, fake)
    fake.say()
    qtbot.waitUntil(lambda: bool(entries(live)), timeout=WAIT_MS)
    live.hearing.set_listening(is_wanted=False)


@pytest.fixture
def scans(state, monkeypatch):
    """Scans in the test's own process, and counts them."""
    done = []

    def rescan():
        state.manifest = scan(state.dataset)
        state.manifest_changed.emit(state.manifest)
        done.append(len(state.manifest.items))

    monkeypatch.setattr(state, "rescan", rescan)
    return done


def test_wrong_puts_the_clip_into_the_data_set_and_undo_takes_it_out(qtbot, live, fake, state, dataset, messages, scans):
    hear_one(qtbot, live, fake)
    bar = live.answer.keep_bar
    assert not bar.right.isEnabled(), "no data set is open"
    state.open_dataset(dataset)
    assert bar.right.isEnabled()
    assert not bar.wrong.isEnabled()
    bar.truth.setEditText("maybe")
    qtbot.mouseClick(bar.wrong, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: entries(live)[0].kept_as == "maybe", timeout=WAIT_MS)
    (kept,) = (dataset / "maybe").glob("*.wav")
    assert kept.stat().st_size > 2 * 0.4 * RATE_HZ
    assert not bar.wrong.isEnabled()
    messages[-1].on_action()
    qtbot.waitUntil(lambda: not kept.exists() and not entries(live)[0].kept_as, timeout=WAIT_MS)
    assert scans == [6, 7, 6]


def test_right_puts_it_in_as_what_was_heard(qtbot, live, fake, state, dataset, scans):
    hear_one(qtbot, live, fake)
    state.open_dataset(dataset)
    label = entries(live)[0].label
    qtbot.mouseClick(live.answer.keep_bar.right, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(list((dataset / label).glob("*.wav"))) == 3, timeout=WAIT_MS)
    assert bool(scans)


def test_the_log_is_exported_oldest_first(qtbot, live, fake, dialogs, tmp_path, messages):
    hear_one(qtbot, live, fake)
    dialogs.answers.append(tmp_path / "events.csv")
    live.events.export.click()
    qtbot.waitUntil(lambda: bool(messages), timeout=WAIT_MS)
    (row,) = csv.DictReader((tmp_path / "events.csv").read_text(encoding="utf-8").splitlines())
    assert row["label"] == entries(live)[0].label
    assert float(row["probability of yes"]) == pytest.approx(entries(live)[0].probabilities["yes"])
    live.events.forget.click()
    assert not entries(live)
    assert not live.events.export.isEnabled()


def test_a_heard_clip_opens_in_inspect(qtbot, live, fake, state):
    import soundfile

    hear_one(qtbot, live, fake)
    with qtbot.waitSignal(state.page_requested, timeout=WAIT_MS) as asked:
        live.events.inspect.click()
    assert asked.args == ["inspect"]
    samples, rate_hz = soundfile.read(state.selection.path, dtype="float32")
    np.testing.assert_allclose(samples, entries(live)[0].clip, atol=1e-4)
    assert rate_hz == RATE_HZ


def test_leaving_the_page_lets_go_of_the_microphone(qtbot, live, fake):
    listen(qtbot, live, fake)
    live.go()
    qtbot.waitUntil(lambda: not fake.is_open, timeout=WAIT_MS)
    assert not live.hearing.microphone.is_open


def test_listening_never_holds_the_window(qtbot, live, fake):
    listen(qtbot, live, fake)

    def hear():
        n = len(entries(live))
        fake.say()
        fake.say(seed=4)
        qtbot.waitUntil(lambda: len(entries(live)) == n + 2, timeout=WAIT_MS)

    assert_smooth(hear)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_with_a_model_is_named_translated_and_unclipped(qtbot, window, bundle_file, language):
    window.show_page("live")
    window.state.open_bundle(bundle_file)
    qtbot.waitUntil(lambda: window.state.bundle is not None, timeout=WAIT_MS)
    window.state.change_settings(language=language)
    window.resize(window.minimumSize())
    page = window.page("live")
    qtbot.waitUntil(lambda: page.workspace.controls.box.is_known, timeout=WAIT_MS)
    wait_until_whole(qtbot, page)
    assert not nameless(page)
    if language == "zh_CN":
        assert page.workspace.controls.listen.text() == "持续聆听"


SPEAKERS = TargetCard(name="speaker", kind="class", labels=("ada", "bob"))


def test_all_targets_are_told_and_either_can_be_looked_at(qtbot, made, fake, dialogs, tmp_path, messages):
    live = made(write_bundle(tmp_path / "two.seqclass", make_bundle(targets=(DIGITS, SPEAKERS))))
    hear_one(qtbot, live, fake)
    (entry,) = entries(live)
    assert entry.others["speaker"] in ("ada", "bob")
    assert live.answer.title.toolTip() == f"{entry.label} · {entry.others['speaker']}"
    assert live.answer.target.isVisibleTo(live)
    assert live.answer.bars._labels == DIGITS.labels
    live.answer.target.setCurrentIndex(1)
    live.answer.target.activated.emit(1)
    assert live.answer.bars._values == entry.targets["speaker"]["probabilities"]
    assert len(live.picture.roll._answers.values) == 2
    assert live.picture.roll._answers.values.any(), "also of what was said before it was chosen"
    dialogs.answers.append(tmp_path / "events.csv")
    live.events.export.click()
    qtbot.waitUntil(lambda: bool(messages), timeout=WAIT_MS)
    (row,) = csv.DictReader((tmp_path / "events.csv").read_text(encoding="utf-8").splitlines())
    assert row["target speaker"] == entry.others["speaker"]


def test_one_target_needs_no_chooser(live):
    assert not live.answer.target.isVisibleTo(live)


def test_backward_layers_are_shown_too(qtbot, made, fake, tmp_path):
    bundle = make_bundle(model=model_spec(bidirectional=True, lstm=(6, 5)))
    live = made(write_bundle(tmp_path / "both.seqclass", bundle))
    box = live.picture.layer
    assert [box.itemText(index) for index in range(box.count())] == [
        "layer0",
        "layer0.backward",
        "layer1",
        "layer1.backward",
    ]
    hear_one(qtbot, live, fake)
    pictures = []
    for index in (2, 3):
        box.setCurrentIndex(index)
        live.picture.take_map()
        pictures.append(live.picture.roll._gates.values.copy())
    assert all(len(one) == 5 and one.any() for one in pictures)
    assert (pictures[0] != pictures[1]).any()


def test_the_speaker_chosen_on_collect_goes_along_and_another_is_remembered(qtbot, live, fake, state, dataset, scans):
    state.change_settings(speaker="ada")
    state.open_dataset(dataset)
    hear_one(qtbot, live, fake)
    bar = live.answer.keep_bar
    assert bar.speaker.currentText() == "ada"
    bar.speaker.setEditText("eve")
    bar.truth.setEditText("maybe")
    qtbot.mouseClick(bar.wrong, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((dataset / "maybe" / "eve_nohash_0.wav").is_file, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(scans) == 2, timeout=WAIT_MS)
    assert state.settings.speaker == "eve"
    assert {item.group for item in state.manifest.items if item.targets["label"] == "maybe"} == {"eve"}


def test_a_file_has_no_speaker_until_somebody_names_one(qtbot, live, state, dataset, scans):
    state.change_settings(speaker="ada")
    state.open_dataset(dataset)
    file = str(next(dataset.rglob("*.wav")))
    live.reading.answered.emit(ItemClassified(item=file, label="no", probabilities={"no": 0.9, "yes": 0.1}), "file")
    assert live.answer.keep_bar.speaker.currentText() == ""


def test_a_model_of_speakers_says_who_it_was(qtbot, made, fake, tmp_path, state, dataset, scans):
    live = made(write_bundle(tmp_path / "two.seqclass", make_bundle(targets=(DIGITS, SPEAKERS))))
    state.open_dataset(dataset)
    hear_one(qtbot, live, fake)
    (entry,) = entries(live)
    assert not live.answer.keep_bar.speaker.isVisibleTo(live)
    before = len(list(dataset.rglob(f"{entry.others['speaker']}_*.wav")))
    qtbot.mouseClick(live.answer.keep_bar.right, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(list(dataset.rglob(f"{entry.others['speaker']}_*.wav"))) == before + 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bool(entries(live)[0].kept_as), timeout=WAIT_MS)


def test_the_last_word_is_kept_for_inspect_once_the_microphone_rests(qtbot, live, fake, state):
    import soundfile

    listen(qtbot, live, fake)
    fake.say()
    qtbot.waitUntil(lambda: bool(entries(live)), timeout=WAIT_MS)
    assert state.page_setting("live", "last_recording", "") == "", "not at each of many words"
    live.hearing.set_listening(is_wanted=False)
    qtbot.waitUntil(lambda: bool(state.page_setting("live", "last_recording", "")), timeout=WAIT_MS)
    samples, _ = soundfile.read(state.page_setting("live", "last_recording", ""), dtype="float32")
    np.testing.assert_allclose(samples, entries(live)[0].clip, atol=1e-4)


def test_a_held_word_is_kept_for_inspect(qtbot, live, fake, state):
    with qtbot.waitSignal(live.hearing.microphone.opened, timeout=WAIT_MS):
        live.hearing.begin_hold()
    fake.say()
    qtbot.waitUntil(lambda: live.picture.roll._sound.end > 160, timeout=WAIT_MS)
    live.hearing.end_hold()
    qtbot.waitUntil(lambda: bool(state.page_setting("live", "last_recording", "")), timeout=WAIT_MS)


def test_what_another_model_said_is_no_answer_of_the_new_one(qtbot, live, fake, state, tmp_path):
    hear_one(qtbot, live, fake)
    state._take_bundle(write_bundle(tmp_path / "texts.seqclass", make_bundle("text")))
    assert live.answer.title.text() == "–"
    assert len(entries(live)) == 1, "the table stays"


def test_a_microphone_that_is_opened_again_continues_the_picture(qtbot, live, fake):
    listen(qtbot, live, fake)
    fake.say()
    qtbot.waitUntil(lambda: bool(entries(live)), timeout=WAIT_MS)
    end = live.picture.roll._sound.end
    live.go()
    qtbot.waitUntil(lambda: not fake.is_open, timeout=WAIT_MS)
    live.come()
    listen(qtbot, live, fake)
    fake.say(seed=2)
    qtbot.waitUntil(lambda: len(entries(live)) == 2, timeout=WAIT_MS)
    assert live.picture.roll._sound.end > end
    assert entries(live)[0].start_s > entries(live)[1].end_s


def test_an_idle_picture_says_what_will_roll_by(live):
    assert not live.picture.roll._sound.end
    empty = live.picture.roll.grab().toImage()
    live.picture.roll.set_model({})
    assert live.picture.roll.grab().toImage() != empty
