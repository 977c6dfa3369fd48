//! The audit: what was done to each page, and the page put back by it.

use super::{PAGE, stderr, unchaff};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Pages of all scripts and line ends, from the folder of page cases.
fn sources() -> Vec<(String, String)> {
    let folders = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages")).unwrap();
    let mut all: Vec<_> = folders
        .filter_map(|folder| {
            let folder = folder.unwrap();
            let text = fs::read_to_string(folder.path().join("source.txt")).ok()?;
            Some((folder.file_name().into_string().unwrap(), text))
        })
        .collect();
    all.sort();
    let crlf: Vec<_> = all.iter().map(|(name, text)| (format!("{name}-crlf"), text.replace('\n', "\r\n"))).collect();
    all.extend(crlf);
    assert!(all.len() > 20, "{} pages", all.len());
    all
}

fn lines(audit: &[u8]) -> Vec<Value> {
    std::str::from_utf8(audit).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The text that the edits of an audit make of the original.
fn replayed(original: &str, record: &Value) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for edit in record["edits"].as_array().unwrap() {
        let place = |i: usize| edit["bytes"][i].as_u64().unwrap() as usize;
        assert_eq!(edit["removed"], original[place(0)..place(1)]);
        let chars = |i: usize| edit["chars"][i].as_u64().unwrap() as usize;
        assert_eq!(chars(0), original[..place(0)].chars().count());
        assert_eq!(chars(1), original[..place(1)].chars().count());
        out += &original[at..place(0)];
        out += edit["replacement"].as_str().unwrap();
        at = place(1);
    }
    out + &original[at..]
}

fn run(folder: &Path, args: &[&str]) {
    let output = unchaff(folder, args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
}

#[test]
fn pages_are_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("in")).unwrap();
    for (name, text) in sources() {
        fs::write(path("in").join(&name).with_extension("txt"), text).unwrap();
    }
    for (args, audit) in [(&[][..], "audit.jsonl"), (&["--body", "always"], "audit.jsonl"), (&["--set", "to=zst"], "a.zst")] {
        run(folder.path(), &[&["in", "-o", "out", "--audit", audit], args].concat());
        if audit == "audit.jsonl" {
            for record in lines(&fs::read(path(audit)).unwrap()) {
                let original = fs::read_to_string(path(record["path"].as_str().unwrap())).unwrap();
                let clean = fs::read_to_string(path(record["output"].as_str().unwrap())).unwrap();
                assert_eq!(replayed(&original, &record), clean);
            }
        }
        run(folder.path(), &["restore", "--audit", audit, "-o", "back", "out"]);
        for (name, text) in sources() {
            let file = Path::new(&name).with_extension(if args.contains(&"to=zst") { "txt.zst" } else { "txt" });
            let mut back = fs::read(path("back").join(file)).unwrap();
            if args.contains(&"to=zst") {
                back = zstd::stream::decode_all(&back[..]).unwrap();
            }
            assert_eq!(String::from_utf8(back).unwrap(), text, "{name}");
        }
        fs::remove_dir_all(path("out")).unwrap();
    }
}

/// Lines of JSON are put back.
#[test]
fn records_are_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut input = String::from("\u{feff}");
    for (i, (_, text)) in sources().iter().enumerate() {
        let text = serde_json::to_string(text).unwrap();
        let text = if i % 3 == 0 { ascii(&text) } else { text };
        input += &match i % 5 {
            0 => format!("{{\"title\": \"A\", \"text\": {text}, \"n\": 1.50}}\r\n"),
            1 => format!("{{\"text\":{text}}}\n\n"),
            2 => format!("{{\"broken\": {text}\n{{\"text\": null}}\n{{\"text\": {text}}}\n"),
            _ => format!("{{\"text\": \"\"}}\n{{\"x\": [], \"text\":{text}}}\n"),
        };
    }
    fs::write(path("in.jsonl"), &input).unwrap();
    for args in [&[][..], &["--set", "drop=empty,paywalled"], &["-j", "1"]] {
        let cleaned =
            unchaff(folder.path(), &[&["in.jsonl", "--audit", "audit", "-o", "out.jsonl"], args].concat()).output().unwrap();
        assert_eq!(cleaned.status.code(), Some(3), "{}", stderr(&cleaned));
        assert!(fs::read(path("out.jsonl")).unwrap().len() < input.len());
        let back = unchaff(folder.path(), &["restore", "--audit", "audit", "out.jsonl"]).output().unwrap();
        // A byte order mark, the line end of a record that was left out, and escapes in what was taken where none are left do not come
        // back as they were written; what they say does.
        let plain = |text: &str| text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (back, want) = (plain(std::str::from_utf8(&back.stdout).unwrap()), plain(&input));
        assert_eq!(back.lines().count(), want.lines().count());
        for (back, want) in back.lines().zip(want.lines()).filter(|(back, want)| back != want) {
            assert!(want.contains("\\u"), "{back}\n{want}");
            assert_eq!(serde_json::from_str::<Value>(back).unwrap(), serde_json::from_str::<Value>(want).unwrap());
        }
    }
}

fn ascii(json: &str) -> String {
    let unit = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
    json.chars().map(|c| if c.is_ascii() { c.to_string() } else { unit(c) }).collect()
}

#[test]
fn an_audit_is_the_same_whatever_the_threads_and_the_compression() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let record = format!("{{\"text\": {}}}\n", serde_json::to_string(PAGE).unwrap());
    fs::write(path("in.jsonl"), record.repeat(5000)).unwrap();
    let run = |args: &[&str]| run(folder.path(), &[&["in.jsonl", "-o", "out.jsonl"], args].concat());
    run(&["-j1", "--audit", "one"]);
    run(&["-j3", "--audit", "two"]);
    run(&["--audit", "three.zst"]);
    let one = fs::read(path("one")).unwrap();
    assert!(one == fs::read(path("two")).unwrap());
    assert!(one == zstd::stream::decode_all(&fs::read(path("three.zst")).unwrap()[..]).unwrap());
    assert_eq!(lines(&one).len(), 5000);
    assert_eq!(lines(&one)[4999]["record"], 5000);
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.txt"), PAGE).unwrap();
    run(folder.path(), &["a.txt", "-o", "out.txt", "--audit", "audit"]);
    fs::write(path("other.txt"), "Another text.\n").unwrap();
    for (args, status, message) in [
        (&["restore", "--audit", "audit", "other.txt"][..], 3, "other.txt: it is not what the audit says that was written"),
        (&["restore", "--audit", "a.txt", "out.txt"], 2, "a.txt:1:1: no line of an audit"),
        (&["restore", "--audit", "audit", "out.txt", "other.txt"], 2, "several files cannot go to standard output"),
        (&["a.txt", "--audit", "a.txt"], 2, "`--audit` would be written over an input"),
        (&["a.txt", "-o", "b.txt", "--audit", "b.txt"], 2, "`--audit` would be written where the output goes"),
        (&["a.txt", "--errors", "x", "--audit", "x"], 2, "`--audit` and `--errors` would be written to one file"),
    ] {
        let output = unchaff(folder.path(), args).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(message), "{args:?}: {}", stderr(&output));
    }
    assert_eq!(fs::read_to_string(path("a.txt")).unwrap(), PAGE);
}
