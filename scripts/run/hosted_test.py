#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Programs as guests of vma_run, and what it says where it cannot run one.

usage: hosted_test.py VMA_RUN [unittest's arguments]
exit:  0 all passed, 1 one failed
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
# pylint: disable=missing-function-docstring,consider-using-with
HERE = os.path.dirname(os.path.realpath(__file__))
PROGRAM = os.path.realpath(sys.argv.pop(1))
THREADS = '''
import os, threading
done = []
def work(): done.append(sum(len(str(i)) for i in range(20000)))
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
if not os.fork(): os._exit(5)
print(done, os.wait()[1] >> 8)
'''
# the file is read twice, and tells of what was mapped between
AGAIN = '''
import mmap
f = open('/proc/self/maps'); a = f.read(); m = mmap.mmap(-1, 1 << 22); f.seek(0); print(a != f.read(), len(a) > 999)
'''


def shows(pid):
    """Is a process there, and no zombie?"""
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii', errors='replace') as f:
            return f.read().rsplit(')', 1)[1].split()[0] not in 'ZX'
    except OSError:
        return False


def setUpModule():
    """Nothing can be said where the host has no userfaultfd, or lets nobody have it."""
    run = subprocess.run([PROGRAM, 'true'], stderr=subprocess.PIPE, text=True, check=False, stdin=subprocess.DEVNULL)
    if run.returncode == 2:
        raise unittest.SkipTest(run.stderr.strip())


class Hosted(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)

    def run_it(self, *args, timeout=120):
        run = subprocess.run([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             check=False, timeout=timeout, stdin=subprocess.DEVNULL)
        return run.returncode, run.stdout, run.stderr.splitlines()

    def refused(self, line, *args):
        status, out, err = self.run_it(*args)
        self.assertEqual((status, out), (2, ''))
        self.assertEqual(err, ['vma_run: ' + line])

    def file(self, name, content, mode=0o755):
        path = os.path.join(self.tmp.name, name)
        with open(path, 'wb') as f:
            f.write(content)
        os.chmod(path, mode)
        return path

    def same(self, *args):
        """The output and the status are those that the host gives."""
        there = subprocess.run(args, stdout=subprocess.PIPE, check=False, text=True, stdin=subprocess.DEVNULL)
        status, out, err = self.run_it('--oracle=20', *args)
        self.assertEqual((status, out), (there.returncode, there.stdout), err)
        self.assertIn('no complaint, no leak', err[-1])

    def compiled(self, *options, source='mappings'):
        path = os.path.join(self.tmp.name, 'guest')
        subprocess.run(['gcc', '-O1', '-w', *options, '-o', path, os.path.join(HERE, f'guests/{source}.c')], check=True)
        return path

    def needs_full(self):
        if self.run_it('--quiet', 'cat', '/proc/self/maps')[0]:
            self.skipTest('the build has no tmpfs and no fs/proc/task_mmu.c')

    def test_first_line_of_the_readme(self):
        self.same('bash', '-c', 'ls | wc -l')

    def test_status(self):
        self.assertEqual(self.run_it('--quiet', 'bash', '-c', 'exit 42'), (42, '', []))
        self.assertEqual(self.run_it('--quiet', 'bash', '-c', 'kill -TERM $$')[0], 128 + signal.SIGTERM)

    def test_mappings(self):
        self.needs_full()
        self.same(self.compiled())

    def test_proc(self):
        """maps, smaps, pagemap and clear_refs are the machine's, as are prctl() and process_madvise()."""
        self.needs_full()
        status, out, err = self.run_it('--oracle=1', self.compiled(source='proc'))
        self.assertEqual((status, out), (0, 'done\n'), err)
        self.assertIn('no complaint, no leak', err[-1])

    def test_memfd(self):
        self.needs_full()
        self.same(self.compiled(source='memfd'))

    def test_shared_file(self):
        self.same(self.compiled(source='shared'))

    def test_userfaultfd(self):
        self.needs_full()
        guest = self.compiled('-pthread', source='uffd')
        if subprocess.run([guest], stdout=subprocess.DEVNULL, check=False).returncode == 3:
            self.skipTest('the host gives nobody a userfaultfd by its system call')
        self.same(guest)

    def test_proc_in_text(self):
        """What a shell and python3 read, and what is not about address spaces."""
        self.needs_full()
        status, out, err = self.run_it('bash', '-c', 'grep -c " r-xp .* /file$" /proc/self/maps; cat /proc/self/comm')
        self.assertEqual((status, out.split()[1], int(out.split()[0]) > 2), (0, 'cat', True), err)
        self.same('bash', '-c', 'n=0; while read -r l; do n=$((n + 1)); done < /proc/self/smaps; echo $((n > 99))')
        self.same('/usr/bin/python3', '-c', AGAIN)

    def test_static(self):
        self.needs_full()
        self.same(self.compiled('-static'))

    def test_without_pie(self):
        self.needs_full()
        self.same(self.compiled('-no-pie'))

    def test_pipes(self):
        self.same('bash', '-c', 'for i in 1 2 3 4; do echo $i | cat; done; (exit 3)')

    def test_script(self):
        self.same(self.file('script', b'#!/bin/bash\necho $((6 * 7))\n'))

    def test_threads(self):
        self.same('/usr/bin/python3', '-c', THREADS)

    def test_lazy(self):
        status, out, err = self.run_it('--mode=lazy', '--oracle=5', 'bash', '-c', 'echo a | cat')
        if status == 2:
            self.assertEqual(err, ['vma_run: --mode=lazy: this build has no lazy mode'])
        else:
            self.assertEqual((status, out), (0, 'a\n'), err)

    def test_no_such_program(self):
        self.refused('cannot run no-such-program: No such file or directory', 'no-such-program')
        self.refused('cannot run /no/such: No such file or directory', '/no/such')

    def test_not_executable(self):
        path = self.file('text', b'hello', 0o644)
        self.refused(f'cannot run {path}: Permission denied', path)

    def test_no_program_in_it(self):
        path = self.file('junk', b'junk')
        self.refused(f'cannot run {path}: it is neither an ELF program nor a script with an interpreter', path)

    def test_32_bit(self):
        path = self.file('small', b'\x7fELF\x01\x01\x01' + bytes(60))
        self.refused(f'cannot run {path}: it is a program of 32 bits', path)

    def test_no_interpreter(self):
        path = self.file('script', b'#!/no/such/interpreter\n')
        self.refused(f'cannot run {path}: its interpreter /no/such/interpreter: No such file or directory', path)

    def test_usage(self):
        self.refused('no program: vma_run [OPTION]... PROGRAM [ARG]...')
        self.refused('--mode=fast: there are eager and lazy', '--mode=fast', 'true')

    @unittest.skipIf(os.geteuid() == 0 and not os.path.exists('/usr/bin/su'), 'there is no su')
    def test_setuid(self):
        """It runs, and has not the rights of its owner: no_new_privs."""
        status, out, _ = self.run_it('--quiet', 'bash', '-c', 'grep NoNewPrivs /proc/self/status')
        self.assertEqual((status, out.split()), (0, ['NoNewPrivs:', '1']))

    def test_seconds(self):
        status, _, err = self.run_it('--seconds=1', 'sleep', '30')
        self.assertEqual((status, err), (128 + signal.SIGKILL, ['vma_run: sleep was ended after 1 seconds (--seconds)']))

    def test_memory(self):
        status, _, err = self.run_it('--memory=32', '/usr/bin/python3', '-c', 'x = [bytearray(1 << 20) for _ in range(99)]')
        self.assertEqual(status, 128 + signal.SIGKILL)
        self.assertEqual(err[0], "vma_run: a guest is ended, as the machine's 32 MiB of memory are used: see --memory")

    def test_processes(self):
        status, _, err = self.run_it('--processes=12', '--seconds=60', 'bash', '-c', 'f() { f | f & }; f 2>/dev/null; wait')
        self.assertEqual(status, 0, err)

    def started(self, shell):
        """Starts a guest that tells that it runs; returns the supervisor and all that it has started."""
        p = subprocess.Popen([PROGRAM, 'bash', '-c', f'echo up; {shell}'], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.assertEqual(p.stdout.readline(), 'up\n')
        time.sleep(0.5)
        pids, todo = [], [p.pid]
        while todo:
            tids = os.listdir(f'/proc/{todo[0]}/task')
            for tid in tids:
                with open(f'/proc/{todo[0]}/task/{tid}/children', encoding='ascii') as f:
                    todo += map(int, f.read().split())
            pids.append(todo.pop(0))
        self.assertGreater(len(pids), 3)
        return p, pids

    def gone(self, pids):
        end = time.monotonic() + 10
        while time.monotonic() < end and any(map(shows, pids)):
            time.sleep(0.1)
        self.assertEqual([pid for pid in pids if shows(pid)], [])

    def test_interrupt(self):
        p, pids = self.started('sleep 60')
        os.killpg(p.pid, signal.SIGINT)
        p.communicate(timeout=30)
        self.assertEqual(p.returncode, 128 + signal.SIGINT)
        self.gone(pids)

    def test_supervisor_killed(self):
        p, pids = self.started('sleep 60 & sleep 60')
        p.kill()
        p.communicate()
        self.gone(pids)

    def test_background_ends_with_the_program(self):
        p, pids = self.started('sleep 60 & sleep 1')
        p.communicate(timeout=30)
        self.assertEqual(p.returncode, 0)
        self.gone(pids)


if __name__ == '__main__':
    unittest.main()
