"""The recorder of the Collect page, with a microphone that does what it is told."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt, QThreadPool
from PySide6.QtWidgets import QPushButton
from test_gui_collect import ALL, WAIT_MS, classes, opened, settle

from gui.pages.collect.options import RecordOptions
from gui.pages.collect.series import Series
from gui.pages.inspect.wording import last_recording
from gui.recorder import SharedStream
from gui.widgets.level_meter import LevelMeter
from gui.widgets.prompter import Prompter
from seqclass.audio import devices
from seqclass.audio.devices import Device
from seqclass.audio.journal import Journal, TakeInfo, journal_folder, recover
from seqclass.audio.read import read_audio
from seqclass.audio.trim import speech_range
from seqclass.events import Level

RATE_HZ = 16_000
USB = Device("usb", "USB Microphone", RATE_HZ, 1, "portaudio", is_default=True)
DESK = Device("desk", "Desk Microphone", RATE_HZ, 1, "portaudio")


class FakeMicrophone:
    """Streams of one device after the other; `say` plays the device's part."""

    def __init__(self):
        self.rate_hz, self.n_channels = RATE_HZ, 1
        self.opened = []
        self.callback = self.finished = None
        self.is_open = False

    def open(self, device, callback, finished):
        """What the capture calls to open it."""
        self.opened.append(device.name)
        self.callback, self.finished = callback, finished
        return self

    def start(self):
        """Let sound come."""
        self.is_open = True

    def close(self):
        """End it."""
        self.is_open = False

    def say(self, samples):
        """Sound from the device, in blocks."""
        for start in range(0, len(samples), 400):
            self.callback(np.asarray(samples[start : start + 400], np.int16).tobytes(), False)  # as PortAudio gives it


def word(seconds=0.4):
    """A word between two stretches of faint noise."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 12, round(1.4 * RATE_HZ))
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    voice = sum(np.sin(2 * np.pi * 140 * k * times) / k for k in range(1, 12))
    start = round(0.5 * RATE_HZ)
    noise[start : start + len(times)] += 6000 * voice * np.hanning(len(times))
    return noise.astype(np.int16)


@pytest.fixture
def microphone(monkeypatch):
    """In the place of the real one."""
    made = FakeMicrophone()
    made.found = (USB, DESK)
    monkeypatch.setattr("gui.recorder.open_portaudio", made.open)
    monkeypatch.setattr(devices, "microphones", lambda: made.found)
    monkeypatch.setattr(devices, "MicrophoneWatch", lambda _on_change: type("W", (), {"close": lambda _: None})())
    return made


@pytest.fixture
def view(qtbot, window, dataset, microphone):
    """The recorder, listening."""
    work = opened(qtbot, window, dataset)
    work.classes.choose("yes")
    work.show_recorder()
    view = work.record
    qtbot.waitUntil(lambda: view.source.recorder.is_listening, timeout=WAIT_MS)
    yield view
    view.close_devices()


def record_a_take(qtbot, view, microphone, samples):
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.phase == "recording"
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    microphone.say(samples)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.phase in ("review", "saving", "idle"), timeout=WAIT_MS)


def test_a_take_is_cut_shown_and_kept_sample_for_sample(qtbot, window, view, microphone, dataset):
    view.source.speaker.setEditText("eve")
    said = word()
    record_a_take(qtbot, view, microphone, said)
    start_s, end_s = view.panel.view.cut
    assert 0.2 < start_s < 0.5
    assert 0.8 < end_s < 1.2
    view.panel.view.set_cut(0.3, 1.1)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.phase == "idle" and classes(window)["yes"] == 3, timeout=WAIT_MS)
    settle(qtbot, window)
    item = next(one for one in window.state.manifest.items if one.group == "eve")
    audio = read_audio(dataset / item.file, max_duration_s=10)
    assert audio.rate_hz == RATE_HZ
    np.testing.assert_array_equal(np.rint(audio.samples * 32768), said[round(0.3 * RATE_HZ) : round(1.1 * RATE_HZ)])
    assert last_recording(window.state) == dataset / item.file
    qtbot.waitUntil(lambda: not recover(), timeout=WAIT_MS)
    window.page("collect").workspace.changes.undo()
    qtbot.waitUntil(lambda: classes(window)["yes"] == 2, timeout=WAIT_MS)
    settle(qtbot, window)


def test_the_edges_of_the_cut_are_moved_by_mouse_and_keys(qtbot, view, microphone):
    record_a_take(qtbot, view, microphone, word())
    take = view.panel.view
    start_s, end_s = take.cut
    take.setFocus()
    qtbot.keyClick(take, Qt.Key.Key_Left)
    qtbot.keyClick(take, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert take.cut == pytest.approx((start_s - 0.01, end_s + 0.01))
    middle = take.rect().center().y()
    qtbot.mousePress(
        take, Qt.MouseButton.LeftButton, pos=take.rect().topLeft() + type(take.pos())(round(take._x(take.cut[0])), middle)
    )
    qtbot.mouseMove(take, type(take.pos())(round(take._x(0.1)), middle))
    qtbot.mouseRelease(take, Qt.MouseButton.LeftButton)
    assert take.cut[0] == pytest.approx(0.1, abs=0.02)
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)
    assert view.phase == "idle"


def test_a_take_goes_to_the_class_that_is_chosen_while_it_is_looked_at(qtbot, window, view, microphone):
    record_a_take(qtbot, view, microphone, word())
    view.source.classes.setCurrentText("no")
    qtbot.mouseClick(view.panel.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: classes(window)["no"] == 3, timeout=WAIT_MS)
    settle(qtbot, window)


def test_takes_in_a_row_prompt_the_next_word_and_go_on_by_themselves(qtbot, window, view, microphone):
    view.options.in_turn.setChecked(True)
    view.options.goes_on.setChecked(True)
    assert view.series.words == ["yes", "no", "stop"]
    assert view.prompter.line == "1 of 3 · then: no"
    record_a_take(qtbot, view, microphone, word())
    qtbot.waitUntil(lambda: view.phase == "recording", timeout=WAIT_MS)
    assert view.prompter.word == "no"
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    microphone.say(word()[:4000])
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.phase == "review", timeout=WAIT_MS)  # no word in it: the person is asked
    assert "No word was found" in view.panel.about.text()
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)
    settle(qtbot, window)


def test_a_take_ends_by_itself_when_the_word_is_over(qtbot, view, microphone):
    view.options.ends_itself.setChecked(True)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    microphone.say(word())
    assert view.phase == "recording"
    microphone.say(word()[:4000])
    qtbot.waitUntil(lambda: view.phase == "review", timeout=WAIT_MS)
    assert view.panel.view.sound.cut is not None
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)
    view.options.ends_itself.setChecked(False)


def test_a_word_that_is_taken_back_is_asked_for_again(qtbot, window, view, microphone):
    view.options.in_turn.setChecked(True)
    record_a_take(qtbot, view, microphone, word())
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.phase == "idle" and classes(window)["yes"] == 3, timeout=WAIT_MS)
    assert (view.prompter.word, view.series.n_kept) == ("no", 1)
    window.page("collect").workspace.changes.undo()
    qtbot.waitUntil(lambda: view.prompter.word == "yes", timeout=WAIT_MS)
    assert (view.series.words, view.series.n_kept) == (["yes", "no", "stop"], 0)
    settle(qtbot, window)


def test_taking_a_word_back_drops_what_is_being_said_meanwhile(qtbot, window, view, microphone, dataset):
    view.options.in_turn.setChecked(True)
    record_a_take(qtbot, view, microphone, word())
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.phase == "idle" and classes(window)["yes"] == 3, timeout=WAIT_MS)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.prompter.word == "no"
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    microphone.say(word())
    window.page("collect").workspace.changes.undo()
    qtbot.waitUntil(lambda: view.phase == "idle" and view.prompter.word == "yes", timeout=WAIT_MS)
    settle(qtbot, window)
    assert (classes(window), view.take) == (ALL, None)
    qtbot.waitUntil(lambda: not recover(), timeout=WAIT_MS)
    record_a_take(qtbot, view, microphone, word())  # and the next one is a take like any other
    assert view.phase == "review"
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)


def test_classes_that_come_and_go_do_not_change_the_word_that_is_being_said(qtbot, window, view, microphone):
    view.options.in_turn.setChecked(True)
    view.options.count.setValue(2)
    assert view.series.words == ["yes", "no", "stop"] * 2
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    view.set_classes(["go", "stop"], None)
    assert view.series.words == ["yes", "stop", "stop"]
    microphone.say(word())
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.phase == "review", timeout=WAIT_MS)
    assert view.prompter.word == "yes"
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)


def test_what_was_said_while_the_key_went_down_belongs_to_the_take(qtbot, view, microphone):
    said = word()
    early = round(0.2 * RATE_HZ)
    microphone.say(said[:early])
    record_a_take(qtbot, view, microphone, said[early:])
    np.testing.assert_array_equal(np.rint(view.panel.view.sound.samples * 32768), said)
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)


def test_what_is_heard_is_drawn_while_it_is_recorded(qtbot, view, microphone):
    microphone.say(word())
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    microphone.say(word())
    qtbot.waitUntil(lambda: len(view.panel.view._peaks_db) > 20, timeout=WAIT_MS)
    assert not view.panel.view.grab().isNull()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.phase == "review", timeout=WAIT_MS)
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)


def test_in_a_low_window_what_cannot_be_used_just_then_makes_room(qtbot, window, view, microphone):
    window.resize(window.minimumSize())
    qtbot.waitUntil(lambda: not view.panel.keep.isVisible(), timeout=WAIT_MS)
    assert view.options.count.isVisible()
    record_a_take(qtbot, view, microphone, word())
    assert view.panel.keep.isVisible()
    assert not view.options.count.isVisible()
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)
    assert view.options.count.isVisible()


def test_the_switches_stand_in_one_line_where_there_is_room(qtbot, state):
    options = RecordOptions(state)
    qtbot.addWidget(options)
    options.resize(900, 100)
    options.show()
    heights = {box.y() for box in options._boxes}
    assert len(heights) == 1
    options.resize(options.minimumWidth(), 100)
    qtbot.waitUntil(lambda: len({box.y() for box in options._boxes}) == 2, timeout=WAIT_MS)


def test_space_records_from_the_list_of_classes_too(qtbot, window, view, microphone):
    listed = window.page("collect").workspace.classes
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_Space)
    assert view.phase == "recording"
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    microphone.say(word())
    qtbot.keyClick(listed, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.phase == "review", timeout=WAIT_MS)
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)


def test_a_take_that_was_left_is_offered_as_soon_as_one_comes_back(qtbot, window, view, microphone):
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    microphone.say(word())
    window.show_page("train")
    qtbot.waitUntil(lambda: not microphone.is_open, timeout=WAIT_MS)
    window.show_page("collect")
    recovered = window.page("collect").workspace.recovered
    qtbot.waitUntil(recovered.isVisible, timeout=WAIT_MS)
    assert view.phase == "idle"
    qtbot.mouseClick(recovered.delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not recover(), timeout=WAIT_MS)


def test_a_take_that_is_looked_at_is_not_offered_a_second_time(qtbot, window, view, microphone):
    record_a_take(qtbot, view, microphone, word())
    window.show_page("train")
    window.show_page("collect")
    QThreadPool.globalInstance().waitForDone(WAIT_MS)
    qtbot.waitUntil(lambda: view.source.recorder.is_listening, timeout=WAIT_MS)
    assert not window.page("collect").workspace.recovered.takes
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)


def test_a_held_button_records_and_a_count_in_can_be_broken_off(qtbot, view, microphone):
    view.options.holds.setChecked(True)
    qtbot.mousePress(view.record, Qt.MouseButton.LeftButton)
    assert view.phase == "recording"
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    microphone.say(word())
    qtbot.mouseRelease(view.record, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.phase == "review", timeout=WAIT_MS)
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)
    qtbot.keyPress(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    qtbot.keyRelease(view, Qt.Key.Key_Space)  # as a held key is told of by some X servers
    qtbot.keyPress(view, Qt.Key.Key_Space)
    assert not view._let_go.isActive()
    assert view.phase == "recording"
    microphone.say(word())
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.phase == "review", timeout=WAIT_MS)
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)
    view.options.holds.setChecked(False)
    view.options.count_in.setValue(3)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.phase == "counting"
    assert view.prompter.line == "get ready: 3"
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.phase == "idle"
    view.options.count_in.setValue(0)


def test_digital_silence_is_named_within_a_second_and_the_level_is_shown_before_any_take(qtbot, view, microphone):
    microphone.say(word())
    qtbot.waitUntil(lambda: view.source.meter.peak_db > -30, timeout=WAIT_MS)
    microphone.say(np.zeros(RATE_HZ - 1))
    qtbot.waitUntil(lambda: "digital silence" in view._notes.text(), timeout=WAIT_MS)
    assert view._notes.isVisible()
    microphone.say(word())
    qtbot.waitUntil(lambda: not view._notes.isVisible(), timeout=WAIT_MS)


def test_an_unplugged_microphone_keeps_what_was_said_and_says_so(qtbot, view, microphone):
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.source.recorder._recorder is not None, timeout=WAIT_MS)
    microphone.say(word())
    microphone.found = (DESK,)
    microphone.finished()
    qtbot.waitUntil(lambda: view.phase == "review", timeout=WAIT_MS)
    assert "has gone" in view.panel.about.text()
    assert len(view.panel.view.sound.samples) == len(word())
    qtbot.waitUntil(lambda: view.source.devices.device == DESK, timeout=WAIT_MS)
    qtbot.mouseClick(view.panel.delete, Qt.MouseButton.LeftButton)


def test_the_chosen_microphone_is_remembered_by_its_name(qtbot, window, view, microphone):
    place = view.source.devices.findData("desk")
    view.source.devices.setCurrentIndex(place)
    view.source.devices.activated.emit(place)
    qtbot.waitUntil(lambda: microphone.opened[-1] == "desk" and view.source.recorder.is_listening, timeout=WAIT_MS)
    assert window.state.settings.microphone == "desk"
    microphone.found = (USB,)
    view.source.devices.refresh()
    qtbot.waitUntil(lambda: microphone.opened[-1] == "usb" and view.source.recorder.is_listening, timeout=WAIT_MS)
    assert view._notes.text() == "desk is unplugged; USB Microphone listens in its place."
    microphone.found = (USB, DESK)
    view.source.devices.refresh()
    qtbot.waitUntil(lambda: microphone.opened[-1] == "desk" and not view._notes.isVisible(), timeout=WAIT_MS)


def test_a_microphone_that_was_chosen_on_another_page_is_used_here_too(qtbot, window, view, microphone):
    window.show_page("train")
    window.state.change_settings(microphone="desk")
    window.show_page("collect")
    qtbot.waitUntil(lambda: microphone.opened[-1] == "desk" and view.source.recorder.is_listening, timeout=WAIT_MS)
    assert view.source.devices.currentText() == "Desk Microphone"


def test_no_microphone_is_a_sentence_and_nothing_to_press(qtbot, window, dataset, microphone):
    microphone.found = ()
    work = opened(qtbot, window, dataset)
    work.show_recorder()
    qtbot.waitUntil(lambda: "No microphone was found" in work.record._notes.text(), timeout=WAIT_MS)
    assert not work.record.record.isEnabled()
    work.close_devices()


def test_leaving_the_page_lets_go_of_the_microphone(qtbot, window, view, microphone):
    window.show_page("train")
    qtbot.waitUntil(lambda: not microphone.is_open, timeout=WAIT_MS)
    window.show_page("collect")
    qtbot.waitUntil(lambda: view.source.recorder.is_listening, timeout=WAIT_MS)


def test_a_take_of_a_killed_app_is_offered_and_kept(qtbot, window, dataset, microphone):
    info = TakeInfo(rate_hz=RATE_HZ, device="usb", started="2026-01-02T03:04:05+0000", notes={"label": "no", "speaker": "eve"})
    journal = Journal(journal_folder(), info)
    journal.append(word())
    journal.close()
    work = opened(qtbot, window, dataset)
    qtbot.waitUntil(work.recovered.isVisible, timeout=WAIT_MS)
    assert "1.4 s" in work.recovered._text.text()
    qtbot.mouseClick(work.recovered.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: classes(window)["no"] == 3 and not work.recovered.isVisible(), timeout=WAIT_MS)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not recover(), timeout=WAIT_MS)


def test_one_open_microphone_serves_several_listeners():
    fake = FakeMicrophone()
    shared = SharedStream(USB, fake.open)
    heard = {"a": 0, "b": 0}

    def listen(key):
        def hear(block, _overflowed):
            heard[key] += len(np.frombuffer(block, np.int16))

        return hear

    one = shared.tap(USB, listen("a"), lambda: None)
    other = shared.tap(USB, listen("b"), lambda: None)
    one.start()
    fake.say(np.ones(400))
    other.start()
    fake.say(np.ones(400))
    one.close()
    fake.say(np.ones(400))
    assert heard == {"a": 800, "b": 800}


def test_a_series_goes_through_the_classes_and_back_by_what_is_taken_back():
    series = Series()
    series.plan(["a", "b", "c"], "b", times=2, in_turn=True)
    assert series.words == ["b", "c", "a", "b", "c", "a"]
    series.keep("first")
    series.keep("second")
    assert not series.take_back("first")  # only the last one is
    assert series.take_back("second")
    assert (series.word, series.n_kept, series.n_words) == ("c", 1, 6)
    series.plan([], "", times=3, in_turn=True)
    assert series.word == ""


def test_a_long_word_is_cut_in_the_prompter_and_told_whole(qtbot):
    prompter = Prompter(QPushButton())
    qtbot.addWidget(prompter)
    prompter.show_word("recording", "antidisestablishmentarianism " * 4, "say it now")
    prompter.resize(400, 90)
    prompter.show()
    assert prompter._word.text().endswith("…")
    assert prompter.word.endswith("anism ")


def test_the_meter_holds_its_peak_and_marks_what_was_too_loud(qtbot):
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.hear(Level(time_s=0.1, peak_db=0.0, rms_db=-3.0, clipped=True))
    meter.hear(Level(time_s=0.2, peak_db=-40.0, rms_db=-50.0))
    assert meter.peak_db == 0.0
    assert meter.has_clipped
    meter.forget_clip()
    assert not meter.has_clipped


def test_speech_is_found_with_its_margins_and_silence_is_none():
    samples = (word() / 32768).astype(np.float32)
    start, end = speech_range(samples, RATE_HZ)
    assert 0.3 * RATE_HZ < start < 0.5 * RATE_HZ
    assert 0.85 * RATE_HZ < end < 1.1 * RATE_HZ
    assert speech_range(np.zeros(RATE_HZ, np.float32), RATE_HZ) is None
