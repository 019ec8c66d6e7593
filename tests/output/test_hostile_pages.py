"""A report of hostile articles, opened in a browser: nothing of them runs, all of it is shown as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import analysis
from tests.browser import CHROMIUM_OPTIONS

RUN = "window.ran=1;document.documentElement.dataset.ran=1;alert(1)"
EVIL = f'<script>{RUN}</script>"><img src=x onerror="{RUN}"><svg onload={RUN}><a href="javascript:{RUN}">good</a>'
TEXTS = {
    "scripts": f"{EVIL} A terrible, horrible flood killed us all. </div></body></html>{EVIL}",
    "never_closed": "“We won a great war, " * 50 + '"It was good. ' * 50 + "'bad <b>",
    "marks": '"' * 5_000 + "“" * 2_500 + "«" * 2_500 + " A wonderful day.",
    "bidi": f"\u202eThe bad plan\u202c \u2066was\u2069 \u200f good. \u202e {EVIL} A terrible day.",
    "nul": f"The council\x00 said\x1b[31m it was a happy\x07 day. <!--{EVIL}--> &lt;b&gt; &#0; killed \ufffe\uffff.",
    "style": "</style><style>*{display:none}</style> <base href=//evil.example><meta http-equiv=refresh content=0>Bad.",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        {"article_id": f"{name}{EVIL}", "outlet": EVIL, "title": f"{name} {EVIL}", "text": text}
        for name, text in TEXTS.items()
    ]
    corpus = analysis.read(pd.DataFrame(rows).assign(language="en"))
    folder = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:  # pictures are no pages, and take seconds to draw
        patch.setattr(analysis.figures.Figure, "save", lambda *_: None)
        analysis.write_report(analysis.measure(corpus), folder, corpus=corpus, title=EVIL)
    return folder


@pytest.mark.browser
def test_hostile_articles_are_text_in_a_browser(chromium: str, report: Path):
    from playwright.sync_api import Error, sync_playwright

    pages = [report / "index.html", *sorted((report / "evidence").glob("*.html"))]
    assert {path.name.partition("-")[0] for path in pages} == {"index.html", "tone", "readability", "framing"}
    control = report / "control.html"
    control.write_text(f"<!doctype html><title>as it came</title>{TEXTS['scripts']}", "utf-8")
    happened: list[str] = []

    def refuse(dialog: Any) -> None:
        happened.append(f"dialog {dialog.message}")
        dialog.dismiss()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        page = browser.new_page()
        page.set_default_timeout(30_000)
        page.on("dialog", refuse)
        page.on("pageerror", lambda error: happened.append(f"error {error}"))
        page.on("crash", lambda _: happened.append("crash"))
        page.on("request", lambda request: asked.append(request.url))
        asked: list[str] = []

        page.goto(control.as_uri())
        assert page.evaluate("window.ran") == 1  # it would run, were it not escaped
        assert "dialog 1" in happened
        happened.clear()
        asked.clear()

        shown = ""
        for path in pages:
            page.goto(path.as_uri())
            assert page.evaluate("[window.ran, document.documentElement.dataset.ran]") == [None, None], path.name
            assert page.evaluate("document.querySelectorAll('svg, iframe, object, embed, base').length") == 0
            n_scripts = page.evaluate("document.scripts.length")
            assert n_scripts == (1 if path.name == "index.html" else 0), path.name
            assert page.evaluate("[...document.links].filter(a => a.protocol !== 'file:').length") == 0
            if path.name != "index.html":
                shown += page.locator(".article").inner_text()
                assert page.locator(".article").is_visible()  # no style of an article's holds
        assert happened == []
        assert [url for url in asked if not url.startswith("file:")] == []
        for text in TEXTS.values():
            assert " ".join(text.replace("\x00", "").split())[:40].strip() in " ".join(shown.split())
        # A page of evidence would not even run a script of its own.
        with pytest.raises(Error, match="Content Security Policy"):
            page.add_script_tag(content="window.ran = 1")
        assert page.evaluate("window.ran") is None
        browser.close()
