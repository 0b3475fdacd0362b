"""The parts of the lens: reduced pictures, the time axis, colours, and what a click, a key or the mouse does."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.widgets import lens_texts
from gui.widgets.colour_scales import GATE, STATE, round_bound, symmetric
from gui.widgets.lens import Lens
from gui.widgets.lens_look import ticks
from gui.widgets.lens_panes import CurvePane, MapPane, ProbabilityPane
from gui.widgets.lens_sources import ChannelPane, TokenPane, WavePane
from gui.widgets.lens_texts import MAPS
from gui.widgets.levels import Peaks, Picture
from gui.widgets.time_view import TimeView

WAIT_MS = 20_000

HOP_S = 0.016
N_UNITS = 7


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def make_view(n_frames=50):
    view = TimeView()
    view.reset(start=0.0, end=n_frames * HOP_S + 0.1, first_frame=0.05, hop=HOP_S, n_frames=n_frames)
    return view


@pytest.fixture
def shown(qtbot, rng):
    """A lens of six maps with other numbers in each, and the numbers."""
    theme.apply(QApplication.instance(), "light")
    view = make_view()
    lens = Lens(view)
    qtbot.addWidget(lens)
    values = {key: rng.uniform(0 if "gate" in key else -1, 1, (50, N_UNITS)).astype(np.float32) for key in MAPS}
    order = np.array([3, 1, 0, 2, 6, 5, 4])
    panes = [WavePane(Peaks(rng.normal(0, 0.1, 7_000).astype(np.float32)), 8_000)]
    for key in MAPS:
        scale = GATE if "gate" in key else STATE
        panes.append(MapPane(key, values[key], Picture(scale.positions(values[key][:, order].T)), scale, order))
    probabilities = rng.dirichlet(np.ones(3), 50)
    panes.append(ProbabilityPane(probabilities, ("no", "stop", "yes"), stride=1, is_one_pass=True))
    lens.resize(1_000, 700)
    lens.set_panes(panes, unit_name="ms")
    with qtbot.waitExposed(lens, timeout=WAIT_MS):
        lens.show()
    return lens, values, order


# Reduced pictures


@pytest.mark.parametrize(("n_rows", "n_columns"), [(1, 1), (5, 3), (128, 300), (512, 3_000), (33, 1_001)])
def test_a_piece_has_no_more_cells_than_pixels_and_covers_what_is_seen(n_rows, n_columns, rng):
    picture = Picture(rng.integers(0, 256, (n_rows, n_columns)).astype(np.uint8))
    for first, last in ((0, n_columns), (n_columns // 3, n_columns // 3 + 1), (n_columns // 2, n_columns)):
        piece = picture.piece(first, last, width=800, height=60)
        assert piece.values.shape[0] <= max(60, 32)
        assert piece.values.shape[1] <= 800 + 2
        assert piece.first <= first < last <= piece.last
        assert piece.n_rows >= n_rows


def test_a_reduced_cell_is_the_mean_of_what_it_stands_for(rng):
    values = rng.integers(0, 256, (64, 1_024)).astype(np.uint8)
    piece = Picture(values).piece(0, 1_024, width=256, height=64)
    means = values.reshape(64, 256, 4).mean(axis=2)
    assert np.abs(piece.values - means).max() <= 1.0


def test_cells_are_drawn_as_they_are_where_there_is_room(rng):
    values = rng.integers(0, 256, (20, 300)).astype(np.uint8)
    piece = Picture(values).piece(10, 40, width=900, height=90)
    np.testing.assert_array_equal(piece.values, values[:, 10:40])


@pytest.mark.parametrize("n_samples", [1, 100, 5_000, 200_000])
def test_the_extremes_of_a_waveform_are_those_of_its_samples(n_samples, rng):
    samples = rng.normal(size=n_samples).astype(np.float32)
    peaks = Peaks(samples)
    assert peaks.greatest == np.abs(samples).max()
    edges = np.linspace(0, n_samples, min(n_samples, 50) + 1)
    lows, highs = peaks.extremes(edges)
    assert lows.min() == samples.min()
    assert highs.max() == samples.max()
    block = max(n_samples // 50, 1)
    for low, high, start, end in zip(lows, highs, edges, edges[1:], strict=False):
        near = samples[max(int(start) - block, 0) : int(end) + block + 1]
        assert near.min() <= low <= high <= near.max()


# Colours


def test_scales_are_fixed_by_meaning():
    values = np.array([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0], np.float32)
    assert GATE.positions(values).tolist() == [0, 0, 0, 128, 255, 255]
    assert STATE.positions(values).tolist()[:2] == [0, 0]
    assert symmetric(2.0).positions(values).tolist()[0::5] == [0, 255]


@pytest.mark.parametrize("is_dark", [False, True])
def test_sequential_colours_rise_in_lightness_and_diverging_ones_turn_at_zero(is_dark):
    def luminance(scale):
        pixels = scale.pixels(is_dark=is_dark)
        red, green, blue = ((pixels >> shift & 255).astype(float) for shift in (16, 8, 0))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert (np.diff(luminance(GATE)) >= -0.5).all()
    turn = luminance(STATE).argmin() if is_dark else luminance(STATE).argmax()
    assert 120 <= turn <= 136
    assert abs(luminance(STATE)[0] - luminance(STATE)[-1]) < 40


@pytest.mark.parametrize(
    ("greatest", "least", "bound"), [(0.2, 1.0, 1), (1.0, 1.0, 1), (1.1, 1.0, 2), (7.5, 1, 8), (0.03, 0.01, 0.03), (41, 1, 50)]
)
def test_bounds_are_round_numbers(greatest, least, bound):
    assert round_bound(greatest, least=least) == pytest.approx(bound)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-0.3, 0.31), (-12, 40), (0, 0.000_1), (5, 5.9)])
def test_there_are_always_two_ticks(low, high):
    for most in (2, 5, 9):
        found = list(ticks(low, high, most))
        assert 2 <= len(found) <= 2 * most + 3
        assert all(low - 1e-9 <= value <= high + 1e-9 for value in found)


# The time axis


def test_frames_span_half_a_hop_to_either_side():
    view = make_view()
    for frame in range(50):
        assert view.frame_at(view.time_of(frame)) == frame
        assert view.frame_at(view.edge(frame) + 1e-6) == frame
    assert view.frame_at(0.0) == 0
    assert not view.has_frame(0.0)
    assert view.frame_at(view.end) == 49


def test_zoom_and_pan_stay_within_the_item():
    view = make_view()
    for _ in range(60):
        view.zoom(0.7, view.end)
    assert view.high == pytest.approx(view.end)
    assert view.high - view.low == pytest.approx(4 * HOP_S)
    view.pan(10.0)
    assert view.high <= view.end + 1e-9
    view.pan(-10.0)
    assert view.low == pytest.approx(view.start)
    for _ in range(60):
        view.zoom(1.4)
    assert (view.low, view.high) == pytest.approx((view.start, view.end))


def test_zoom_keeps_the_time_under_the_mouse():
    view = make_view()
    about = view.low + 0.3 * (view.high - view.low)
    view.zoom(0.5, about)
    assert (about - view.low) / (view.high - view.low) == pytest.approx(0.3)


def test_the_cursor_stays_in_sight():
    view = make_view()
    view.show(0.0, 0.2)
    view.move_to(0.5)
    view.follow()
    assert view.low <= 0.5 <= view.high


# The lens


def centre_of(lens, key, frame, row, n_rows=N_UNITS):
    area = lens.area_of(key)
    axis = lens._axis()
    return QPointF(axis.x(lens.view.time_of(frame)), area.top() + (row + 0.5) / n_rows * area.height())


def test_each_cell_has_the_colour_of_its_number(shown):
    lens, values, order = shown
    image = lens.grab().toImage()
    for key in MAPS:
        scale = GATE if "gate" in key else STATE
        for frame, row in ((5, 0), (25, 3), (48, 6)):
            place = centre_of(lens, key, frame, row)
            expected = int(scale.pixels(is_dark=False)[scale.positions(values[key][frame, order[row]])])
            assert image.pixelColor(round(place.x()), round(place.y())).rgb() == expected, (key, frame, row)


def test_the_mouse_is_told_time_unit_gate_and_value(shown):
    lens, values, order = shown
    text = lens.text_at(centre_of(lens, "forget_gate", 20, 4))
    value = f"{values['forget_gate'][20, order[4]]:.2f}"
    assert text == f"{round(1000 * lens.view.time_of(20))} ms · frame 20\nunit {order[4]}\nForget gate f = {value}"


def test_where_nothing_is_read_the_mouse_is_told_so(shown):
    lens, _, _ = shown
    area = lens.area_of("forget_gate")
    assert "not read by the network" in lens.text_at(QPointF(area.left() + 1, area.center().y()))


def test_a_click_seeks_and_chooses_the_unit(qtbot, shown):
    lens, _, order = shown
    with qtbot.waitSignal(lens.seeked, timeout=WAIT_MS):
        qtbot.mouseClick(lens, Qt.MouseButton.LeftButton, pos=centre_of(lens, "cell", 30, 2).toPoint())
    assert lens.view.frame == 30
    assert lens.unit == order[2]


def test_brushing_chooses_a_range_and_a_click_outside_lets_it_go(qtbot, shown):
    lens, _, _ = shown
    start, end = (centre_of(lens, "hidden", frame, 3).toPoint() for frame in (10, 20))
    qtbot.mousePress(lens, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(lens, end)
    with qtbot.waitSignal(lens.brushed, timeout=WAIT_MS):
        qtbot.mouseRelease(lens, Qt.MouseButton.LeftButton, pos=end)
    low, high = lens.view.selection
    assert (lens.view.frame_at(low), lens.view.frame_at(high)) == (10, 20)
    qtbot.mouseClick(lens, Qt.MouseButton.LeftButton, pos=centre_of(lens, "hidden", 40, 3).toPoint())
    assert lens.view.selection is None


@pytest.mark.parametrize(
    ("keys", "frame"),
    [
        ([(Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)], 1),
        ([(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)] * 2, 20),
        ([(Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier)], 49),
        ([(Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)], 39),
        ([(Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier)], 0),
        ([(Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)], 0),
    ],
)
def test_keys_move_the_cursor_by_frames(qtbot, shown, keys, frame):
    lens, _, _ = shown
    for key, modifier in keys:
        qtbot.keyClick(lens, key, modifier)
    assert lens.view.frame == frame


def test_keys_reach_units_panes_zoom_loop_and_play(qtbot, shown):
    lens, _, order = shown
    qtbot.keyClick(lens, Qt.Key.Key_Down)
    assert lens.unit == order[1]
    assert lens.current == "forget_gate"
    qtbot.keyClick(lens, Qt.Key.Key_PageDown)
    assert lens.current == "candidate"
    qtbot.keyClick(lens, Qt.Key.Key_Plus)
    assert lens.view.high - lens.view.low < lens.view.end - lens.view.start
    qtbot.keyClick(lens, Qt.Key.Key_0)
    assert lens.view.high - lens.view.low == lens.view.end - lens.view.start
    lens.view.move_to(lens.view.time_of(10))
    qtbot.keyClick(lens, Qt.Key.Key_BracketLeft)
    lens.view.move_to(lens.view.time_of(14))
    qtbot.keyClick(lens, Qt.Key.Key_BracketRight)
    assert lens.view.selection == pytest.approx((lens.view.edge(10), lens.view.edge(15)))
    with qtbot.waitSignal(lens.play_requested, timeout=WAIT_MS):
        qtbot.keyClick(lens, Qt.Key.Key_Space)


def test_the_cursor_stands_over_its_column(qtbot, shown):
    """The line on screen lies within the pixels of the column that the cursor's frame has."""
    lens, _, _ = shown
    for frame in (0, 25, 49):
        lens.view.move_to(lens.view.time_of(frame))
        axis = lens._axis()
        assert axis.x(lens.view.edge(frame)) <= axis.x(lens.view.cursor) < axis.x(lens.view.edge(frame + 1))
        image = lens.grab().toImage()
        area = lens.area_of("wave")
        y = int(area.top()) - 2
        shades = {x: image.pixelColor(QPoint(x, y)).lightness() for x in range(int(area.left()) - 2, int(area.right()) + 2)}
        darkest = min(shades, key=shades.__getitem__)
        assert abs(darkest + 0.5 - axis.x(lens.view.cursor)) <= 1.5


def test_hidden_panes_leave_their_room_to_the_others(shown):
    lens, _, _ = shown
    before = lens.area_of("forget_gate").height()
    lens.hide_panes(frozenset({"wave", "cell"}))
    assert lens.area_of("forget_gate").height() > before
    assert lens.area_of("cell").isEmpty()


def test_panes_never_leave_the_lens_however_small(shown):
    lens, _, _ = shown
    for height in (200, 320, 500, 900):
        lens.resize(500, height)
        lens._place()
        assert max(area.bottom() for _, area in lens._placed) <= height


def test_probabilities_say_what_they_know(rng):
    known = rng.dirichlet(np.ones(9), 20)
    labels = [f"word {index}" for index in range(9)]
    pane = ProbabilityPane(known, labels, stride=1, is_one_pass=True)
    assert len(pane.shown) == pane.MOST
    assert pane.shown[0] == known[-1].argmax()
    assert "cut and run" not in pane.reading()
    assert "at every 3 frames" in ProbabilityPane(known, labels, stride=3, is_one_pass=False).reading()
    unknown = known.copy()
    unknown[:-1] = np.nan
    waiting = ProbabilityPane(unknown, labels, stride=None, is_one_pass=False)
    assert waiting.note() == "being computed …"
    assert (waiting.known_at(18), waiting.value_at(18, 0.0, 0.5), waiting.known_at(19)) == (None, "", 19)


@pytest.mark.parametrize("n_frames", [1, 40, 900])
def test_panes_of_text_and_numbers_are_drawn(qtbot, rng, n_frames):
    view = TimeView()
    lens = Lens(view)
    qtbot.addWidget(lens)
    lens.resize(700, 400)
    view.reset(start=-0.5, end=n_frames - 0.5, first_frame=0.0, hop=1.0, n_frames=n_frames)
    tokens = TokenPane([f"word{index}" for index in range(n_frames)])
    channels = ChannelPane(rng.normal(size=(n_frames, 12)))
    value = CurvePane("value", rng.normal(size=(n_frames, 1)), ["age"], [0], low=-4, high=4)
    lens.set_panes([tokens, channels, value], unit_name="token")
    assert not lens.grab().toImage().isNull()
    area = lens.area_of("tokens")
    assert lens.text_at(QPointF(area.left(), area.center().y())).endswith("word0")


@pytest.mark.parametrize(
    "key",
    [*lens_texts.MAPS, "wave", "mfcc", "probabilities", "decision", "ledger", "ledger_amount", "distance", "answer_change"],
)
def test_every_pane_has_a_name_and_says_how_to_read_it(key):
    assert lens_texts.heading(key)
    assert len(lens_texts.reading(key).split()) > 5
