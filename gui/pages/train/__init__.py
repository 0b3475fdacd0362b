"""Train: settings, a running training, all runs. `page` is the page, `workspace` what it shows once there is something to show."""

from gui.pages.train.page import TrainPage

__all__ = ["TrainPage"]
