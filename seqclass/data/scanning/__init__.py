"""What `seqclass.data.scan` rests on.

`reading` opens the files, `cache` keeps what was found in them for the next scan, and `columns` is how it is kept.
"""
