# SPDX-License-Identifier: GPL-2.0
"""The graphs that vma_test --dot has written, drawn by Graphviz for a report."""
import os
import shutil
import subprocess

SECONDS = 30     # for one; large ones are left as they are


def draw(path):
    """Makes an SVG of a .dot file; returns its name, or that of the .dot file without Graphviz."""
    svg = path.removesuffix('.dot') + '.svg'
    try:
        subprocess.run(['dot', '-Tsvg', '-o', svg, path], check=True, timeout=SECONDS,
                       stderr=subprocess.DEVNULL)
    except (subprocess.SubprocessError, OSError):
        return os.path.basename(path)
    return os.path.basename(svg)


def graphs_of(directory, name):
    """Returns {SUITE.CASE: [(when, href)]} of DIR/NAME.graphs, and a line for the reader or ''."""
    where = os.path.join(directory, name + '.graphs')
    try:
        files = sorted(f for f in os.listdir(where) if f.endswith('.dot'))
    except OSError:
        return {}, ''
    can = shutil.which('dot')
    graphs = {}
    for file in files:
        case, when = file.removesuffix('.dot'), 'after'
        if case.endswith('.before'):
            case, when = case.removesuffix('.before'), 'before'
        shown = draw(os.path.join(where, file)) if can else file
        graphs.setdefault(case, []).append((when, f'{name}.graphs/{shown}'))
    return graphs, '' if can or not files else \
        f'{len(files)} graphs are not drawn, as there is no "dot": install graphviz, or run dot -Tsvg elsewhere'
