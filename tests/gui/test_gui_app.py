"""The window as a whole: pages, messages, jobs, keys, languages, looks, and what it must never load."""

from __future__ import annotations

import subprocess
import sys

import pytest
from looks import named_controls, nameless, opened_dialog, wait_until_whole
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QWidget

from gui import settings as stored
from gui import theme
from gui.app import Application
from gui.settings import Settings
from gui.state import PAGES
from gui.translations import update
from gui.widgets.message_bar import N_SHOWN
from seqclass.specs import ScanJob

WAIT_MS = 20_000
HEAVY = ("tensorflow", "keras", "librosa", "numba", "sklearn", "matplotlib", "pandas")


@pytest.mark.parametrize("page", PAGES)
def test_every_control_of_a_page_has_an_accessible_name(window, page):
    window.show_page(page)
    assert len(list(named_controls(window))) > 10
    assert not nameless(window)


def test_pages_are_made_when_they_are_first_shown(window):
    assert set(window._pages) == {"collect"}
    window.show_page("live")
    assert set(window._pages) == {"collect", "live"}


@pytest.mark.parametrize(("index", "page"), list(enumerate(PAGES)))
def test_ctrl_and_a_digit_shows_a_page(qtbot, window, index, page):
    window.show_page("collect" if page != "collect" else "live")
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_1 + index, Qt.KeyboardModifier.ControlModifier)
    assert page == window._stack.currentWidget().NAME
    assert window._rail.buttons[page].isChecked()


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_page_leads_on_by_a_button(qtbot, window, page):
    window.show_page(page)
    buttons = [one for one in window.page(page).findChildren(QAbstractButton) if one.isVisible() and one.text()]
    assert buttons
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert window.dialogs.asked


def test_ctrl_o_opens_the_chosen_folder(qtbot, window, dialogs, dataset):
    dialogs.answers = [dataset]
    window.activateWindow()
    with qtbot.waitSignal(window.state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert window._header.dataset.text() == "words"
    assert window._header.dataset.width() > window._header.dataset.fontMetrics().horizontalAdvance("words") + 20
    assert window.windowTitle() == "words · seqclass"
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)


def test_a_dropped_model_and_a_dropped_folder_open(qtbot, window, dataset, bundle_file):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(dataset)), QUrl.fromLocalFile(str(bundle_file))])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)
    qtbot.waitUntil(lambda: bool(window.state.manifest and window.state.bundle), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)


def test_a_job_is_shown_with_its_progress_until_it_ends(qtbot, window, fake_worker, monkeypatch):
    from gui.worker_process import WorkerProcess

    program = fake_worker(
        'print(json.dumps({"event": "progress", "stage": "scan", "done": 30, "total": 120, "eta_s": 65}), flush=True)\n'
        "time.sleep(60)"
    )
    monkeypatch.setattr("gui.jobs.WorkerProcess", lambda job, title, parent: WorkerProcess(job, title, parent, program=program))
    worker = window.state.start_job(ScanJob(dataset="x"), "Looking through x")
    qtbot.waitUntil(lambda: worker.progress is not None, timeout=WAIT_MS)
    texts = [label.text() for label in window.jobs.findChildren(QLabel)]
    assert texts == ["Looking through x", "30 of 120 · 1:05 left"]
    cancel = next(one for one in window.jobs.findChildren(QAbstractButton) if one.accessibleName().startswith("Cancel"))
    with qtbot.waitSignal(window.state.job_ended, timeout=WAIT_MS):
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
        assert "Cancelling …" in [label.text() for label in window.jobs.findChildren(QLabel)]
        worker._process.kill()
    assert window.jobs.n_jobs == 0
    assert not window.jobs.isVisible()
    assert window.messages.messages == ()


def test_closing_the_window_ends_its_workers(qtbot, window, fake_worker, monkeypatch):
    from gui.worker_process import WorkerProcess

    program = fake_worker("time.sleep(60)")
    monkeypatch.setattr("gui.jobs.WorkerProcess", lambda job, title, parent: WorkerProcess(job, title, parent, program=program))
    window.state.start_job(ScanJob(dataset="x"), "Looking through x")
    window.close()
    assert window.state.jobs == ()


def test_messages_are_few_newest_first_and_esc_takes_them_away(qtbot, window):
    for number in range(N_SHOWN + 2):
        window.state.post("warn", f"Message {number}")
    window.state.post("warn", f"Message {N_SHOWN}")
    assert [one.text for one in window.messages.messages] == ["Message 3", "Message 4", "Message 2"]
    window.activateWindow()
    for _ in range(N_SHOWN):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.messages.messages == ()
    assert not window.messages.isVisible()


def test_details_stand_behind_a_button(qtbot, window, dialogs):
    window.state.post("bad", "It failed.", details="line 1\nline 2")
    details = next(one for one in window.messages.findChildren(QAbstractButton) if one.text() == "Details")
    qtbot.mouseClick(details, Qt.MouseButton.LeftButton)
    assert dialogs.asked == ["It failed.\n\nline 1\nline 2"]


def test_f1_shows_every_key_and_esc_closes_the_sheet(qtbot, window):
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = opened_dialog(qtbot, window)
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    assert {"Ctrl+1", "Ctrl+5", "Ctrl+O", "Esc"} <= set(texts)
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not any(dialog.isVisible() for dialog in window.findChildren(QDialog)), timeout=WAIT_MS)


def test_keys_still_work_after_the_menus_were_open(qtbot, window):
    window.activateWindow()
    for menu in (button.menu() for button in (window._header.menu, window._header.dataset, window._header.bundle)):
        menu.aboutToShow.emit()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    opened_dialog(qtbot, window).close()


def test_a_question_mark_in_a_field_is_a_letter(qtbot, window):
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    qtbot.keyClick(field, "?")
    assert field.text() == "?"
    assert not window.findChildren(QDialog)


def test_the_language_changes_while_the_window_is_open(qtbot, window):
    window.show_page("train")
    window.state.change_settings(language="zh_CN")
    qtbot.waitUntil(lambda: window._rail.buttons["train"].text() == "训练", timeout=WAIT_MS)
    assert "尚无可学习的数据" in [label.text() for label in window.page("train").findChildren(QLabel)]
    window.state.change_settings(language="en")
    qtbot.waitUntil(lambda: window._rail.buttons["train"].text() == "Train", timeout=WAIT_MS)


def test_texts_of_a_base_class_are_translated_in_its_pages(qtbot, window, dialogs):
    window.state.change_settings(language="zh_CN")
    window.page("train").ask_for_dataset()
    assert dialogs.asked == ["打开数据集文件夹"]


@pytest.mark.parametrize(("language", "texts"), [("en", ("1 item", "2 items")), ("zh_CN", ("1 个条目", "2 个条目"))])
def test_plurals_follow_the_language(window, language, texts):
    window.state.change_settings(language=language)
    page = window.page("collect")
    assert tuple(page.tr("%n item(s)", "", count) for count in (1, 2)) == texts


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_look_colours_the_window(qtbot, window, name):
    window.state.change_settings(theme="dark" if name == "light" else "light")
    window.state.change_settings(theme=name)
    colours = theme.DARK if name == "dark" else theme.LIGHT
    assert theme.colours() is colours
    qtbot.waitUntil(lambda: window.grab().toImage().pixelColor(QPoint(700, 120)) == QColor(colours.surface), timeout=WAIT_MS)


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(colours):
    def luminance(colour):
        parts = [value / 255 for value in QColor(colour).getRgb()[:3]]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one, other):
        high, low = sorted((luminance(one), luminance(other)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for ground in (colours.surface, colours.raised, colours.sunken):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.muted, ground) >= 4.5
        for state in (colours.accent, colours.good, colours.warn, colours.bad):
            assert contrast(state, ground) >= 4.5
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    assert contrast(colours.accent, colours.accent_soft) >= 4.5
    for state, soft in (("good", "good_soft"), ("warn", "warn_soft"), ("bad", "bad_soft")):
        assert contrast(colours.text, getattr(colours, soft)) >= 7, soft
        assert contrast(getattr(colours, state), getattr(colours, soft)) >= 4.5, state
    for one in colours.data:
        assert contrast(one, colours.surface) >= 3, one
        assert contrast(one, colours.raised) >= 3, one


def test_geometry_page_and_folder_come_back(qtbot, open_data, qapp, application, dialogs, dataset):
    window = application.window
    window.show()
    window.resize(1100, 700)
    window.show_page("evaluate")
    open_data(window.state, dataset)
    window.close()
    again = Application(qapp, settings=stored.load(), dialogs=dialogs)
    with qtbot.waitSignal(again.state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        again.open()
    assert (again.window.width(), again.window.height()) == (1100, 700)
    assert again.window._current == "evaluate"
    assert again.state.dataset == dataset
    qtbot.waitUntil(lambda: not again.state.jobs, timeout=WAIT_MS)
    again.window.close()
    again.close()
    again.window.deleteLater()
    again.deleteLater()


def test_device_look_language_and_a_pages_own_settings_come_back(qapp, application, dialogs):
    window = application.window
    window.show()
    window.state.change_settings(microphone="USB microphone", speaker="ada", theme="dark", language="zh_CN")
    window.state.keep_page_setting("train", "across", [300, 900])
    window.close()
    again = Application(qapp, settings=stored.load(), dialogs=dialogs)
    assert (again.state.settings.microphone, again.state.settings.speaker) == ("USB microphone", "ada")
    assert again.state.page_setting("train", "across", []) == [300, 900]
    assert again.window._rail.buttons["train"].text() == "训练"
    assert theme.is_dark()
    again.window.close()
    again.close()
    again.window.deleteLater()
    again.deleteLater()


def test_a_folder_that_has_vanished_since_the_last_time_is_told(qtbot, qapp, dialogs, tmp_path):
    settings = Settings(language="en", dataset=str(tmp_path / "unplugged"))
    application = Application(qapp, settings=settings, dialogs=dialogs)
    with qtbot.waitSignal(application.state.message_posted, timeout=WAIT_MS):
        application.open()
    assert "unplugged" in application.window.messages.messages[0].text
    application.window.close()
    application.close()
    application.window.deleteLater()


def test_the_app_tells_when_its_pages_are_made(qtbot, application):
    with qtbot.waitSignal(application.prepared, timeout=WAIT_MS):
        application.open()
    qtbot.waitUntil(lambda: not application.state.jobs, timeout=WAIT_MS)
    application.window.close()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("page", PAGES)
def test_the_smallest_window_clips_no_text(qtbot, window, language, page):
    window.state.change_settings(language=language)
    window.resize(window.minimumSize())
    window.show_page(page)

    wait_until_whole(qtbot, window)


def test_another_language_is_written_in_its_own_face_everywhere(window, qapp):
    for language in ("zh_CN", "en", "zh_CN"):
        window.state.change_settings(language=language)
        qapp.processEvents()
        wanted = qapp.font().families()
        assert {tuple(one.font().families()) for one in window.findChildren(QWidget)} == {tuple(wanted)}


def test_none_keeps_its_references_over_many_repaints(window):
    """PySide6 6.12 on Python 3.11 lost one a call, and ended the process within seconds."""
    before = sys.getrefcount(None)
    for _ in range(200):
        window.grab()
    assert sys.getrefcount(None) > before - 50


def test_a_whole_run_of_the_app_loads_nothing_heavy(tmp_path, dataset, bundle_file):
    """In a process of its own: open a data set and a model, visit all pages, change look and language, close."""
    code = f"""
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.app import Application
from gui.settings import Settings
from gui.state import PAGES
app = QApplication([])
application = Application(app, settings=Settings(language="en", theme="light"))
application.catch_everything()
application.open()
state = application.state
state.open_bundle({str(bundle_file)!r})
state.open_dataset({str(dataset)!r})
def visit():
    if state.manifest is None or state.bundle is None or state.jobs:
        return
    timer.stop()
    for page in PAGES:
        application.window.show_page(page)
    state.change_settings(theme="dark", language="zh_CN")
    application.window.close()
timer = QTimer(interval=20)
timer.timeout.connect(visit)
timer.start()
QTimer.singleShot(60_000, app.quit)
app.exec()
application.close()
from gui import log
assert state.manifest is not None and not log.memory.lines, list(log.memory.lines)
print(*sorted(set({HEAVY!r}) & set(sys.modules)), sep=",")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_starting_loads_neither_numpy_nor_plots():
    code = "import sys, gui.app; print(*sorted({'numpy', 'scipy', 'pyqtgraph', 'soundfile', 'sounddevice'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == ""


def test_an_uncaught_exception_becomes_a_sentence_and_a_log_entry(qtbot, application, monkeypatch):
    from gui import log

    log.start()
    hook, unraisable = sys.excepthook, sys.unraisablehook
    try:
        application.catch_everything()
        with qtbot.waitSignal(application.state.message_posted, timeout=WAIT_MS):
            try:
                raise KeyError("lost")
            except KeyError:
                sys.excepthook(*sys.exc_info())
        message = application.window.messages.messages[0]
        assert "KeyError" in message.text
        assert "Traceback" not in message.text
        assert "Traceback" in "\n".join(log.memory.lines)
        assert "lost" in log.log_file().read_text(encoding="utf-8")
    finally:
        import threading

        from PySide6.QtCore import qInstallMessageHandler

        sys.excepthook, sys.unraisablehook = hook, unraisable
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)
        log.stop()


def test_the_log_is_a_page_to_read_and_copy(qtbot, window):
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    view = opened_dialog(qtbot, window)
    copy = next(one for one in view.findChildren(QAbstractButton) if one.text() == "Copy all")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text()
    view.close()


def test_a_widget_tree_holds_no_text_that_no_retranslate_reaches(qtbot, window):
    """What still reads English after the switch was set outside of ``retranslate``."""
    for page in PAGES:
        window.show_page(page)

    def texts(widget: QWidget) -> set[str]:
        found = {one.text() for one in widget.findChildren(QLabel)} | {
            one.text() for one in widget.findChildren(QAbstractButton)
        }
        return {text for text in found if any(letter.isascii() and letter.isalpha() for letter in text)}

    before = texts(window)
    window.state.change_settings(language="zh_CN")
    qtbot.waitUntil(lambda: "训练" in window._rail.buttons["train"].text(), timeout=WAIT_MS)
    same_in_both = {
        message.findtext("source")
        for path in update.sources_on_disk()
        for message in update._messages(path)
        if message.findtext("source") == message.findtext("translation")
    }
    assert not sorted((before & texts(window)) - same_in_both)
