# SPDX-License-Identifier: GPL-2.0
"""The whole suite against each mutant, and a table of what was seen: docs/results/hunt.md."""
import os
import re
import shlex
import shutil
import tempfile
import threading
import time

from ktap import Report
from mutant import Broken, TOP
from process import start

SEEN = os.path.join(TOP, 'docs/results/hunt.tsv')
COLUMNS = ('mutant', 'breaks', 'caught', 'cases', 'cause', 'seconds', 'reason')
SECONDS = 20            # a case that is not for the mutant may be a slow one
OPTIONS = '--no-oom --schedules=1 -x'
NO_CASE = 'boot'        # no case is red, but the program ends as if one were
# What told, by how the reason of a case begins or what it has in it. The first that fits is it
CAUSES = (
    ('ASan', r'AddressSanitizer|LeakSanitizer'),
    ('UBSan', r'runtime error|UndefinedBehavior'),
    ('TSan', r'ThreadSanitizer|data race'),
    ('lockdep', r'WARNING: possible|lockdep|inconsistent lock|suspicious RCU'),
    ('timeout', r'timed out|deadlock|hangs|no task can'),
    ('WARN', r'WARNING: '),
    ('crash', r'kernel BUG|^BUG: |signal|segmentation|terminated|SIG[A-Z]+|exit'),
    ('oracle', r'^oracle: |\(rule '),
    ('accounts', r'leak|left|still charged|not freed'),
)


def cause(reason):
    """What kind of check has told, in a word."""
    return next((name for name, pattern in CAUSES if re.search(pattern, reason)), 'assertion')


def whole_suite(binary, options, jobs=1):
    """The red cases, [(name, reason)]; an early end without one counts as NO_CASE."""
    status, text = start([binary, f'-j{jobs}', '--timeout', str(SECONDS), *shlex.split(options)])
    red = [(name, case.reason) for name, case in Report(text).cases.items() if case.state == 'failed']
    if status and not red:
        last = next((l for l in reversed(text.splitlines()) if l.strip()), 'no output')
        red = [(NO_CASE, f'exit status {status}: {last}')]
    return red


def rows(path):
    """The rows of a file as dictionaries by the name of the mutant; none if there is no file."""
    try:
        with open(path, encoding='utf-8') as f:
            lines = [line.rstrip('\n').split('\t') for line in f if not line.startswith('#')]
    except FileNotFoundError:
        return {}
    return {line[0]: dict(zip(COLUMNS, line)) for line in lines[1:]}


class Hunt:
    """Judges a mutant by all cases, as Judge of scripts/mutants does by those named for it.

    Those are asked first, with as many schedules as a race needs. Each result is a row of the
    file at once. A mutant that has one is not run again, but for an error; then the last row
    counts.
    """

    def __init__(self, args, builds, tmp, ask_named):
        self.args, self.builds, self.tmp, self.ask_named = args, builds, tmp, ask_named
        self.lock, self.done = threading.Lock(), rows(args.hunt)
        if not self.done:
            with open(args.hunt, 'w', encoding='utf-8') as f:
                print(*COLUMNS, sep='\t', file=f)

    def __call__(self, mutant):
        row = self.done.get(mutant.name)
        if not row or row['caught'] == 'error':
            row = self.ask(mutant)
        if row['caught'] == 'error':
            return False, 'error', row['reason']
        if row['caught'] == 'no':
            return False, 'survived', 'no case turns red'
        return True, f'seen by {row["cases"]} ({row["cause"]})', row['reason']

    def ask(self, mutant):
        work = tempfile.mkdtemp(dir=self.tmp)
        began = time.monotonic()
        try:
            build = self.builds[mutant.config(self.args), mutant.flavour_of(self.args)]
            binary = build.compile(mutant, work)
            red = self.ask_named(mutant, build, binary) or whole_suite(binary, self.args.options)
            row = self.row(mutant, 'yes' if red else 'no', red, began)
        except Broken as e:
            row = self.row(mutant, 'error', [('', str(e))], began)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        with self.lock, open(self.args.hunt, 'a', encoding='utf-8') as f:
            print('\t'.join(row.values()).rstrip('\t'), file=f)
        return row

    @staticmethod
    def row(mutant, caught, red, began):
        reason = ' '.join(red[0][1].split()) if red else ''
        return dict(zip(COLUMNS, (
            mutant.name, mutant.breaks, caught, ' '.join(name for name, _ in red),
            cause(reason) if caught == 'yes' else '', f'{time.monotonic() - began:.0f}', reason)))


def caught_by(mutant, row):
    """The last cell of its line; what is not measured yet has an empty one."""
    if not row or row['caught'] == 'error':
        return ''
    if row['caught'] == 'no':
        return f'no: {mutant.why}' if mutant.why else 'no'
    return f'`{row["cases"].split()[0]}` ({row["cause"]})'


def table(mutants):
    """Print the table of docs/results/hunt.md."""
    seen = rows(SEEN)
    for m in (m for m in mutants if m.hunted):
        print(f'| {m.fix} | {m.file} | {m.breaks} | {m.name} | {caught_by(m, seen.get(m.name))} |')


def shares(mutants):
    """Print how many mutants are caught, by the kind of thing that goes wrong, and by what."""
    seen, kinds = rows(SEEN), {}
    for m in (m for m in mutants if m.hunted and m.name in seen):
        kinds.setdefault(m.breaks, []).append(seen[m.name])
    for kind, all_of in sorted(kinds.items()) + [('all', [r for k in kinds.values() for r in k])]:
        causes = [r['cause'] for r in all_of if r['caught'] == 'yes']
        by = ', '.join(f'{c} {causes.count(c)}' for c in sorted(set(causes), key=lambda c: -causes.count(c)))
        print(f'| {kind} | {len(all_of)} | {len(causes)} | {100 * len(causes) // len(all_of)} % | {by or "-"} |')
