#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Mails as lore and b4 give them, for mbox.py; scripts/selftest runs it.

usage: scripts/run/mbox_test.py [NAME]...
exit:  0 all passed, 1 one failed
"""
import base64
import gzip
import os
import quopri
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
# pylint: disable=wrong-import-position,missing-function-docstring
from mbox import BadSeries, load
from tree import which_hunk

DIFF = (b'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a=1\n'
        b'+From here, caf\xc3\xa9 = 3\n b\n-- \n2.40\n')
LORE = b'From mboxrd@z Thu Jan  1 00:00:00 1970\n'
B4 = b'From git@z Thu Jan  1 00:00:00 1970\n'
GIT = b'From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n'


def mail(subject, text, how='8bit', start=LORE, kind='text/plain; charset=utf-8'):
    return start + (f'From: A <a@localhost>\nSubject: {subject}\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n'
                    f'Message-Id: <1@localhost>\nMIME-Version: 1.0\nContent-Type: {kind}\n'
                    f'Content-Transfer-Encoding: {how}\n\n').encode() + text + b'\n\n'


def patch(nr, diff=DIFF, text=b'Text.\n\nSigned-off-by: A <a@localhost>\n---\n f | 1 +\n\n'):
    return text + diff.replace(b'= 3', b'= %d' % nr)


class Mails(unittest.TestCase):
    """load() of a file that holds these bytes."""

    def load(self, data, name='thread.mbox'):
        with tempfile.TemporaryDirectory() as home:
            path = os.path.join(home, name)
            with open(path, 'wb') as f:
                f.write(data)
            return load(path)

    def expect(self, data, titles, numbers=None):
        got = self.load(data)
        self.assertEqual([p.title for p in got], titles)
        for p, nr in zip(got, numbers or range(1, len(titles) + 1)):
            self.assertEqual(p.diff, patch(nr, text=b''))
        return got

    def test_as_b4_am_writes_it(self):
        trailers = b'Text.\n\nReviewed-by: B <b@localhost>\nLink: https://lore.kernel.org/r/1@localhost\n---\n f | 1 +\n\n'
        self.expect(mail('[PATCH v3 1/2] one', patch(1, text=trailers), start=B4)
                    + mail('[PATCH v3 2/2] two', patch(2, text=trailers), start=B4), ['one', 'two'])

    def test_as_format_patch_writes_it(self):
        self.expect(mail('[PATCH 1/2] one', patch(1), start=GIT) + mail('[PATCH 2/2] two', patch(2), start=GIT),
                    ['one', 'two'])

    def test_thread_of_lore(self):
        old = mail('[PATCH 0/1] cover', b'diffstat\n') + mail('[PATCH 1/1] the old one', patch(7))
        reply = mail('Re: [PATCH mm v2 1/2] one', b'On Thu, A wrote:\n> diff --git a/f b/f\n> --- a/f\n\nNo.\n'
                     b'Reviewed-by: C <c@localhost>\n')
        new = (mail('[PATCH mm v2 2/2] two', patch(2)) + mail('[PATCH mm v2 0/2] cover', b'diffstat\n')
               + mail('[PATCH mm v2 1/2] one', patch(1)))
        self.expect(old + reply + new, ['one', 'two'])
        self.expect(new + reply + old, ['one', 'two'])

    def test_gzip(self):
        self.expect(gzip.compress(mail('[PATCH] one', patch(1))), ['one'])

    def test_base64_and_quoted_printable(self):
        self.expect(mail('[PATCH 2/2] two', base64.encodebytes(patch(2)), 'base64')
                    + mail('=?utf-8?q?=5BPATCH_1/2=5D_caf=C3=A9?=\n of two lines', quopri.encodestring(patch(1)),
                           'quoted-printable'), ['caf\u00e9 of two lines', 'two'])

    def test_carriage_returns(self):
        self.expect(mail('[PATCH] one', patch(1)).replace(b'\n', b'\r\n'), ['one'])
        self.expect(mail('[PATCH] one', patch(1).replace(b'\n', b'\r\n')), ['one'])

    def test_quoted_from(self):
        text = b'Text\n\n>From the text\n\n>>From twice\n---\n'
        self.expect(mail('[PATCH 1/2] one', patch(1, text=text)) + mail('[PATCH 2/2] two', patch(2)), ['one', 'two'])

    def test_from_in_the_text_is_no_mail(self):
        text = b'Text\n\nFrom here on it is the same.\nFrom 10:30 to 11:00 too.\n---\n'
        self.expect(mail('[PATCH] one', patch(1, text=text)), ['one'])

    def test_tags_in_any_order(self):
        self.expect(mail('[RFC,v2,2/2] two', patch(2)) + mail('[v2 PATCH 1/2] one', patch(1)), ['one', 'two'])
        self.expect(mail('[PATCH RESEND v4 01/10 mm-unstable] [tip] one', patch(1))
                    + b''.join(mail(f'[PATCH RESEND v4 {n:02}/10] {n}', patch(n)) for n in range(2, 11)),
                    ['one'] + [str(n) for n in range(2, 11)])

    def test_attachment(self):
        kind = 'multipart/mixed; boundary="x"'
        text = (b'--x\nContent-Type: text/plain\n\nSee below.\n\n--x\nContent-Type: text/x-patch; charset=utf-8\n'
                b'Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="f.patch"\n\n'
                + base64.encodebytes(patch(1, text=b'')) + b'\n--x--\n')
        self.expect(mail('[PATCH] one', text, kind=kind, how='7bit'), ['one'])

    def test_html_beside_the_text(self):
        kind = 'multipart/alternative; boundary="x"'
        text = (b'--x\nContent-Type: text/plain; charset=utf-8\n\n' + patch(1, text=b'')
                + b'\n--x\nContent-Type: text/html\n\n<pre>\ndiff --git a/f b/f\n</pre>\n--x--\n')
        self.expect(mail('[PATCH] one', text, kind=kind), ['one'])

    def test_other_charset(self):
        diff = patch(1).decode().encode('latin-1')
        self.expect(mail('[PATCH] one', diff, kind='text/plain; charset=iso-8859-1'), ['one'])

    def test_bytes_of_no_charset_stay(self):
        diff = patch(1).replace(b'\xc3\xa9', b'\xff')
        self.assertIn(b'\xff', self.load(mail('[PATCH] one', diff))[0].diff)

    def test_bare_diff(self):
        got = self.load(b'some words\n' + DIFF, 'fix.diff')
        self.assertEqual([(p.title, p.diff) for p in got], [('fix.diff', DIFF)])

    def test_diff_without_git(self):
        diff = b'--- a/mm/vma.c~fix\n+++ a/mm/vma.c\n@@ -1 +1 @@\n-a\n+b\n'
        self.assertEqual(self.load(mail('+ fix.patch added', b'Text\n---\n\n' + diff))[0].diff, diff)

    def test_base_commit(self):
        cover = mail('[PATCH 0/1] cover', b'stat\n---\nbase-commit: 0123456789abcdef0123456789abcdef01234567\n')
        quoted = mail('Re: [PATCH 0/1] cover', b'> base-commit: ffffffffffffffffffffffffffffffffffffffff\n')
        self.assertTrue(self.load(cover + mail('[PATCH 1/1] one', patch(1)) + quoted).base.startswith('0123456'))

    def told(self, data):
        return '\n'.join(self.load(data).told())

    def test_what_was_taken_is_told(self):
        old = mail('[PATCH 0/1] cover', b'diffstat\n') + mail('[PATCH 1/1] the old one', patch(7))
        reply = mail('Re: [PATCH v2 1/2] one', b'No.\n')
        new = mail('[PATCH v2 2/2] two', patch(2)) + mail('[PATCH v2 1/2] one', patch(1))
        self.assertEqual(self.told(old + reply + new + reply),
                         'series: 2 patches; the subjects number 2\n      1/2 one\n      2/2 two\n'
                         '  left out: a cover letter\n  left out: a reply, 2 times\n  left out: a patch of v1')
        self.assertIn('series: 1 patch; the subjects have no numbers', self.told(mail('[PATCH] one', patch(1))))
        self.assertIn('left out: "[PATCH] cut", which has no diff',
                      self.told(mail('[PATCH] cut', b'Text\n') + mail('[PATCH] one', patch(1))))

    def test_without_message_ids(self):
        """b4 finds one patch or none in such a file; here the mails are told apart by their From lines."""
        data = mail('[PATCH 1/2] one', patch(1), start=GIT) + mail('[PATCH 2/2] two', patch(2), start=GIT)
        self.expect(data.replace(b'Message-Id: <1@localhost>\n', b''), ['one', 'two'])

    def test_diff_that_the_text_quotes(self):
        for quoted in (patch(9, text=b''),
                       patch(9, text=b'').replace(b' b\n-- \n2.40\n', b''),      # is cut in the middle
                       b'--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n a=1\n\n'):
            for notes in b' f | 1 +\n', b'v2: is as it was\n\n f | 1 +\n':
                text = b'This was said of\n\n' + quoted + b'\nSigned-off-by: A <a@localhost>\n---\n' + notes + b'\n'
                got = self.expect(mail('[PATCH] one', patch(1, text=text)), ['one'])
                self.assertTrue(got[0].quotes)
                self.assertIn('quotes a diff', '\n'.join(got.told()))

    def test_lines_that_look_like_the_separator(self):
        diff = DIFF.replace(b'@@ -1,2 +1,3 @@\n a=1', b'@@ -1,3 +1,3 @@\n a=1\n---')
        got = self.load(mail('[PATCH] one', diff) + mail('[PATCH] two', patch(2) + b'---\nA footer\n'))
        self.assertEqual((got[0].diff, got[0].quotes), (diff, False))
        self.assertFalse(got[1].quotes)

    def refuse(self, data, words):
        with self.assertRaises(BadSeries) as caught:
            self.load(data)
        self.assertIn(words, str(caught.exception))

    def test_what_is_no_series(self):
        self.refuse(b'', 'has no patch in it')
        self.refuse(b'just text\n', 'has no patch in it')
        self.refuse(b'\x1f\x8bnot gzip', 'cannot read')
        whole = gzip.compress(mail('[PATCH] one', patch(1)))
        self.refuse(whole[:-9], 'cannot read')
        self.refuse(whole[:20] + b'\xff' * 9 + whole[29:], 'cannot read')
        self.refuse(mail('[PATCH 0/2] cover', b'diffstat\n'), 'has no patch in it')
        self.refuse(mail('Re: [PATCH] one', patch(1)), 'has no patch in it')
        self.refuse(mail('[PATCH 2/2] two', patch(2)), 'lacks patch 1/2')
        self.refuse(mail('[PATCH 2/2] two', patch(2)) + mail('[PATCH 1/2] one', b'Text.\n'),
                    'has no diff: "[PATCH 1/2] one"')
        self.refuse(mail('[PATCH 1/1] one', patch(1)) + mail('[PATCH 1/1] other', patch(2)), 'two patches 1/1')

    def test_hunk_that_does_not_apply(self):
        diff = (b'--- a/f\n+++ a/f\n@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@ here\n-c\n+d\n'
                b'--- a/g\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n')
        self.assertEqual(which_hunk(diff, 'error: patch failed: f:9\nerror: f: patch does not apply\n'),
                         ['f: hunk 2 of 2, @@ -9 +9 @@ here'])


if __name__ == '__main__':
    unittest.main()
