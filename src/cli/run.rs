//! Flags become a run: settings resolved, pages found, targets checked; then it cleans.
//!
//! All that can be wrong with what was asked for is said here, before anything is written.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::file;
use super::flags::{Flags, OutputFlags, Stats};
use super::options::Options;
use super::progress::Progress;
use super::say::Say;
use super::{Ending, colour, numbers};
use crate::batch::{Identity, Job};
use crate::cleaner::Cleaner;
use crate::error::{Error, Result};
use crate::input::{Found, Include, find};
use crate::names::Container;
use crate::render::{Collector, Show};
use crate::rules::load;
use crate::sink::{self, Target, Terminal, To};

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

/// Cleans what was named. Where the process ends with the run, the system frees all of the cleaner at once, sooner than it does so itself
/// one thing after the other.
pub fn clean(flags: &Flags, say: &mut Say, process_ends: bool) -> Result<Ending> {
    let options = options(flags, say)?;
    // Rule files and models are read for it; a run that cannot be gone on with needs none.
    let identity = if flags.running.resume { Some(identity(&options)?) } else { None };
    let paths = match &flags.input.files_from {
        Some(list) => files_from(list, flags.input.null)?,
        None => flags.paths.clone(),
    };
    let mut found = find(&paths, &Include::new(&flags.input.include)?);
    if flags.input.files_from.is_some() {
        found.as_list(paths.is_empty());
    }
    let (show, target) = (show(&flags.output), target(&flags.output, &found, flags.input.files_from.is_some()));
    if target == Target::InPlace {
        let before = found.sources.len();
        found.sources.retain(|source| !(source.in_folder && source.is_html()));
        found.skipped.html = before - found.sources.len();
        if options.to != To::default() {
            return Err(Error::usage("`to` asks for another form, but `-w` writes back what came in").help("use `-o`"));
        }
    }
    if flags.input.null && options.container.is_some_and(|container| container != Container::Text) {
        return Err(Error::usage("`--null` ends text pages, but `--format` names a container with records"));
    }
    let to = match &target {
        Target::File(file) => options.to.or(To::of_name(file)),
        _ => options.to,
    };
    let (freed, left);
    let cleaner = Cleaner::new(options.settings)?;
    let cleaner: &Cleaner = if process_ends {
        left = ManuallyDrop::new(cleaner);
        &left
    } else {
        freed = cleaner;
        &freed
    };
    let mut job = Job {
        cleaner,
        show,
        target,
        to,
        container: options.container,
        content: options.content,
        encoding: options.encoding,
        fields: options.fields,
        csv_delimiter: options.csv_delimiter,
        csv_header: options.csv_header,
        verdict_field: options.verdict_field,
        null: flags.input.null,
        jobs: if options.jobs > 0 { options.jobs } else { thread::available_parallelism().map_or(1, usize::from) },
        drop_failed: options.drop_failed,
        drop: options.drop,
        colour: colour(flags.running.color, &io::stdout()),
        is_watched: io::stdout().is_terminal(),
        errors: flags.running.errors.clone(),
        audit: flags.output.audit.clone(),
        resume: None,
        resume_every: Duration::from_millis(options.resume_every_ms as u64),
        tally: numbers::collector(&flags.output, cleaner),
        read_count: Arc::default(),
    };
    sink::check(&job.target, &found, &|source| job.name(source))?;
    for (flag, side) in [("--errors", &job.errors), ("--audit", &job.audit)] {
        side.as_ref().map_or(Ok(()), |side| sink::check_side(flag, side, &job.target, &found))?;
    }
    if job.audit.is_some() && job.audit == job.errors {
        return Err(Error::usage("`--audit` and `--errors` would be written to one file"));
    }
    if let Some(identity) = identity {
        job.go_on(identity, &found)?;
    }
    check_stdout(&job, &found)?;
    run(job, &found, flags, say)
}

/// What decides on what comes out, with what stands in the files that settings name.
fn identity(options: &Options) -> Result<Identity> {
    let mut identity = options.identity();
    let mut hash = 0;
    let mut add = |bytes: &[u8]| hash = xxh3_64_with_seed(bytes, hash);
    for path in &options.settings.rules {
        load::files(path)?.iter().for_each(|file| add(file.text.as_bytes()));
    }
    for model in options.settings.body_model.iter().chain(&options.settings.body_model_html) {
        add(&fs::read(model).map_err(|error| Error::io(model, "reading", &error).into_usage())?);
    }
    identity.insert("what stands in rules and model".into(), format!("{hash:016x}"));
    identity.insert("program".into(), super::version().trim_end().to_owned());
    Ok(identity)
}

/// The paths that a list names: one a line, or ended by NUL.
fn files_from(list: &Path, null: bool) -> Result<Vec<PathBuf>> {
    let bytes = if list.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(list)
    };
    let bytes = bytes.map_err(|error| Error::io(list, "reading", &error).into_usage())?;
    let names = bytes.split(|&byte| byte == if null { 0 } else { b'\n' });
    let names = names.map(|name| if null { name } else { name.strip_suffix(b"\r").unwrap_or(name) });
    names.filter(|name| !name.is_empty()).map(path_of).collect()
}

#[cfg(unix)]
fn path_of(name: &[u8]) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::OsStr::from_bytes(name).into())
}

#[cfg(not(unix))]
fn path_of(name: &[u8]) -> Result<PathBuf> {
    let name = std::str::from_utf8(name).map_err(|_| Error::usage("a name in `--files-from` is not UTF-8"))?;
    Ok(name.into())
}

fn run(mut job: Job, found: &Found, flags: &Flags, say: &mut Say) -> Result<Ending> {
    let report = numbers::open(flags.output.report.as_deref(), &job, found)?;
    if found.sources.iter().any(|source| source.path.is_none()) && io::stdin().is_terminal() {
        say.note("reading standard input; end it with Ctrl-D, or name a file");
    }
    let stdout = io::stdout().lock();
    let is_watched = job.is_watched && job.show == Show::Text;
    let mut stdout = BufWriter::with_capacity(STDOUT_BUFFER_BYTES, stdout);
    let mut terminal;
    let out: &mut dyn Write = if is_watched {
        terminal = Terminal(stdout);
        &mut terminal
    } else {
        &mut stdout
    };
    let mut progress =
        Progress::new(flags.running.progress, job.is_watched && job.target == Target::Stdout, found, job.read_count.clone());
    say.bar = progress.as_ref().map(Progress::bar);
    let done = job.run(found, out, &mut |event| {
        progress.iter_mut().for_each(|progress| progress.event(&event));
        say.event(&event);
    });
    progress.iter().for_each(Progress::end);
    let counts = done?;
    say.end(&counts, found.skipped);
    let tally = job.tally.take().map(Collector::finish);
    match (&tally, flags.output.stats, &job.errors) {
        (Some(tally), Some(Stats::Json), _) => say.plain(&tally.json(&counts)),
        (Some(tally), Some(Stats::Table), _) => say.plain(tally.table(&counts).trim_end()),
        _ if progress.is_some() => say.plain(counts.table().trim_end()),
        (_, _, Some(list)) if counts.failed > 0 => {
            let failures = if counts.failed == 1 { "failure is" } else { "failures are" };
            say.note(format_args!("{} {failures} listed in {}", counts.failed, list.display()));
        }
        _ => {}
    }
    if let (Some(tally), Some(report)) = (&tally, report) {
        report.write(tally, &counts)?;
    }
    Ok(match () {
        () if counts.failed > 0 => Ending::SomeFailed,
        () if flags.output.check && counts.changed > 0 => Ending::WouldChange,
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

fn target(flags: &OutputFlags, found: &Found, is_list: bool) -> Target {
    match &flags.output {
        _ if flags.in_place => Target::InPlace,
        None => Target::Stdout,
        Some(path) if path.as_os_str() == "-" => Target::Stdout,
        Some(path) if is_list || found.is_many() || path.is_dir() || ends_in_slash(path) => Target::Folder(path.clone()),
        Some(path) => Target::File(path.clone()),
    }
}

pub fn ends_in_slash(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|&byte| std::path::is_separator(char::from(byte)))
}

/// Several text pages on standard output could not be told apart.
fn check_stdout(job: &Job, found: &Found) -> Result<()> {
    let is_told_apart = job.null || job.to.container == Some(Container::Jsonl);
    if job.show != Show::Text || job.target != Target::Stdout || is_told_apart || !found.is_many() {
        return Ok(());
    }
    for source in &found.sources {
        // Looking into a pipe would take from it.
        let can_look = source.path.as_ref().is_some_and(|path| path.is_file());
        let container = match can_look {
            true => job.container_of(source),
            false => Some(job.container.unwrap_or(Container::Text)),
        };
        let is_page = container == Some(Container::Text) || (container.is_none() && !source.in_folder);
        if is_page {
            let label: PathBuf = source.label().into();
            let error = Error::usage("several text pages on standard output could not be told apart").in_file(label);
            return Err(error.help("use `-o FOLDER`, `-w`, `-0` or `--set to=jsonl`"));
        }
    }
    Ok(())
}
