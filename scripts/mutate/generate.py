# SPDX-License-Identifier: GPL-2.0
"""Mutants that nobody has thought of: each small change of some kinds, in each place of a file."""
import fnmatch
import re

from mutant import Broken
from source import ASSERTS, blank, functions

# Statements that call one of these assert, count, trace or wait: no case sees their absence
SILENT = re.compile(rf'\b(?:{ASSERTS}|pr_\w+|trace_\w+|validate_mm\w*|'
                    r'count_vm_\w+|mmap_init_lock|cond_resched|might_\w+)\s*\(')
DECLARATION = re.compile(r'(const|static|struct|union|enum|unsigned|signed|int|long|short|char|bool|void)\b|'
                         r'\w+\s+\**\w+\s*(=|,|;|\[)|\w+_t\b|(\w*ITERATOR|\w*_STATE\w*|DEFINE\w*|DECLARE\w*|LIST_HEAD)\(|\w+ \w+$')
CONTROL = re.compile(r'\s*(else\b|do\b|(if|while|for|switch|\w*for_each\w*)\s*\(|(case\b[^:?]+|default\s*|\w+):(?!:))')
OPERATORS = {'==': '!=', '!=': '==', '<': '<=', '<=': '<', '>': '>=', '>=': '>'}
SWAPS = {'vm_start': 'vm_end', 'vm_end': 'vm_start', 'prev': 'next', 'next': 'prev', 'true': 'false',
         'false': 'true'}


class Generated:
    """One such change; for the judge it is as one that is declared below mutants/."""
    tree = needs = killer = sweep = fix = why = breaks = since = points = preemptions = strict = memory = schedules = ''
    kind, flavour, killers, swept, sweeps, hunted = 'det', ('plain', ''), [], [], [], False

    def __init__(self, file, function, text, how, start, end, make):
        self.file, self.function = file, function
        self.start, self.old, self.make = start, text[start:end], make
        self.line = text.count('\n', 0, start) + 1
        self.name = f'{file}:{self.line}:{how}'
        self.what = f'{" ".join(self.old.split())} -> {make.strip()}'

    def config(self, args):
        return args.config

    def flavour_of(self, args):
        return (args.variant, '') if args.hunt and args.variant else self.flavour

    def cases(self, reach):
        """The cases that run the function; all, where that is not known: it is within others."""
        if self.function:
            return reach.cases_of(self.function)
        return reach.all_cases()

    def apply(self, text):
        end = self.start + len(self.old)
        if text[self.start:end] != self.old:
            raise Broken('the tree has changed')
        return text[:self.start] + self.make + text[end:]


def closing(text, at):
    """The place of the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == '(') - (text[i] == ')')
        if not depth:
            return i
    raise Broken('brackets')


def operands(text, start, end):
    """The parts of a condition between its outermost && or ||, and which it is."""
    depth, last, found = 0, start, []
    for i in range(start, end - 1):
        depth += (text[i] in '([') - (text[i] in ')]')
        if not depth and text[i:i + 2] in ('&&', '||'):
            found.append((last, i, text[i:i + 2]))
            last = i + 2
    if found:
        found.append((last, end, found[-1][2]))
    return found


def statements(text, start, end):
    """From where to where each statement between semicolons or braces goes."""
    depth, last = 0, start
    for i in range(start, end):
        depth += (text[i] in '([') - (text[i] in ')]')
        if text[i] in '{}' or (text[i] == ';' and not depth):
            yield last, i + (text[i] == ';')
            last = i + 1


class Finder:
    """The changes of one file."""

    def __init__(self, file, text):
        self.file, self.raw, self.text = file, text, blank(text)
        self.found, self.function = [], ''

    def add(self, how, start, end, make):
        self.found.append(Generated(self.file, self.function, self.raw, how, start, end, make))

    def condition(self, start, end, loop):
        """Add the changes of a condition of an if or a while, from start to end."""
        if not loop:
            self.add('if-1', start, end, '1')
        self.add('if-0', start, end, '0')
        for nr, (a, b, kind) in enumerate(operands(self.text, start, end), 1):
            self.add(f'without-{nr}', a, b, ' 1 ' if kind == '&&' else ' 0 ')

    def statement(self, start, end):
        m = CONTROL.match(self.text, start, end)
        while m:
            after = m.end()
            if m[0].rstrip().endswith('('):
                after = closing(self.text, m.end() - 1) + 1
                if m[2] in ('if', 'while') and not SILENT.search(self.text, m.end(), after):
                    self.condition(m.end(), after - 1, m[2] == 'while')
            start = after
            m = CONTROL.match(self.text, start, end)
        words = self.text[start:end].strip()
        start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
        if not words.endswith(';') or words == ';' or SILENT.search(words) or DECLARATION.match(words):
            return
        if words.startswith('return'):
            if words[6:-1].strip() not in ('', '0', 'NULL', 'false', 'ret', 'err', 'error'):
                self.add('return-0', start, end, 'return 0;')
        else:
            self.add('delete', start, end, ';')

    def words(self, start, end):
        """Operators and names, wherever they stand."""
        for m in re.finditer(r'(?<![-<>=!+*/&|])(==|!=|<=|>=|<|>)(?![<>=])|(?<=\w )([-+])(?= [\w(])|'
                             r'(?<=->)(vm_start|vm_end|prev|next)\b|\b(true|false)\b|\b(prev|next)(?=->)',
                             self.text[start:end]):
            a, b, word = start + m.start(), start + m.end(), m[0]
            line = self.text[self.text.rfind('\n', 0, a) + 1:self.text.find('\n', a)]
            if not SILENT.search(line):
                make = OPERATORS.get(word) or SWAPS.get(word) or {'+': '-', '-': '+'}[word]
                self.add(f'{word}-{make}', a, b, make)


def generated(tree_file, file, pattern='*'):
    """All mutants of the functions of a file whose name matches."""
    with open(tree_file) as f:
        finder = Finder(file, f.read())
    for name, head, start, end in functions(finder.text):
        if not fnmatch.fnmatchcase(name, pattern) or SILENT.match(name + '('):
            continue
        # no symbol has the name of a macro that makes a function, or of what is inline
        inline = name.isupper() or name.startswith('SYSCALL_DEFINE') or 'inline' in finder.text[head:start]
        finder.function = '' if inline else name
        for a, b in statements(finder.text, start, end):
            finder.statement(a, b)
        finder.words(start, end)
    names = {}
    for m in finder.found:      # several of a kind in one line
        names[m.name] = names.get(m.name, 0) + 1
        m.name += f'.{names[m.name]}' if names[m.name] > 1 else ''
    return sorted(finder.found, key=lambda m: (m.line, m.start))
