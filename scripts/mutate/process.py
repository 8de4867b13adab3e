# SPDX-License-Identifier: GPL-2.0
"""Commands that all end when this program does, and the line that says how far it is."""
import os
import signal
import subprocess
import sys
import threading

from mutant import Broken

running = set()
lock = threading.Lock()
stopped = threading.Event()


def start(cmd):
    """Runs a command in a group of its own; returns its status and output."""
    with lock:
        if stopped.is_set():
            raise KeyboardInterrupt
        child = subprocess.Popen(cmd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                 errors='replace', stdin=subprocess.DEVNULL, start_new_session=True)
        running.add(child)
    text = child.communicate()[0]
    with lock:
        running.discard(child)
    return child.returncode, text


def quiet(cmd, what):
    status, text = start(cmd)
    if status:
        lines = text.splitlines() or ['']
        raise Broken(f'it {what}: ' + next((l for l in lines if 'error' in l), lines[0]).strip())


def stop_all():
    stopped.set()
    with lock:
        for child in running:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def progress(text):
    if sys.stderr.isatty():
        sys.stderr.write(f'\r\033[K{text[:79]}' if text else '\r\033[K')
        sys.stderr.flush()
