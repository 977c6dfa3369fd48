//! Records, byte for byte.

use super::{feed, unchaff};
use std::fs;

/// The text of a page with one line that goes, in three manners of writing it.
const MIDDLE: &str = "Share on Facebook";

#[test]
fn every_other_byte_stays() {
    let folder = tempfile::tempdir().unwrap();
    for (line, want) in [
        // Escapes stay as they were written, as do spaces, numbers and the order of fields.
        (
            r#" { "n" : 1.50, "text" : "R\u00edo arriba ll\u00fcte.\t It rained for days. \/ \u0041\n\n@\n\nThe r\u00edver sank. All was \ud83d\ude00 well." , "z":[1 ,2]}  "#,
            r#" { "n" : 1.50, "text" : "R\u00edo arriba ll\u00fcte.\t It rained for days. \/ \u0041\n\nThe r\u00edver sank. All was \ud83d\ude00 well." , "z":[1 ,2]}  "#,
        ),
        (
            r#"{"text":"Río arriba llüte. It rained for days.\n\n@\n\nThe ríver sank. All was 😀 well."}"#,
            r#"{"text":"Río arriba llüte. It rained for days.\n\nThe ríver sank. All was 😀 well."}"#,
        ),
        // A lone surrogate is no text, but it stays.
        (
            r#"{"text":"It rained for days \ud800. The river rose.\n\n@\n\nThe river sank. All was well."}"#,
            r#"{"text":"It rained for days \ud800. The river rose.\n\nThe river sank. All was well."}"#,
        ),
        // The last of two fields counts; the first stays.
        (
            r#"{"text":"@","text":"It rained for days. The river rose.\n\n@\n\nThe river sank. All was well."}"#,
            r#"{"text":"@","text":"It rained for days. The river rose.\n\nThe river sank. All was well."}"#,
        ),
        (r#"{"text":""}"#, r#"{"text":""}"#),
        (r#"{"text":null}"#, r#"{"text":null}"#),
        ("", ""),
        ("  \t", "  \t"),
    ] {
        for end in ["", "\n", "\r\n"] {
            let input = format!("{}{end}", line.replace('@', MIDDLE));
            let want = format!("{}{end}", want.replace('@', MIDDLE));
            let output = feed(unchaff(folder.path(), &["--format", "jsonl"]), input.as_bytes());
            assert_eq!(String::from_utf8(output.stdout).unwrap(), want);
            assert!(output.status.success());
        }
    }
}

/// Texts are cleaned each by itself, wherever they stand, and all that is around them stays.
#[test]
fn nested_and_several_texts() {
    let folder = tempfile::tempdir().unwrap();
    let page = |ended: &str| format!(r#""It rained for days. \u00dcber \/ all.\n\n{ended}The river sank. All was well.""#);
    let (old, new) = (page(r"Share on Facebook\n\n"), page(""));
    for (fields, line) in [
        ("a.b", r#" { "n" : 1.50 ,"b":"Share on Facebook", "a" : {"x":[ ],  "b" : @ , "y":1e5}, "z":"\u0041" } "#),
        ("a.b", r#"{"a":{"b":"Share on Facebook"},"a.b":@}"#),
        ("two,one", r#"{"one":@, "x" : 0 ,"two":@,"three":"Share on Facebook"}"#),
        ("a.0,a.2.t", r#"{"a":[@ ,"Share on Facebook",{"t" :@}]}"#),
        ("a.*.t,*.b.b", r#"{"a":[{"t":@},{"t":null},{"t":@},{"u":"Share on Facebook"}],"q":{"b":{"b":@}}}"#),
        // Two ways to one text.
        ("*.b,x.y.b", r#"{"x.y":{"b":@},"z":{"b":@}}"#),
    ] {
        let output = feed(unchaff(folder.path(), &["--format", "jsonl", "--field", fields]), line.replace('@', &old).as_bytes());
        assert_eq!(String::from_utf8(output.stdout).unwrap(), line.replace('@', &new), "{fields}");
        assert!(output.status.success());
    }
}

/// A record goes by what its longest text is: an empty title is no empty page.
#[test]
fn the_longest_text_gives_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let input = "{\"a\": \"\", \"b\": \"It rained for days. The river rose.\"}\n{\"a\": \"\", \"b\": \"\"}\n";
    let output = feed(unchaff(folder.path(), &["--field", "a,b", "--set", "drop=empty"]), input.as_bytes());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), input.split_inclusive('\n').next().unwrap());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "note: left out by verdict: 1 empty\n");
}

#[test]
fn a_failed_record_stays_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let input = b"{\"text\": \"fine\"}\n{\"text\": \"caf\xe9\"}\n\0\0\n{\"text\": \"no end";
    let output = feed(unchaff(folder.path(), &["--format", "jsonl"]), input);
    assert_eq!(output.stdout, input);
    assert_eq!(output.status.code(), Some(3));
    let output = feed(unchaff(folder.path(), &["--format", "jsonl", "--set", "on-error=drop"]), input);
    assert_eq!(output.stdout, b"{\"text\": \"fine\"}\n");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_file_that_does_not_end_its_last_line_is_followed_by_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.jsonl"), r#"{"text": "a"}"#).unwrap();
    fs::write(folder.path().join("b.jsonl"), "{\"text\": \"b\"}\n").unwrap();
    let output = unchaff(folder.path(), &["a.jsonl", "b.jsonl", "a.jsonl"]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "{\"text\": \"a\"}\n{\"text\": \"b\"}\n{\"text\": \"a\"}");
}

#[test]
fn in_place_and_mirrored() {
    let folder = tempfile::tempdir().unwrap();
    let (path, mirrored) = (folder.path().join("in/a.jsonl"), folder.path().join("out/a.jsonl"));
    fs::create_dir(folder.path().join("in")).unwrap();
    let line = |middle: &str| {
        format!("{{\"text\": \"It rained for days. The river rose.\\n\\n{middle}The river sank. All was well.\"}}\n")
    };
    fs::write(&path, line("Share on Facebook\\n\\n")).unwrap();
    for args in [&["in", "-o", "out"][..], &["-w", "in"]] {
        assert!(unchaff(folder.path(), args).status().unwrap().success());
    }
    assert_eq!(fs::read_to_string(&mirrored).unwrap(), line(""));
    assert_eq!(fs::read_to_string(&path).unwrap(), line(""));
}

#[test]
fn the_first_line_tells_records_from_text() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{{\"id\": \"{}\", \"text\": \"a\"}}", "x".repeat(100_000));
    for (input, is_records) in [
        ("{\"text\": \"a\"}\nbroken\n", true),
        ("\n{\"text\": \"a\"}\nbroken\n", false),
        ("  {\"text\": \"a\"}\nbroken\n", true),
        ("{\"body\": \"a\"}\nbroken\n", false),
        ("{not a record}\nbroken\n", false),
        (&format!("{long}\nbroken\n"), true),
    ] {
        let output = feed(unchaff(folder.path(), &[]), input.as_bytes());
        // Text passes without a word, but `broken` is a broken record.
        assert_eq!(output.status.code(), Some(if is_records { 3 } else { 0 }), "{input:.40}");
    }
}

/// A record's address gives the host that rules ask for; `field.url` names where it stands.
#[test]
fn the_address_gives_the_host() {
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/rules.in/pack");
    let folder = tempfile::tempdir().unwrap();
    let record = |middle: &str| {
        format!(
            "{{\"link\": \"https:\\/\\/WWW.harbour.example:80/x\", \"text\": \"It rained for days. The river rose.\\n\\n{middle}The river sank. All was well.\"}}\n"
        )
    };
    let input = record("Timetable of the north quay\\n\\n");
    for (args, want) in [(&["--set", "field.url=link"][..], record("")), (&[], input.clone())] {
        let args = [&["--rules", rules][..], args].concat();
        let output = feed(unchaff(folder.path(), &args), input.as_bytes());
        assert_eq!(String::from_utf8(output.stdout).unwrap(), want);
    }
}

#[test]
fn pages_can_be_left_out_by_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let input = "{\"text\": \"It rained for days. The river rose.\"}\n{\"text\": \"a\\u0000b\"}\n";
    let output = feed(unchaff(folder.path(), &["--set", "drop=not-text"]), input.as_bytes());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "{\"text\": \"It rained for days. The river rose.\"}\n");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "note: left out by verdict: 1 not-text\n");
    assert!(output.status.success());
}
