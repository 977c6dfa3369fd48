//! What command cases cannot say: pipes, modes and times, devices, bytes that are no text, and size.

mod audit;
mod containers;
mod faults;
mod files;
mod jobs;
mod pipes;
mod records;
mod report;
mod resume;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A page with one line that goes.
const PAGE: &str = "Ferries will call at the two new piers from June. The harbour office opened them on Monday.\n\nShare on Facebook\n\n\
The mayor said the work had cost less than planned. Fishermen now want a third pier.\n";

/// The page without it.
const CLEAN: &str = "Ferries will call at the two new piers from June. The harbour office opened them on Monday.\n\n\
The mayor said the work had cost less than planned. Fishermen now want a third pier.\n";

/// The command, in a folder, without settings from outside.
fn unchaff(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unchaff"));
    command.current_dir(folder).arg("--no-config").args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it with these bytes on standard input.
fn feed(mut command: Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program that ends early closes its end.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().unwrap()
    })
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Whether this user is refused nothing, so that permissions cannot be tested; says so.
fn reads_everything(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let probe = folder.join("probe");
    std::fs::write(&probe, "x").unwrap();
    std::fs::set_permissions(&probe, PermissionsExt::from_mode(0o000)).unwrap();
    let can = std::fs::read(&probe).is_ok();
    std::fs::remove_file(&probe).unwrap();
    if can {
        eprintln!("skipped: this user may read every file, whatever its mode");
    }
    can
}
