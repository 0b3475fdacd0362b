"""Live: what the model makes of what it hears now. `page` is the page, `workspace` what it shows once there is something to show."""

from gui.pages.live.page import LivePage

__all__ = ["LivePage"]
