# SPDX-License-Identifier: GPL-2.0
"""The one reader of the KTAP that vma_test prints.

It is stricter than tools/testing/kunit/kunit.py of the kernel, which ignores what
follows the last suite of the plan ("not ok" and a second report too), takes "# skip"
in small letters for a pass, and may end with status 0 beside a suite that it shows
as crashed. Here each of these is a fault, and a report with a fault is not whole.
"""
import re
import typing

VERSION = 'KTAP version 1'
INDENT = '    '
RESULT = re.compile(r'(not )?ok (\d+) ?(.*)$')
PLAN = re.compile(r'1\.\.(\d+)$')
SUBTEST = re.compile(r'# Subtest: (\S+)$')
DIRECTIVE = re.compile(r'(?:^| )#(?: ?(skip)\b)? ?(.*)$', re.I)
REASON = re.compile(r'# (?!repeat: )[^ ]+: (.*)')
REPEAT = re.compile(r'# repeat: (.*)')
TOTAL = re.compile(r'total: (\d+) passed, (\d+) failed, (\d+) skipped$')
STATES = ('passed', 'failed', 'skipped')


class Case(typing.NamedTuple):
    """One result: its state is one of STATES, the log ends with the result line."""

    state: str
    reason: str = ''
    log: str = ''
    repeat: str = ''


class Suite:
    """A subtest: how many cases it announces, and how many came."""

    def __init__(self, name, line):
        self.name, self.line = name, line
        self.planned, self.came, self.failed = None, 0, False


class Report:
    """The cases of a log by SUITE.CASE, in order, and what is wrong with the log.

    total: what the last line says passed, failed and was skipped, or None
    faults: sentences, none for a whole report
    notes: diagnostic lines that belong to no suite, without the "# "
    """

    def __init__(self, text):
        self.cases, self.faults, self.notes, self.total = {}, [], [], None
        self._suite, self._log, self._number = None, [], 0
        self._suites, self._planned = 0, None
        for self._number, line in enumerate(text.split('\n'), 1):
            if self.total and line.strip():
                self._fault(f'"{line.strip()[:40]}" follows the total')
                break
            if line.startswith(INDENT):
                self._inner(line[len(INDENT):], line)
            else:
                self._outer(line)
        self._end()

    def count(self, state):
        return sum(case.state == state for case in self.cases.values())

    def counts(self):
        return tuple(self.count(state) for state in STATES)

    def whole(self):
        return not self.faults

    def _fault(self, text):
        self.faults.append(f'line {self._number}: {text}')

    def _outer(self, line):
        if line.startswith(VERSION):
            if self._number > 1:
                self._fault('a second report begins; put shards together by "scripts/ktap join", not by cat')
        elif self._number == 1:
            self._fault(f'a report begins with "{VERSION}"')
        match = TOTAL.match(line)
        if match:
            self.total = tuple(int(n) for n in match.groups())
        elif PLAN.match(line):
            self._planned = int(PLAN.match(line)[1])
        elif RESULT.match(line):
            self._suite_ends(*RESULT.match(line).groups())
        elif line.startswith('# ') and not re.match(r'# \S+: pass:\d', line):
            self.notes.append(line[2:])

    def _inner(self, line, whole_line):
        if line == VERSION:
            self._log = []
        elif SUBTEST.match(line):
            self._suite, self._log = Suite(SUBTEST.match(line)[1], self._number), []
        elif PLAN.match(line) and self._suite:
            self._suite.planned = int(PLAN.match(line)[1])
        elif RESULT.match(line):
            self._case(*RESULT.match(line).groups(), whole_line)
        else:
            self._log.append(whole_line)

    def _case(self, failed, number, rest, line):
        suite = self._suite
        if not suite:
            self._fault('a result of no suite')
            suite = self._suite = Suite('', self._number)
        name, skip, text = self._directive(rest)
        suite.came += 1
        if int(number) != suite.came:
            self._fault(f'result {number} of {suite.name} is its {suite.came}.')
        name = f'{suite.name}.{name}'
        if name in self.cases:
            self._fault(f'{name} has a result already')
        self._log.append(line)
        state = 'failed' if failed else 'skipped' if skip else 'passed'
        suite.failed = suite.failed or state == 'failed'
        repeat = first(REPEAT, self._log)
        if state == 'failed':
            text = first(REASON, self._log) or 'no reason given'
        self.cases[name] = Case(state, text if state != 'passed' else '', '\n'.join(self._log), repeat)
        self._log = []

    def _directive(self, rest):
        """The name before the directive, whether it says SKIP, and its text."""
        match = DIRECTIVE.search(rest)
        name = (rest[:match.start()] if match else rest).removeprefix('- ')
        if not name or ' ' in name:
            self._fault(f'"{rest}" is no name of a case; kunit.py takes it for a crash or for another one')
            name = name or rest.split(' ')[0]
        if match and match[1] and match[1] != 'SKIP':
            self._fault(f'"# {match[1]}" has to be "# SKIP": kunit.py counts {name} as passed')
        return name, bool(match and match[1]), match[2] if match else ''

    def _suite_ends(self, failed, number, rest):
        suite, self._suite = self._suite, None
        name, _, _ = self._directive(rest)
        self._suites += 1
        if not suite or suite.name != name:
            self._fault(f'the result of a suite {name}, without its cases')
            return
        if int(number) < self._suites or (self._planned is not None and int(number) > self._planned):
            self._fault(f'suite {name} is number {number} of a plan of {self._planned}')
        if suite.planned is None or suite.came != suite.planned:
            self._fault(f'{suite.came} results of {name}, which announces {suite.planned}')
        if suite.failed and not failed:
            self._fault(f'{name} is "ok", and a case of it is not')

    def _end(self):
        if self._suite:
            self._fault(f'{self._suite.name} has no end')
        if self._planned is None or self._suites != self._planned:
            self._fault(f'{self._suites} suites, and the plan has {self._planned}')
        if not self.total:
            self._fault('the log ends without a total')
        elif self.total != self.counts():
            self._fault('the total says {} passed, {} failed, {} skipped, and the results '
                        '{}, {}, {}'.format(*self.total, *self.counts()))
        if not self.cases:
            self._fault('there is no result in it')


def first(pattern, log):
    """The group of the first line that matches, without its indent, or ''."""
    return next((m[1] for m in (pattern.match(line.strip()) for line in log) if m), '')


def read_file(path):
    """The report of a file; one that cannot be read raises OSError."""
    with open(path, encoding='utf-8', errors='replace') as f:
        return Report(f.read())


def progress(text):
    """Return the number of results in an unfinished log, and of the failed ones."""
    found = re.findall(r'^    (not )?ok ', text, re.M)
    return len(found), len([bad for bad in found if bad])


class CannotJoin(Exception):
    """Reports that do not fit together."""


def join(reports):
    """One text of several whole reports, {name: Report}, such as those of shards.

    A suite that several of them have parts of becomes one again.
    """
    suites = {}
    for where, report in reports.items():
        if not report.whole():
            raise CannotJoin(f'{where}: {report.faults[0]}')
        for name, case in report.cases.items():
            suite, _, short = name.partition('.')
            if short in suites.setdefault(suite, {}):
                raise CannotJoin(f'{where}: {name} is in another report too')
            suites[suite][short] = case
    notes = dict.fromkeys(note for report in reports.values() for note in report.notes)
    lines = [VERSION, *(f'# {note}' for note in notes), f'1..{len(suites)}']
    for number, (suite, cases) in enumerate(suites.items(), 1):
        lines += [INDENT + VERSION, f'{INDENT}# Subtest: {suite}', f'{INDENT}1..{len(cases)}']
        for nr, case in enumerate(cases.values(), 1):
            log, _, result = case.log.rpartition('\n')
            lines += [*([log] if log else []), re.sub(r'ok \d+', f'ok {nr}', result, count=1)]
        lines += footer(number, suite, [case.state for case in cases.values()])
    counts = [sum(report.count(state) for report in reports.values()) for state in STATES]
    lines.append('total: {} passed, {} failed, {} skipped'.format(*counts))
    return '\n'.join(lines) + '\n'


def footer(number, suite, states):
    passed, failed, skipped = (states.count(state) for state in STATES)
    yield f'# {suite}: pass:{passed} fail:{failed} skip:{skipped} total:{len(states)}'
    yield f'{"not " if failed else ""}ok {number} {suite}{"" if passed or failed else " # SKIP"}'
