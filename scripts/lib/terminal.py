# SPDX-License-Identifier: GPL-2.0
"""Lines of progress on a terminal."""
import os


def terminal_width(fd):
    """Return the columns of a line that is to be erased again: one that wraps cannot be."""
    try:
        columns = os.get_terminal_size(fd).columns
    except OSError:
        columns = 0
    return min(columns or 80, 80) - 1
