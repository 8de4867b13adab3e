# SPDX-License-Identifier: GPL-2.0
"""The patches of a series: from an mbox as lore or b4 give it, or a directory."""
import email
import email.header
import email.policy
import gzip
import os
import re
import sys
import zlib

FROM = re.compile(rb'^From \S+.*\d\d:\d\d(:\d\d)?.*$', re.M)
TAG = re.compile(r'^\s*\[([^\]]*)\]\s*')
NUMBER = re.compile(r'(?:^|[\s/,])0*(\d+)/0*(\d+)(?:$|[\s,])')
VERSION = re.compile(r'\bv(\d+)\b', re.I)
BASE = re.compile(r'^base-commit: ([0-9a-f]{12,64})\s*$', re.M)
DIFF = re.compile(r'^(diff --git |--- (a/|/dev/null).*\n\+\+\+ )', re.M)


class BadSeries(Exception):
    """One line that says what is wrong with what was given."""


class Patches(list):
    """Those of a series, in order; base is the commit that it names as its own, or nothing."""

    base = ''


class Patch:
    """A title, the diff, and its place in the series where that is known."""

    def __init__(self, title, diff, number=0, count=0, version=1):
        self.title, self.diff = title, diff
        self.number, self.count, self.version = number, count, version


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


def parse(data, name):
    """The patch of one message, or None if it is a cover letter or a reply."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    if message.keys() and 'Subject' in message:
        title, text = subject(message), body(message)
    else:
        title, text = name, decode(data, None)
    if re.match(r'(re|aw|fwd?):', title, re.I):
        return None
    tags = ''
    while TAG.match(title):
        tags += ' ' + TAG.match(title)[1]
        title = TAG.sub('', title, count=1)
    number, version = NUMBER.search(tags), VERSION.search(tags)
    start = DIFF.search(text)
    if not start or (number and number[1] == '0'):
        return None
    return Patch(title, encode(text[start.start():].rstrip('\n') + '\n'), int(number[1]) if number else 0,
                 int(number[2]) if number else 0, int(version[1]) if version else 1)


def in_order(patches, where):
    """A thread may hold several versions, and its messages in any order."""
    latest = max(p.version for p in patches)
    patches = [p for p in patches if p.version == latest]
    if not all(p.number for p in patches):
        return patches
    count = max(p.count for p in patches)
    by_number = {}
    for patch in patches:
        if by_number.setdefault(patch.number, patch).diff != patch.diff:
            raise BadSeries(f'{where} has two patches {patch.number}/{count}; give one series only')
    for number in range(1, count + 1):
        if number not in by_number:
            raise BadSeries(f'{where} lacks patch {number}/{count}; fetch the whole series')
    return [by_number[n] for n in sorted(by_number)]


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
    patches, base = Patches(), ''
    for name, file in files:
        for data in split(read(file)):
            patch = parse(data, name)
            # of several versions the last one says what it is for; a quoted line does not match
            named = BASE.search(decode(data, None).replace('\r\n', '\n'))
            base = named[1] if named else base
            patches += [patch] if patch else []
    if not patches:
        raise BadSeries(f'{path} has no patch in it; give an mbox or a directory of patches')
    if not whole:
        patches = Patches(in_order(patches, path))
    patches.base = base
    return patches
