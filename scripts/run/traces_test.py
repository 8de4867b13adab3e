#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Messages of vma_replay about files that are no traces; scripts/selftest runs it.

usage: traces_test.py VMA_REPLAY
exit:  0 all passed, 1 one failed
"""
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
# pylint: disable=missing-function-docstring
LINES = '''1 execve("/bin/true", ["true"], 0x7ffe0 /* 2 vars */) = 0
1 brk(NULL) = 0x556a2ebb8000
1 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7fb4fe7fc000
'''
END = '1 +++ exited with 0 +++\n'
# It is unmapped by one thread and mapped by another, whose line comes first
THREADS = '''1 clone(child_stack=0x7fb4fe7fd000, flags=CLONE_VM|CLONE_THREAD) = 2
1 munmap(0x7fb4fe7fc000, 8192 <unfinished ...>
2 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7fb4fe7fc000
1 <... munmap resumed>) = 0
2 munmap(0x7fb4fe7fc000, 8192 <unfinished ...>
2 <... munmap resumed> <unfinished ...>) = ?
2 +++ exited with 0 +++
'''
PROGRAM = os.path.realpath(sys.argv.pop())


class Traces(unittest.TestCase):
    def replay(self, content, name='trace'):
        """Returns the exit status and the lines on stderr."""
        with tempfile.TemporaryDirectory() as tmp:
            path = os.path.join(tmp, name)
            if content is not None:
                with open(path, 'wb') as f:
                    f.write(content if isinstance(content, bytes) else content.encode())
            run = subprocess.run([PROGRAM, '--quiet', path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True, check=False)
        return run.returncode, run.stderr.replace(path, 'TRACE').splitlines()

    def refused(self, content, line):
        self.assertEqual(self.replay(content), (2, ['vma_replay: ' + line]))

    def test_good(self):
        self.assertEqual(self.replay(LINES + END), (0, []))
        self.assertEqual(self.replay(lzma.compress((LINES + END).encode())), (0, []))

    def test_halves_in_another_order(self):
        self.assertEqual(self.replay(LINES + THREADS + END), (0, []))

    def test_modes(self):
        mode = '[ Process PID=1 runs in {} bit mode. ]\n'
        old = LINES.replace('mmap(', 'mmap2(').replace('0x7fb4fe7fc000', '0xf7fc0000').replace('0x556a2ebb8000', '0x56550000')
        self.assertEqual(self.replay(mode.format(32) + old + END), (0, []))
        self.assertEqual(self.replay(LINES + '1 ' + mode.format(64) + END), (0, []))

    @unittest.skipUnless(shutil.which('strace'), 'strace is not installed')
    def test_as_the_page_says(self):
        """The command line of docs/replay.md, with the strace that is here."""
        top = os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', '..')
        with open(os.path.join(top, 'docs/replay.md'), encoding='utf-8') as f:
            command = next(line.strip() for line in f if line.startswith('    strace -f'))
        with tempfile.TemporaryDirectory() as tmp:
            words = command.removesuffix(' PROGRAM...').split() + ['sh', '-c', 'true | cat']
            ran = subprocess.run(words, cwd=tmp, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if 'ptrace' in ran.stdout:
                self.skipTest('nothing may be traced here: ' + ran.stdout.splitlines()[0])
            self.assertEqual(ran.returncode, 0, ran.stdout)
            with open(os.path.join(tmp, 'TRACE'), encoding='utf-8') as f:
                self.assertEqual(self.replay(f.read()), (0, []))

    def test_not_whole(self):
        self.refused(lzma.compress((LINES * 500).encode())[:-30],
                     'TRACE is damaged or not whole: xz cannot unpack it')
        self.refused(LINES + '1 mmap(NULL, 40', "TRACE: line 4: not a call as strace -f writes it: 'mmap(NULL, 40'")

    def test_without_the_tool_that_unpacks(self):
        path = os.environ['PATH']
        os.environ['PATH'] = '/nonexistent'
        try:
            self.refused(lzma.compress(LINES.encode()), 'TRACE is packed by xz, which is not installed')
        finally:
            os.environ['PATH'] = path

    def test_foreign(self):
        none = 'TRACE: no call in it is about an address space; is it of strace -f?'
        self.refused('', none)
        self.refused(b'\0' * 100, none)
        self.refused('strlen("a") = 1\n+++ exited (status 0) +++\n', none)     # of ltrace
        self.refused('hello world\n', "TRACE: line 1: not a line that strace -f writes: 'hello world'")
        self.refused(b'\x7fELF\x02\x01\x1b[2J\n', "TRACE: line 1: not a line that strace -f writes: '?ELF???[2J'")

    def test_no_file(self):
        self.assertEqual(self.replay(None), (2, ['vma_replay: cannot read TRACE: No such file or directory']))
        run = subprocess.run([PROGRAM, '/'], stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((run.returncode, run.stderr), (2, 'vma_replay: cannot read /: Is a directory\n'))


if __name__ == '__main__':
    unittest.main()
