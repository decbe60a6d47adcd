# SPDX-License-Identifier: BSD-2-Clause
"""Building blocks of the HTML page: style, tables, figures.

The page is one file: style inside, pictures embedded, no script, no network.
All text that comes from a store is escaped here and nowhere else.
"""

import base64
import re
from html import escape
from pathlib import Path

from analysis.tables import Table

NARROW = 4  # columns that a phone has room for

STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c1f24;
  --soft: #5b6470; --line: #d9dde3; --band: #f4f6f8; --mark: #b34700;
  --good: #00704f; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c;
  --ink: #e8eaee; --soft: #a3acb8; --line: #343a43; --band: #1c2027;
  --mark: #ff9248; --good: #2bc498; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 4rem;
  background: var(--paper); color: var(--ink); line-height: 1.5;
  font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .2rem; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .5rem; padding-top: .6rem;
  border-top: 1px solid var(--line); }
p, li { max-width: 46rem; }
.soft { color: var(--soft); } .warn { color: var(--mark); font-weight: 600; }
.heads { display: grid; gap: .8rem; margin: 1.2rem 0;
  grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.head { background: var(--band); border-radius: .5rem; padding: .8rem 1rem; }
.head b { display: block; font-size: 1.5rem; line-height: 1.25; }
.head .bad { color: var(--mark); } .head .good { color: var(--good); }
.figures { columns: 2 26rem; column-gap: 1.5rem; }
.figures figure { break-inside: avoid; margin-bottom: 1.5rem; }
figure { margin: 0; } img { width: 100%; max-width: 44rem; height: auto; }
figcaption { color: var(--soft); font-size: .9rem; }
.wide { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; font-size: .92rem;
  font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .7rem; text-align: right; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.text th, .text td { text-align: left; }
thead th { color: var(--soft); font-weight: 600; }
tr.sum td { font-weight: 700; background: var(--band); }
td .range { display: block; color: var(--soft); font-size: .85em;
  font-weight: 400; white-space: nowrap; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace;
  font-size: .9em; }
td code { overflow-wrap: anywhere; }
.pair { white-space: nowrap; } .stack td .range { white-space: normal; }
.text:has(code) { min-width: 58rem; }
.text td:has(code) { min-width: 14rem; }
summary { cursor: pointer; color: var(--soft); }
pre { background: var(--band); border-radius: .5rem; padding: .8rem 1rem;
  overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
  table { font-size: .82rem; width: 100%; } th, td { padding: .3rem .2rem; }
  td .range, .pair { white-space: normal; } }
@media (max-width: 60rem) { .text:has(code) { min-width: 0; }
  .stack thead { display: none; }
  .stack tr { display: block; padding: .5rem 0;
    border-bottom: 1px solid var(--line); }
  .stack td { display: grid; grid-template-columns: 8.5rem 1fr; gap: .5rem;
    text-align: left; border: 0; padding: .1rem 0; overflow-wrap: anywhere; }
  .stack td::before { content: attr(data-head); color: var(--soft); }
  .stack td:first-child { font-weight: 700; }
  .stack td[data-head=""] { grid-template-columns: 1fr; }
  .stack td[data-head=""]::before { display: none; }
  .stack td .range { display: inline; } }
@media (min-width: 90rem) { body { max-width: 84rem; } }
"""


def document(title: str, body: list[str]) -> str:
    """A whole page."""
    return ("<!doctype html>\n<html lang=\"en\">\n<head>\n"
            "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            "content=\"width=device-width, initial-scale=1\">\n"
            f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
            "</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n")


def words(text: str) -> str:
    """Escaped text in which no number loses its unit at the end of a line."""
    return re.sub(r"(?<=\d) (?=(?:%|×|[kKM]iB|B|[nµm]?s|days|years|hours|min|W)"
                  r"(?:\W|$))", "\u00a0", escape(text))


def cell(text: str, head: str) -> str:
    """One cell: an interval goes to a line of its own, commands are code."""
    opened = f"<td data-head=\"{escape(head)}\">"
    if text.startswith("./trireme"):
        return f"{opened}<code>{escape(text)}</code></td>"
    first, between, rest = text.partition(" · ")
    if not between and text.endswith("]"):
        first, between, rest = text.partition(" [")
        rest = "[" + rest if between else ""
    if not between:
        return f"{opened}{words(text)}</td>"
    return (f"{opened}<span>{words(first)} <span class=\"range\">"
            f"{bracketed(rest)}</span></span></td>")


def bracketed(text: str) -> str:
    """A share whose bounds stay on one line."""
    share, between, pair = text.partition("[")
    if not between:
        return words(text)
    return f"{words(share)}<span class=\"pair\">[{words(pair)}</span>"


def table(content: Table, stack: bool = False) -> str:
    """A table; where the page is narrow a wide one becomes a list of rows.

    @param stack  make it a list however few its columns are.
    """
    heads = "".join(f"<th>{escape(h)}</th>" for h in content.heads)
    rows = "".join(
        f"<tr{' class=sum' if i in content.emphasis else ''}>"
        + "".join(cell(text, head) for text, head in zip(row, content.heads))
        + "</tr>\n" for i, row in enumerate(content.rows))
    listed = content.words or stack or len(content.heads) > NARROW
    kinds = (["text"] if content.words else []) + (["stack"] if listed else [])
    kind = f" class=\"{' '.join(kinds)}\"" if kinds else ""
    return (f"<div class=\"wide\" tabindex=\"0\"><table{kind}><thead><tr>"
            f"{heads}</tr></thead>\n<tbody>{rows}</tbody></table></div>")


def folded(title: str, content: str) -> str:
    """Content that opens on a click; no script."""
    return (f"<details><summary>{escape(title)}</summary>{content}"
            "</details>")


def data_url(path: Path) -> str:
    """A PNG file as part of the page."""
    return "data:image/png;base64," + base64.b64encode(
        path.read_bytes()).decode("ascii")


def figure(paths: dict[str, Path], alt: str, caption: str) -> str:
    """A figure that follows the reader's light or dark setting."""
    return (f"<figure><picture><source srcset=\"{data_url(paths['dark'])}\" "
            "media=\"(prefers-color-scheme: dark)\">"
            f"<img src=\"{data_url(paths['light'])}\" alt=\"{escape(alt)}\">"
            "</picture>" + (f"<figcaption>{escape(caption)}</figcaption>"
                            if caption else "") + "</figure>")


def headline(title: str, big: str, mood: str, small: str) -> str:
    """One large number with what it means; mood is "good", "bad" or ""."""
    return (f"<div class=\"head\"><span class=\"soft\">{escape(title)}</span>"
            f"<b class=\"{mood}\">{escape(big)}</b>{words(small)}</div>")


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text."""
    return f"<p class=\"{kind}\">{escape(text)}</p>"


def facts(pairs: list[tuple[str, str]]) -> str:
    """Names and values."""
    return "<dl>" + "".join(
        f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in pairs) + "</dl>"


def bullets(lines: list[str]) -> str:
    """A list of plain text."""
    return "<ul>" + "".join(f"<li>{escape(x)}</li>" for x in lines) + "</ul>"
