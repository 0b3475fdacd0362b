"""Translations: ``zh_CN/MODULE.ts`` are the sources, ``seqclass_*.qm`` what the window loads."""
