"""Bundles in other formats. Its formats come with the inspection issue."""
