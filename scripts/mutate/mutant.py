# SPDX-License-Identifier: GPL-2.0
"""Mutants as files below mutants/ declare them, and their edits of a file of the kernel."""
import os
import re
import sys

from source import function

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
WHERE = os.path.join(TOP, 'mutants')
KINDS = ('det', 'oom', 'assert', 'leak', 'race')
FIELDS = set('what shows kind file tree since needs variant killer sweep schedules points preemptions strict memory fix why breaks'.split())
FULL = 'full'     # the configuration that has all there is
SCHEDULES = 2000
UNKNOWN = '-'     # as a killer: nobody has looked yet which case sees it
BREAKS = ('memory', 'bits', 'errno', 'count', 'lock', 'race', 'leak', 'hang')


class Broken(Exception):
    """A mutant that cannot be judged."""


def die(text):
    print(f'mutants: {text}', file=sys.stderr)
    sys.exit(2)


class Mutant:
    """One file below mutants/: "key: value" lines, then in/find/make for each edit."""

    def __init__(self, path):
        self.name = os.path.relpath(path, WHERE)
        self.fields, self.edits = {}, []
        scope = last = None
        with open(path) as f:
            for nr, line in enumerate(f, 1):
                line = line.rstrip('\n')
                if not line or line.startswith('#'):
                    continue
                if line[0] in ' \t' and last is not None:   # goes on
                    last[0] += ' ' + line.strip()
                    continue
                key, colon, value = line.partition(':')
                last = [value.strip()]
                if not colon:
                    die(f'mutants/{self.name}:{nr}: write "key: value"')
                if key == 'in':
                    scope = last
                elif key == 'find':
                    self.edits.append([scope, last, None])
                elif key == 'make':
                    if not self.edits or self.edits[-1][2] is not None:
                        die(f'mutants/{self.name}:{nr}: "make" goes below a "find"')
                    self.edits[-1][2] = last
                elif key in FIELDS and key not in self.fields:
                    self.fields[key] = last
                else:
                    die(f'mutants/{self.name}:{nr}: "{key}" is no key, or is there twice')
        self.fields = {k: v[0] for k, v in self.fields.items()}
        self.check()

    def check(self):
        missing = {'what', 'kind', 'file'} - set(self.fields)
        if self.kind not in KINDS:
            die(f'mutants/{self.name}: "kind" is one of {", ".join(KINDS)}')
        if not self.killer and not self.why:
            missing.add('killer')
        if self.breaks and self.breaks not in BREAKS:
            die(f'mutants/{self.name}: "breaks" is one of {", ".join(BREAKS)}')
        if self.hunted and not self.fix:
            missing.add('fix')
        if self.hunted and not self.breaks:
            missing.add('breaks')
        if self.kind == 'oom' and not self.sweeps and self.killers:
            missing.add('sweep')
        if missing:
            die(f'mutants/{self.name}: say "{min(missing)}"')
        if not self.edits or any(not e[1][0] or e[2] is None for e in self.edits):
            die(f'mutants/{self.name}: each edit needs "find" and "make"')

    def __getattr__(self, key):
        if key in FIELDS:
            return self.fields.get(key, '')
        raise AttributeError(key)

    @property
    def killers(self):
        return [] if self.killer == UNKNOWN else self.killer.split()

    @property
    def hunted(self):
        """Is it one of docs/results/hunt.md?"""
        return self.name.startswith('history/')

    @property
    def sweeps(self):
        """Globs of cases that --oom turns red; "-" and a reason where it cannot."""
        return self.sweep.split()

    @property
    def swept(self):
        return [] if self.sweep.startswith('-') else self.sweeps

    @property
    def flavour(self):
        return (self.variant or 'plain', self.tree)

    def flavour_of(self, args):
        """The flavour of the build that this run asks for."""
        return (args.variant, self.tree) if args.hunt and args.variant else self.flavour

    def config(self, args):
        """The first configuration that has what it needs, or None."""
        return next((c for c, has in args.configs.items() if has >= set(self.needs.split())), None)

    def apply(self, text):
        """The mutated text; each edit must fit in one place."""
        for scope, find, make in self.edits:
            first, last = body(text, scope[0]) if scope and scope[0] else (0, len(text))
            pattern = r'\s*'.join(re.escape(w) for w in re.findall(r'\w+|[^\w\s]', find[0]))
            found = [m.span() for m in re.finditer(pattern, text[first:last])]
            if len(found) != 1:
                raise Broken(f'its edit fits in {len(found)} places of '
                             f'{scope[0] + "() of " if scope and scope[0] else ""}{self.file}: {find[0]}')
            a, b = found[0]
            text = text[:first + a] + make[0] + text[first + b:]
        return text


def body(text, name):
    """The begin and the end of a function; raises Broken if there is none."""
    found = function(text, name)
    if not found:
        raise Broken(f'there is no function {name}()')
    return found


def declared():
    if not os.path.isdir(WHERE):
        die('there is no directory mutants/')
    return [Mutant(os.path.join(root, name)) for root, _, names in sorted(os.walk(WHERE))
            for name in sorted(names)]
