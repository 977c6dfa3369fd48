//! Files: what stays of them in place, and that none is ever half written.

use super::{CLEAN, PAGE, reads_everything, stderr, unchaff};
use std::fs::{self, File, FileTimes};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn in_place_keeps_mode_and_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, PAGE).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::options().write(true).open(&path).unwrap().set_times(FileTimes::new().set_modified(then).set_accessed(then)).unwrap();
    assert!(unchaff(folder.path(), &["-w", "a.txt"]).status().unwrap().success());
    let data = path.metadata().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), CLEAN);
    assert_eq!((data.permissions().mode() & 0o7777, data.modified().unwrap()), (0o640, then));
    assert_eq!(names(folder.path()), ["a.txt"]);
}

#[test]
fn in_place_leaves_a_page_without_edits_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    for content in [CLEAN.as_bytes(), b"\xef\xbb\xbfRain fell.\n", b"caf\xe9\n", b"\xff\xfeR\0\n\0", b"x\0y"] {
        fs::write(&path, content).unwrap();
        let before = path.metadata().unwrap();
        assert!(unchaff(folder.path(), &["-w", "a.txt"]).status().unwrap().success());
        let after = path.metadata().unwrap();
        assert_eq!(fs::read(&path).unwrap(), content);
        assert_eq!((before.ino(), before.ctime_nsec()), (after.ino(), after.ctime_nsec()));
    }
}

#[test]
fn in_place_follows_a_link_that_was_named_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (target, link) = (folder.path().join("target.txt"), folder.path().join("in/link.txt"));
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(&target, PAGE).unwrap();
    symlink("../target.txt", &link).unwrap();
    let output = unchaff(folder.path(), &["-w", "in"]).output().unwrap();
    assert_eq!(stderr(&output), "note: skipped in folders: 1 symbolic link\n");
    assert_eq!(fs::read_to_string(&target).unwrap(), PAGE);
    assert!(unchaff(folder.path(), &["-w", "in/link.txt"]).status().unwrap().success());
    assert_eq!(fs::read_to_string(&target).unwrap(), CLEAN);
    assert!(link.is_symlink());
}

#[test]
fn in_place_does_not_write_a_read_only_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, PAGE).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o444)).unwrap();
    let output = unchaff(folder.path(), &["-w", "a.txt"]).output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(3), "error: a.txt: writing: the file is read-only\n"));
    assert_eq!(fs::read_to_string(&path).unwrap(), PAGE);
}

#[test]
fn an_output_keeps_its_mode_and_link_but_mirrored_files_replace_links() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.txt"), PAGE).unwrap();
    fs::write(at("real.txt"), "old").unwrap();
    fs::set_permissions(at("real.txt"), PermissionsExt::from_mode(0o600)).unwrap();
    symlink("real.txt", at("out.txt")).unwrap();
    assert!(unchaff(folder.path(), &["a.txt", "-o", "out.txt"]).status().unwrap().success());
    assert_eq!(fs::read_to_string(at("real.txt")).unwrap(), CLEAN);
    assert_eq!(at("real.txt").metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(at("out.txt").is_symlink());

    fs::create_dir(at("clean")).unwrap();
    fs::write(at("precious.txt"), "precious").unwrap();
    symlink("../precious.txt", at("clean/a.txt")).unwrap();
    assert!(unchaff(folder.path(), &["a.txt", "-o", "clean"]).status().unwrap().success());
    assert_eq!(fs::read_to_string(at("clean/a.txt")).unwrap(), CLEAN);
    assert_eq!(fs::read_to_string(at("precious.txt")).unwrap(), "precious");
}

#[test]
fn what_cannot_be_read_or_written_is_listed_and_the_rest_is_done() {
    let folder = tempfile::tempdir().unwrap();
    if reads_everything(folder.path()) {
        return;
    }
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("in/closed")).unwrap();
    for name in ["in/a.txt", "in/b.txt", "in/closed/c.txt"] {
        fs::write(at(name), PAGE).unwrap();
    }
    fs::set_permissions(at("in/a.txt"), PermissionsExt::from_mode(0o000)).unwrap();
    fs::set_permissions(at("in/closed"), PermissionsExt::from_mode(0o000)).unwrap();
    let output = unchaff(folder.path(), &["in", "-o", "out"]).output().unwrap();
    fs::set_permissions(at("in/closed"), PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(stderr(&output), "error: in/closed: reading: permission denied\nerror: in/a.txt: reading: permission denied\n");
    assert_eq!(names(&at("out")), ["b.txt"]);
}

/// A place that cannot be made is this page's failure only, and leaves nothing behind.
#[test]
fn a_place_that_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("in")).unwrap();
    fs::create_dir_all(at("out/a.txt/full")).unwrap();
    for name in ["in/a.txt", "in/b.txt", "in/c.jsonl"] {
        fs::write(at(name), PAGE).unwrap();
    }
    fs::create_dir_all(at("out/c.jsonl/full")).unwrap();
    let output = unchaff(folder.path(), &["in", "-o", "out"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("error: out/a.txt: writing: "), "{}", stderr(&output));
    assert!(stderr(&output).contains("error: out/c.jsonl: writing: "), "{}", stderr(&output));
    assert_eq!(names(&at("out")), ["a.txt", "b.txt", "c.jsonl"]);
}

/// A file that grows too large to write stands in for a full disk: no partial file, and the old one stays.
#[test]
fn a_full_disk_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let long = PAGE.repeat(20_000);
    fs::create_dir_all(at("in")).unwrap();
    fs::write(at("in/long.txt"), &long).unwrap();
    fs::write(at("in/short.txt"), PAGE).unwrap();
    fs::write(at("in/long.jsonl"), format!("{{\"text\": {}}}\n", serde_json::to_string(&long).unwrap())).unwrap();
    let before: Vec<_> = ["in/long.txt", "in/long.jsonl"].map(|name| fs::read(at(name)).unwrap()).into();
    for args in ["in -o out", "-w in"] {
        // The shell ignores the signal that comes with the limit, so that writing fails as it does on a full disk.
        let script =
            format!("trap '' XFSZ; ulimit -f 100; exec '{}' --no-config --body never {args}", env!("CARGO_BIN_EXE_unchaff"));
        let output = std::process::Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains("long.txt: writing: file too large"), "{}", stderr(&output));
        assert!(stderr(&output).contains("long.jsonl: writing: file too large"), "{}", stderr(&output));
    }
    assert_eq!(names(&at("out")), ["short.txt"]);
    assert_eq!(names(&at("in")), ["long.jsonl", "long.txt", "short.txt"]);
    assert_eq!(fs::read_to_string(at("in/short.txt")).unwrap(), CLEAN);
    assert_eq!(["in/long.txt", "in/long.jsonl"].map(|name| fs::read(at(name)).unwrap()).to_vec(), before);
}

/// Names of files are as hostile as pages.
#[test]
fn a_hostile_name_reaches_no_terminal() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/\u{1b}[31m\n.txt"), PAGE).unwrap();
    for args in [["--check", "in"], ["--diff", "in"], ["--set=page-bytes-max=1", "in/\u{1b}[31m\n.txt"]] {
        let output = unchaff(folder.path(), &args).output().unwrap();
        let all = [output.stdout, output.stderr].concat();
        assert!(!all.contains(&0x1b), "{args:?} {}", String::from_utf8_lossy(&all));
        assert!(String::from_utf8_lossy(&all).contains("\\u{1b}[31m"), "{args:?} {}", String::from_utf8_lossy(&all));
    }
    // A shell's `*` makes flags of names.
    let output = unchaff(folder.path(), &["--\u{1b}[31m\u{9b}", "in"]).output().unwrap();
    assert!(output.stderr.windows(2).all(|bytes| bytes[0] != 0x1b && bytes != "\u{9b}".as_bytes()));
}

/// Settings that somebody else wrote are not read.
#[test]
fn a_settings_file_of_another_user_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("unchaff.toml");
    fs::write(&path, "format = \"jsonl\"\n").unwrap();
    fs::write(folder.path().join("a.txt"), CLEAN).unwrap();
    if std::os::unix::fs::chown(&path, Some(12_345), None).is_err() {
        return eprintln!("skipped: only the superuser may give a file away");
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_unchaff"));
    let output = command.arg("a.txt").current_dir(folder.path()).output().unwrap();
    assert!(stderr(&output).ends_with("unchaff.toml: not read, it belongs to another user\n"), "{}", stderr(&output));
    assert_eq!((output.status.code(), String::from_utf8(output.stdout).unwrap().as_str()), (Some(0), CLEAN));
}
