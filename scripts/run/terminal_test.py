#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests that lines of progress fit on a small terminal; scripts/selftest runs it.

usage: terminal_test.py KDIR      KDIR: a tree of which a series base..HEAD can be applied
exit:  0 all passed, 1 one failed

What is already built at the top, as ./vma_test, is tried too.
"""
import fcntl
import os
import pty
import re
import struct
import sys
import termios
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
COLUMNS = 20
KDIR = ''


def output_of(*command):
    """Run a command on a terminal of its own; returns what it has written."""
    pid, fd = pty.fork()
    if not pid:
        os.chdir(TOP)
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, COLUMNS, 0, 0))
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    text = b''
    while True:
        try:
            data = os.read(fd, 65536)
        except OSError:     # the other end is closed
            break
        if not data:
            break
        text += data
    os.close(fd)
    os.waitpid(pid, 0)
    return text.decode(errors='replace')


class Terminal(unittest.TestCase):
    """A line that is to be erased is shorter than the terminal."""

    def fits(self, *command):
        # what follows a carriage return and is itself erased
        text = output_of(*command).replace('\r\n', '\n')
        lines = [line for line in re.findall(r'\r(?:\033\[K)*([^\r\n\033]*)(?=[\r\033])', text) if line]
        self.assertTrue(lines, text)
        self.assertLess(max(map(len, lines)), COLUMNS, max(lines, key=len))

    def built(self, name):
        path = os.path.join(TOP, name)
        if not os.path.islink(path) or not os.path.exists(path):
            self.skipTest(f'{name} is not built')
        return path

    def test_matrix(self):
        self.fits('./run_tests.sh', '--kdir', KDIR, '--variant', 'plain')

    def test_series(self):
        self.fits('./run_tests.sh', '--kdir', KDIR, '--series', 'base..HEAD')

    def test_cases(self):
        self.fits(self.built('vma_test'), '-t', 'mprotect')

    def test_fuzz(self):
        self.fits(self.built('vma_fuzz'), '--steps=3000')

    def test_replay(self):
        self.fits(self.built('vma_replay'), 'tools/testing/vma/traces/git.strace.xz')


if __name__ == '__main__':
    KDIR = sys.argv.pop(1)
    unittest.main()
