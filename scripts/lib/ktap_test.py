#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of ktap.py, and of those habits of the tree's kunit.py that it is stricter than.

usage: scripts/lib/ktap_test.py [NAME...]
exit:  0 all passed, 1 one failed
"""
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
# pylint: disable=wrong-import-position
import ktap

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
WHOLE = '''KTAP version 1
# seed: 1
1..2
    KTAP version 1
    # Subtest: merge
    1..3
    # left: EXPECTATION FAILED at a.c:1 one
    # left: more
    # repeat: ./vma_test -t merge.left --seed 1
    # [    0.1] ok 3 of the log
    not ok 1 left
    ok 2 right
    ok 3 both # SKIP not in \\# this tree
# merge: pass:1 fail:1 skip:1 total:3
not ok 1 merge
    KTAP version 1
    # Subtest: split
    1..1
    ok 1 head
# split: pass:1 fail:0 skip:0 total:1
ok 2 split
# races: 3 schedules of 1 cases
total: 2 passed, 1 failed, 1 skipped
'''
SECOND = '''KTAP version 1
# seed: 1
1..1
    KTAP version 1
    # Subtest: merge
    1..1
    ok 1 other
# merge: pass:1 fail:0 skip:0 total:1
ok 1 merge
total: 1 passed, 0 failed, 0 skipped
'''
GOOD = WHOLE.replace('not ok', 'ok').replace('2 passed, 1 failed', '3 passed, 0 failed')


def faults(text):
    return ' '.join(ktap.Report(text).faults)


class Reader(unittest.TestCase):
    """Whole reports, and what is wrong with others."""

    def test_whole(self):
        report = ktap.Report(WHOLE)
        self.assertEqual(report.faults, [])
        self.assertEqual([(name, case.state) for name, case in report.cases.items()], [
            ('merge.left', 'failed'), ('merge.right', 'passed'), ('merge.both', 'skipped'),
            ('split.head', 'passed')])
        left = report.cases['merge.left']
        self.assertEqual(left.reason, 'EXPECTATION FAILED at a.c:1 one')
        self.assertEqual(left.repeat, './vma_test -t merge.left --seed 1')
        self.assertIn('# left: more', left.log)
        self.assertEqual(report.cases['merge.both'].reason, 'not in \\# this tree')
        self.assertEqual(report.total, (2, 1, 1))
        self.assertEqual(report.notes, ['seed: 1', 'races: 3 schedules of 1 cases'])

    def test_no_log(self):
        for text in ('', 'make: Error 2\n', 'KTAP version 1\n', 'KTAP version 1\n1..0\n'):
            self.assertNotEqual(faults(text), '', text)

    def test_cut_short(self):
        lines = WHOLE.splitlines(True)
        for end in range(len(lines)):
            self.assertNotEqual(faults(''.join(lines[:end])), '', end)

    def test_any_line_missing(self):
        for at, line in enumerate(WHOLE.splitlines(True)):
            if line.lstrip().startswith('#') and 'Subtest' not in line or line == '    KTAP version 1\n':
                continue
            rest = WHOLE.splitlines(True)
            del rest[at]
            self.assertNotEqual(faults(''.join(rest)), '', line)

    def test_two_reports(self):
        self.assertIn('follows the total', faults(WHOLE + SECOND))
        without = SECOND.replace('total: 1 passed, 0 failed, 0 skipped\n', '')
        self.assertIn('a second report begins', faults(without + WHOLE))

    def test_results_after_the_plan(self):
        more = GOOD.replace('# races', 'not ok 3 lost\n# races')
        self.assertIn('without its cases', faults(more))
        self.assertIn('announces 1', faults(GOOD.replace('    ok 1 head\n', '    ok 1 head\n    not ok 2 tail\n')))

    def test_small_skip(self):
        report = ktap.Report(WHOLE.replace('# SKIP', '# skip'))
        self.assertIn('has to be "# SKIP"', report.faults[0])
        self.assertEqual(report.cases['merge.both'].state, 'skipped')

    def test_hash_in_a_name(self):
        self.assertIn('no name of a case', faults(WHOLE.replace('1 head', '1 #head')))

    def test_twice(self):
        self.assertIn('has a result already', faults(WHOLE.replace('2 right', '2 left')))

    def test_number(self):
        self.assertIn('result 4 of merge is its 2.', faults(WHOLE.replace('ok 2 right', 'ok 4 right')))

    def test_suite_against_its_cases(self):
        self.assertIn('"ok", and a case of it is not', faults(WHOLE.replace('not ok 1 merge', 'ok 1 merge')))

    def test_total_against_the_cases(self):
        self.assertIn('the total says 3 passed', faults(WHOLE.replace('2 passed', '3 passed')))

    def test_progress(self):
        self.assertEqual(ktap.progress(WHOLE), (4, 1))


class Join(unittest.TestCase):
    """Shards, put together."""

    def test_one_is_itself(self):
        report = ktap.Report(ktap.join({'a': ktap.Report(WHOLE)}))
        self.assertEqual(report.cases, ktap.Report(WHOLE).cases)
        self.assertEqual(report.faults, [])

    def test_parts_of_a_suite(self):
        report = ktap.Report(ktap.join({'a': ktap.Report(WHOLE), 'b': ktap.Report(SECOND)}))
        self.assertEqual(report.faults, [])
        self.assertEqual(report.total, (3, 1, 1))
        self.assertEqual(list(report.cases), ['merge.left', 'merge.right', 'merge.both', 'merge.other', 'split.head'])
        self.assertEqual(report.cases['merge.left'].repeat, './vma_test -t merge.left --seed 1')

    def test_refused(self):
        for other in (WHOLE, WHOLE[:-10], ''):
            with self.assertRaises(ktap.CannotJoin):
                ktap.join({'a': ktap.Report(WHOLE), 'b': ktap.Report(other)})


class Kunit(unittest.TestCase):
    """The tree's kunit.py: reads what we print, and passes what we refuse."""

    def kunit(self, text):
        found = subprocess.run([os.path.join(TOP, 'scripts/kdir')], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, check=False)
        tool = os.path.join(found.stdout.strip(), 'tools/testing/kunit/kunit.py')
        if found.returncode or not os.path.exists(tool):
            self.skipTest('there is no tree with kunit.py')
        with tempfile.NamedTemporaryFile('w', suffix='.ktap') as f:
            f.write(text)
            f.flush()
            done = subprocess.run([sys.executable, '-B', tool, 'parse', f.name], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def test_it_reads_a_joined_report(self):
        text = ktap.join({'a': ktap.Report(WHOLE), 'b': ktap.Report(SECOND)})
        status, said = self.kunit(text)
        self.assertEqual(status, 1)
        self.assertIn('Ran 5 tests: passed: 3, failed: 1, skipped: 1', said)
        self.assertNotIn('[ERROR]', said)

    def test_hash_before_a_name(self):
        """It takes a result whose name begins with # for a crash, and the name for a comment."""
        text = GOOD.replace('ok 1 head', 'ok 1 #head')
        self.assertIn('no name of a case', faults(text))
        self.assertIn('CRASHED', self.kunit(text)[1])

    def test_what_it_lets_pass_is_refused_here(self):
        for name, text in {
                'results after the plan': GOOD.replace('# races', 'not ok 3 lost\n# races'),
                'a second report that fails': GOOD + WHOLE,
                'a suite that it shows as crashed': GOOD.replace('ok 2 split\n', ''),
                'skip in small letters': GOOD.replace('# SKIP', '# skip')}.items():
            with self.subTest(name):
                self.assertEqual(self.kunit(text)[0], 0)
                self.assertNotEqual(faults(text), '')


class Compare(unittest.TestCase):
    """scripts/ktap compare: the cases that are not the same in two logs."""

    def compare(self, before, after):
        with tempfile.TemporaryDirectory() as tmp:
            for name, text in ('A', before), ('B', after):
                with open(os.path.join(tmp, name), 'w', encoding='utf-8') as f:
                    f.write(text)
            run = subprocess.run([os.path.join(TOP, 'scripts/ktap'), 'compare', 'A', 'B'], cwd=tmp,
                                 capture_output=True, text=True, check=False)
        self.assertEqual(run.stderr, '')
        return run.returncode, run.stdout.splitlines()

    def test_the_same(self):
        end = '4 cases in both, 0 only in A, 0 only in B; 0 fail that did not'
        self.assertEqual(self.compare(WHOLE, WHOLE), (0, [end]))

    def test_one_is_red_now(self):
        self.assertEqual(self.compare(GOOD, WHOLE), (1, [
            'merge.left: passed -> failed: EXPECTATION FAILED at a.c:1 one',
            '4 cases in both, 0 only in A, 0 only in B; 1 fail that did not']))
        self.assertEqual(self.compare(WHOLE, GOOD)[0], 0)

    def test_red_for_another_reason(self):
        self.assertEqual(self.compare(WHOLE, WHOLE.replace('a.c:1 one', 'a.c:1 two'))[1][0],
                         'merge.left: failed -> failed: EXPECTATION FAILED at a.c:1 two')

    def test_others_are_there(self):
        self.assertEqual(self.compare(WHOLE, SECOND), (0, [
            'merge.left: failed -> not there', 'merge.right: passed -> not there',
            'merge.both: skipped -> not there', 'split.head: passed -> not there', 'merge.other: not there -> passed',
            '0 cases in both, 4 only in A, 1 only in B; 0 fail that did not']))

    def test_not_whole(self):
        status, said = self.compare(WHOLE, '\n'.join(WHOLE.split('\n')[:12]))
        self.assertEqual(status, 2)
        self.assertIn('B: it is not whole', said)


if __name__ == '__main__':
    unittest.main()
