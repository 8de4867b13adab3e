#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of vma_test as a program: signals, limits of time, and what cannot apply.

usage: runner_test.py PROGRAM      PROGRAM: vma_test of any variant
"""
import os
import pty
import re
import signal
import subprocess
import sys
import time
import unittest

CASE = 'mprotect.middle_splits_into_three_and_merges_back'
LONG = 'replay.node_worker'
RACE = 'race_anon_lock.of_a_page_that_is_unmapped'
PROGRAM = ''


def run(*args):
    done = subprocess.run([PROGRAM, *args], capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout, done.stderr


def start(*args):
    return subprocess.Popen([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def children(pid):
    try:
        with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as f:
            return [int(word) for word in f.read().split()]
    except OSError:
        return []


# What vma_test starts, what that starts, and so on
WORKER, PROCESS, SCHEDULE = 1, 2, 3


def below(pid, generation):
    """The first process of a generation that a process has; waits for it."""
    for _ in range(20000):
        found = [pid]
        for _ in range(generation):
            found = [child for parent in found for child in children(parent)]
        if found:
            return found[0]
        time.sleep(0.001)
    raise AssertionError('no process was started')


def hold(pid, seconds):
    """Keep a process from running, as a machine does that is busy."""
    try:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        pass


class Interrupted(unittest.TestCase):
    """A run that is not whole says so, and by its exit status by which signal."""

    def ends(self, number, to_group=False):
        job = start('--no-oom', '--schedules=1')
        for line in job.stdout:
            if line.startswith('    ok '):
                break
        os.kill(job.pid, number)
        out, err = job.communicate(timeout=60)
        self.assertEqual(job.returncode, 128 + number)
        self.assertRegex(out, r'(?m)^# interrupted: \d+ of \d+ cases$')
        self.assertRegex(out.splitlines()[-1], r'^not whole: \d+ passed, \d+ failed, \d+ skipped$')
        self.assertNotRegex(out, '(?m)^total: ')
        self.assertRegex(err, f'interrupted by SIG{signal.Signals(number).name[3:]}, ')

    def test_term(self):
        self.ends(signal.SIGTERM)

    def test_int(self):
        self.ends(signal.SIGINT)

    def test_hup(self):
        self.ends(signal.SIGHUP)

    def test_quit(self):
        self.ends(signal.SIGQUIT)


class Limits(unittest.TestCase):
    """A limit is one of CPU time."""

    def test_case_that_has_to_wait(self):
        if 'tsan' in os.path.realpath(PROGRAM):
            self.skipTest('tsan needs as much CPU time as this waits')
        job = start('-t', LONG, '--timeout=3')
        hold(below(job.pid, PROCESS), 4)
        out, _ = job.communicate(timeout=200)
        self.assertEqual(job.returncode, 0, out)

    def test_schedule_that_has_to_wait(self):
        job = start('-t', RACE, '--timeout=1', '--schedules=300')
        hold(below(job.pid, SCHEDULE), 2.5)
        out, _ = job.communicate(timeout=200)
        self.assertEqual(job.returncode, 0, out)

    def sleeps_for_good(self, generation):
        job = start('-t', LONG, '--timeout=1')
        os.kill(below(job.pid, generation), signal.SIGSTOP)
        out, _ = job.communicate(timeout=60)
        self.assertEqual(job.returncode, 1)
        self.assertIn('timed out after 5 s', out)

    def test_case_that_sleeps_for_good(self):
        self.sleeps_for_good(PROCESS)

    def test_worker_that_sleeps_for_good(self):
        self.sleeps_for_good(WORKER)

    def test_slowest(self):
        status, out, _ = run('-t', 'mprotect', '--slowest=2')
        found = re.findall(r'(?m)^# slowest: ([\d.]+) s of CPU time, [\d.]+ s on the wall: mprotect', out)
        self.assertEqual((status, len(found)), (0, 2))
        self.assertGreaterEqual(float(found[0]), float(found[1]))

    def nearest(self, *args):
        status, out, _ = run('--slowest=1', '--timeout=7', *args)
        self.assertEqual(status, 0, out)
        near = re.search(r'(?m)^# nearest to its limit of 7 s: (.*), ([\d.]+) s of CPU time in one run$', out)
        return near[1], float(near[2]), float(re.search(r'(?m)^# slowest: ([\d.]+)', out)[1])

    def test_nearest_to_its_limit(self):
        name, one, whole = self.nearest('-t', LONG, '--mode=eager')
        self.assertEqual((name, round(one, 2)), (LONG, whole))
        # of many runs it is the longest that counts, as each has the limit
        name, one, whole = self.nearest('-t', RACE, '--mode=eager', '--schedules=200')
        self.assertTrue(0 < one < whole / 3, (one, whole))


class Terminal(unittest.TestCase):
    """On a terminal a run without -t prints failures and a summary, and KTAP by --ktap."""

    def on_terminal(self, *args, ends=None):
        ours, theirs = pty.openpty()
        job = subprocess.Popen([PROGRAM, '--mode=eager', '--no-oom', '--schedules=1', *args],
                               stdout=theirs, stderr=subprocess.DEVNULL)
        os.close(theirs)
        if ends:
            time.sleep(2)
            job.send_signal(ends)
        out = b''
        while True:
            try:
                out += os.read(ours, 65536)
            except OSError:     # the last writer has ended
                break
        os.close(ours)
        self.assertEqual(job.wait(60), 128 + ends if ends else 0, out)
        return out.decode().replace('\r\n', '\n').splitlines()

    def test_summary(self):
        # the whole run would take long
        lines = self.on_terminal(ends=signal.SIGTERM)
        total = re.fullmatch(r'not whole: (\d+) passed, 0 failed, (\d+) skipped', lines[-1])
        self.assertLess(len(lines), 100)
        self.assertEqual(lines[0], 'passed, by suite:')
        by_suite = ' '.join(line for line in lines[1:-1] if not re.match('[0-9#]', line))
        self.assertEqual(sum(int(nr) for nr in re.findall(r'\w+ (\d+)(?: \(\d+ skipped\))?(?:,|$)', by_suite)), int(total[1]))
        skips = [int(m[1]) for line in lines if (m := re.match(r'(\d+) skipped: \S', line))]
        self.assertEqual((sum(skips), skips), (int(total[2]), sorted(skips, reverse=True)))

    def test_ktap(self):
        for args in (['--ktap', '-t', 'mprotect'], ['-t', 'mprotect'], ['-v', '-t', 'mprotect']):
            self.assertEqual(self.on_terminal(*args)[0], 'KTAP version 1')
        self.assertEqual(run('-t', 'mprotect')[1].splitlines()[0], 'KTAP version 1')


class Killed(unittest.TestCase):
    """What the system kills has no result, and fails nothing."""

    def ends(self, job, child):
        os.kill(child, signal.SIGKILL)
        out, err = job.communicate(timeout=60)
        self.assertEqual(job.returncode, 2, out)
        self.assertIn('environment: ', err)
        self.assertNotIn('not ok 1 ' + LONG.split('.', maxsplit=1)[1], out)
        self.assertTrue(out.splitlines()[-1].startswith('not whole: '), out)

    def test_worker(self):
        job = start('-t', LONG)
        self.ends(job, below(job.pid, WORKER))

    def test_case(self):
        job = start('-t', LONG)
        self.ends(job, below(job.pid, PROCESS))

    def test_run_of_a_race(self):
        job = start('-t', RACE, '--schedules=10000')
        self.ends(job, below(job.pid, SCHEDULE))


class Stale(unittest.TestCase):
    """A repeat line that cannot apply any more must not look like a fix."""

    def refused(self, pattern, *args):
        status, _, err = run(*args)
        self.assertEqual(status, 2, args)
        self.assertRegex(err.splitlines()[-1], pattern)

    def test_schedule_of_no_race(self):
        self.refused('is for races, and mprotect', '-t', CASE, '--schedule=1:1')

    def test_schedule_of_points_that_are_not_there(self):
        self.refused('1 of the 1 turns of this schedule cannot be given', '-t', RACE, '--schedule=9999999:1')

    def test_schedule_of_tasks_that_are_not_there(self):
        self.refused('turns of this schedule cannot be given', '-t', RACE, '--schedule=2:7')

    def test_schedule_in_place(self):
        self.refused('turns of this schedule cannot be given', '-t', RACE, '--mode=eager', '--schedule=9999999:1',
                     '--no-fork')

    def test_schedule_by_the_rule(self):
        self.assertEqual(run('-t', RACE, '--schedule=0:0')[0], 0)

    def test_allocation_that_is_not_there(self):
        if 'tsan' in os.path.realpath(PROGRAM):
            self.skipTest('tsan has no sweeps')
        self.refused('not swept: it has fewer allocations', '-t', CASE, '--oom=9999')
        self.refused('not swept: it has fewer allocations', '-t', CASE, '--oom=9999+')
        self.assertEqual(run('-t', CASE, '--oom=1')[0], 0)

    def test_glob_that_matches_nothing(self):
        self.refused("no test matches 'nosuch'", '-t', CASE, '-t', 'nosuch')

    def test_strict_without_tsan(self):
        if 'tsan' in os.path.realpath(PROGRAM):
            self.skipTest('this is tsan')
        self.refused('--strict is for the tsan variant', '-t', RACE, '--strict')


class Debugger(unittest.TestCase):
    """What docs/ give to gdb runs one case, though there may be one for each mode."""

    def test_one_of_two_modes(self):
        status, out, err = run('--no-fork', '-t', CASE)
        self.assertEqual(status, 0, out + err)
        self.assertRegex(out, r'(?m)^total: 1 passed, 0 failed, 0 skipped$')

    def test_schedule(self):
        status, out, err = run('--no-fork', '-t', RACE, '--schedule=0:0')
        self.assertEqual(status, 0, out + err)

    def test_several(self):
        status, _, err = run('--no-fork', '-t', 'mprotect')
        self.assertEqual(status, 2)
        self.assertIn('are selected; name one as -t SUITE.CASE', err)


class Lacks(unittest.TestCase):
    """What a case needs of the machine and does not find."""

    def test_trace_without_xz(self):
        done = subprocess.run([PROGRAM, '-t', 'replay.true'], capture_output=True, text=True, check=False,
                              env={**os.environ, 'PATH': '/nonexistent'})
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn('ok 1 true # SKIP the trace true is packed by xz, which is not installed', done.stdout)


class Help(unittest.TestCase):
    """Text that cannot be written is an error, with a line."""

    def test_full_device(self):
        there = os.path.dirname(os.path.realpath(PROGRAM))
        for name in 'vma_test', 'vma_fuzz', 'vma_replay', 'vma_bench':
            program = os.path.join(there, name)
            if not os.path.exists(program):
                continue
            with open('/dev/full', 'w', encoding='ascii') as full:
                done = subprocess.run([program, '--help'], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 2, name)
            self.assertIn('cannot write to stdout: No space left on device', done.stderr)


if __name__ == '__main__':
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
