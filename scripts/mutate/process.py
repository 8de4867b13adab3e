# SPDX-License-Identifier: GPL-2.0
"""Commands that all end when this program does, and the line that says how far it is."""
import os
import signal
import subprocess
import sys
import threading

from mutant import Broken, TOP, die
from terminal import terminal_width

running = set()
lock = threading.Lock()
stopped = threading.Event()


def start(cmd):
    """Runs a command in a group of its own; returns its status and output."""
    with lock:
        if stopped.is_set():
            raise KeyboardInterrupt
        # in English: what the compiler says is read, see scripts/build/environment
        child = subprocess.Popen(cmd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                 errors='replace', env={**os.environ, 'LC_ALL': 'C'},
                                 stdin=subprocess.DEVNULL, start_new_session=True)
        running.add(child)
    text = child.communicate()[0]
    with lock:
        running.discard(child)
    return child.returncode, text


def quiet(cmd, what):
    status, text = start(cmd)
    # no mutant is judged by a machine that lacks something, or by who ended a compiler
    if status and not stopped.is_set() and (status < 0 or status > 128 or subprocess.run(
            [os.path.join(TOP, 'scripts/build/environment')], input=text, text=True,
            stderr=subprocess.DEVNULL, check=False).returncode):
        die(f'{what.replace("does not", "cannot")}, which is the fault of this machine: {(text.splitlines() or [f"status {status}"])[-1]}')
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
        sys.stderr.write(f'\r\033[K{text[:terminal_width(2)]}' if text else '\r\033[K')
        sys.stderr.flush()
