#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The pages of --html, with Graphviz and without; scripts/selftest runs it.

usage: scripts/run/graphs_test.py [NAME]...
exit:  0 all passed, 1 one failed
"""
import os
import stat
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
# pylint: disable=missing-function-docstring
HERE = os.path.dirname(os.path.realpath(__file__))
KTAP = '''KTAP version 1
1..1
    KTAP version 1
    # Subtest: split
    1..2
    # one: a reason
    not ok 1 one
    ok 2 two
not ok 1 split
total: 1 passed, 1 failed, 0 skipped
'''
# Stands for Graphviz: takes "-Tsvg -o FILE"
DOT = '#!/bin/sh\necho "<svg/>" >"$3"\n'


class Graphs(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)
        self.write('run.ktap', KTAP)
        self.write('html/run.graphs/split.one.dot', 'digraph {}')
        self.write('html/run.graphs/split.one.before.dot', 'digraph {}')
        os.mkdir(self.path('bin'))
        # all that a script of python needs, and no dot
        os.symlink(sys.executable, self.path('bin/python3'))

    def path(self, name):
        return os.path.join(self.tmp.name, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'w') as f:
            f.write(text)

    def report(self):
        """Returns what is printed and the page of the run."""
        run = subprocess.run([sys.executable, '-B', os.path.join(HERE, 'report'), 'html', self.path('html'),
                              'run=' + self.path('run.ktap')], env={'PATH': self.path('bin')},
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stdout)
        with open(self.path('html/run.html')) as f:
            return run.stdout, f.read()

    def dot(self, text):
        self.write('bin/dot', text)
        os.chmod(self.path('bin/dot'), stat.S_IRWXU)

    def test_drawn(self):
        self.dot(DOT)
        said, page = self.report()
        self.assertEqual(said, '')
        before, after = (page.index(f'<img src="run.graphs/split.one{when}.svg"') for when in ('.before', ''))
        self.assertLess(before, after)

    def test_without_dot(self):
        said, page = self.report()
        self.assertIn('install graphviz', said)
        self.assertIn('install graphviz', page)
        self.assertIn('href="run.graphs/split.one.before.dot"', page)
        self.assertNotIn('<img', page)

    def test_dot_that_fails(self):
        self.dot('#!/bin/sh\nexit 1\n')
        page = self.report()[1]
        self.assertIn('href="run.graphs/split.one.dot"', page)
        self.assertNotIn('<img', page)


if __name__ == '__main__':
    unittest.main()
