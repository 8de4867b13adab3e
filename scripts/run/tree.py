# SPDX-License-Identifier: GPL-2.0
"""A scratch copy of a kernel tree that patches are applied to.

The user's tree is only read: of a git tree the objects are borrowed, any other
is copied. Every patch becomes a commit of the scratch repository's own.
"""
import os
import re
import shutil
import subprocess

from mbox import BadSeries

# A kernel tree is large: what the build does not read is not checked out. Of
# these patterns the last that matches counts.
SPARSE = ('/*', '!/Documentation/', '!/arch/*/', '!/drivers/', '!/sound/', '!/net/', '!/samples/', '!/tools/*/',
          '!/fs/*/', '!/crypto/', '!/block/', '!/virt/', '!/rust/', '!/io_uring/', '!/certs/', '!/usr/',
          '/arch/um/include/', '/arch/x86/include/', '/fs/proc/', '/fs/ramfs/', '/tools/arch/x86/include/',
          '/tools/include/', '/tools/lib/', '/tools/scripts/', '/tools/testing/kunit/')
ENV = {'GIT_CONFIG_GLOBAL': '/dev/null', 'GIT_CONFIG_SYSTEM': '/dev/null', 'LC_ALL': 'C',
       'GIT_AUTHOR_NAME': 'series', 'GIT_AUTHOR_EMAIL': 'series@localhost',
       'GIT_COMMITTER_NAME': 'series', 'GIT_COMMITTER_EMAIL': 'series@localhost',
       'GIT_AUTHOR_DATE': '@1700000000 +0000', 'GIT_COMMITTER_DATE': '@1700000000 +0000'}


class Outside(Exception):
    """What went wrong is the machine's that this runs on, so nothing is said of a patch."""


def blame_machine(text):
    """Raises Outside if it is what the text of a tool that failed tells of."""
    tool = os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', 'build', 'environment')
    done = subprocess.run([tool], input=text, text=True, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise Outside(done.stderr.strip().splitlines()[-1].removeprefix('build: environment: '))


def environment():
    """The environment without variables that git or a hook has set for another repository."""
    env = {k: v for k, v in os.environ.items() if not k.startswith('GIT_')}
    return {**env, **ENV}


def git(where, *args, data=None, check=True):
    done = subprocess.run(['git', '--no-optional-locks', '-c', 'safe.directory=*', '-C', where, *args], input=data, capture_output=True,
                          env=environment(), check=False)
    if done.returncode < 0:
        raise Outside(f'git {args[0]} was ended by signal {-done.returncode}')
    if done.returncode:
        blame_machine(done.stderr.decode(errors='replace'))
    if check and done.returncode:
        lines = done.stderr.decode(errors='replace').strip().splitlines() or ['no message']
        raise BadSeries(f'git {args[0]} failed: {lines[0]}')
    return done


def output(where, *args, data=None):
    return git(where, *args, data=data).stdout.decode(errors='replace').strip()


def is_git(kdir):
    """The tree must be a repository of its own, and not lie in another."""
    done = git(kdir, 'rev-parse', '--show-prefix', '--is-bare-repository', check=False)
    return done.returncode == 0 and done.stdout.split(b'\n')[0] == b''


class Scratch:
    """A repository with a work tree at path that has what the build needs."""

    def __init__(self, kdir, path):
        self.kdir, self.path, self.notes = kdir, path, []
        self.is_git = is_git(kdir)
        if self.is_git:
            self.borrow()
        else:
            self.copy()

    def init(self):
        if not os.path.isdir(os.path.join(self.path, '.git')):
            shutil.rmtree(self.path, ignore_errors=True)
            os.makedirs(self.path)
            git(self.path, 'init', '-q')
            git(self.path, 'config', 'gc.auto', '0')
            git(self.path, 'config', 'core.hooksPath', '/dev/null')
        lock = os.path.join(self.path, '.git', 'index.lock')    # of a run that was killed
        if os.path.exists(lock):
            os.remove(lock)

    def borrow(self):
        self.init()
        mine = os.path.join(self.path, '.git')
        common = output(self.kdir, 'rev-parse', '--git-path', 'objects')
        with open(os.path.join(mine, 'objects', 'info', 'alternates'), 'w', encoding='utf-8') as f:
            f.write(os.path.join(self.kdir, common) + '\n')
        shallow = os.path.join(self.kdir, output(self.kdir, 'rev-parse', '--git-path', 'shallow'))
        if os.path.exists(shallow):
            shutil.copy(shallow, os.path.join(mine, 'shallow'))
            self.notes.append('the clone is shallow; a range can only go as far back as it does')
        elif os.path.exists(os.path.join(mine, 'shallow')):
            os.remove(os.path.join(mine, 'shallow'))
        git(self.path, 'config', 'core.sparseCheckout', 'true')
        with open(os.path.join(mine, 'info', 'sparse-checkout'), 'w', encoding='utf-8') as f:
            f.write('\n'.join(SPARSE) + '\n')
        if output(self.kdir, 'status', '--porcelain', '--untracked-files=no', '--ignore-submodules'):
            self.notes.append('the tree has uncommitted changes; what is committed is tested, without them')
        self.base = output(self.kdir, 'rev-parse', 'HEAD^{commit}')

    def copy(self):
        """The files, as they are, become one commit."""
        self.init()
        for name in os.listdir(self.path):
            if name != '.git':
                old = os.path.join(self.path, name)
                if os.path.isdir(old) and not os.path.islink(old):
                    shutil.rmtree(old)
                else:
                    os.remove(old)
        skip = {'Documentation', 'drivers', 'sound', 'net', 'samples', '.git'}
        for name in os.listdir(self.kdir):
            if name not in skip:
                subprocess.run(['cp', '-a', '--reflink=auto', os.path.join(self.kdir, name), self.path],
                               check=True)
        subprocess.run(['chmod', '-R', 'u+w', self.path], check=True)
        # a .gitignore of a distribution may ignore everything
        git(self.path, 'add', '-A', '-f')
        self.base = self.commit('base')

    def commit(self, title):
        return output(self.path, 'commit-tree', '-m', title, output(self.path, 'write-tree'))

    def range(self, text):
        """The commits of A..B, oldest first, and the one before them."""
        if not self.is_git:
            raise BadSeries(f'{self.kdir} is no git tree, so a range has no meaning; give an mbox or a directory')
        first, dots, last = text.partition('..')
        if not dots or last.startswith('.'):
            raise BadSeries(f"'{text}' is neither a file or directory nor a range A..B")
        ends = []
        for end in (first or 'HEAD', last or 'HEAD'):
            done = git(self.kdir, 'rev-parse', '--verify', '-q', end + '^{commit}', check=False)
            if done.returncode:
                raise BadSeries(f"there is no commit '{end}' in {self.kdir}"
                                + ('; the clone is shallow' if 'shallow' in ' '.join(self.notes) else ''))
            ends.append(done.stdout.decode().strip())
        commits = output(self.kdir, 'rev-list', '--reverse', '--topo-order', '--first-parent',
                         f'{ends[0]}..{ends[1]}').split()
        if not commits:
            raise BadSeries(f'the range {text} is empty')
        self.base = ends[0]
        return [(c, output(self.kdir, 'log', '-1', '--format=%s', c)) for c in commits]

    def compare_base(self, named):
        """Notes a series that names a base which the tree is not at."""
        here = self.base if self.is_git else ''
        if not named or here.startswith(named):
            return
        if not here:
            why = f'{os.path.basename(self.kdir)} is no git tree, so nobody can tell whether that is it'
        elif git(self.kdir, 'cat-file', '-e', named + '^{commit}', check=False).returncode:
            why = 'the tree does not have that commit'
        else:
            why = f'the tree is at {here[:12]}'
        self.notes.append(f'the series is for another base: it says base-commit {named[:12]}, and {why}')

    def checkout(self, commit):
        git(self.path, '-c', 'advice.detachedHead=false', 'checkout', '-q', '-f', '--detach', commit)
        git(self.path, 'clean', '-q', '-f', '-d', '-x')

    def apply(self, patch, parent):
        """Commits the patch on top of parent; raises BadSeries with the hunk if it does not apply."""
        git(self.path, 'read-tree', '--reset', parent)    # which keeps the times of what is equal
        missing = self.not_here(patch.diff)
        done = git(self.path, 'apply', '--cached', *(f'--exclude={m}' for m in missing), '-',
                   data=patch.diff, check=False)
        if done.returncode:
            git(self.path, 'read-tree', '--reset', 'HEAD', check=False)
            raise BadSeries('; '.join(which_hunk(patch.diff, done.stderr.decode(errors='replace'))))
        return self.commit(patch.title), missing

    def not_here(self, diff):
        """Files under a directory that this tree does not have at all."""
        top = set(output(self.path, 'ls-tree', '--name-only', self.base).split('\n'))
        names = re.findall(r'^diff --git a/(\S+) b/', diff.decode(errors='replace'), re.M)
        return [n for n in names if n.split('/')[0] not in top and (n.startswith('Documentation/')
                or not self.is_git or n == 'MAINTAINERS')]


def which_hunk(diff, errors):
    """From git's words: the file, and the hunk that begins at the line it names."""
    found, text = [], diff.decode(errors='replace')
    for name, line in re.findall(r'^error: patch failed: (.+):(\d+)$', errors, re.M):
        part = re.search(r'^\+\+\+ [ab]/' + re.escape(name) + r'\b.*?(?=^diff --git |^--- a/|\Z)', text, re.M | re.S)
        hunks = re.findall(r'^@@ -(\d+)[^\n]*', part[0] if part else '', re.M)
        heads = re.findall(r'^@@ -\d+[^\n]*', part[0] if part else '', re.M)
        at = hunks.index(line) if line in hunks else -1
        where = f'hunk {at + 1} of {len(hunks)}, {heads[at]}' if at >= 0 else f'line {line}'
        found.append(f'{name}: {where}')
    if not found:
        lines = [x.split(': ', 1)[1] for x in errors.splitlines() if x.startswith(('error: ', 'fatal: '))]
        found = lines[:1] or ['git apply fails without a message']
    return found
