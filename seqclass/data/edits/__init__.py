"""Changing a data set, whole or not at all.

`editing` is what callers use, `plan` what can be asked for and `drafting` what it comes to; `paths`, `rows` and `overlay` turn that
into `steps` for each way of keeping items, `journal` carries them out and remembers them, `rescan` gives the manifest after them.
"""
