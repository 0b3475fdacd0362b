"""Data set folders: what is in them, how they are divided, how they become batches."""
