#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Messages of vma_replay about files that are no traces; scripts/selftest runs it.

usage: traces_test.py VMA_REPLAY
exit:  0 all passed, 1 one failed
"""
import contextlib
import lzma
import os
import re
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


@contextlib.contextmanager
def layouts(**texts):
    """Writes copies of /proc/PID/maps to files of these names, and yields their folder."""
    with tempfile.TemporaryDirectory() as tmp:
        for name, text in texts.items():
            with open(os.path.join(tmp, name), 'w', encoding='utf-8') as f:
                f.write(text)
        yield tmp


class Traces(unittest.TestCase):
    def replay(self, content, *options, name='trace'):
        """Returns the exit status and the lines on stderr."""
        with tempfile.TemporaryDirectory() as tmp:
            path = os.path.join(tmp, name)
            if content is not None:
                with open(path, 'wb') as f:
                    f.write(content if isinstance(content, bytes) else content.encode())
            run = subprocess.run([PROGRAM, *(options or ['--quiet']), path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True, check=False)
        self.out = run.stdout.replace(path, 'TRACE')
        return run.returncode, run.stderr.replace(path, 'TRACE').splitlines()

    def said(self, content):
        self.replay(content, '--mode=eager')
        return self.out

    def refused(self, content, line):
        self.assertEqual(self.replay(content), (2, ['vma_replay: ' + line]))

    def test_good(self):
        self.assertEqual(self.replay(LINES + END), (0, []))
        self.assertEqual(self.replay(lzma.compress((LINES + END).encode())), (0, []))

    def test_halves_in_another_order(self):
        self.assertEqual(self.replay(LINES + THREADS + END), (0, []))

    def test_second_half_without_a_name(self):
        """As of strace 6.1 with -z, where a process of x32 waits for another."""
        cut = '1 mprotect(0x7fb4fe7fc000, 4096,  <unfinished ...>\nPROT_READ)          = 0\n'
        self.assertEqual(self.replay(LINES + cut + END, '--print'), (0, []))
        self.assertIn('5: 0 mprotect(0x7fb4fe7fc000, 0x1000, 0x1) = 0', self.out)
        apart = cut.replace('\n', '\n' + LINES.splitlines()[1] + '\n', 1)
        self.refused(LINES + apart + END, "TRACE:6: not a line that strace writes: 'PROT_READ)          = 0'")

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
        self.refused(LINES + '1 mmap(NULL, 40\n' + END, "TRACE:4: not a call as strace writes it: 'mmap(NULL, 40'")

    def test_last_line_without_its_end(self):
        """It may be cut where what is left of it is a call still."""
        line = '1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)'
        for left in line + ' = 0x7fddfeaa', line + ' = -1 EN', line + ' = -1 ', line[:16], '1', '1 mmap(NULL, 4096strace: Process 2 attached':
            self.assertEqual(self.replay(LINES + left)[0], 3, left)
            self.assertIn('the last line, which has no end', self.said(LINES + left))
        self.assertEqual(self.replay(LINES + END.strip()), (0, []))

    def test_results_of_strace(self):
        """By -e inject: the kernel has not seen these calls."""
        for line in '2 munmap(0x7fb4fe7fc000, 8192) = 0 (INJECTED)', '2 munmap(0x7fb4fe7fc000, 4096) = -1 EINVAL (Invalid argument) (INJECTED)':
            line = line.replace('2 ', '1 ', 1) + '\n'
            self.counted(line, 'munmap, changed by strace')
            cut = line.replace(') =', ' <unfinished ...>\n1 <... munmap resumed>) =')
            self.assertEqual(self.replay(LINES + cut + LINES.splitlines()[1] + '\n1 mprotect(0x7fb4fe7fc000, 8192, PROT_READ) = 0\n')[0], 3)

    def test_parent_before_its_child_is_seen(self):
        """On stderr lines without a number go on to be the parent's."""
        lines = (LINES + 'clone(child_stack=NULL, flags=SIGCHLD) = 7\nmunmap(0x7fb4fe7fc000, 8192) = 0\n+++ exited with 0 +++\n'
                 'strace: Process 7 attached\nmprotect(0x7fb4fe7fc000, 8192, PROT_READ) = 0\n+++ exited with 0 +++\n')
        lines = re.sub('^1 ', '', lines, flags=re.M)
        self.assertEqual(self.replay(lines), (0, []))
        again = lines.replace('= 7\n', '= 7\n' + 'clone(child_stack=NULL, flags=SIGCHLD) = 8\n')
        self.assertEqual(self.replay(again.replace('Process 7', 'Process 8'), '--print')[0], 0)
        self.assertRegex(self.out, r'0 munmap\(')

    def test_fork_in_numbers(self):
        for flags, kind in ('0x11', 'fork'), ('0x100', 'thread'):
            self.replay(LINES + f'1 clone({flags}, 0, 0, 0, 0) = 0x7\n' + END, '--print')
            self.assertRegex(self.out, rf'4: 0 {kind}\(1\)')
        self.counted('1 clone3(0x7ffe0, 0x58) = 0x7\n', 'clone3, whose flags are not in the trace')

    def test_summary(self):
        for head in ('% time     seconds  usecs/call     calls    errors syscall', 'syscall            longest     calls'):
            self.assertEqual(self.replay(LINES + END + head + '\n--- --- ---\n  0 1 mmap\n'), (0, []))

    def test_what_was_unmapped_is_not_of_the_program(self):
        lines = '1 munmap(0x7fb4fe7fd000, 4096) = 0\n1 mprotect(0x7fb4fe7fd000, 4096, PROT_READ) = 0\n'
        self.assertEqual(self.replay(LINES + lines + END, '--mode=eager')[0], 1)
        self.assertIn('line 5: mprotect: the trace has 0, here it is error 12\n', self.out)
        # but beside it there may be something, and in another address space
        self.assertEqual(self.replay(LINES + lines.splitlines()[0] + '\n1 mprotect(0x7fb4fe7fe000, 4096, PROT_READ) = 0\n'), (0, []))
        child = '1 clone(child_stack=NULL, flags=SIGCHLD) = 2\n'
        for exec_line, status in ('', 1), ('2 execve("/bin/true", [], 0x7ffe0) = 0\n', 0):
            seen = lines.replace('1 mprotect', child + exec_line + '2 mprotect')
            self.assertEqual(self.replay(LINES + seen + END)[0], status)

    def test_more_files_than_are_kept_open(self):
        line = '1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</f{}>, 0) = 0x7fb4fe000000\n1 munmap(0x7fb4fe000000, 4096) = 0\n'
        self.assertEqual(self.replay(LINES + ''.join(line.format(i) for i in range(2200)) + END, '--quiet', '--touch=none'), (0, []))

    def test_without_the_tool_that_unpacks(self):
        path = os.environ['PATH']
        os.environ['PATH'] = '/nonexistent'
        try:
            self.refused(lzma.compress(LINES.encode()), 'TRACE is packed by xz, which is not installed')
        finally:
            os.environ['PATH'] = path

    def test_foreign(self):
        none = ('TRACE:1: of no format that is known: strace, perf trace, perf script of raw_syscalls, '
                'syzkaller program, maps, smaps, eu-readelf -ln of a core file, kernel log')
        self.refused('', 'TRACE: it is empty')
        self.refused(b'\0' * 100, none + ": ''")
        self.refused('Hello World\n', none + ": 'Hello World'")
        self.refused(b'\x7fELF\x02\x01\x1b[2J\n', none + ": '?ELF???[2J'")
        self.refused('strlen("a") = 1\n+++ exited (status 0) +++\n', 'TRACE: no call in it is about an address space')
        self.refused(LINES + 'hello world\n', "TRACE:4: not a line that strace writes: 'hello world'")

    def counted(self, lines, name, nr=1):
        """What is not carried out has its name in the report, and a status of its own."""
        self.assertEqual(self.replay(LINES + lines + END, '--mode=eager'), (3, []))
        self.assertRegex(self.out, rf'\n +{nr}  not carried out: {re.escape(name)}, first in line 4\n')
        status, said = self.replay(LINES + lines + END)
        self.assertEqual(status, 3)
        self.assertRegex('\n'.join(said), rf'^vma_replay: TRACE: {nr} of what it has was not carried out; [^\n]*$')

    def test_what_is_not_carried_out(self):
        self.counted('1 shmat(5, NULL, 0) = 0x7fb4fe000000\n' * 2, 'shmat', 2)
        self.counted('1 syscall_0x2bc(0x1, 0x2, 0, 0, 0, 0) = 0\n', 'syscall_0x2bc')
        self.counted('1 prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x7fb4fe7fc000, 4096, "x") = 0\n', 'prctl(PR_SET_VMA)')
        self.counted('1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_NEW, -1, 0) = 0x7fb4fe000000\n', 'mmap(MAP_NEW)')
        self.counted('1 mmap(NULL, 4096, PROT_READ <detached ...>\n', 'a process that strace let go')
        # a call that failed has changed nothing, and one without a name may have one
        self.assertEqual(self.replay(LINES + '1 shmat(5, NULL, 0) = -1 EINVAL (Invalid argument)\n' + END), (0, []))
        self.assertEqual(self.replay(LINES + '1 syscall_0x1ce(0x7fb4fe7fc000, 0x1000, 0, 0, 0, 0) = 0\n' + END), (0, []))

    def test_of_i386(self):
        """Each kind of line; those of real programs are in forms_test.py."""
        old = ('1 execve("./old", ["./old"], 0x7ffe0 /* 1 var */) = 0\n'
               '1 strace: [ Process PID=1 runs in 32 bit mode. ]\n'
               '1 mmap2(NULL, 16384, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0xf7f00000\n'
               '1 old_mmap(NULL, 12288, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0xf7e00000\n'
               '1 mmap2(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0x2000) = 0xf7d00000\n')
        self.assertEqual(self.replay(old, '--print'), (0, []))
        self.assertEqual(self.out.splitlines()[1:], ['3: 0 mmap(0, 0x4000, 0x3, 0x22) = 0xf7f00000',
                                                     '4: 0 mmap(0, 0x3000, 0x3, 0x22) = 0xf7e00000',
                                                     '5: 0 mmap(0, 0x1000, 0x1, 0x2, file 0, 0x2000) = 0xf7d00000'])

    def test_what_failed_there(self):
        """It is not carried out, and what follows is as it was."""
        lines = ('1 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 {}\n'
                 '1 mprotect(0x7fb4fe7fc000, 8192, PROT_NONE) = -1 {}\n'
                 '1 munmap(0x7fb4fe7fc000, 8192) = -1 {}\n'
                 '1 mremap(0x7fb4fe7fc000, 8192, 4096, MREMAP_MAYMOVE) = -1 {}\n'
                 '1 munmap(0x7fb4fe7fc000, 8192) = 0\n')
        for error in ('ENOMEM (Cannot allocate memory)', 'EPERM (Operation not permitted)', 'EAGAIN (Try again)',
                      'ENOSYS (Function not implemented)'):
            self.assertEqual(self.replay(LINES + lines.replace('{}', error) + END), (0, []), error)

    def test_the_first_difference(self):
        lines = ('1 mprotect(0x7fb4fe7fc000, 4096, PROT_READ) = 0\n'
                 '1 munmap(0x7fb4fe7fc001, 4096) = 0\n'
                 '1 mprotect(0x7fb4fe7fc000, 4096, PROT_READ) = -1 EFAULT (Bad address)\n')
        for options in ([], ['--oracle=0'], ['--oracle=1'], ['--quiet']):
            status, _ = self.replay(LINES + lines + END, '--mode=eager', *options)
            self.assertEqual(status, 1, options)
            told = re.findall(r'^line (\d+): (.*)\n(.*)\n(.*)\n', self.out, re.M)
            self.assertEqual(told, [('5', 'munmap: the trace has 0, here it is error 22',
                                     '  in the trace                      here',
                                     '  7fb4fe7fc000-7fb4fe7fc001 r--p    7fb4fe7fc000-7fb4fe7fd000 r--p')], self.out)

    def test_addresses_of_48_bits_and_more(self):
        far = LINES.replace('0x7fb4fe7fc000', '0xffffb4fe7fc000').replace('0x556a2ebb8000', '0xaaaaaaee0000')
        self.assertEqual(self.replay(far + '1 munmap(0xffffb4fe7fc000, 8192) = 0\n' + END), (0, []))

    def test_names_of_files_and_flags(self):
        lines = ('1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</tmp/a (b), "c">, 0) = 0x7fb4fe000000\n'
                 '1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</tmp/(a</x<char 1:3>>, 0) = 0x7fb4fd000000\n'
                 '1 mmap(NULL, 4096, PROT_READ|PROT_BTI|0x20, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = 0x7fb4fc000000\n')
        self.assertEqual(self.replay(LINES + lines + END, '--print'), (0, []))
        self.assertIn('4: 0 mmap(0, 0x1000, 0x1, 0x2, file 0, 0)', self.out)
        self.assertIn('5: 0 mmap(0, 0x1000, 0x1, 0x2, file 1, 0)', self.out)
        self.assertIn('6: 0 mmap(0, 0x1000, 0x31, 0x28)', self.out)

    MAPS = ('556a2ebb6000-556a2ebb8000 r--p 00001000 08:01 12                 /usr/bin/x (y)\n'
            '556a2ebb8000-556a2ebd9000 rw-p 00000000 00:00 0                  [heap]\n'
            '7fb4fe7fc000-7fb4fe7fe000 rw-p 00000000 00:00 0 \n'
            '7fff2f0d1000-7fff2f0f2000 rw-p 00000000 00:00 0                  [stack]\n'
            '7fff2f1aa000-7fff2f1ac000 r-xp 00000000 00:00 0                  [vdso]\n')

    def test_maps(self):
        smaps = self.MAPS.replace('00:00 0 \n', '00:00 0 \nSize:  8 kB\nTHPeligible:    0\nVmFlags: rd wr mr mw me ac nr dc lo \n')
        self.assertEqual(self.replay(smaps, '--print'), (0, []))
        self.assertEqual(self.out.splitlines(), [
            '1: 0 execve()', '1: 0 mmap(0x556a2ebb6000, 0x2000, 0x1, 0x12, file 0, 0x1000) = 0x556a2ebb6000',
            '2: 0 brk(0x556a2ebb8000) = 0x556a2ebb8000', '2: 0 brk(0x556a2ebd9000) = 0x556a2ebd9000',
            '3: 0 mmap(0x7fb4fe7fc000, 0x2000, 0x3, 0x4032) = 0x7fb4fe7fc000',
            '3: 0 madvise(0x7fb4fe7fc000, 0x2000, 0xa) = ?', '3: 0 mlock(0x7fb4fe7fc000, 0x2000) = ?',
            '7: 0 mmap(0x7fff2f0d1000, 0x21000, 0x3, 0x132) = 0x7fff2f0d1000'])
        self.assertEqual(self.replay(self.MAPS), (0, []))
        self.refused(self.MAPS + 'hello\n', "TRACE:6: not a line of /proc/PID/maps or smaps: 'hello'")

    def test_from_maps_to_maps(self):
        begin = self.MAPS
        end = begin.replace('7fb4fe7fc000-7fb4fe7fe000 rw-p', '7fb4fe7fc000-7fb4fe7fd000 r--p')
        lines = ('1 mprotect(0x7fb4fe7fc000, 8192, PROT_READ) = 0\n'
                 '1 munmap(0x7fb4fe7fd000, 4096) = 0\n')
        with layouts(begin=begin, end=end, trace=lines) as tmp:
            options = [f'--start={tmp}/begin', '--mode=eager', f'--end={tmp}/end']
            self.assertEqual(self.replay(lines, *options), (0, []))
            self.assertEqual(self.replay(lines, *options[:2], f'--end={tmp}/begin')[0], 1)
            out = self.out
            self.assertEqual(self.replay(lines, options[0], '--case=a', '--mode=eager'), (0, []))
            self.assertIn('ok(protect(parent, 6, 2, PROT_READ));\n', self.out)
            for option in 'start', 'end':
                self.assertEqual(self.replay(lines, f'--{option}={tmp}/trace'), (2, [
                    f'vma_replay: --{option}={tmp}/trace: strace, and not maps, smaps, a core file or a kernel log']))
            self.out = out
        self.assertIn('in the end: VMA 3: there it is 7fb4fe7fc000-7fb4fe7fe000 rw-p, here it is '
                      '7fb4fe7fc000-7fb4fe7fd000 r--p\n', self.out)

    def test_heap_of_maps(self):
        """brk() goes on where the heap of the maps ends, and its first result tells that to a byte."""
        heap = '556a2ebb8000-556a2ebd9000 rw-p 00000000 00:00 0 [heap]\n'
        with layouts(begin=heap, end=heap.replace('2ebd9', '2ebe0')) as tmp:
            for first in '', '1 brk(NULL) = 0x556a2ebd8a10\n', '1 brk(0x556a2ebd0000) = 0x556a2ebd0000\n1 brk(NULL) = 0x556a2ebd0000\n':
                lines = first + '1 brk(0x556a2ebe0000) = 0x556a2ebe0000\n'
                self.assertEqual(self.replay(lines, f'--start={tmp}/begin', f'--end={tmp}/end', '--quiet'), (0, []))
        hole = heap + '556a2ebdb000-556a2ebdc000 r--p 00000000 00:00 0 [heap]\n'
        with layouts(end=hole) as tmp:
            self.assertEqual(self.replay(hole, f'--end={tmp}/end', '--quiet'), (0, []))

    def test_neighbours_that_maps_does_not_tell_apart(self):
        two = '7fb4fe700000-7fb4fe701000 rw-p 00000000 00:00 0\n7fb4fe701000-7fb4fe702000 rw-p 00000000 00:00 0\n'
        with layouts(end=two) as tmp:
            end = f'--end={tmp}/end'
            status, said = self.replay(two, end, '--quiet')
            self.assertEqual((status, len(said)), (3, 1))
            # but one VMA is wanted where one is named
            one = '1 mmap(0x7fb4fe700000, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x7fb4fe700000\n'
            self.assertEqual(self.replay(one, end, '--quiet', f'--start={tmp}/end')[0], 0)
        smaps = ''.join(line + f'\nVmFlags: rd wr mr mw me ac{more}\n' for line, more in zip(two.splitlines(), ('', ' dc')))
        with layouts(end=smaps) as tmp:
            self.assertEqual(self.replay(smaps, f'--end={tmp}/end', '--quiet'), (0, []))

    def test_accounted(self):
        # written to before it was protected, as its smaps say, or as nothing else keeps it apart
        relro = '7fb4fe700000-7fb4fe701000 r--p 0001000 08:01 12 /lib/x\n7fb4fe701000-7fb4fe702000 r--p 0002000 08:01 12 /lib/x\n'
        made = ['mmap(0x7fb4fe701000, 0x1000, 0x3, 0x12, file 0, 0x2000) = 0x7fb4fe701000',
                'mprotect(0x7fb4fe701000, 0x1000, 0x1) = ?']
        for smaps in relro, relro.splitlines()[1] + '\nVmFlags: rd mr mw me ac\n':
            self.replay(smaps, '--print')
            self.assertEqual([line.split(' 0 ', 1)[1] for line in self.out.splitlines()[-2:]], made)
        with layouts(end=relro) as tmp:
            self.assertEqual(self.replay(relro, f'--end={tmp}/end', '--quiet'), (0, []))

    LOG = ('WARNING: mm/vma.c:830 at vma_merge_existing_range+0x1/0x2\n'
           'vmg 00007fbddc0fea80 state: mm 00005632031329c0 pgoff 7\n'
           'prev 0000563203135840 middle 00005632031349c0 next 0000000000000000 target 0000000000000000\n'
           'vma 0000563203135840 start 0000000010001000 end 0000000010002000 mm 00005632031329c0\n'
           'prot 35 anon_vma 00005632031356f0 vm_ops 0000000000000000\n'
           'pgoff 10001 file 0000000000000000 private_data 0000000000000000\nrefcnt 1\n'
           'flags: 0x8100073(read|write|mayread|maywrite|mayexec|account|softdirty)\n'
           'vma 00005632031349c0 start 0000000010002000 end 0000000010004000 mm 00005632031329c0\n'
           'prot 35 anon_vma 0000563203135000 vm_ops 0000000000000000\n'
           'pgoff 10005 file 0000000000000000 private_data 0000000000000000\nrefcnt 1\n'
           'flags: 0x120073(read|write|mayread|maywrite|mayexec|account|dontcopy)\n'
           'maple_tree(0000563203132a00) flags 307, height 1 root 0000563203136e0e\n'
           '0-ffffffffffffffff: node 0000563203136e00 depth 0 type 1 parent 0000563203132a01 contents: 0000000000000000\n'
           '  10001000-10001fff: 0000563203135840\n  10002000-10002fff: 00005632031349c0\n')
    DRAWN = '''# line 3: WARNING: mm/vma.c:830 at vma_merge_existing_range+0x1/0x2
# mm 5632031329c0: here are 2 VMAs
#   10001000-10002000 rw-p  pgoff 10001, anon_vma A  prev
#     differ in: +dontcopy, the anon_vma, page offsets do not go on
#   10002000-10004000 rw-p  pgoff 10005, anon_vma B  middle
#     in the tree it is at 10002000-10003000
'''

    def test_kernel_log(self):
        mail = 'Hello,\ncompiler: gcc (Debian 14) 14\n'
        for prefix in '', '[   12.345678][ T5846] ', '    # ':
            log = mail + ''.join(prefix + line + '\n' for line in self.LOG.splitlines())
            self.assertEqual(self.replay(log, '--print'), (0, []))
            self.assertEqual(self.out.split('19: ')[0], self.DRAWN)
            self.assertEqual(self.replay(log), (0, []))
        self.assertEqual(self.out, '')
        self.refused('[   12.345678] eth0: link is up\n', 'TRACE: no call in it is about an address space')

    def test_lost_events(self):
        lines = 'x 1 [0] raw_syscalls:sys_enter: NR 12 (0, 0, 0, 0, 0, 0)\nx 1 [0] raw_syscalls:sys_exit: NR 12 = 4096\n'
        self.assertEqual(self.replay('Attaching 5 probes...\n' + lines), (0, []))
        self.assertEqual(self.replay(lines + 'Lost 12 events\n')[0], 3)

    def test_program_of_syzkaller(self):
        program = ('# {Threaded:true Repeat:true}\n'
                   'r0 = openat(0xffffffffffffff9c, &(0x7f0000000080)=\'./file0\\x00\', 0x42, 0x0)\n'
                   'mmap(&(0x7f0000000000/0x3000)=nil, 0x3000, 0x3, 0x12, r0, 0x0)\n'
                   'mremap(&(0x7f0000001000/0x1000)=nil, 0x1000, 0x2000, 0x3, &(0x7f0000ffc000/0x2000)=nil) (async)\n'
                   'syz_clone(0x0, 0x0, 0x0, 0x0, 0x0, 0x0)\n')
        self.assertEqual(self.replay(program), (3, [
            'vma_replay: TRACE: 2 of what it has was not carried out; see the report without --quiet']))
        self.replay(program, '--print')
        self.assertIn('3: 0 mmap(0x200000000000, 0x3000, 0x3, 0x12, file 0, 0) = ?', self.out)
        self.assertIn('4: 0 mremap(0x200000001000, 0x1000, 0x2000, 0x3, 0x200000ffc000) = ?', self.out)
        self.assertIn('# not carried out: openat, 1 times, first in line 2', self.out)

        for times, calls in ('1', 2), ('32', 33), ('100', 101), ('500', 101):
            self.replay(f"{program}munmap(&(0x7f0000000000/0x1000)=nil, 0x1000) (rerun: {times}) # (async) it's\n", '--print')
            self.assertEqual((self.out.count(' munmap('), 'rerun' in self.out), (calls, times == '500'))
            self.assertEqual(self.out.count('(async), 1 times'), 1)

    def test_place_that_was_taken(self):
        """A test asks for it in the same way."""
        taken = '1 mmap(0x7fb4fe7fc000, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST (File exists)\n'
        self.assertEqual(self.replay(LINES + taken + END, '--case=suite.name'), (0, []))
        self.assertIn('\tfails(map_file(parent, 2, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, NULL, 0), -EEXIST);\n',
                      self.out)
        self.compiles_and_passes(LINES + taken + END)

    def compiles_and_passes(self, lines):
        self.assertEqual(self.replay(lines, '--c=name'), (0, []))
        with tempfile.TemporaryDirectory() as tmp:
            with open(os.path.join(tmp, 'x.c'), 'w', encoding='utf-8') as f:
                f.write(self.out)
            subprocess.run(['gcc', '-Wall', '-Werror', '-o', os.path.join(tmp, 'x'), os.path.join(tmp, 'x.c')], check=True)
            run = subprocess.run([os.path.join(tmp, 'x')], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual((run.returncode, run.stdout), (0, 'TAP version 13\n1..1\nok 1\n'))

    def test_a_case_and_a_program(self):
        lines = '1 mprotect(0x7fb4fe7fc000, 4096, PROT_READ) = 0\n1 munmap(0x7fb4fe7fd000, 4096) = 0\n'
        self.assertEqual(self.replay(LINES + lines + END, '--case=suite.name', '--lines=3-5', '--mode=eager'), (0, []))
        self.assertEqual(self.out.split('{\n')[0].splitlines()[-1], 'TEST(suite, name)')
        for line in ('ok(map(parent, 1, 2, RW));', 'ok(protect(parent, 1, 1, PROT_READ));', 'ok(unmap(parent, 2, 1));',
                     'expect(parent, ".[R]");'):
            self.assertIn(f'\t{line}\n', self.out)
        self.compiles_and_passes(LINES + lines + END)
        self.assertEqual(self.replay(LINES + lines + END, '--case=suite.name', '--lines=9-12'), (2, [
            'vma_replay: TRACE: --lines=9-12: it has 6 lines']))

    def test_case_of_a_result_that_differs(self):
        # something is there already; what is elsewhere does not matter
        lines = ('1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n'
                 '1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7fb4fe7fc000\n')
        self.assertEqual(self.replay(LINES + lines, '--case=suite.name', '--mode=eager', '--touch=none'), (0, []))
        self.assertEqual([line.strip() for line in self.out.splitlines() if 'ok(' in line], [
            'ok(map(parent, 1, 2, RW));',
            'ok(map_file(parent, 1, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, NULL, 0));'])

    def test_locked_on_fault(self):
        lines = '1 mlock2(0x7fb4fe7fc000, 4096, MLOCK_ONFAULT) = 0\n1 mlock2(0x7fb4fe7fd000, 4096, 0) = 0\n'
        self.replay(LINES + lines, '--print')
        self.assertIn('mlock(0x7fb4fe7fc000, 0x1000, 0x1) = 0\n5: 0 mlock(0x7fb4fe7fd000, 0x1000) = 0\n', self.out)
        self.replay(LINES + lines, '--case=suite.name', '--mode=eager')
        for call in 'lock_on_fault(parent, 2, 1)', 'lock(parent, 3, 1)':
            self.assertIn(f'\tok({call});\n', self.out)

    def test_shrink_to(self):
        lines = ('1 mprotect(0x7fb4fe7fc000, 4096, PROT_READ) = 0\n1 madvise(0x7fb4fe7fc000, 4096, MADV_DONTFORK) = 0\n'
                 '1 munmap(0x7fb4fe7fd000, 4096) = 0\n')
        options = ['--case=suite.name', '--mode=eager']
        self.assertEqual(self.replay(LINES + lines + END, *options, '--shrink-to=vmas >= 3 && pages*2 >= 1 + spaces'), (0, []))
        calls = [line.strip() for line in self.out.splitlines() if 'ok(' in line]
        # the stack, and a page of it for the two that are wanted
        self.assertEqual(calls, ['ok(map_file(parent, 4, 2, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, NULL, 0));',
                                 "ok(touch(parent, 5, 1, 'x'));", 'ok(map(parent, 1, 2, RW));',
                                 'ok(protect(parent, 1, 1, PROT_READ));'])
        self.assertEqual(self.replay(LINES + END, *options, '--shrink-to=vmas > 7'), (2, [
            "vma_replay: TRACE: --shrink-to: 'vmas > 7' holds after none of its calls"]))
        for wrong in 'vmas >', 'vma', '(vmas', 'vmas 2', '', '9' * 30, '(' * 1000:
            status, lines = self.replay(LINES, *options, '--shrink-to=' + wrong)
            self.assertEqual((status, len(lines)), (2, 2))
            self.assertIn('names are spaces vmas anon_vmas chains nodes tables pages', lines[0])

    @unittest.skipUnless(shutil.which('strace'), 'strace is not installed')
    def test_run(self):
        run = subprocess.run([PROGRAM, '--quiet', '--run', 'sh', '-c', 'true | cat'], capture_output=True, text=True,
                             check=False)
        if 'recorded nothing' in run.stderr or 'take the network away' in run.stderr:
            self.skipTest('nothing may be traced here: ' + run.stderr)
        self.assertEqual((run.returncode, run.stdout), (0, ''), run.stderr)
        # strace has nothing that is replayed: its trace is not left behind
        with tempfile.TemporaryDirectory() as tmp:
            run = subprocess.run([PROGRAM, '--run', '/nonexistent'], capture_output=True, text=True, check=False,
                                 env={**os.environ, 'TMPDIR': tmp})
            self.assertEqual((run.returncode, os.listdir(tmp)), (2, []), run.stderr)
        run = subprocess.run([PROGRAM, '--quiet', '--seconds=1', '--run', 'sleep', '60'], capture_output=True, text=True,
                             check=False)
        self.assertEqual((run.returncode, run.stderr),
                         (0, 'vma_replay: sleep was ended after 1 seconds (--seconds)\n'))

    def test_wrong_options(self):
        for words, said in ((['--lines=3-5', 'x'], '--lines goes with --case or --c'), (['--case=a-b', 'x'], 'is no name in C'),
                            (['--case=x', '--lines=5-3', 'x'], 'is not like 10-20'), (['--run'], 'which PROGRAM?'),
                            (['x', '--run', 'true'], 'a TRACE or --run, not both'),
                            (['--case=x', '--end=x', 'x'], '--end goes with a report'),
                            (['--shrink-to=vmas', 'x'], '--shrink-to goes with --case or --c'), ([], 'which TRACE?')):
            run = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 2)
            self.assertIn(said, run.stderr)

    def test_several_files(self):
        with tempfile.TemporaryDirectory() as tmp:
            for pid, text in ((1, LINES), (2, LINES)):
                with open(os.path.join(tmp, f'ff.{pid}'), 'w', encoding='utf-8') as f:
                    f.write(text.replace('1 ', ''))
            run = subprocess.run([PROGRAM, 'ff.1', 'ff.2'], cwd=tmp, capture_output=True, text=True, check=False)
        self.assertEqual((run.returncode, run.stderr), (
            2, 'vma_replay: ff.1:1: one file of several, whose lines have no time: use strace -ff -ttt\n'))

    def test_no_file(self):
        self.assertEqual(self.replay(None), (2, ['vma_replay: cannot read TRACE: No such file or directory']))
        run = subprocess.run([PROGRAM, '/'], stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((run.returncode, run.stderr), (2, 'vma_replay: cannot read /: Is a directory\n'))


if __name__ == '__main__':
    unittest.main()
