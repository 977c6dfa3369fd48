//! The command: flags, settings file, exit codes and standard error around the library.
//!
//! Nothing is decided about pages here.

mod compare;
mod features;
mod file;
mod flags;
mod numbers;
mod options;
mod pages;
mod progress;
mod restore;
mod rules;
mod run;
mod say;
mod why;

use clap::Parser;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::error::{Error, ErrorKind};
use crate::render::visible;
use anstream::{AutoStream, ColorChoice};
use flags::{Command, Flags, When};
use say::Say;

/// How a run ended that was not stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Done,
    WouldChange,
    SomeFailed,
}

const EXIT_WOULD_CHANGE: u8 = 1;
const EXIT_USAGE: u8 = 2;
const EXIT_SOME_FAILED: u8 = 3;
/// What a shell reports of a program that a closed pipe ended.
const EXIT_BROKEN_PIPE: u8 = 141;

/// Runs the command with the arguments of this process.
pub fn run() -> ExitCode {
    run_args(std::env::args_os(), true).into()
}

/// Runs the command with these arguments, of which the first is the command's name; what comes back is its exit code.
pub fn run_from(args: impl IntoIterator<Item = OsString>) -> u8 {
    run_args(args, false)
}

fn run_args(args: impl IntoIterator<Item = OsString>, process_ends: bool) -> u8 {
    let code = run_flags(Flags::try_parse_from(args), process_ends);
    // A program that calls this as a library may end without flushing what it knows nothing of.
    match io::stdout().flush() {
        Err(error) if code == 0 && error.kind() == io::ErrorKind::BrokenPipe => EXIT_BROKEN_PIPE,
        _ => code,
    }
}

fn run_flags(flags: Result<Flags, clap::Error>, process_ends: bool) -> u8 {
    let flags = match flags {
        Ok(flags) => flags,
        Err(message) => return parse_message(&message),
    };
    let mut say = Say::new(colour(flags.running.color, &io::stderr()));
    let say_panic = Say::new(say.colour);
    // A page that makes the cleaner stumble is listed by the run; its text must not reach the terminal raw.
    std::panic::set_hook(Box::new(move |info| say_panic.note(info)));
    let done = match &flags.command {
        _ if flags.running.version => print(&version()),
        Some(Command::Rules(command)) => rules::rules(command, &flags, &mut say),
        Some(Command::Why(command)) => why::why_command(command, &flags, &mut say),
        Some(Command::Compare(command)) => compare::compare(command, &flags, &mut say),
        Some(Command::Restore(command)) => restore::restore(command, &flags, &mut say),
        Some(Command::Features(command)) => features::features(command, &flags, &mut say),
        None => run::clean(&flags, &mut say, process_ends),
    };
    match done {
        Ok(Ending::Done) => 0,
        Ok(Ending::WouldChange) => EXIT_WOULD_CHANGE,
        Ok(Ending::SomeFailed) => EXIT_SOME_FAILED,
        Err(error) => {
            if error.kind() != ErrorKind::BrokenPipe {
                say.error(&error);
            }
            match error.kind() {
                ErrorKind::Usage => EXIT_USAGE,
                ErrorKind::Page => EXIT_SOME_FAILED,
                ErrorKind::BrokenPipe => EXIT_BROKEN_PIPE,
            }
        }
    }
}

/// The version and the hash of the rules that it cleans by.
fn version() -> String {
    format!("unchaff {} (rules {})\n", env!("CARGO_PKG_VERSION"), crate::cleaner::Cleaner::packs_hash())
}

fn print(text: &str) -> crate::error::Result<Ending> {
    let written = io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush());
    written.map(|()| Ending::Done).map_err(|error| Error::io("<stdout>", "writing", &error))
}

/// Help, or what is wrong with the flags.
fn parse_message(message: &clap::Error) -> u8 {
    if !message.use_stderr() {
        return match message.print() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => EXIT_BROKEN_PIPE,
            Err(_) => EXIT_SOME_FAILED,
            Ok(()) => 0,
        };
    }
    // A flag may be a hostile file's name that a shell's `*` put there.
    let _ = io::stderr().write_all(visible(&message.render().to_string()).as_bytes());
    EXIT_USAGE
}

/// Whether to use colours on a stream.
fn colour(when: When, stream: &impl anstream::stream::RawStream) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => AutoStream::choice(stream) != ColorChoice::Never,
    }
}
