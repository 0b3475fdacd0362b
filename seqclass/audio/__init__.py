"""Reading, resampling and writing recordings."""
