//! The numbers of a run and its report: the same for every container and any number of threads, and nothing of it where the run fails.

use std::fs;
use std::path::Path;

use crate::{PAGE, feed, stderr, unchaff};

/// The data of a report.
fn data(folder: &Path, name: &str) -> serde_json::Value {
    let page = fs::read_to_string(folder.join(name)).unwrap();
    let data = page.split("id=\"data\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    serde_json::from_str(data).unwrap()
}

/// The numbers that `--stats=json` printed.
fn stats(folder: &Path, args: &[&str]) -> serde_json::Value {
    let output = unchaff(folder, &[&["--stats=json"], args].concat()).output().unwrap();
    let text = stderr(&output);
    serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn records(count: usize) -> String {
    let record = |n: usize| {
        let text = if n.is_multiple_of(3) {
            "It rained on Tuesday. Nobody minded much.\n".to_owned()
        } else {
            PAGE.replace("June", &format!("June {n}"))
        };
        serde_json::json!({ "url": format!("https://h{}.example/{n}", n % 7), "text": text }).to_string() + "\n"
    };
    (0..count).map(record).collect()
}

#[test]
fn every_container_and_every_output_has_the_same_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let page = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    page("p.txt", PAGE.as_bytes());
    page("p.jsonl", (serde_json::json!({ "text": PAGE }).to_string() + "\n").as_bytes());
    page("p.csv", format!("text\n\"{PAGE}\"\n").as_bytes());
    let length = PAGE.len();
    let target =
        "WARC-Target-URI: https://harbour.example/1\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n";
    page(
        "p.wet",
        format!("WARC/1.0\r\nWARC-Type: conversion\r\n{target}Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{PAGE}\r\n\r\n")
            .as_bytes(),
    );
    for file in ["p.txt", "p.jsonl", "p.csv", "p.wet"] {
        for (i, shown) in [&["-o", "out"][..], &["--diff"], &["--check"], &[]].into_iter().enumerate() {
            let output = unchaff(folder, &[&["--report", "r.html", file], shown].concat()).output().unwrap();
            assert_eq!(output.status.code(), Some(i32::from(i == 2)), "{file} {shown:?}: {}", stderr(&output));
            let data = data(folder, "r.html");
            assert_eq!((&data["total"]["pages"], &data["total"]["lines"]), (&1.into(), &1.into()), "{file} {shown:?}");
            assert_eq!(data["lines"][0][2], "Share on Facebook");
            assert_eq!(data["samples"][0]["verdict"], "article");
        }
    }
    let host = |file: &str| stats(folder, &["--check", file])["by_host"][0]["host"].clone();
    assert_eq!((host("p.wet"), host("p.txt")), ("harbour.example".into(), serde_json::Value::Null));
    let output = feed(unchaff(folder, &["-0", "--report", "r.html"]), format!("{PAGE}\0{PAGE}\0").as_bytes());
    assert!(output.status.success());
    assert_eq!(data(folder, "r.html")["total"]["pages"], 2);
}

#[test]
fn threads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("pages.jsonl"), records(3000)).unwrap();
    let made = |jobs: &str| {
        let output = unchaff(folder, &["-j", jobs, "--stats=json", "--report", "r.html", "pages.jsonl", "-o", "o.jsonl"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        (stderr(&output), fs::read_to_string(folder.join("r.html")).unwrap())
    };
    let one = made("1");
    assert!(one.1.len() < 400_000 && one.0.contains("\"host\":\"h3.example\""));
    assert!(made("2") == one && made("7") == one);
}

#[test]
fn a_run_that_fails_leaves_the_report_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("r.html"), "before").unwrap();
    fs::write(folder.join("pages.jsonl"), records(30_000)).unwrap();
    // Standard output is closed in the middle of the run.
    let mut child = unchaff(folder, &["--report", "r.html", "pages.jsonl"]).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(141));
    assert_eq!(fs::read_to_string(folder.join("r.html")).unwrap(), "before");
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2, "nothing is left beside it");
}

#[test]
fn what_did_nothing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("pages.jsonl"), records(10)).unwrap();
    let output = unchaff(folder, &["--stats=json", "pages.jsonl", "-o", "o.jsonl"]).output().unwrap();
    fs::write(folder.join("stats.json"), [b"note: something before\n", &output.stderr[..]].concat()).unwrap();
    let output = unchaff(folder, &["rules", "coverage", "--stats", "stats.json"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.ends_with("10 pages\n"), "{text}");
    assert!(!text.contains("  share.on-network\n") && text.contains("  byline.by-name\n"), "{text}");
}

#[test]
fn an_exception_that_protected_something_is_not_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let pack = "[pack]\nschema = 1\nlang = [\"en\"]\ncategory = \"share\"\nscope = \"line\"\nconfidence = \"sure\"\n";
    let rule = |id: &str, phrase: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\nwhy = \"Ours.\"\naction = \"keep\"\nphrases = [\"{phrase}\"]\nhit = [\"{phrase}\"]\nmiss = [\"We asked them.\"]\n"
        )
    };
    fs::write(
        folder.join("mine.toml"),
        format!("{pack}{}{}", rule("mine.facebook", "share on facebook"), rule("mine.pigeon", "share by pigeon")),
    )
    .unwrap();
    fs::write(folder.join("pages.jsonl"), records(10)).unwrap();
    let stats = stats(folder, &["--rules", "mine.toml", "pages.jsonl", "-o", "o.jsonl"]);
    assert_eq!(stats["protected_by"]["mine.facebook"], 6, "{}", stats["protected_by"]);
    fs::write(folder.join("stats.json"), stats.to_string()).unwrap();
    let output = unchaff(folder, &["rules", "coverage", "--stats", "stats.json", "--rules", "mine.toml"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("mine.pigeon") && !text.contains("mine.facebook"), "{text}");
}
