"""Inspect: what the network does, frame by frame. `page` is the page, `workspace` what it shows while a model is open."""

from gui.pages.inspect.page import InspectPage

__all__ = ["InspectPage"]
