"""WARC files that warcio writes go through the command, and what comes out is read by warcio and FastWARC.

    python tests/clients/warc.py target/release/unchaff

Needs warcio and brotli; FastWARC is used if it is there. Each record has what is expected of it beside it.
"""

import gzip
import hashlib
import io
import pathlib
import subprocess
import sys
import tempfile
import zlib

import brotli
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from support import CHAFF, CLEAN_TEXT, PROSE, TEXT

HTML = "<!doctype html><html><head><title>A bridge at last</title></head><body><h1>A bridge at last</h1>{}</body></html>".format(
    "".join(f"<p>{line}</p>\n" for line in [*PROSE[:3], CHAFF, *PROSE[3:]])
)
RUSSIAN = [
    "Новый мост через реку открыли в понедельник, спустя три года после голосования. Он обошёлся дешевле, чем ожидали.",
    "Старый мост простоит до весны, потому что по нему проходит газовая труба. Потом его разберут по частям.",
    "Дорога в школу занимает теперь десять минут, а не сорок. Дети первыми прошли по новому мосту и остались довольны.",
]
RUSSIAN_HTML = "<html><body>{}</body></html>".format("".join(f"<p>{line}</p>\n" for line in RUSSIAN))

# What is expected of a record: the same bytes, the same record with other text, or a conversion of it that holds these lines.
SAME, TEXT_CHANGED = "same", "text changed"


def chunked(body, size=500):
    chunks = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


def deflate_raw(body):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def responses():
    """Name, status line, HTTP fields, body, expectation."""
    html, page = HTML.encode(), ("Content-Type", "text/html; charset=utf-8")
    gz = gzip.compress(html)
    yield "plain", "200 OK", [page], html, PROSE
    yield "chunked", "200 OK", [page, ("Transfer-Encoding", "chunked")], chunked(html), PROSE
    yield "gzip", "200 OK", [page, ("Content-Encoding", "gzip")], gz, PROSE
    yield "gzip-chunked", "200 OK", [page, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")], chunked(gz), PROSE
    yield "deflate", "200 OK", [page, ("Content-Encoding", "deflate")], zlib.compress(html), PROSE
    yield "deflate-raw", "200 OK", [page, ("Content-Encoding", "deflate")], deflate_raw(html), PROSE
    yield "brotli", "200 OK", [page, ("Content-Encoding", "br")], brotli.compress(html), PROSE
    yield "lying", "200 OK", [page, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")], html, PROSE
    yield "koi8-r", "200 OK", [("Content-Type", "text/html; charset=koi8-r")], RUSSIAN_HTML.encode("koi8-r"), RUSSIAN
    yield "no-type", "200 OK", [], html, PROSE
    yield "text", "200 OK", [("Content-Type", "text/plain")], TEXT.encode(), PROSE
    yield "clean-text", "200 OK", [("Content-Type", "text/plain")], CLEAN_TEXT.encode(), SAME
    yield "clean", "200 OK", [page], HTML.replace(f"<p>{CHAFF}</p>\n", "").encode(), PROSE
    yield "not-found", "404 Not Found", [page], html, SAME
    yield "moved", "301 Moved Permanently", [page, ("Location", "/")], html, SAME
    yield "image", "200 OK", [("Content-Type", "image/png")], b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, SAME
    yield "json", "200 OK", [("Content-Type", "application/json")], b'{"text": "' + CHAFF.encode() + b'"}', SAME


def write(path, is_gz):
    """Writes the file; gives what is expected of each record."""
    expected = []
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=is_gz, warc_version="1.1")

        def put(record, want):
            writer.write_record(record)
            expected.append(want)

        put(writer.create_warcinfo_record(path.name, {"software": "tests"}), SAME)
        for name, status, fields, body, want in responses():
            uri = f"http://www.example.org/{name}"
            http = StatusAndHeaders(status, fields, protocol="HTTP/1.1")
            extra = {"WARC-IP-Address": "192.0.2.1", "WARC-Identified-Payload-Type": fields[0][1].split(";")[0] if fields else None}
            extra = {key: value for key, value in extra.items() if value}
            response = writer.create_warc_record(uri, "response", io.BytesIO(body), http_headers=http, warc_headers_dict=extra)
            asked = StatusAndHeaders(f"GET /{name} HTTP/1.1", [("Host", "www.example.org")], is_http_request=True)
            request = writer.create_warc_record(uri, "request", io.BytesIO(), http_headers=asked)
            request.rec_headers.add_header("WARC-Concurrent-To", response.rec_headers.get_header("WARC-Record-ID"))
            put(response, want)
            put(request, SAME)
        uri = "http://www.example.org/again"
        put(writer.create_revisit_record(uri, "sha1:" + "A" * 32, uri, "2024-01-01T00:00:00Z"), SAME)
        for kind, media, body, want in [
            ("metadata", "application/warc-fields", "via: http://www.example.org/\r\n", SAME),
            ("metadata", "text/plain", TEXT, SAME),
            ("resource", "text/html", HTML, PROSE),
            ("resource", "text/plain", TEXT, TEXT_CHANGED),
            ("resource", "text/css", "p { color: black }", SAME),
            ("conversion", "text/plain", TEXT, TEXT_CHANGED),
            ("conversion", "text/plain", CLEAN_TEXT, SAME),
        ]:
            content = io.BytesIO(body.encode())
            put(writer.create_warc_record(uri, kind, content, warc_content_type=media), want)
    return expected


def read(path):
    """Each record's fields and block, by warcio."""
    with open(path, "rb") as file:
        records = ArchiveIterator(file, no_record_parse=True)
        return [(record.rec_headers.headers, record.raw_stream.read()) for record in records]


def check(old, new, want):
    """What is wrong with a record that came out, if anything."""
    (old_fields, old_block), (new_fields, new_block) = old, new
    if want == SAME:
        return None if old == new else "changed"
    before, after = dict(old_fields), dict(new_fields)
    if want == TEXT_CHANGED:
        mine = {"Content-Length", "WARC-Block-Digest", "WARC-Payload-Digest"}
        if [f for f in old_fields if f[0] not in mine] != [f for f in new_fields if f[0] not in mine]:
            return "other fields changed"
        if [name for name, _ in old_fields] != [name for name, _ in new_fields]:
            return "fields came, went or moved"
        return None if new_block.decode() == CLEAN_TEXT else "not the clean text"
    for name, value in [
        ("WARC-Type", "conversion"),
        ("Content-Type", "text/plain"),
        ("WARC-Refers-To", before["WARC-Record-ID"]),
        ("WARC-Target-URI", before["WARC-Target-URI"]),
        ("WARC-Date", before["WARC-Date"]),
        ("WARC-IP-Address", None),
        ("WARC-Identified-Payload-Type", None),
    ]:
        if after.get(name) != value:
            return f"{name} is {after.get(name)}, expected {value}"
    if after["WARC-Record-ID"] == before["WARC-Record-ID"]:
        return "the same identifier"
    text = new_block.decode()
    if missing := [line for line in want if line not in text]:
        return f"lost: {missing[0]}"
    if any(chaff in text for chaff in [CHAFF, "<p>", "HTTP/1.1"]):
        return "chaff is left"
    return None


def fastwarc_reads(path):
    """The number of records by FastWARC, all digests right; `None` where it is not installed."""
    try:
        from fastwarc.warc import ArchiveIterator as Fast
    except ImportError:
        return None
    count = 0
    with open(path, "rb") as file:
        for record in Fast(file, parse_http=False):
            count += 1
            if "WARC-Block-Digest" in record.headers and not record.verify_block_digest():
                sys.exit(f"FastWARC: wrong digest of {record.record_id} in {path.name}")
    return count


def main(program):
    failed = passed = 0
    texts = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ["crawl.warc", "crawl.warc.gz"]:
            source, out = pathlib.Path(folder, name), pathlib.Path(folder, "clean-" + name)
            expected = write(source, name.endswith(".gz"))
            run = subprocess.run([program, "--format", "warc", source, "-o", out], capture_output=True, text=True)
            if run.returncode != 0:
                sys.exit(f"{name}: exit code {run.returncode}\n{run.stderr}")
            old, new = read(source), read(out)
            if len(old) != len(new):
                sys.exit(f"{name}: {len(old)} records went in, {len(new)} came out")
            for before, after, want in zip(old, new, expected):
                fields = dict(before[0])
                fault = check(before, after, want)
                failed, passed = failed + bool(fault), passed + (not fault)
                if fault:
                    print(f"{name}: {fields['WARC-Type']} {fields.get('WARC-Target-URI')}: {fault}")
            subprocess.run([sys.executable, "-m", "warcio.cli", "check", out], check=True)
            subprocess.run([sys.executable, "-m", "warcio.cli", "index", out], check=True, stdout=subprocess.DEVNULL)
            if (count := fastwarc_reads(out)) not in (None, len(new)):
                sys.exit(f"{name}: FastWARC reads {count} records, warcio {len(new)}")
            texts[name] = [hashlib.sha1(block).hexdigest() for _, block in new[1:]]
            # Once is enough: what came out stays as it is.
            again = pathlib.Path(folder, "again-" + name)
            subprocess.run([program, "--format", "warc", out, "-o", again], check=True, capture_output=True)
            if read(again) != new:
                sys.exit(f"{name}: a second run changes the file")
        if len(set(map(tuple, texts.values()))) != 1:
            sys.exit("gzip and plain files come out with different texts")
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
