#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Which objects scripts/build/objects takes for stale; scripts/selftest runs it.

usage: objects_test.py
exit:  0 all passed, 1 one failed
"""
import os
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
# pylint: disable=missing-function-docstring
OBJECTS = os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', 'build', 'objects')


class Objects(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory()
        self.out = os.path.join(self.tmp.name, 'tree', 'out')
        os.makedirs(os.path.join(self.out, 'obj'))
        self.write('source.c', 'int x;\n')
        time.sleep(0.02)
        self.write('out/obj/x.o.cmd', 'cc\n')
        self.write('out/obj/x.o.d', f'x.o: {self.path("source.c")}\n')
        self.write('out/obj/x.o', 'object\n')
        self.write('out/flags', '-O1\n')

    def tearDown(self):
        self.tmp.cleanup()

    def path(self, name):
        return os.path.join(self.tmp.name, 'tree', name)

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as f:
            f.write(text)

    def is_kept(self):
        subprocess.run([OBJECTS, 'stale', self.out], check=True)
        return os.path.exists(self.path('out/obj/x.o'))

    def copy(self):
        subprocess.run(['cp', '-al', self.path('.'), os.path.join(self.tmp.name, 'copy')], check=True)

    def test_nothing_has_changed(self):
        self.assertTrue(self.is_kept())
        self.assertTrue(self.is_kept())

    def test_a_copy_of_links(self):
        self.assertTrue(self.is_kept())
        time.sleep(0.02)
        self.copy()
        self.assertTrue(self.is_kept())

    def test_a_link_while_it_was_compiled(self):
        """The content was known before, and is what it was."""
        self.assertTrue(self.is_kept())
        time.sleep(0.02)
        self.write('out/obj/x.o.cmd', 'cc\n')
        self.write('out/obj/x.o.d', f'x.o:  {self.path("source.c")}\n')
        self.copy()
        self.assertTrue(self.is_kept())

    def test_another_content_of_an_old_date(self):
        self.assertTrue(self.is_kept())
        time.sleep(0.02)
        self.write('out/obj/x.o.cmd', 'cc\n')
        self.write('out/obj/x.o.d', f'x.o:  {self.path("source.c")}\n')
        self.write('source.c', 'int y;\n')
        os.utime(self.path('source.c'), (1, 1))
        self.assertFalse(self.is_kept())

    def test_another_content(self):
        self.assertTrue(self.is_kept())
        self.write('source.c', 'int y;\n')
        self.assertFalse(self.is_kept())

    def test_another_content_behind_a_link(self):
        self.assertTrue(self.is_kept())
        self.copy()
        self.assertTrue(self.is_kept())
        self.write('source.c', 'int y;\n')
        self.assertFalse(self.is_kept())

    def test_a_change_while_it_was_compiled(self):
        self.write('source.c', 'int y;\n')
        self.assertFalse(self.is_kept())

    def test_a_list_of_inputs_that_is_empty(self):
        """As a full disk leaves it."""
        self.write('out/obj/x.o.d', '')
        self.assertFalse(self.is_kept())


if __name__ == '__main__':
    unittest.main()
