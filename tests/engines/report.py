"""Opens reports in Chromium: charts are drawn, filters and search work, nothing is fetched, hostile pages are text.

    python report.py UNCHAFF [FOLDER FOR SCREENSHOTS]

The pages are those of tests/pages, each on several invented hosts, and a few that mean harm.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
UNCHAFF = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "target/debug/unchaff"
SHOTS = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
HOSTS = ["harbour.example", "www.valley-post.example", "news.moorland.example", "blog.orchard.example"]
HOSTILE = (
    "The lamp was lit at six. Nobody <b>saw</b> who had climbed the stairs, and nobody asked.\n\n"
    "<script>document.title = 'owned'; window.owned = 1</script>\n"
    "</script></textarea></title><img src=https://evil.example/a.png onerror=\"window.owned = 1\">\n"
    "<!-- <script> \u2028 \u2029 ]]> {{data}} {{script}}\n"
    "\x1b[31mred\x1b[0m \x9b2J \u202egnp.exe\u202c \u2066isolate \x00\n".replace("\x00", "\x07")
    + "Share on Facebook\nShare on <script>window.owned = 1</script>\n"
)


def corpus(folder):
    """Pages as JSON Lines, as a scraper would have left them."""
    pages = []
    for n, source in enumerate(sorted((ROOT / "tests/pages").glob("*/source.txt"))):
        text = source.read_bytes().decode("utf-8", "replace")
        for i, host in enumerate(HOSTS):
            if (n + i) % 3 == 0:
                continue
            pages.append({"url": f"https://{host}/{source.parent.name}", "text": text})
    pages.append({"url": "https://harbour.example/plain", "text": "The bridge opened on Monday. It took three years to build.\n"})
    pages.append({"url": "https://<b>evil.example/hostile", "text": HOSTILE})
    pages.append({"url": "https://evil.example/", "text": HOSTILE.replace("lamp", "candle")})
    path = folder / "pages.jsonl"
    path.write_text("".join(json.dumps(page, ensure_ascii=False) + "\n" for page in pages), encoding="utf-8")
    return path


def make(folder, name, *arguments, **options):
    report = folder / name
    done = subprocess.run([UNCHAFF, "--no-config", "--report", report, *arguments], capture_output=True, **options)
    assert done.returncode in (0, 1), done.stderr.decode()
    assert report.stat().st_size < 5_000_000
    return report


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = Path(cls.folder.name)
        pages = corpus(folder)
        cls.full = make(folder, "full.html", pages.name, "-o", "clean.jsonl", cwd=folder)
        # The page that screenshots show: the one with most to see.
        data = json.loads(cls.full.read_text(encoding="utf-8").split('id="data">')[1].split("</script>")[0])
        english = [sample for sample in data["samples"] if sample["lang"] == "en" and "evil" not in sample["host"]]
        most = max(english, key=lambda sample: len({reason["category"] for reason in sample["reasons"]}))
        cls.shown = most["name"].rsplit(":", 1)[1]
        cls.none = make(folder, "none.html", "--check", input=b"The bridge opened on Monday. It took three years.\n")
        (folder / "empty").mkdir()
        cls.nothing = make(folder, "nothing.html", folder / "empty", "-o", folder / "out/")
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.playwright.stop()
        cls.folder.cleanup()

    def open(self, path, **options):
        """A page with the report; what it says on the console and what it asks of the network fails the test."""
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
        self.addCleanup(context.close)
        page = context.new_page()
        self.said = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: request.url in (path.as_uri(), "data:,") or self.said.append(request.url))
        self.addCleanup(lambda: self.assertEqual(self.said, []))
        page.goto(path.as_uri())
        return page

    def test_charts_are_drawn(self):
        page = self.open(self.full)
        self.assertGreater(page.locator("#whole rect").count(), 5)
        self.assertGreater(page.locator("#c-categories .bar").count(), 5)
        widths = page.locator("#c-categories .bar rect").evaluate_all("all => all.map(rect => rect.getBoundingClientRect().width)")
        self.assertTrue(all(width > 0 for width in widths) and widths == sorted(widths, reverse=True), widths)
        self.assertIn("of the text was chaff", page.locator("h1").inner_text())
        for part in ["rules", "lines", "verdicts", "langs", "hosts"]:
            self.assertGreater(page.locator(f"#c-{part} tbody tr").count(), 0, part)
        self.assertNotRegex(page.locator("body").inner_text(), r"\[object|undefined|NaN|null")

    def test_numbers_add_up(self):
        page = self.open(self.full)
        sums = page.evaluate(
            """() => {
                const data = JSON.parse(document.getElementById("data").textContent);
                let cells = 0;
                for (let i = 0; i < data.cells.length; i += 6) cells += data.cells[i + 5];
                const sum = (all) => all.reduce((a, b) => a + b, 0);
                return [data.total.removed, cells, sum(data.category_bytes), sum(data.verdicts.map((v) => v.removed)),
                    sum(data.hosts.map((h) => h.removed)), sum(data.langs.map((l) => l.removed))];
            }"""
        )
        self.assertEqual(len(set(sums)), 1, sums)

    def test_filters(self):
        page = self.open(self.full)
        page.locator("#c-categories .bar", has_text="share").first.click()
        self.assertEqual(page.input_value("#f-category"), "share")
        chips = page.locator("#c-rules td .chip, #c-lines td .chip").all_inner_texts()
        self.assertTrue(chips and set(chips) == {"share"}, chips)
        self.assertEqual(page.locator("#c-categories .bar[aria-pressed=true]").count(), 1)
        self.assertIn("match", page.locator("#found").inner_text())
        page.click("#f-clear")
        self.assertEqual(page.input_value("#f-category"), "")

        rule = page.locator("#c-rules .id").first
        name = rule.inner_text()
        rule.click()
        self.assertEqual(page.input_value("#f-rule"), name)
        self.assertEqual(page.locator("#c-rules .id").all_inner_texts(), [name])
        self.assertTrue(page.evaluate("document.activeElement.textContent") == name, "the focus stays")
        page.click("#f-clear")

        before = page.locator("#c-rules tbody tr").count()
        page.select_option("#f-host", label="<b>evil.example")
        self.assertLess(page.locator("#c-rules tbody tr").count(), before)
        self.assertEqual(page.locator("#picker li").count(), 1)
        page.click("#f-clear")
        page.select_option("#f-verdict", "mostly-boilerplate") if page.locator("#f-verdict option[value=mostly-boilerplate]").count() else None
        self.assertGreater(page.locator("#picker li").count(), 0)

    def test_search(self):
        page = self.open(self.full)
        page.fill("#f-search", "FACEBOOK")
        expect(page.locator("#found")).not_to_be_empty()
        lines = page.locator("#c-lines .line").all_inner_texts()
        self.assertTrue(lines and all("facebook" in line.lower() for line in lines if line), lines)
        page.fill("#f-search", "nothing has this in it")
        expect(page.locator(".empty")).to_have_count(4)
        self.assertIn("0 rules, 0 lines, 0 sampled pages", page.locator("#found").inner_text())
        page.click("#f-clear")
        self.assertGreater(page.locator("#c-rules tbody tr").count(), 1)

    def test_hostile_pages_are_text(self):
        page = self.open(self.full)
        page.select_option("#f-host", label="<b>evil.example")
        self.assertIsNone(page.evaluate("window.owned || null"))
        self.assertEqual(page.title(), "What was removed · unchaff")
        shown = page.locator("#sheet").inner_text()
        for text in ["<script>document.title", "</script></textarea></title><img", "\\u{1b}[31mred", "\\u{202e}", "\\u{9b}", "{{data}}"]:
            self.assertIn(text, shown)
        raw = self.full.read_text(encoding="utf-8")
        self.assertEqual((raw.count("<script"), raw.count("</script>")), (2, 2))
        self.assertFalse(any(c in raw for c in "\u202e\u2028\u2029\x1b\x9b\x07\u2066"))
        self.assertEqual(page.locator("main img, main b:not(.ends b):not(.empty b), textarea").count(), 0)

    def test_why_on_hover_and_focus(self):
        page = self.open(self.full)
        mark = page.locator("#sheet del").first
        mark.hover()
        self.assertTrue(page.locator("#why").is_visible())
        self.assertRegex(page.locator("#why").inner_text(), r"\w+\.[\w-]+\n")
        page.keyboard.press("Escape")
        self.assertFalse(page.locator("#why").is_visible())
        page.locator("#sheet del[tabindex='0']").focus()
        first = page.locator("#why").inner_text()
        self.assertTrue(first)
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        self.assertEqual(page.evaluate("[...document.querySelectorAll('#sheet del.take')].indexOf(document.activeElement)"), 3)
        self.assertTrue(page.locator("#why").is_visible())

    def test_keyboard(self):
        page = self.open(self.full)
        reached = set()
        for _ in range(150):
            page.keyboard.press("Tab")
            place = page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e);
                    return [e.id || e.className || e.tagName, s.outlineStyle !== 'none' && s.outlineWidth !== '0px']; }"""
            )
            self.assertTrue(place[1] or place[0] in ("BODY", "HTML"), f"no focus to be seen at {place[0]}")
            reached.add(place[0])
        for wanted in ["theme", "f-category", "f-rule", "f-host", "f-verdict", "f-search", "bar", "id", "more"]:
            self.assertIn(wanted, reached)
        self.assertTrue(any(name.startswith("take") for name in reached), reached)

    def test_contrast_and_names(self):
        """Text has a contrast of 4.5 in both modes, every control a name, and headings come in order."""
        for scheme in ["light", "dark"]:
            page = self.open(self.full, color_scheme=scheme)
            self.assertEqual(page.evaluate(CONTRAST), [], scheme)
        names = page.evaluate(
            """() => [...document.querySelectorAll("button, select, input, svg[role=img]")].filter((e) =>
                !(e.textContent.trim() || e.getAttribute("aria-label") || (e.labels && e.labels.length))).map((e) => e.outerHTML)"""
        )
        self.assertEqual(names, [])
        levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((e) => +e.tagName[1])")
        self.assertEqual((levels[0], levels.count(1)), (1, 1))
        self.assertTrue(all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels)

    def test_dark_mode(self):
        page = self.open(self.full, color_scheme="light")
        paper = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(paper)
        page.click("#theme")
        self.assertNotEqual(page.evaluate(paper), light)
        self.assertEqual(page.get_attribute("#theme", "aria-pressed"), "true")
        page.reload()
        self.assertNotEqual(page.evaluate(paper), light, "the choice is remembered")

    def test_no_page_is_wider_than_its_window(self):
        for width in [320, 390, 768, 1280, 1920]:
            page = self.open(self.full, viewport={"width": width, "height": 800})
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)
        page = self.open(self.full, viewport={"width": 390, "height": 800})
        page.locator("#sheet input[value=clean]").check()
        self.assertEqual(page.locator("#sheet del:visible").count(), 0)

    def test_print(self):
        page = self.open(self.full, color_scheme="dark")
        page.emulate_media(media="print")
        self.assertFalse(page.locator("#filters").is_visible())
        self.assertTrue(page.locator("#c-categories").is_visible())
        self.assertEqual(page.evaluate("getComputedStyle(document.documentElement).colorScheme"), "light")

    def test_empty_states(self):
        page = self.open(self.none)
        self.assertEqual(page.locator("h1").inner_text(), "Nothing was removed")
        self.assertGreater(page.locator(".empty").count(), 2)
        page = self.open(self.nothing)
        self.assertEqual(page.locator("h1").inner_text(), "No page was cleaned")

    def test_without_scripts(self):
        page = self.open(self.full, java_script_enabled=False)
        self.assertIn("bytes removed", page.locator("body").inner_text())

    @unittest.skipUnless(SHOTS, "no folder for screenshots")
    def test_screenshots(self):
        for scheme in ["light", "dark"]:
            for name, width, height in [("desktop", 1280, 1000), ("phone", 390, 844)]:
                page = self.open(self.full, color_scheme=scheme, viewport={"width": width, "height": height}, reduced_motion="reduce")
                page.screenshot(path=SHOTS / f"report-{name}-{scheme}.png")
                page.locator("#picker button", has_text=re.compile(rf":{self.shown}\n|:{self.shown}[^0-9]")).click()
                page.locator("#sheet del[tabindex='0']").focus()
                for _ in range(4):
                    page.keyboard.press("ArrowDown")
                page.evaluate("document.getElementById(innerWidth < 700 ? 'sheet' : 'samples').scrollIntoView()")
                page.screenshot(path=SHOTS / f"report-sample-{name}-{scheme}.png")
            if os.environ.get("WHOLE"):
                page = self.open(self.full, color_scheme=scheme, reduced_motion="reduce")
                page.screenshot(path=SHOTS / f"whole-{scheme}.png", full_page=True)


# For every element with text of its own: the contrast to what is painted behind it. Colours are read by a canvas, which knows all of
# their spellings.
CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (e) => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; };
    const poor = new Set();
    for (const e of document.querySelectorAll("body *")) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        if (!own || !e.getClientRects().length || e.disabled || e.closest("svg, script, option")) continue;
        const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) poor.add(`${e.tagName}.${e.className} ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
    }
    return [...poor];
}"""

if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
