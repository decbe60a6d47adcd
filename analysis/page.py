# SPDX-License-Identifier: BSD-2-Clause
"""Building blocks of the HTML page: style, tables, figures.

The page is one file: style inside, pictures embedded, no script, no network.
All text that comes from a store is escaped here and nowhere else.
"""

import base64
from html import escape
from pathlib import Path

from analysis.tables import Table

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
.soft { color: var(--soft); }
.heads { display: grid; gap: .8rem; margin: 1.2rem 0;
  grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.head { background: var(--band); border-radius: .5rem; padding: .8rem 1rem; }
.head b { display: block; font-size: 1.5rem; line-height: 1.25; }
.head .bad { color: var(--mark); } .head .good { color: var(--good); }
.figures { display: grid; gap: 1.5rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
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
.text:has(code) { min-width: 58rem; }
.text td:has(code) { min-width: 14rem; }
pre { background: var(--band); border-radius: .5rem; padding: .8rem 1rem;
  overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; }
  td .range { white-space: normal; } dd { margin-bottom: .5rem; }
  th, td { padding: .3rem .45rem; } }
"""


def document(title: str, body: list[str]) -> str:
    """A whole page."""
    return ("<!doctype html>\n<html lang=\"en\">\n<head>\n"
            "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            "content=\"width=device-width, initial-scale=1\">\n"
            f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
            "</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n")


def cell(text: str, tag: str = "td") -> str:
    """One cell: an interval goes to a line of its own, commands are code."""
    if text.startswith("./trireme"):
        return f"<{tag}><code>{escape(text)}</code></{tag}>"
    if " · " in text:
        count, share = text.split(" · ", 1)
        return (f"<{tag}>{escape(count)}<span class=\"range\">"
                f"{escape(share)}</span></{tag}>")
    if " [" in text and text.endswith("]"):
        value, bounds = text.split(" [", 1)
        return (f"<{tag}>{escape(value)}<span class=\"range\">"
                f"[{escape(bounds)}</span></{tag}>")
    return f"<{tag}>{escape(text)}</{tag}>"


def table(content: Table, words: bool = False) -> str:
    """A table that scrolls sideways by itself where the page is narrow."""
    heads = "".join(f"<th>{escape(h)}</th>" for h in content.heads)
    rows = "".join(
        f"<tr{' class=sum' if i in content.emphasis else ''}>"
        + "".join(cell(text) for text in row) + "</tr>\n"
        for i, row in enumerate(content.rows))
    kind = " class=\"text\"" if words else ""
    return (f"<div class=\"wide\" tabindex=\"0\"><table{kind}><thead><tr>"
            f"{heads}</tr></thead>\n<tbody>{rows}</tbody></table></div>")


def data_url(path: Path) -> str:
    """A PNG file as part of the page."""
    return "data:image/png;base64," + base64.b64encode(
        path.read_bytes()).decode("ascii")


def figure(paths: dict[str, Path], alt: str, caption: str) -> str:
    """A figure that follows the reader's light or dark setting."""
    return (f"<figure><picture><source srcset=\"{data_url(paths['dark'])}\" "
            "media=\"(prefers-color-scheme: dark)\">"
            f"<img src=\"{data_url(paths['light'])}\" alt=\"{escape(alt)}\">"
            f"</picture><figcaption>{escape(caption)}</figcaption></figure>")


def headline(words: str, big: str, mood: str, small: str) -> str:
    """One large number with what it means; mood is "good", "bad" or ""."""
    return (f"<div class=\"head\"><span class=\"soft\">{escape(words)}</span>"
            f"<b class=\"{mood}\">{escape(big)}</b>{escape(small)}</div>")


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
