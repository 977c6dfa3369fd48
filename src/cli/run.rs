//! Flags become a run: settings resolved, pages found, targets checked; then it cleans.
//!
//! All that can be wrong with what was asked for is said here, before anything is written.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::thread;

use super::file;
use super::flags::{Flags, Format, OutputFlags};
use super::options::Options;
use super::say::Say;
use super::{Ending, colour};
use crate::batch::Job;
use crate::cleaner::Cleaner;
use crate::error::{Error, Result};
use crate::input::{Found, Kind, Sniff, find};
use crate::render::Show;
use crate::sink::{self, Target, Terminal};

/// What standard output gets at once.
const STDOUT_BUFFER_BYTES: usize = 64 << 10;

/// Resolves what was chosen by file, keys and flags.
pub fn options(flags: &Flags, say: &mut Say) -> Result<Options> {
    let mut options = Options::default();
    match &flags.running.config {
        Some(named) => file::load(named, true, &mut options)?,
        None if flags.running.no_config => {}
        None => {
            let search = file::search();
            for foreign in search.foreign {
                say.note(Error::usage("not read, it belongs to another user").in_file(foreign));
            }
            if let Some(found) = search.found {
                say.note(format_args!("settings from {}", crate::error::printable(&found.to_string_lossy())));
                file::load(&found, false, &mut options)?;
            }
        }
    }
    flags.running.set.iter().try_for_each(|typed| options.set_typed(typed))?;
    options.set_flags(flags)?;
    say.notes_max = options.notes_max;
    Ok(options)
}

/// Cleans what was named.
pub fn clean(flags: &Flags, say: &mut Say) -> Result<Ending> {
    let options = options(flags, say)?;
    let mut found = find(&flags.paths);
    let (show, target) = (show(&flags.output), target(&flags.output, &found));
    if target == Target::InPlace {
        let before = found.sources.len();
        found.sources.retain(|source| !(source.in_folder && source.is_html()));
        found.skipped.html = before - found.sources.len();
    }
    let kind = match options.format {
        Format::Auto => None,
        Format::Text => Some(Kind::Text),
        Format::Jsonl => Some(Kind::Records),
    };
    if flags.input.null && kind == Some(Kind::Records) {
        return Err(Error::usage("`--null` ends text pages, but `--format jsonl` ends records with lines"));
    }
    sink::check(&target, &found)?;
    let cleaner = Cleaner::new(options.settings)?;
    let job = Job {
        cleaner: &cleaner,
        show,
        target,
        kind,
        encoding: options.encoding,
        fields: options.fields,
        null: flags.input.null,
        jobs: if options.jobs > 0 { options.jobs } else { thread::available_parallelism().map_or(1, usize::from) },
        drop_failed: options.drop_failed,
        drop: options.drop,
        colour: colour(flags.running.color, &io::stdout()),
    };
    check_stdout(&job, &found)?;
    run(&job, &found, flags.output.check, say)
}

fn run(job: &Job, found: &Found, is_check: bool, say: &mut Say) -> Result<Ending> {
    found.failed.iter().for_each(|error| say.error(error));
    if found.sources.iter().any(|source| source.path.is_none()) && io::stdin().is_terminal() {
        say.note("reading standard input; end it with Ctrl-D, or name a file");
    }
    let stdout = io::stdout().lock();
    let is_watched = stdout.is_terminal() && job.show == Show::Text;
    let mut stdout = BufWriter::with_capacity(STDOUT_BUFFER_BYTES, stdout);
    let mut terminal;
    let out: &mut dyn Write = if is_watched {
        terminal = Terminal(stdout);
        &mut terminal
    } else {
        &mut stdout
    };
    let summary = job.run(found, out, &mut |event| say.event(&event))?;
    say.end(&summary, found.skipped);
    Ok(match () {
        () if summary.failed + found.failed.len() > 0 => Ending::SomeFailed,
        () if is_check && summary.changed > 0 => Ending::WouldChange,
        () => Ending::Done,
    })
}

fn show(flags: &OutputFlags) -> Show {
    match (flags.diff, flags.check) {
        (true, _) => Show::Diff,
        (false, true) => Show::Names,
        (false, false) => Show::Text,
    }
}

fn target(flags: &OutputFlags, found: &Found) -> Target {
    match &flags.output {
        _ if flags.in_place => Target::InPlace,
        None => Target::Stdout,
        Some(path) if path.as_os_str() == "-" => Target::Stdout,
        Some(path) if found.is_many() || path.is_dir() || ends_in_slash(path) => Target::Folder(path.clone()),
        Some(path) => Target::File(path.clone()),
    }
}

fn ends_in_slash(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|&byte| std::path::is_separator(char::from(byte)))
}

/// Several text pages on standard output could not be told apart.
fn check_stdout(job: &Job, found: &Found) -> Result<()> {
    if job.show != Show::Text || job.target != Target::Stdout || job.null || !found.is_many() {
        return Ok(());
    }
    let sniff =
        Sniff { asked: job.kind, fields: &job.fields, line_bytes_max: job.cleaner.settings().limits.page_bytes_max, null: false };
    for source in &found.sources {
        // Looking into a pipe would take from it.
        let can_look = source.path.as_ref().is_some_and(|path| path.is_file());
        let kind = match can_look {
            true => sniff.open(source).map(|opened| opened.kind).ok(),
            false => Some(job.kind.unwrap_or(Kind::Text)),
        };
        let is_page = kind == Some(Kind::Text) || (kind == Some(Kind::NotText) && !source.in_folder);
        if is_page {
            let label: PathBuf = source.label().into();
            let error = Error::usage("several text pages on standard output could not be told apart").in_file(label);
            return Err(error.help("use `-o FOLDER`, `-w` or `-0`"));
        }
    }
    Ok(())
}
