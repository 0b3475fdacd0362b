"""Collect: the data set, and recording into it. `page` is the page, `workspace` what it shows once there is something to show."""

from gui.pages.collect.page import CollectPage

__all__ = ["CollectPage"]
