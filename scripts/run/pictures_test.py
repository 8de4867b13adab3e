#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Breaks the kernel, and looks for the pictures that a reader needs; scripts/selftest runs it.

Two mutants are compiled into vma_test, plain and asan.

usage: scripts/run/pictures_test.py [NAME]...
exit:  0 all passed, 1 one failed
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', d) for d in ('mutate', 'lib')]
# pylint: disable=wrong-import-position,missing-function-docstring
from build import Build
from mutant import TOP, Mutant

CASE = 'mprotect.middle_splits_into_three_and_merges_back'
CRASH = '''# SPDX-License-Identifier: GPL-2.0
what: A split reads where nothing is.
kind: det
file: mm/vma.c
killer: split.*
in: __split_vma
find: err = anon_vma_clone(new, vma, VMA_OP_SPLIT);
make: err = *(volatile int *)64;
'''


class Pictures:
    """Pictures that a failure and a crash leave; below for each variant."""

    variant = ''

    @classmethod
    def setUpClass(cls):
        tree = subprocess.run([os.path.join(TOP, 'scripts/kdir')], stdout=subprocess.PIPE, text=True, check=True)
        args = argparse.Namespace(kernel='', kdir='', trees={'': tree.stdout.strip()}, jobs=os.cpu_count() or 1)
        cls.tmp = tempfile.mkdtemp(prefix='selftest-pictures.', dir=os.path.join(TOP, 'build'))
        cls.addClassCleanup(shutil.rmtree, cls.tmp, ignore_errors=True)
        cls.build = Build(args, 'core', (cls.variant, ''), cls.tmp)

    def run_mutant(self, path):
        """Returns the log, and the graphs by what stands between the name and .dot."""
        work = tempfile.mkdtemp(dir=self.tmp)
        graphs = os.path.join(work, 'graphs')
        binary = self.build.compile(Mutant(path), work)
        run = subprocess.run([binary, '-t', CASE, '--dot', graphs], stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(run.returncode, 1, run.stdout)
        texts = {}
        for name in os.listdir(graphs):
            with open(os.path.join(graphs, name)) as f:
                texts[name.removeprefix(CASE).removesuffix('.dot')] = f.read()
            if shutil.which('dot'):
                drawn = subprocess.run(['dot', '-Tsvg', os.path.join(graphs, name)], stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, text=True, check=True)
                self.has(drawn.stdout, '<svg', '>[W', '</svg>')
        return run.stdout, texts

    def has(self, text, *parts):
        at = 0
        for part in parts:
            self.assertIn(part, text[at:])
            at = text.index(part, at)

    def test_failure(self):
        log, graphs = self.run_mutant(os.path.join(TOP, 'mutants/split/no-clone'))
        self.has(log, '# before mprotect     parent  [WWWWWWWWW]', '# after               parent  [WWW][RRR][WWW]',
                 'not ok 1 ')
        self.assertEqual(sorted(graphs), ['', '.before'])
        self.has(graphs['.before'], 'before mprotect', '0-8<BR/>[WWWWWWWWW]', 'folios of a', 'anon_vma a')
        self.has(graphs[''], 'after mprotect', '<BR/>was 0-8', 'label="  no link  "', 'rmap misses 3 of 3')

    def test_crash(self):
        path = os.path.join(self.tmp, 'crash')
        with open(path, 'w') as f:
            f.write(CRASH)
        log, graphs = self.run_mutant(path)
        self.has(log, 'SEGV', '__split_vma', 'before mprotect     parent  [WWWWWWWWW]', 'not ok 1 ')
        self.assertEqual(list(graphs), ['.before'])
        self.has(graphs['.before'], 'before mprotect', '0-8<BR/>[WWWWWWWWW]', 'folios of a', 'anon_vma a')


class Plain(Pictures, unittest.TestCase):
    variant = 'plain'


class Asan(Pictures, unittest.TestCase):
    variant = 'asan'


if __name__ == '__main__':
    unittest.main()
