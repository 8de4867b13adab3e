# SPDX-License-Identifier: GPL-2.0
"""The patches of a series: from an mbox as lore or b4 give it, or a directory."""
import email
import email.header
import email.policy
import gzip
import os
import re
import sys
import typing
import zlib

FROM = re.compile(rb'^From \S+.*\d\d:\d\d(:\d\d)?.*$', re.M)
TAG = re.compile(r'^\s*\[([^\]]*)\]\s*')
NUMBER = re.compile(r'(?:^|[\s/,])0*(\d+)/0*(\d+)(?:$|[\s,])')
VERSION = re.compile(r'\bv(\d+)\b', re.I)
BASE = re.compile(r'^base-commit: ([0-9a-f]{12,64})\s*$', re.M)
DIFF = re.compile(r'^(diff --git |--- (a/|/dev/null).*\n\+\+\+ )', re.M)
HUNK = re.compile(r'@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@')
# the line "---" of a mail, by what follows: it may look like a line that a hunk removes
SEPARATOR = re.compile(r'---[ \t]*\n\s*(?=.*\|\s+(\d+|Bin)\b|diff --git )')


class BadSeries(Exception):
    """One line that says what is wrong with what was given."""


class Patches(list):
    """Those of a series, in order.

    base: the commit that it names as its own, or nothing
    left_out: what each message that is none of them is, as 'a cover letter'
    """

    def __init__(self, patches=()):
        super().__init__(patches)
        self.base, self.left_out = '', []

    def promised(self):
        """How many the subjects say that there are, 0 where they say nothing."""
        return max((p.count for p in self), default=0)

    def told(self):
        """Yields lines that say what was taken, what was promised, and what was left out."""
        count = self.promised()
        said = f'the subjects number {count}' if count else 'the subjects have no numbers'
        yield f'series: {len(self)} patch{"es" if len(self) != 1 else ""}; {said}'
        for place, patch in enumerate(self, 1):
            number = f'{patch.number}/{patch.count}' if patch.count else f'{place}.'
            yield f'  {number:>7} {patch.title}'
            if patch.quotes:
                yield '          its text quotes a diff, which was left out; git am would apply that too'
        for what in dict.fromkeys(self.left_out):
            times = self.left_out.count(what)
            yield f'  left out: {what}' + (f', {times} times' if times > 1 else '')


class Patch:
    """A title, the diff, and its place in the series where that is known.

    quotes: the text before the diff has another one in it
    """

    def __init__(self, title, diff, number=0, count=0, version=1):
        self.title, self.diff, self.quotes = title, diff, False
        self.number, self.count, self.version = number, count, version


class NoPatch(typing.NamedTuple):
    """A message that has no patch, and what it is."""

    what: str
    number: int = 0


def split(data):
    """Messages of an mbox; a single message or a bare diff is one."""
    starts = [m.start() for m in FROM.finditer(data)
              if m.start() == 0 or data[:m.start()].endswith((b'\n\n', b'\r\n\r\n'))]
    if not starts or data[:starts[0]].strip():
        starts.insert(0, 0)
    for start, end in zip(starts, starts[1:] + [len(data)]):
        text = data[start:end]
        if text.startswith(b'From '):
            text = text.partition(b'\n')[2]
        yield text


def body(message):
    """The text of all parts, decoded from quoted-printable or base64."""
    parts = []
    for part in message.walk():
        # what is HTML too stands beside it as plain text
        if part.get_content_maintype() != 'text' or part.get_content_subtype() == 'html':
            continue
        data = part.get_payload(decode=True) or b''
        parts.append(decode(data, part.get_content_charset()))
    text = '\n'.join(parts)
    lines = text.split('\n')
    if sum(line.endswith('\r') for line in lines) * 2 > len(lines):     # of the transport
        text = text.replace('\r\n', '\n')
    return text


def decode(data, charset):
    """Bytes that are of no charset survive as surrogates, see encode()."""
    if charset and charset.lower() not in ('us-ascii', 'utf-8'):
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            pass
    return data.decode('utf-8', 'surrogateescape')


def encode(text):
    return text.encode('utf-8', 'surrogateescape')


def subject(message):
    text = str(email.header.make_header(email.header.decode_header(message.get('Subject', ''))))
    return re.sub(r'\s+', ' ', text).strip()


def diff_in(text):
    """Where the diff of a message begins, or -1, and whether the text before it quotes one.

    A quoted diff ends at the line "---" of the mail, which is no line of a hunk. git am has no
    such rule: it takes all from the first diff on.
    """
    start, quoted, place, left = -1, -1, 0, [0, 0]
    for line in text.split('\n'):
        kind = line[:1] or ' '
        if SEPARATOR.match(text, place) or (line.rstrip() == '---' and not any(left)):
            start, quoted, left = -1, max(start, quoted), [0, 0]
        elif any(left) and kind in ' +-\\':
            left[0] -= kind in ' -'
            left[1] -= kind in ' +'
        elif start >= 0 and HUNK.match(line):
            left = [int(n or 1) for n in HUNK.match(line).groups()]
        else:
            left = [0, 0]
            if start < 0 and DIFF.match(text, place):
                start = place
        place += len(line) + 1
    return (quoted, False) if start < 0 else (start, quoted >= 0)


def parse(data, name):
    """The patch of one message, or NoPatch."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    if message.keys() and 'Subject' in message:
        title, text = subject(message), body(message)
    else:
        title, text = name, decode(data, None)
    if re.match(r'(re|aw|fwd?):', title, re.I):
        return NoPatch('a reply')
    whole_title = title
    tags = ''
    while TAG.match(title):
        tags += ' ' + TAG.match(title)[1]
        title = TAG.sub('', title, count=1)
    number, version = NUMBER.search(tags), VERSION.search(tags)
    if number and number[1] == '0':
        return NoPatch('a cover letter')
    start, quotes = diff_in(text)
    if start < 0:
        return NoPatch(f'"{whole_title}", which has no diff', int(number[1]) if number else 0)
    patch = Patch(title, encode(text[start:].rstrip('\n') + '\n'), int(number[1]) if number else 0,
                  int(number[2]) if number else 0, int(version[1]) if version else 1)
    patch.quotes = quotes
    return patch


def in_order(patches, where, cuts):
    """A thread may hold several versions, and its messages in any order.

    cuts: messages without a diff, by the number that their subjects have
    """
    latest = max(p.version for p in patches)
    patches.left_out += [f'a patch of v{p.version}' for p in patches if p.version != latest]
    patches[:] = [p for p in patches if p.version == latest]
    if not all(p.number for p in patches):
        return
    count = patches.promised()
    by_number = {}
    for patch in patches:
        if by_number.setdefault(patch.number, patch).diff != patch.diff:
            raise BadSeries(f'{where} has two patches {patch.number}/{count}; give one series only')
    for number in range(1, count + 1):
        if number not in by_number:
            cut = f'; what it has of that number has no diff: {cuts[number]}' if number in cuts else ''
            raise BadSeries(f'{where} lacks patch {number}/{count}; fetch the whole series{cut}')
    patches[:] = [by_number[n] for n in sorted(by_number)]


def read(path):
    try:
        if path == '-':
            return sys.stdin.buffer.read()
        with open(path, 'rb') as f:
            data = f.read()
        return gzip.decompress(data) if data.startswith(b'\x1f\x8b') else data
    except (OSError, EOFError, zlib.error) as err:
        raise BadSeries(f'cannot read {path}: {getattr(err, "strerror", None) or err}') from err


def directory(path):
    """The files of a directory, in the order of its series file or their names."""
    listing = os.path.join(path, 'series')
    if os.path.isfile(listing):
        lines = read(listing).decode(errors='replace').splitlines()
        names = [line.split('#')[0].split()[0] for line in lines if line.split('#')[0].split()]
    else:
        names = sorted(n for n in os.listdir(path) if re.search(r'\.(patch|diff|eml|mbox|mbx)$', n))
    if not names:
        raise BadSeries(f'{path} has no *.patch files and no series file; give the directory of the patches')
    for name in names:
        yield name, os.path.join(path, name)


def load(path):
    """All patches of an mbox, a file, "-" for standard input, or a directory."""
    whole = os.path.isdir(path)
    files = directory(path) if whole else [(os.path.basename(path), path)]
    patches, cuts = Patches(), {}
    for name, file in files:
        for data in split(read(file)):
            patch = parse(data, name)
            # of several versions the last one says what it is for; a quoted line does not match
            named = BASE.search(decode(data, None).replace('\r\n', '\n'))
            patches.base = named[1] if named else patches.base
            if isinstance(patch, Patch):
                patches.append(patch)
            else:
                patches.left_out.append(patch.what)
                cuts[patch.number] = patch.what
    if not patches:
        raise BadSeries(f'{path} has no patch in it; give an mbox or a directory of patches')
    if not whole:
        in_order(patches, path, cuts)
    return patches
