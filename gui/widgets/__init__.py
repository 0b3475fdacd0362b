"""Widgets without knowledge of pages: they draw what they are given."""
