"""The steps of the tour: where each points, and what its card says."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

DATASET_BUTTON = "dataset-button"


@dataclass(frozen=True)
class Step:
    """What a card is about.

    Attributes:
        key: Its name.
        page: The page to show.
        parts: Names or classes of the widget to point at, the first that is to be seen.
        area: A pane of the lens to point at, instead of all of it.
        unfolds: Class of a part that is closed at first, and stands open during the step.
        is_list: Whether the card may cover the end of the part.
        needs_model: Whether it makes sense with the model alone.
    """

    key: str
    page: str
    parts: tuple[str, ...] = ()
    area: str = ""
    unfolds: str = ""
    is_list: bool = False
    needs_model: bool = False


STEPS = (
    Step("welcome", "collect"),
    Step("classes", "collect", ("ClassList",)),
    Step("items", "collect", ("ItemTable",), is_list=True),
    Step("curves", "train", ("RunCurvesView",)),
    Step("settings", "train", ("TrainSetup",), unfolds="SettingsForm"),
    Step("evaluate", "evaluate", ("ConfusionMatrix",), needs_model=True),
    Step("live", "live", ("LiveControls",), needs_model=True),
    Step("lens", "inspect", ("Lens",), needs_model=True),
    Step("forget", "inspect", ("Lens",), area="forget_gate", needs_model=True),
    Step("end", "collect", (DATASET_BUTTON,), needs_model=True),
)


def words() -> dict[str, tuple[str, str]]:
    """Heading and text of each step."""
    translate = QCoreApplication.translate
    return {
        "welcome": (
            translate("Tour", "Welcome"),
            translate(
                "Tour",
                "In the next two minutes you see the whole way from recordings to a model that you can look into. "
                "The app makes a small data set now and trains on it while you read.",
            ),
        ),
        "classes": (
            translate("Tour", "Collect: a class is a folder"),
            translate(
                "Tour",
                "These ten words are the classes, spoken by twenty made-up voices. With your own data it is the same: a folder "
                "for each class, and in it recordings, texts or numbers.",
            ),
        ),
        "items": (
            translate("Tour", "Hear, record, sort"),
            translate(
                "Tour",
                "Choose a line and press Space to hear it. The tab Record takes in words by your own microphone. Every change "
                "can be taken back.",
            ),
        ),
        "curves": (
            translate("Tour", "Train: it learns at this moment"),
            translate(
                "Tour",
                "The dashed curve is what it learns from, the solid one what it is only tested on. While the solid one gets "
                "better too, the model understands and does not just learn by heart.",
            ),
        ),
        "settings": (
            translate("Tour", "Settings that explain themselves"),
            translate(
                "Tour",
                "The usual settings suit most data sets. Unfold all of them and each says what it does; every run is kept with "
                "what was different, to compare and to repeat.",
            ),
        ),
        "evaluate": (
            translate("Tour", "Evaluate: voices it never heard"),
            translate(
                "Tour",
                "Each row is what was said, each column what the model understood. Click a cell: its recordings appear, to be "
                "heard, looked into, or given the right label.",
            ),
        ),
        "live": (
            translate("Tour", "Live: speak to it"),
            translate(
                "Tour",
                "Hold the button and say one of the ten words, or let it listen all the time. Without a microphone, drop a sound "
                "file on the page.",
            ),
        ),
        "lens": (
            translate("Tour", "Inspect: look inside"),
            translate(
                "Tour",
                "Time runs from left to right: the sound, what the network reads of it, and its gates and states, a row for each "
                "unit. Play it by Space and follow the line.",
            ),
        ),
        "forget": (
            translate("Tour", "The forget gate"),
            translate(
                "Tour",
                "It decides what each unit keeps from one moment to the next. Bright: it remembers. Dark: it forgets, to make "
                "room for the sound that comes.",
            ),
        ),
        "end": (
            translate("Tour", "Now with your own words"),
            translate(
                "Tour",
                "Open a folder at the top left, or begin a new data set on the Collect page. The sample stays to play with, and "
                "this tour stands in the menu under Help.",
            ),
        ),
    }
