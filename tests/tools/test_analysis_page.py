# SPDX-License-Identifier: BSD-2-Clause
"""The report in a browser: nothing is cut at phone width or at wall width.

Skipped where Chromium is not installed: the project does not need it. The page
itself has no script; a page around it measures it and tells by its title.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.__main__ import main

sys.path.insert(0, str(Path(__file__).parent))
import analysis_store  # noqa: E402

CHROMIUM = shutil.which("chromium")
TIMEOUT_S = 120
MEASURE = """<!doctype html><title>not measured</title>
<iframe id="page" src="{page}"
 style="border:0;width:{width}px;height:900px"></iframe>
<script>
window.onload = () => {{
  const inner = document.getElementById("page").contentDocument;
  const root = inner.documentElement;
  inner.querySelectorAll("details").forEach(e => {{ e.open = true; }});
  const cut = [...inner.querySelectorAll(".wide, figure, .head, dl, ul, p, h2")]
    .filter(e => e.scrollWidth > e.clientWidth + 1
      || e.getBoundingClientRect().right > {width} + 1)
    .map(e => e.tagName + " " + e.className + " "
      + e.textContent.slice(0, 30).trim());
  const blank = [...inner.images].filter(i => i.naturalWidth === 0).length;
  document.title = "page " + root.scrollWidth + " blank " + blank
    + " cut " + cut.join(" | ");
}};
</script>
"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Path]:
    """Pages of one campaign and of two side by side."""
    folder = tmp_path_factory.mktemp("pages")
    one = analysis_store.build(folder / "a.db", trials=300)
    two = analysis_store.build(folder / "b.db", trials=90, sampling="live",
                               live=0.0001)  # shares with many digits
    assert main(["report", str(one), "--out", str(folder / "one")]) == 0
    assert main(["report", str(two), "--out", str(folder / "live")]) == 0
    assert main(["compare", str(one), str(two), "--out",
                 str(folder / "both")]) == 0
    return {name: folder / name / "index.html"
            for name in ("one", "live", "both")}


def measured(page: Path, width: int, folder: Path) -> str:
    """What a browser says about a page of this width, in CSS pixels."""
    outer = folder / "outer.html"
    outer.write_text(MEASURE.format(page=page.as_uri(), width=width))
    done = subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu",
         "--hide-scrollbars",
         "--allow-file-access-from-files", f"--user-data-dir={folder}/profile",
         "--window-size=1700,1000", "--virtual-time-budget=10000",
         "--dump-dom", outer.as_uri()],
        capture_output=True, text=True, check=True, timeout=TIMEOUT_S)
    return done.stdout.split("<title>")[1].split("</title>")[0]


@pytest.mark.parametrize("width", [390, 1600])
@pytest.mark.parametrize("name", ["one", "live", "both"])
def test_nothing_is_cut(reports, tmp_path, name, width):
    assert measured(reports[name], width, tmp_path) == \
        f"page {width} blank 0 cut "


def test_a_page_that_is_too_wide_is_noticed(reports, tmp_path):
    text = reports["one"].read_text(encoding="utf-8")
    wide = tmp_path / "wide.html"
    wide.write_text(text.replace("<h1>", "<p>" + "x" * 400 + "</p><h1>", 1),
                    encoding="utf-8")
    assert " P " in measured(wide, 390, tmp_path).replace("cut", "cut |")
