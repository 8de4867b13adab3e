# SPDX-License-Identifier: GPL-2.0
"""Objects with a mutant in them, beside those of make."""
import fcntl
import fnmatch
import os
import shlex
import shutil
import subprocess
import sys

from mutant import Broken, TOP
from process import progress, quiet


def patched_tree(tree):
    """Makes the copy with our series that `make LAZY=1` builds; a mutant of it is an edit more."""
    copy = os.path.join(TOP, 'build/trees', os.path.basename(tree) + '-lazy')
    if subprocess.run([os.path.join(TOP, 'scripts/build/lazy-tree'), tree, copy],
                      stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit(2)
    return copy


def default_tree(series):
    """Returns the tree that `make` builds if none is named, with our series or without."""
    tree = subprocess.run([os.path.join(TOP, 'scripts/kdir')], stdout=subprocess.PIPE, text=True, check=False)
    if tree.returncode:
        sys.exit(2)
    tree = tree.stdout.strip()
    return patched_tree(tree) if series else tree


class Build:
    """The objects of a variant, as they were when this program was started."""

    def __init__(self, args, config, flavour, tmp, program='vma_test'):
        variant, series = flavour     # series: whether ours is in the tree
        self.program = program
        self.name = f'{variant} variant of the {config} configuration'
        self.name += ', with our series' if series else ''
        self.kdir, self.tmp = args.trees[series], os.path.join(tmp, f'{config}-{variant}{series}')
        which = [f'KERNEL={args.kernel}', f'KDIR={args.kdir}', f'CONFIG={config}',
                 f'LAZY={int(series == "lazy")}',
                 f'VARIANT={variant}', f'CC={os.environ.get("CC") or "gcc"}', f'JOBS={args.jobs}']
        env = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL')}
        make = ['make', '--no-print-directory', '-s', '-C', TOP]
        out = subprocess.run([*make, 'print-out', *which], stdout=subprocess.PIPE, text=True,
                             env=env, check=False)
        if out.returncode:
            sys.exit(2)
        self.out = os.path.normpath(os.path.join(TOP, out.stdout.strip()))
        if not os.path.exists(os.path.join(self.out, program + '.cmd')):
            # linked before the command was written down
            try:
                os.remove(os.path.join(self.out, program))
            except OSError:
                pass
        progress(f'building the {self.name}')
        if subprocess.run([*make, program, *which, 'LINK=no'], env=env, check=False,
                          stdout=subprocess.DEVNULL).returncode:
            sys.exit(2)
        self.snapshot()

    def snapshot(self):
        """Links to the objects: a build replaces files and does not write into them."""
        with open(os.path.join(self.out, '.lock')) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                print(f'mutants: waits for {lock.read().strip() or "another process"}', file=sys.stderr)
                fcntl.flock(lock, fcntl.LOCK_SH)
            shutil.copytree(os.path.join(self.out, 'obj'), os.path.join(self.tmp, 'obj'),
                            copy_function=os.link)
            os.link(os.path.join(self.out, self.program), os.path.join(self.tmp, self.program))
            with open(os.path.join(self.out, self.program + '.cmd')) as f:
                self.link = shlex.split(f.read())
        self.cases = []
        if self.program == 'vma_test':
            self.cases = subprocess.run([os.path.join(self.tmp, 'vma_test'), '--list'], text=True,
                                        stdout=subprocess.PIPE, check=True).stdout.split()
        self.users = {}
        # the machine has inline functions of the tree's headers in it
        for part in 'obj/subject', 'obj/kernel/mm_shim':
            for root, _, names in os.walk(os.path.join(self.tmp, part)):
                for name in (n for n in names if n.endswith('.o.d')):
                    self.note(os.path.join(root, name))

    def note(self, dfile):
        with open(dfile) as f:
            deps = f.read().replace('\\\n', ' ').split(':', 1)[1].split()
        for dep in deps:
            dep = os.path.join(TOP, dep)    # the tree with our series is below it
            if dep.startswith(self.kdir + '/'):
                self.users.setdefault(dep[len(self.kdir) + 1:], []).append(dfile[:-2])

    def matching(self, globs, key, strict):
        """The globs of cases that there are; another kernel or configuration may lack some."""
        there = [g for g in globs if any(fnmatch.fnmatchcase(c, g) for c in self.cases)]
        missing = set(globs) - set(there)
        if missing and (strict or not there):
            raise Broken(f'no case matches its "{key}" {min(missing)}')
        return there

    def compile(self, mutant, work):
        """Compiles what includes the mutated file, and links it with the rest."""
        with open(os.path.join(self.kdir, mutant.file)) as f:
            text = mutant.apply(f.read())
        copy = os.path.join(work, 'tree', mutant.file)
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        with open(copy, 'w') as f:
            f.write(text)
        if mutant.file.endswith('.h'):
            self.link_beside(mutant, os.path.dirname(copy))
        users = self.users.get(mutant.file)
        if not users:
            raise Broken(f'nothing that is linked includes {mutant.file}')
        link = list(self.link)
        for obj in users:
            was = os.path.join(self.out, os.path.relpath(obj, self.tmp))
            at = link.index(was)
            # files of two directories may have one name
            link[at] = new = os.path.join(work, f'{at}-{os.path.basename(obj)}')
            self.compile_one(obj, new, work)
        binary = os.path.join(work, self.program)
        link[link.index('-o') + 1] = binary
        link = [w.replace(self.out + '/obj/', self.tmp + '/obj/', 1) for w in link]
        quiet([os.path.join(TOP, 'scripts/build/link'), *link], 'does not link')
        return binary

    def link_beside(self, mutant, where):
        """The headers of its directory, which include it by "quotes", but for those with a stub."""
        there = os.path.join(self.kdir, os.path.dirname(mutant.file))
        stubs = os.path.join(TOP, 'tools', os.path.dirname(mutant.file))
        for name in os.listdir(there):
            if name.endswith('.h') and not os.path.exists(os.path.join(stubs, name)) and \
               not os.path.exists(os.path.join(where, name)):
                os.symlink(os.path.join(there, name), os.path.join(where, name))

    def compile_one(self, obj, new, work):
        tree = os.path.join(work, 'tree')
        with open(obj + '.cmd') as f:
            cmd = shlex.split(f.read())
        source = os.path.join(TOP, cmd.pop())
        if source.startswith(self.kdir + '/'):
            # beside the mutated headers, which it includes by "quotes"
            name = os.path.join(tree, source[len(self.kdir) + 1:])
            if not os.path.exists(name):
                os.makedirs(os.path.dirname(name), exist_ok=True)
                os.symlink(source, name)
            source = name
        # a race is known by the functions that it is in, the inlined ones too (tsan.supp)
        less = {'-O2': '-O1', '-g': '-g1'}
        cmd = [cmd[0], '-I' + tree, '-I' + os.path.join(tree, 'include'),
               f'-fmacro-prefix-map={tree}/=', *(less.get(w, w) for w in cmd[1:])]
        quiet([*cmd, source, '-w', '-o', new], 'does not compile')
