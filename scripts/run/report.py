# SPDX-License-Identifier: GPL-2.0
"""Results of several runs side by side, written as HTML and JUnit."""
import html
import os
import re
import urllib.parse
import xml.etree.ElementTree as ET

PLACE = re.compile(r'^(tools/testing/vma/[^ :]+):(\d+)[: ]')


def place(reason):
    """The attributes of JUnit that say where a case failed."""
    match = PLACE.match(reason)
    return {'file': match[1], 'line': match[2]} if match else {}


class Column:
    """One run: a patch of a series, or a kernel and variant."""

    def __init__(self, name, title, cases, facts=(), log=''):
        self.name = re.sub(r'[^A-Za-z0-9._+-]', '_', name)
        self.title, self.cases, self.facts, self.log = title, cases, facts, log
        self.graphs, self.note = {}, ''


STYLE = '''body { font: 14px sans-serif; margin: 2em } table { border-collapse: collapse }
th, td { border: 1px solid #ccc; padding: 2px 8px; text-align: left } td a { text-decoration: none; color: black }
.passed { background: #cfc } .failed { background: #f99 } .skipped { background: #eee }
pre span:target { background: #ff9 } .graphs { display: block; white-space: normal }
img { max-width: 49%; vertical-align: top; border: 1px solid #ccc; box-sizing: border-box }'''


def page(title, body):
    return (f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}'
            f'</title><style>{STYLE}</style></head>\n<body><h1>{html.escape(title)}</h1>\n{body}</body></html>\n')


def pictures(graphs):
    """Return the HTML of the graphs of a case: shown if drawn, and linked in any case."""
    text = ''
    for when, path in sorted(graphs, reverse=True):
        href, alt = html.escape(urllib.parse.quote(path)), f'the graph {when} the operation'
        text += f'<a href="{href}">' + (f'<img src="{href}" alt="{alt}" title="{alt}">' if path.endswith('.svg')
                                        else f'{alt}, for dot') + '</a>\n'
    return f'<span class="graphs">{text}</span>' if text else ''


def log_page(column):
    parts = [html.escape(text) for text in (column.note, column.log) if text]
    for name, case in column.cases.items():
        parts.append(f'<span id="{html.escape(name)}" class="{case.state}">{html.escape(name)}</span>\n'
                     + pictures(column.graphs.get(name, [])) + html.escape(case.log))
    return page(column.title, '<pre>' + '\n'.join(parts) + '</pre>\n')


def cell(name, column):
    if name not in column.cases:
        return '<td></td>'
    case = column.cases[name]
    return (f'<td class="{case.state}" title="{html.escape(case.reason)}">'
            f'<a href="{column.name}.html#{html.escape(name)}">{case.state}</a></td>')


def state_of(name, column):
    return column.cases[name].state if name in column.cases else ''


def grid(names, columns, with_reason=False):
    rows = ['<table><tr><th>case</th>' + ''.join(
        f'<th title="{html.escape(c.title)}"><a href="{c.name}.html">{html.escape(c.name)}</a></th>'
        for c in columns) + ('<th>first line of the reason</th>' if with_reason else '') + '</tr>']
    for name in names:
        row = f'<tr><td>{html.escape(name)}</td>' + ''.join(cell(name, c) for c in columns)
        if with_reason:
            why = next(c.cases[name].reason for c in columns if state_of(name, c) == 'failed')
            row += f'<td>{html.escape(why)}</td>'
        rows.append(row + '</tr>')
    return '\n'.join(rows) + '</table>\n'


def folded(title, names, columns):
    if not names:
        return ''
    return f'<details><summary>{len(names)} cases {title}</summary>\n{grid(names, columns)}</details>\n'


def summary(columns, heads):
    body = '<table><tr><th>run</th>' + ''.join(f'<th>{html.escape(h)}</th>' for h in heads) + '</tr>\n'
    for c in columns:
        failed = any(case.state == 'failed' for case in c.cases.values()) or not c.cases
        body += (f'<tr><td class="{"failed" if failed else "passed"}"><a href="{c.name}.html">{html.escape(c.title)}'
                 '</a></td>' + ''.join(f'<td>{html.escape(str(f))}</td>' for f in c.facts) + '</tr>\n')
    return body + '</table>\n'


def write_html(directory, title, columns, heads):
    """Writes index.html, cases by runs, and a page with the log of each run.

    heads names the facts that each column has beside its cases. What fails comes
    first; what does not is there to be unfolded.
    """
    names = dict.fromkeys(name for c in columns for name in c.cases)
    states = {name: [state_of(name, c) for c in columns] for name in names}
    failing = [n for n in names if 'failed' in states[n]]
    rest = [n for n in names if 'failed' not in states[n]]
    body = summary(columns, heads)
    body += f'<h2>Cases that fail: {len(failing)}</h2>\n' + (grid(failing, columns, True) if failing else '')
    body += folded('are not the same in all runs', [n for n in rest if len(set(states[n])) > 1], columns)
    for state, words in (('skipped', 'are skipped in all runs'), ('passed', 'pass in all runs')):
        body += folded(words, [n for n in rest if set(states[n]) == {state}], columns)
    write(os.path.join(directory, 'index.html'), page(title, body))
    for c in columns:
        write(os.path.join(directory, c.name + '.html'), log_page(c))


def write_junit(path, columns):
    every = [case.state for c in columns for case in c.cases.values()]
    root = ET.Element('testsuites', tests=str(len(every)), failures=str(every.count('failed')))
    for c in columns:
        states = [case.state for case in c.cases.values()]
        suite = ET.SubElement(root, 'testsuite', name=printable(c.title), tests=str(len(states)),
                              failures=str(states.count('failed')), skipped=str(states.count('skipped')))
        for name, case in c.cases.items():
            group, _, short = name.rpartition('.')
            element = ET.SubElement(suite, 'testcase', classname=group or c.name, name=short,
                                    **(place(case.reason) if case.state == 'failed' else {}))
            if case.state == 'failed':
                ET.SubElement(element, 'failure', message=printable(case.reason)).text = printable(case.log)
            elif case.state == 'skipped':
                ET.SubElement(element, 'skipped', message=printable(case.reason))
    write(path, ET.tostring(root, encoding='unicode', xml_declaration=True) + '\n')


def printable(text):
    """Replace the characters that XML cannot hold."""
    return re.sub(r'[^\t\n\x20-\ud7ff\ue000-\ufffd]', '?', text)


def write(path, text):
    with open(path + '.tmp', 'w', encoding='utf-8', errors='replace') as f:
        f.write(text)
    os.replace(path + '.tmp', path)
