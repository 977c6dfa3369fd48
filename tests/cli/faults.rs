//! Files that are broken, cut off or hostile, and disks that are full: the rest is done, the fault is told, and nothing is lost.

use super::{CLEAN, PAGE, feed, stderr, unchaff};
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::Command;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn record(text: &str) -> String {
    format!("{{\"text\": {}}}\n", serde_json::to_string(text).unwrap())
}

#[test]
fn a_file_that_is_cut_off_gives_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let whole = gzip(record(PAGE).repeat(2000).as_bytes());
    let plain = |count: usize| record(CLEAN).repeat(count);
    for (bytes, fault) in [
        (whole[..whole.len() / 2].to_vec(), "a.jsonl.gz: reading: incomplete deflate stream"),
        ([gzip(record(PAGE).repeat(3).as_bytes()), b"garbage behind".to_vec()].concat(), "reading: invalid gzip header"),
    ] {
        fs::write(folder.path().join("a.jsonl.gz"), &bytes).unwrap();
        let output = unchaff(folder.path(), &["a.jsonl.gz", "--set", "to=none", "-o", "out/"]).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert!(stderr(&output).contains(fault), "{}", stderr(&output));
        let out = fs::read_to_string(folder.path().join("out/a.jsonl")).unwrap();
        let count = out.matches('\n').count();
        // A record that was cut off stands at the end as it came.
        assert!(count >= 3 && out.starts_with(&plain(count)), "{count}");
        // In place the broken file is all that there is of its records.
        let output = unchaff(folder.path(), &["-w", "a.jsonl.gz"]).output().unwrap();
        assert_eq!((output.status.code(), fs::read(folder.path().join("a.jsonl.gz")).unwrap()), (Some(3), bytes));
    }
}

#[test]
fn a_bomb_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.jsonl.zst"), zstd::bulk::compress(&vec![b' '; 100 << 20], 1).unwrap()).unwrap();
    fs::write(folder.path().join("b.txt"), PAGE).unwrap();
    let output = unchaff(folder.path(), &[".", "-o", "../out-bomb"]).output().unwrap();
    let _ = fs::remove_dir_all(folder.path().join("../out-bomb"));
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("a.jsonl.zst: reading: it grows to more than 500 times its size"), "{}", stderr(&output));
    let output = unchaff(folder.path(), &["--set", "decompressed-bytes-max=1k", "a.jsonl.zst"]).output().unwrap();
    assert!(stderr(&output).contains("more than decompressed-bytes-max (1024) bytes came out of it"), "{}", stderr(&output));
}

#[test]
fn failures_are_listed_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join(OsStr::from_bytes(b"caf\xe9\x1b[31m.jsonl"));
    fs::write(&name, format!("{}{{\"txt\": 1}}\n{{\"text\": \"cut\n", record(PAGE))).unwrap();
    let output = unchaff(folder.path(), &["--errors", "errors", "gone.txt", "."]).output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(3), "note: 3 failures are listed in errors\n"));
    let list = fs::read_to_string(folder.path().join("errors")).unwrap();
    assert!(!list.contains('\u{1b}'), "{list:?}");
    let lines: Vec<serde_json::Value> = list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], serde_json::json!({"path": "gone.txt", "error": "reading: no such file or directory"}));
    let path = "./caf\u{fffd}\u{1b}[31m.jsonl";
    let missing = "the record has no field `text`; did you mean `txt`?";
    assert_eq!(lines[1], serde_json::json!({"path": path, "record": 2, "column": 1, "error": missing}));
    let broken = "broken record: EOF while parsing a string";
    assert_eq!(lines[2], serde_json::json!({"path": path, "record": 3, "column": 13, "error": broken}));
}

#[test]
fn a_record_that_is_too_long_passes_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let input = [record(PAGE), record(&"x".repeat(5_000_000)), record(PAGE)].concat();
    let want = [record(CLEAN), record(&"x".repeat(5_000_000)), record(CLEAN)].concat();
    fs::write(folder.path().join("a.jsonl"), &input).unwrap();
    for args in [&["a.jsonl"][..], &["--format", "jsonl"]] {
        let args = [&["--set", "record-bytes-max=1M"], args].concat();
        let output = feed(unchaff(folder.path(), &args), input.as_bytes());
        assert!(output.stdout == want.as_bytes());
        assert!(stderr(&output).contains(":2: longer than 1048576 bytes, passed unchanged; `--set record-bytes-max=SIZE`"));
    }
}

#[test]
fn folders_that_lead_astray() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = folder.path().join("in");
    fs::create_dir_all(inputs.join("a")).unwrap();
    fs::write(inputs.join("a/x.txt"), PAGE).unwrap();
    symlink("..", inputs.join("a/loop")).unwrap();
    let output = unchaff(folder.path(), &["in", "-o", "out"]).output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), "note: skipped in folders: 1 symbolic link\n"));
    for (args, message) in [
        (&["in", "-o", "in/out"][..], "the output is inside the input folder `in`"),
        (&["in", "in/a/x.txt", "in/a/../a/x.txt", "-o", "out"], "would both be written here"),
    ] {
        let output = unchaff(folder.path(), args).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
}

/// A list of files: one that is gone is listed, the rest is done, and folders are mirrored.
#[test]
fn a_list_of_files() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a/x.txt", "b/x.txt", "b/y z\n.txt"] {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), PAGE).unwrap();
    }
    let list = b"./a/x.txt\0b/x.txt\0b/y z\n.txt\0gone.txt\0";
    let output = feed(unchaff(folder.path(), &["-0", "--files-from", "-", "-o", "out"]), list);
    assert_eq!(stderr(&output), "error: gone.txt: reading: no such file or directory\n");
    for name in ["a/x.txt", "b/x.txt", "b/y z\n.txt"] {
        assert_eq!(fs::read_to_string(folder.path().join("out").join(name)).unwrap(), CLEAN);
    }
    let output = feed(unchaff(folder.path(), &["--files-from", "-", "-o", "none"]), b"");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

/// A disk that fills up: the error is told, nothing stands at the output's place, and the run can be gone on with.
#[test]
fn a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |args: &[&str]| Command::new("mount").args(args).arg(&disk).output().is_ok_and(|output| output.status.success());
    if !mount(&["-t", "tmpfs", "-o", "size=1m", "tmpfs"]) {
        return eprintln!("skipped: this user cannot mount a small disk");
    }
    let input = record(PAGE).repeat(10_000);
    fs::write(folder.path().join("a.jsonl"), input).unwrap();
    let plain = unchaff(folder.path(), &["a.jsonl", "-o", "disk/out.jsonl"]).output().unwrap();
    let after_plain = fs::read_dir(&disk).unwrap().count();
    let args = ["a.jsonl", "--resume", "--set", "resume-every-ms=0", "-o", "disk/out.jsonl"];
    let full = unchaff(folder.path(), &args).output().unwrap();
    let is_there = disk.join("out.jsonl").exists();
    let grown = mount(&["-o", "remount,size=10m"]);
    let done = unchaff(folder.path(), &args).output().unwrap();
    let out = fs::read_to_string(disk.join("out.jsonl"));
    let _ = Command::new("umount").arg(&disk).status();
    assert_eq!((plain.status.code(), after_plain), (Some(3), 0), "{}", stderr(&plain));
    assert_eq!(stderr(&plain), "error: disk/out.jsonl: writing: no space left on device\n");
    assert_eq!((full.status.code(), is_there), (Some(3), false), "{}", stderr(&full));
    assert!(grown && done.status.success(), "{}", stderr(&done));
    assert!(out.unwrap() == record(CLEAN).repeat(10_000));
}

/// A file that somebody writes to while it is cleaned in place is left alone.
#[test]
fn a_file_that_changes_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    fs::write(&path, record(PAGE).repeat(60_000)).unwrap();
    let child = unchaff(folder.path(), &["-w", "a.jsonl"]).spawn().unwrap();
    // As soon as its first pages are written beside, the file is open.
    while fs::read_dir(folder.path()).unwrap().count() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"text\": \"one more\"}\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(3), "error: a.jsonl: changed while it was read\n"));
    assert!(fs::read_to_string(&path).unwrap().ends_with("{\"text\": \"one more\"}\n"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
