"""Files of strangers, decoded in a process of its own: bytes in, numpy arrays or one sentence out.

Whatever a file holds, it takes at most `process.SECONDS` and `process.MEMORY`. This package knows no torch, so that the
process starts in a quarter of a second.
"""
