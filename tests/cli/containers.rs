//! Containers and compression: what comes out has the form of what came in, or the one that was asked for.

use super::{CLEAN, PAGE, feed, stderr, unchaff};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

/// A compression: its ending, how to do and how to undo it.
type Codec = (&'static str, fn(&[u8]) -> Vec<u8>, fn(&[u8]) -> Vec<u8>);

fn read(mut reader: impl Read) -> Vec<u8> {
    let mut out = Vec::new();
    reader.read_to_end(&mut out).unwrap();
    out
}

const CODECS: [Codec; 4] = [
    (
        ".gz",
        |bytes| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        },
        |bytes| read(flate2::read::MultiGzDecoder::new(bytes)),
    ),
    (".zst", |bytes| zstd::bulk::compress(bytes, 1).unwrap(), |bytes| zstd::stream::decode_all(bytes).unwrap()),
    (
        ".bz2",
        |bytes| {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        },
        |bytes| read(bzip2::read::MultiBzDecoder::new(bytes)),
    ),
    (
        ".xz",
        |bytes| {
            let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        },
        |bytes| read(liblzma::read::XzDecoder::new_multi_decoder(bytes)),
    ),
];

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Records with a page that changes and one that does not, in every container; and what comes out.
fn cases() -> Vec<(&'static str, String, String)> {
    let plain = "Nothing here is chaff.\n";
    let wet = |text: &str| {
        let head = "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://example.org/\r\nContent-Type: text/plain";
        format!("{head}\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n", text.len())
    };
    let row = |text: &str| format!("1, \"a \"\"b\"\"\" ,\"{text}\",\r\n");
    let line = |text: &str| format!("{{\"n\":1.50 , \"text\": {}}}\n", json(text));
    vec![
        ("x.jsonl", line(PAGE) + &line(plain), line(CLEAN) + &line(plain)),
        ("x.csv", format!("n,s,text,e\n{}{}", row(PAGE), row(plain)), format!("n,s,text,e\n{}{}", row(CLEAN), row(plain))),
        ("x.tsv", format!("n\ttext\n1\t\"{PAGE}\"\n"), format!("n\ttext\n1\t\"{CLEAN}\"\n")),
        ("x.warc", wet(PAGE) + &wet(plain), wet(CLEAN) + &wet(plain)),
        ("x.txt", PAGE.to_owned(), CLEAN.to_owned()),
    ]
}

#[test]
fn every_container_in_every_compression() {
    let folder = tempfile::tempdir().unwrap();
    for (name, input, want) in cases() {
        let run = |args: &[&str]| {
            let output = unchaff(folder.path(), args).output().unwrap();
            assert!(output.status.success(), "{args:?}: {}", stderr(&output));
            output.stdout
        };
        fs::write(folder.path().join(name), &input).unwrap();
        assert_eq!(String::from_utf8(run(&[name])).unwrap(), want, "{name}");
        for (ending, pack, unpack) in CODECS {
            let packed = format!("{name}{ending}");
            // Members in the middle of records, as `split` and `pigz -i` make them.
            let (one, two) = input.as_bytes().split_at(input.len() / 3);
            fs::write(folder.path().join(&packed), [pack(one), pack(b""), pack(two)].concat()).unwrap();
            let out = run(&[&packed]);
            assert_eq!(String::from_utf8(unpack(&out)).unwrap(), want, "{packed}");
            let out =
                feed(unchaff(folder.path(), &["--format", format_of(name)]), &fs::read(folder.path().join(&packed)).unwrap());
            assert_eq!(String::from_utf8(unpack(&out.stdout)).unwrap(), want, "{packed} from a pipe: {}", stderr(&out));
            run(&[name, "-o", &format!("to-{packed}"), "--set", &format!("to={}", &ending[1..])]);
            assert_eq!(unpack(&fs::read(folder.path().join(format!("to-{packed}"))).unwrap()), want.as_bytes());
            run(&[&packed, "-o", &format!("plain-{name}"), "--set", "to=none"]);
            assert_eq!(fs::read(folder.path().join(format!("plain-{name}"))).unwrap(), want.as_bytes());
            run(&["-w", &packed]);
            assert_eq!(unpack(&fs::read(folder.path().join(&packed)).unwrap()), want.as_bytes());
        }
    }
}

fn format_of(name: &str) -> &str {
    match Path::new(name).extension().and_then(|e| e.to_str()) {
        Some("tsv") => "csv",
        Some("txt") => "text",
        Some(extension) => extension,
        None => "auto",
    }
}

#[test]
fn an_empty_file_stays_a_file_that_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["x.jsonl", "x.csv", "x.warc", "x.txt"] {
        for (ending, pack, unpack) in CODECS {
            let packed = format!("{name}{ending}");
            fs::write(folder.path().join(&packed), pack(b"")).unwrap();
            let output = unchaff(folder.path(), &[&packed, "-o", "out/"]).output().unwrap();
            assert!(output.status.success(), "{}", stderr(&output));
            assert_eq!(unpack(&fs::read(folder.path().join("out").join(&packed)).unwrap()), b"", "{packed}");
        }
        fs::write(folder.path().join(name), b"").unwrap();
        let output = unchaff(folder.path(), &[name]).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len(), stderr(&output).as_str()), (Some(0), 0, ""), "{name}");
    }
}

/// The form of the output is that of its name, or the key `to`; files in a folder are called accordingly.
#[test]
fn other_forms() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = folder.path().join("in");
    fs::create_dir(&inputs).unwrap();
    for (name, input, _) in cases().into_iter().filter(|(name, ..)| ["x.warc", "x.txt"].contains(name)) {
        fs::write(inputs.join(name), input).unwrap();
    }
    fs::write(inputs.join("p.html"), format!("<!doctype html><title>Piers</title><p>{}", PAGE.replace("\n\n", "<p>"))).unwrap();
    let output = unchaff(folder.path(), &["--set", "to=jsonl.gz", "-o", "out", "in"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let record = |name: &str| {
        let text = String::from_utf8(CODECS[0].2(&fs::read(folder.path().join("out").join(name)).unwrap())).unwrap();
        text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(record("x.txt.jsonl.gz")[0]["text"], CLEAN);
    assert_eq!(record("p.html.jsonl.gz")[0]["title"], "Piers");
    assert_eq!(record("p.html.jsonl.gz")[0]["text"], CLEAN);
    assert_eq!(record("x.jsonl.gz")[0]["url"], "http://example.org/");
    assert_eq!(record("x.jsonl.gz").len(), 2);

    let output = unchaff(folder.path(), &["in/x.warc", "-o", "one.jsonl"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        fs::read_to_string(folder.path().join("one.jsonl")).unwrap().starts_with("{\"url\": \"http://example.org/\", \"text\": ")
    );
    let output = unchaff(folder.path(), &["in/x.txt", "in/p.html", "--set", "to=jsonl"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 2, "{}", stderr(&output));
    let output = unchaff(folder.path(), &["-0", "in/x.warc", "--set", "to=text"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{CLEAN}\0Nothing here is chaff.\n\0"), "{}", stderr(&output));
    for (args, want) in [
        (&["in/x.warc", "--set", "to=text"][..], "in/x.warc: pages of text in one file could not be told apart"),
        (&["in/x.txt", "--set", "to=csv"], "`text` cannot be written as `csv`, expected `jsonl` or `text`"),
        (&["-w", "in/x.txt", "--set", "to=gzip"], "`to` asks for another form, but `-w` writes back what came in"),
    ] {
        let output = unchaff(folder.path(), args).output().unwrap();
        assert!(!output.status.success() && stderr(&output).contains(want), "{}", stderr(&output));
    }
}

#[test]
fn html_is_told_by_name_by_its_beginning_and_by_the_flag() {
    let folder = tempfile::tempdir().unwrap();
    let body = PAGE.replace("\n\n", "<p>");
    for (name, page, flag, is_html) in [
        ("a.html", format!("<p>{body}"), "auto", true),
        ("a.txt", format!("<!DOCTYPE html><p>{body}"), "auto", true),
        ("b.txt", format!("<p>{body}"), "auto", false),
        ("b.txt", format!("<p>{body}"), "html", true),
        ("a.html", format!("<p>{body}"), "text", false),
    ] {
        fs::write(folder.path().join(name), page).unwrap();
        let output = unchaff(folder.path(), &["--content", flag, name]).output().unwrap();
        assert_eq!(!String::from_utf8(output.stdout).unwrap().contains("<p>"), is_html, "{name} {flag}");
    }
    let record = |text: &str| format!("{{\"text\":{},\"k\":[]}}\n", json(text));
    let output =
        feed(unchaff(folder.path(), &["--format", "jsonl"]), record(&format!("<html><body><p>{body}</body></html>")).as_bytes());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), record(CLEAN));
}

/// HTML would become text in a file that is called otherwise: it stays, and is listed.
#[test]
fn html_stays_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let record = format!("{{\"text\":{}}}\n", json("<html><p>Share on Facebook</html>"));
    fs::write(folder.path().join("a.jsonl"), &record).unwrap();
    let output = unchaff(folder.path(), &["-w", "a.jsonl"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(fs::read_to_string(folder.path().join("a.jsonl")).unwrap(), record);
}

#[test]
fn tables() {
    let folder = tempfile::tempdir().unwrap();
    for (args, input, want, status, message) in [
        (&["--field", "body"][..], "id;body\n1;Hello;\n", "id;body\n1;Hello;\n", 0, ""),
        (&[], "id,txt\n1,a\n", "id,txt\n1,a\n", 3, "has no column `text`, expected one of `id`, `txt`; did you mean `txt`?"),
        (&["--field", "2", "--set", "csv-header=no"], &format!("1,\"{PAGE}\"\n"), &format!("1,\"{CLEAN}\"\n"), 0, ""),
        (
            &["--set", "csv-delimiter=|", "--set", "field.verdict=v"],
            "a|text\n1|Rain fell.\n",
            "a|text|v\n1|Rain fell.|article\n",
            0,
            "",
        ),
        (&[], "id,text\n1\n2,b\n", "id,text\n1\n2,b\n", 3, "<stdin>:2:1: the row has 1 columns, expected one more for `text`"),
        (&["--set", "on-error=drop"], "id,text\n1\n2,b\n", "id,text\n2,b\n", 3, "<stdin>:2:1"),
        (
            &["--field", "text,title"],
            &format!("title,text\nA title,\"{PAGE}\"\n"),
            &format!("title,text\nA title,\"{CLEAN}\"\n"),
            0,
            "",
        ),
    ] {
        let output = feed(unchaff(folder.path(), &[&["--format", "csv"], args].concat()), input.as_bytes());
        assert_eq!(String::from_utf8(output.stdout.clone()).unwrap(), want, "{}", stderr(&output));
        assert_eq!(output.status.code(), Some(status), "{}", stderr(&output));
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
}
