# SPDX-License-Identifier: GPL-2.0
"""Which cases run which functions of the tree, as `vma_test --reach` of VARIANT=edges writes it."""


class Reach:
    """A file of --reach: see programs/test/reach.c for its format."""

    def __init__(self, path):
        self.numbers, self.cases = {}, []
        with open(path, encoding='utf-8') as f:
            for line in f:
                if line.startswith('='):
                    self.numbers[line[1:].strip()] = len(self.numbers)
                else:
                    name, seconds, ran = line.rstrip('\n').split('\t')
                    self.cases.append((float(seconds), name, frozenset(map(int, ran.split()))))
        self.cases.sort(key=lambda case: case[:2])

    def all_cases(self):
        """All of them, those that take little time first."""
        return [name for _, name, _ in self.cases]

    def cases_of(self, *functions):
        """Those that run one of the functions, those that take little time first."""
        wanted = {self.numbers[f] for f in functions if f in self.numbers}
        return [name for _, name, ran in self.cases if ran & wanted]
