"""Reports on how well a bundle does."""
