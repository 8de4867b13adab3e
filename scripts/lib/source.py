# SPDX-License-Identifier: GPL-2.0
"""C source of the kernel as text, by the kernel's style."""
import functools
import re

# Names of macros and functions that assert. The branches of a statement that calls one
# are only taken by a kernel that has a bug.
ASSERTS = r'\w*(?:WARN|BUG)\w*|\w*assert\w*|ASSERT_\w+'
ASSERTION = re.compile(rf'\b(?:{ASSERTS})\s*\(')


def blank(text):
    """The text without comments, strings and preprocessor lines, each place where it was."""
    def spaces(m):
        return re.sub(r'[^\n]', ' ', m[0])
    text = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"', spaces, text, flags=re.S)
    return re.sub(r'^#(?:[^\n]*\\\n)*[^\n]*', spaces, text, flags=re.M)


@functools.lru_cache(8)
def functions(text):
    """A list of (name, head, begin, end): where the head and the body begin, and the body ends.

    The text is one without comments, see blank().
    """
    found = []
    for m in re.finditer(r'^\{$', text, re.M):
        before = text[:m.start()].rstrip()
        head = max(before.rfind('\n}'), before.rfind(';')) + 1
        name = re.search(r'(\w+)\s*\(', before[head:])
        end = text.find('\n}', m.end())
        if name and end > 0:
            found.append((name[1], head, m.end(), end))
    return found


def function(text, name):
    """The begin of the head and the end of the body of a function, or None.

    A macro that makes a function is found by any of its arguments, as SYSCALL_DEFINE2().
    """
    text = blank(text)
    for _, head, begin, end in functions(text):
        m = re.search(rf'^(?=[^\s}}]).*?\b{re.escape(name)}\s*[(,)]', text[head:begin], re.M)
        if m:
            return head + m.start(), end
    return None
