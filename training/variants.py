"""Variants of a page, so that nothing depends on one site's or one tool's layout.

Each is a text and the gold text that belongs to it. All choices are drawn from a generator that is seeded by the page.
"""
import html
import random
import re
import textwrap
import zlib

from pages import align


def split(text, gold):
    """The raw lines of a page before, in and after its article, or None where the article is not one run of lines."""
    lines = text.split("\n")
    matched, counts = align(lines, gold)
    is_body = [m * 2 >= c and c > 0 for m, c in zip(matched, counts)]
    best, start, end, total, since = 0, 0, 0, 0.0, 0
    for at, (body, count) in enumerate(zip(is_body, counts)):
        if total <= 0:
            total, since = 0.0, at
        total += float(count) if body else -0.3 * float(count) - 0.2
        if total > best:
            best, start, end = total, since, at + 1
    words = sum(int(c) for b, c in zip(is_body, counts) if b)
    inside = sum(int(c) for b, c in zip(is_body[start:end], counts[start:end]) if b)
    if not words or inside < 0.85 * words or inside < 20:
        return None
    body_lines = [line for line, body in zip(lines[start:end], is_body[start:end]) if body]
    return lines[:start], lines[start:end], lines[end:], "\n".join(body_lines)


def graft(article, frame):
    """The article of one page in the frame of another; the title stays the article's."""
    head, body, _, gold = article
    title = next((line for line in head if line.strip()), "")
    rest = list(frame[0])
    for at, line in enumerate(rest):
        if line.strip():
            rest[at] = title
            break
    return "\n".join(rest + body + list(frame[2])), gold


def thin(article, random):
    """The page with stretches of its frame taken out, as other tools and rules do."""
    def keep(lines):
        out, at = [], 0
        while at < len(lines):
            length = random.randint(1, 12)
            if random.random() < 0.5:
                out += lines[at:at + length]
            at += length
        return out

    head, body, tail, gold = article
    return "\n".join(keep(head) + body + keep(tail)), gold


def wrap(text, width):
    """The page with lines broken at a width, as old mail and text browsers do."""
    return "\n".join(part for line in text.split("\n") for part in (textwrap.wrap(line, width) or [""]))


def seeded(id, what):
    return random.Random(f"{id}/{what}")


HEBREW = [chr(0x5D0 + i) for i in range(27)]
VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxz"


def caseless(text):
    """The page in letters without case, as Arabic or Hebrew have them: no phrase of a rule is left in it."""
    table = {ord(c): HEBREW[(ord(c.lower()) - 97) % 27] for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    return text.translate(table)


def cipher(text):
    """The page in words of no language, spelt in Latin letters."""
    table = {}
    for letters in (VOWELS, CONSONANTS):
        for at, letter in enumerate(letters):
            other = letters[(at + 3) % len(letters)]
            table[ord(letter)], table[ord(letter.upper())] = other, other.upper()
    return text.translate(table)


WORD = re.compile(r"[^\W\d_]+")


def unspaced(text):
    """The page in a script without spaces: a word is one to four Han characters, full stops and commas are full width."""
    def han(match):
        word = match.group().lower()
        seed = zlib.crc32(word.encode())
        return "".join(chr(0x4E00 + (seed >> (5 * i)) % 3000) for i in range(min(4, 1 + len(word) // 4)))

    text = WORD.sub(han, text)
    for old, new in ((". ", "。"), (", ", "、"), ("? ", "？"), ("! ", "！")):
        text = text.replace(old, new)
    text = re.sub(r"\.$", "。", text, flags=re.M)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)


NAMES = re.compile(r"""\s(?:class|id|role|itemprop)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.I)
MARKUP = re.compile(r"(<!--.*?-->|<(?:script|style|textarea)\b.*?</(?:script|style|textarea)\s*>|<[^>]*>)", re.S | re.I)


def bare(page):
    """An HTML page whose elements have no classes, as many tools leave them."""
    return NAMES.sub("", page)


def in_text(make, page):
    """A variant of the text between the tags of an HTML page. What the page says of its title goes: it stays in the page's words."""
    page = page.replace("og:title", "x:title")
    parts = MARKUP.split(page)
    parts[::2] = [html.escape(make(html.unescape(part)), quote=False) if part.strip() else part for part in parts[::2]]
    return "".join(parts)


def as_html(text, style):
    """A clean text as pages without a frame have it."""
    lines = [html.escape(line, quote=False) for line in text.split("\n") if line.strip()]
    if style == "breaks":
        return "<div>" + "<br><br>".join(lines) + "</div>"
    paragraphs = "".join(f"<p>{line}</p>\n" for line in lines)
    around = {"paragraphs": "{}", "article": "<main><article>{}</article></main>", "entry": '<div class="entry-content">{}</div>'}
    return around[style].format(paragraphs)


STYLES = ["breaks", "paragraphs", "article", "entry"]
