"""Evaluate: how good a model is, and where it errs. `page` is the page, `workspace` what it shows once there is something to show."""

from gui.pages.evaluate.page import EvaluatePage

__all__ = ["EvaluatePage"]
