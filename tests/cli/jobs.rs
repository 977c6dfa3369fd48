//! What comes out does not depend on how many threads clean.

use super::{PAGE, feed, unchaff};
use std::fmt::Write;
use std::fs;

#[test]
fn records() {
    let folder = tempfile::tempdir().unwrap();
    let mut input = String::new();
    for n in 0..3_000 {
        match n % 7 {
            3 => input.push_str("{broken\n"),
            5 => input.push_str("{\"text\": null}\n"),
            _ => writeln!(input, "{{\"id\": {n}, \"text\": {}}}", serde_json::to_string(&PAGE.repeat(n % 5)).unwrap()).unwrap(),
        }
    }
    let run =
        |jobs: &str| feed(unchaff(folder.path(), &["--format", "jsonl", "-j", jobs, "--set", "notes-max=100"]), input.as_bytes());
    let one = run("1");
    assert_eq!(one.status.code(), Some(3));
    for jobs in ["2", "7"] {
        let more = run(jobs);
        assert!(more.stdout == one.stdout && more.stderr == one.stderr && more.status == one.status);
    }
}

#[test]
fn pages_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let pages: Vec<String> = (0..200).map(|n| format!("Page {n} begins here. It goes on.\n\n{}", PAGE.repeat(n % 3))).collect();
    fs::create_dir(folder.path().join("in")).unwrap();
    for (n, page) in pages.iter().enumerate() {
        fs::write(folder.path().join(format!("in/{n}.txt")), page).unwrap();
    }
    let input = pages.join("\0");
    let run = |jobs: &str| {
        let piped = feed(unchaff(folder.path(), &["-0", "--jobs", jobs]), input.as_bytes());
        let diff = unchaff(folder.path(), &["--diff", "-j", jobs, "in"]).output().unwrap();
        let nul = unchaff(folder.path(), &["-0", "-j", jobs, "in"]).output().unwrap();
        [piped.stdout, diff.stdout, nul.stdout]
    };
    let one = run("1");
    assert!(one.iter().all(|out| !out.is_empty()));
    assert!(run("2") == one && run("9") == one);
}
