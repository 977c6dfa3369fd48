//! Runs that were stopped and are gone on with: what comes out is what an undisturbed run gives.

use super::{PAGE, stderr, unchaff};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// Pages that differ, some with something to take and some broken.
fn records(count: usize) -> String {
    let record = |n: usize| match n % 97 {
        0 => format!("{{\"broken\": {n}\n"),
        _ => format!("{{\"id\": {n}, \"text\": \"Page {n} of the harbour's log. {}\"}}\n", PAGE.replace('\n', "\\n")),
    };
    (0..count).map(record).collect()
}

/// The command with a manifest that is written all the time.
fn resuming(folder: &Path, args: &[&str]) -> Command {
    unchaff(folder, &[&["--resume", "--set", "resume-every-ms=0"], args].concat())
}

/// Files below a folder, hidden ones too.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().strip_prefix(folder).unwrap().to_owned(), fs::read(entry.path()).unwrap())).collect()
}

/// Kills a run at many moments, goes on with it each time, and compares with an undisturbed run.
fn killed_again_and_again(folder: &Path, args: &[&str], status: i32) {
    let undisturbed = unchaff(folder, &[args, &["-o", "want/x", "--errors", "want-errors", "--audit", "want-audit.gz"]].concat())
        .output()
        .unwrap();
    assert_eq!(undisturbed.status.code(), Some(status), "{}", stderr(&undisturbed));
    let args = [args, &["-o", "got/x", "--errors", "got-errors", "--audit", "got-audit.gz"]].concat();
    let mut went_on = 0;
    for round in 0..20_u64 {
        let mut child = resuming(folder, &args).spawn().unwrap();
        // Moments that are spread over the run, and differ from round to round.
        sleep(Duration::from_millis(20 + round * 37 % 101));
        child.kill().unwrap();
        let _ = child.wait().unwrap();
        went_on +=
            u32::from(files(&folder.join("got")).iter().any(|(name, _)| name.to_string_lossy().contains("unchaff-resume")));
    }
    let done = resuming(folder, &args).output().unwrap();
    assert_eq!(done.status.code(), Some(status), "{}", stderr(&done));
    assert!(went_on > 0, "no run was stopped before its end");
    let (got, want) = (files(&folder.join("got")), files(&folder.join("want")));
    assert_eq!(got.iter().map(|(name, _)| name).collect::<Vec<_>>(), want.iter().map(|(name, _)| name).collect::<Vec<_>>());
    assert!(got == want, "other bytes");
    assert_eq!(fs::read(folder.join("got-errors")).unwrap(), fs::read(folder.join("want-errors")).unwrap());
    let audit = |name: &str| {
        let bytes = fs::read(folder.join(name)).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(&bytes[..]), &mut text).unwrap();
        text.replace("\"got/x", "\"want/x")
    };
    assert!(audit("got-audit.gz") == audit("want-audit.gz"), "another audit");
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["want", "got"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    folder
}

#[test]
fn one_file_of_records() {
    let folder = folder();
    fs::write(folder.path().join("in.jsonl"), records(30_000)).unwrap();
    killed_again_and_again(folder.path(), &["in.jsonl"], 3);
}

#[test]
fn compressed_records() {
    let folder = folder();
    fs::write(folder.path().join("in.jsonl"), records(30_000)).unwrap();
    killed_again_and_again(folder.path(), &["in.jsonl", "--set", "to=gzip"], 3);
}

#[test]
fn a_folder_of_pages_and_records() {
    let folder = folder();
    let pages = folder.path().join("pages");
    for n in 0..300 {
        let below = pages.join((n % 7).to_string());
        fs::create_dir_all(&below).unwrap();
        fs::write(below.join(format!("{n}.txt")), format!("Page {n}. {PAGE}").repeat(20)).unwrap();
    }
    fs::write(pages.join("3/all.jsonl"), records(5_000)).unwrap();
    killed_again_and_again(folder.path(), &["pages"], 3);
}

#[test]
fn other_settings_are_refused() {
    let folder = folder();
    fs::write(folder.path().join("in.jsonl"), records(30_000)).unwrap();
    let mut child = resuming(folder.path(), &["in.jsonl", "-o", "out.jsonl"]).spawn().unwrap();
    while folder.path().join(".out.jsonl.unchaff-resume").metadata().map_or(0, |data| data.len()) == 0 {
        sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    let _ = child.wait().unwrap();
    let output = resuming(folder.path(), &["in.jsonl", "-o", "out.jsonl", "--skip", "share"]).output().unwrap();
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("other settings: `skip` was `[]`, is `[Share]`; remove this file to begin anew"), "{message}");
}

#[test]
fn two_runs_at_once() {
    let folder = folder();
    fs::write(folder.path().join("in.jsonl"), records(60_000)).unwrap();
    let args = ["in.jsonl", "-o", "out.jsonl"];
    let mut first = resuming(folder.path(), &args).spawn().unwrap();
    while !folder.path().join(".out.jsonl.unchaff-part").exists() {
        sleep(Duration::from_millis(1));
    }
    let second = resuming(folder.path(), &args).output().unwrap();
    first.kill().unwrap();
    let _ = first.wait().unwrap();
    let want = "error: .out.jsonl.unchaff-resume: writing: another run has this output in hand\n";
    assert_eq!((second.status.code(), stderr(&second).as_str()), (Some(3), want));
}

#[test]
fn a_manifest_is_gone_when_all_is_done_and_stays_while_a_file_failed() {
    let folder = folder();
    fs::write(folder.path().join("in.jsonl"), records(10)).unwrap();
    let output = resuming(folder.path(), &["in.jsonl", "gone.txt", "-o", "out/"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(folder.path().join("out/.unchaff-resume").exists());
    fs::write(folder.path().join("gone.txt"), PAGE).unwrap();
    let output = resuming(folder.path(), &["in.jsonl", "gone.txt", "-o", "out/"]).output().unwrap();
    assert_eq!(files(&folder.path().join("out")).len(), 2, "{}", stderr(&output));
}

#[test]
fn nothing_to_go_on_with() {
    let folder = folder();
    for args in [&["-w", "a.txt"][..], &["a.txt"]] {
        fs::write(folder.path().join("a.txt"), PAGE).unwrap();
        let output = resuming(folder.path(), args).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stderr(&output), "error: `--resume` goes on with an output, expected `-o PATH`\n");
    }
}
