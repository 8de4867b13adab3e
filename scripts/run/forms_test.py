#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Whether vma_replay reads the same calls from each form of a trace; scripts/selftest runs it.

usage: forms_test.py VMA_REPLAY
exit:  0 all passed, 1 one failed

The traces are in tools/testing/vma/traces/forms, where the script record makes them.
"""
import collections
import concurrent.futures
import functools
import lzma
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
# pylint: disable=missing-function-docstring
HERE = os.path.dirname(os.path.realpath(__file__))
FORMS = os.path.join(HERE, '../../tools/testing/vma/traces/forms/forms.xz')
PROGRAM = os.path.realpath(sys.argv.pop())
# what a form leaves out, and what is known of it for that reason
LACKS = {
    '-z': re.compile(r' = error '),                     # calls that failed
    # calls without a name pass the filter of strace, and not that of seccomp
    'i386 5.10 -f --seccomp-bpf': re.compile(r'^mseal'),
    'i386 6.1 -f --seccomp-bpf': re.compile(r'^mseal'),
    # perf 6.1 writes neither mseal(), nor MAP_DROPPABLE, nor the size of huge pages
    'perf trace': re.compile(r'^mseal|, 0x28\)|40022\) = error'),
}


@functools.cache
def sections():
    """{name: [content of a file]} of the recorded traces."""
    found = collections.defaultdict(list)
    text = lzma.open(FORMS, 'rt', encoding='utf-8').read()
    for part in re.split(r'^== ', text, flags=re.M)[1:]:
        title, content = part.split('\n', 1)
        name, file = title.rsplit(' ', 1)
        found[name].append((file, content))
    return found


@functools.cache
def printed(name):
    """What vma_replay prints of the trace with that name."""
    with tempfile.TemporaryDirectory() as tmp:
        paths = []
        for file, content in sections()[name]:
            paths.append(os.path.join(tmp, file))
            with open(paths[-1], 'w', encoding='utf-8') as f:
                f.write(content)
        return subprocess.run([PROGRAM, '--print', *paths], capture_output=True, text=True, check=False)


class Forms(unittest.TestCase):
    maxDiff = None
    # of another program
    LAYOUTS = ('maps', 'eu-readelf 0.188', 'kernel log 7.3.4')

    def calls(self, name, without=()):
        """Returns the calls of each process, in its order, and the exit status."""
        run = printed(name)
        self.assertEqual(run.stderr, '')
        of = collections.defaultdict(list)
        for line in run.stdout.splitlines():
            match = re.match(r'\d+: (\d+) (.*)', line)
            if match:
                # files have their number by -y, and descriptors theirs without it
                of[match[1]].append(re.sub(r'file \d+', 'file', re.sub(r'^(fork|thread)\(\d+\)', r'\1()', match[2])))
        kept = ([call for call in calls if not any(l.search(call) for l in without)] for calls in of.values())
        return sorted(kept), run.returncode

    def makes(self, name, wanted):
        """Looks for calls in what the four processes do, and returns all of that."""
        calls, status = self.calls(name)
        self.assertEqual((len(calls), status), (4, 0))
        whole = '\n'.join(call for of_one in calls for call in of_one)
        for call in wanted:
            self.assertRegex(whole, call)
        return whole

    def test_each_form(self):
        all_forms = [name for name in sections() if name not in self.LAYOUTS]
        self.assertGreater(len(all_forms), 150)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(printed, all_forms))
        for name in all_forms:
            release = ' '.join(name.split()[:2])
            like = f'{release} -f -o' if release.startswith('strace') else 'strace 6.1 -f -o'
            lacks = [LACKS[word] for word in LACKS if word in name]
            wanted, status = self.calls(like, lacks)
            with self.subTest(form=name):
                seen, is_status = self.calls(name, lacks)
                self.assertEqual(seen, wanted)
                # a mapping of a kind that has no name is counted
                self.assertEqual(is_status, 3 if name.startswith('perf trace') else status)

    def test_layouts(self):
        by_proc, by_core, by_log = (self.calls(name)[0][0] for name in self.LAYOUTS)
        special = re.findall(r'^(\w+)-.*\[v', sections()['maps'][0][1], re.M)
        # maps tells which one is the heap, and which one the stack
        heap = next(i for i, call in enumerate(by_proc) if call.startswith('brk('))
        by_proc = [call.replace(', 0x132)', ', 0x32)') for call in by_proc]
        by_proc = by_proc[:heap] + [by_core[heap]] + by_proc[heap + 2:]
        by_core = [call for call in by_core if not any(f'(0x{at},' in call for at in special)]
        self.assertEqual(by_core, by_proc)
        self.assertEqual(len(by_core), 27)
        self.assertEqual(by_log, [
            'execve()', 'mmap(0x10001000, 0x1000, 0x3, 0x32) = ?', 'mmap(0x10002000, 0x1000, 0x3, 0x32) = ?',
            'mprotect(0x10002000, 0x1000, 0x1) = ?', 'mmap(0x10003000, 0x1000, 0x3, 0x32) = ?',
            'mmap(0x10006000, 0x3000, 0x3, 0x32) = ?', 'mmap(0x10014000, 0x1000, 0x3, 0x32) = ?',
            'mmap(0x10016000, 0x1000, 0x3, 0x32) = ?'])

    def test_what_the_program_does(self):
        self.makes('strace 6.13 -f -o', (
            r'mmap\(0, 0x6000, 0x3, 0x4022\) = 0x7f', r'mmap\(0x7f\w+, 0x1000, 0x1, 0x12, file, 0\)',
            r'mmap\(0, 0x1000, 0x3, 0x28\)', r'mmap\(0, 0x200000, 0x3, 0x54040022\) = error 12',
            r'mremap\(0x7f\w+, 0x1000, 0x3000, 0x1, 0\)', r'mseal\(0x7f\w+, 0x1000\) = 0',
            r'munmap\(0x7f\w+, 0x1000\) = error 1', r'madvise\(0x7f\w+, 0x1000, 0x19\)'))

    def test_programs_of_32_bits(self):
        for name in ('strace-i386 6.1 -f -o', 'strace-i386 6.1 -f -X raw -o', 'strace-x32 6.1 -f'):
            whole = self.makes(name, (
                r'mmap\(0, 0x6000, 0x3, 0x4022\) = 0xf7', r'mmap\(0xf7\w+, 0x1000, 0x1, 0x12, file, 0\)',
                r'mmap\(0, 0x1000, 0x3, 0x28\) = error 22', r'mmap\(0, 0x200000, 0x3, 0x54040022\) = error 12',
                r'mmap\(0, 0x10000000, 0x3, 0x22\) = 0x', r'mremap\(0xf7\w+, 0x1000, 0x3000, 0x1, 0\) = 0x',
                r'mseal\(0xf7\w+, 0x1000\) = error 38', r'munmap\(0xf7\w+, 0x1000\) = 0'))
            # old_mmap() has its arguments in memory
            self.assertEqual('mmap(0, 0x3000, 0x3, 0x22) = 0x' in whole, 'i386' in name)


if __name__ == '__main__':
    unittest.main()
