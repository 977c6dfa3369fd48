//! Pipes and devices.

use super::{CLEAN, PAGE, feed, stderr, unchaff};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

#[test]
fn pages_that_end_in_nul() {
    let folder = tempfile::tempdir().unwrap();
    for (input, want) in [
        (format!("{PAGE}\0b\0"), format!("{CLEAN}\0b\0")),
        (format!("{PAGE}\0b"), format!("{CLEAN}\0b\0")),
        ("a\0\0\0".into(), "a\0\0\0".into()),
        ("\0".into(), "\0".into()),
        (String::new(), String::new()),
    ] {
        let output = feed(unchaff(folder.path(), &["-0"]), input.as_bytes());
        assert_eq!(String::from_utf8(output.stdout).unwrap(), want);
        assert!(output.status.success());
    }
}

#[test]
fn files_on_standard_output_end_in_nul() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), PAGE).unwrap();
    fs::write(folder.path().join("b.txt"), "b").unwrap();
    let output = unchaff(folder.path(), &["-0", "a.txt", "b.txt"]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{CLEAN}\0b\0"));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("long.txt"), "A line of no importance.\n".repeat(100_000)).unwrap();
    for args in [&["long.txt"][..], &["--help"], &["--version"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = unchaff(folder.path(), args).stdout(writer).output().unwrap();
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(141), ""), "{args:?}");
    }
}

/// The reader's end closes while there is more to read: the run stops.
#[test]
fn a_closed_pipe_stops_an_endless_input() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = unchaff(folder.path(), &["--format", "jsonl"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut line = String::new();
    stdin.write_all(b"{\"text\": \"a\"}\n").unwrap();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    while stdin.write_all(b"{\"text\": \"a\"}\n").is_ok() {}
    assert_eq!(child.wait().unwrap().code(), Some(141));
}

/// A program that waits for each answer before it asks again is not kept waiting.
#[test]
fn records_come_as_they_are_ready() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = unchaff(folder.path(), &[]).stdin(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for n in 0..3 {
        let line = format!("{{\"text\": \"page {n}\"}}\n");
        stdin.write_all(line.as_bytes()).unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert_eq!(answer, line);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_full_device_is_a_clear_error() {
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        return eprintln!("skipped: there is no /dev/full");
    };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), PAGE).unwrap();
    let output = unchaff(folder.path(), &["a.txt"]).stdout(full).output().unwrap();
    assert_eq!(
        (output.status.code(), stderr(&output).as_str()),
        (Some(3), "error: <stdout>: writing: no space left on device\n")
    );
    let output = unchaff(folder.path(), &["a.txt", "-o", "/dev/full"]).output().unwrap();
    assert_eq!(
        (output.status.code(), stderr(&output).as_str()),
        (Some(3), "error: /dev/full: writing: no space left on device\n")
    );
}

#[test]
fn a_device_is_written_to() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), PAGE).unwrap();
    for args in [["a.txt", "-o", "/dev/stdout"], ["a.txt", "-o", "/dev/null"]] {
        let output = unchaff(folder.path(), &args).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let want = if args[2] == "/dev/null" { "" } else { CLEAN };
        assert_eq!(String::from_utf8(output.stdout).unwrap(), want);
    }
}

#[test]
fn one_long_line_is_not_held() {
    let folder = tempfile::tempdir().unwrap();
    let max = ["--set", "page-bytes-max=1k"];
    let long = "x".repeat(3_000_000);
    for (args, input) in [
        (&[][..], format!("{long}\nShare on Facebook\n")),
        (&["-0"], format!("{long}\0b\0")),
        (&["--format", "jsonl"], format!("{{\"text\": \"{long}\"}}\n{{\"text\": \"b\"}}\n")),
    ] {
        let output = feed(unchaff(folder.path(), &[&max[..], args].concat()), input.as_bytes());
        assert!(output.stdout == input.as_bytes(), "{args:?}");
        assert!(output.status.success());
        assert!(stderr(&output).contains("longer than 1024 bytes, passed unchanged"), "{}", stderr(&output));
    }
}

/// A page over the default limit goes through without being held, from a file and from a pipe.
#[test]
fn a_page_of_80_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.txt");
    let chunk = vec![b'x'; 1 << 20];
    let mut file = File::create(&path).unwrap();
    (0..80).for_each(|_| file.write_all(&chunk).unwrap());
    for is_piped in [false, true] {
        let mut command = unchaff(folder.path(), if is_piped { &[] } else { &["long.txt"] });
        if is_piped {
            command.stdin(File::open(&path).unwrap());
        }
        let mut child = command.spawn().unwrap();
        let (mut out, mut bytes) = (child.stdout.take().unwrap(), 0);
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = out.read(&mut buffer).unwrap();
            if read == 0 {
                break;
            }
            assert!(buffer[..read].iter().all(|b| *b == b'x'));
            bytes += read;
        }
        let output = child.wait_with_output().unwrap();
        assert_eq!((bytes, output.status.code()), (80 << 20, Some(0)));
        assert!(stderr(&output).contains("longer than 67108864 bytes, passed unchanged"));
    }
}
