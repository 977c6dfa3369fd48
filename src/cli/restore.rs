//! `unchaff restore …`: cleaned pages put back as they were, by the audit of the run that cleaned them.
//!
//! Writes to standard output, or below the folder that was named; never over what it reads.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};

use super::Ending;
use super::flags::{Flags, RestoreCommand};
use super::say::Say;
use crate::edit;
use crate::error::{Error, Result};
use crate::input::{Fields, Found, Include, JsonString, Record, Sniff, Source, find, splice};
use crate::names::Container;
use crate::render::AuditRecord;
use crate::sink::{Place, WholeFile};

/// The audit of one file: its pages by the number of their records, with the fields of each.
type OfFile = BTreeMap<usize, Vec<AuditRecord<'static>>>;

/// An audit, by the files that pages were written to, or came from where they went to standard output.
#[derive(Default)]
struct Audit {
    files: HashMap<String, OfFile>,
}

/// Puts pages back.
pub fn restore(command: &RestoreCommand, flags: &Flags, say: &mut Say) -> Result<Ending> {
    if let Some(stray) = flags.only_for_cleaning() {
        return Err(Error::usage(format!("`{stray}` is for cleaning, not for `restore`")));
    }
    let options = super::run::options(flags, say)?;
    let audit = Audit::read(&command.audit)?;
    let found = find(&command.paths, &Include::default());
    let folder = command.output.as_ref().filter(|path| found.is_many() || path.is_dir() || super::run::ends_in_slash(path));
    if found.is_many() && folder.is_none() {
        return Err(Error::usage("several files cannot go to standard output").help("use `-o FOLDER`"));
    }
    let mut failed = found.failed.clone();
    for source in &found.sources {
        let place = match (&command.output, folder) {
            (Some(_), Some(folder)) => Some(Place::Mirrored(folder.join(inside(&source.name)))),
            (Some(file), None) => Some(Place::File(file.clone())),
            (None, _) => None,
        };
        failed.extend(one(source, &audit, &options.fields, &found, place).err());
    }
    failed.iter().for_each(|error| say.error(error));
    Ok(if failed.is_empty() { Ending::Done } else { Ending::SomeFailed })
}

/// A name without ways up or from the root, which would lead out of the output folder.
fn inside(name: &Path) -> PathBuf {
    name.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

impl Audit {
    fn read(path: &Path) -> Result<Audit> {
        let source = Source { path: Some(path.to_path_buf()), name: PathBuf::new(), in_folder: false };
        let reading = |error| Error::io(path, "reading", &error).into_usage();
        let mut lines =
            BufReader::new(Sniff::new(Some(Container::Jsonl), &Fields::default()).open(&source).map_err(reading)?.reader);
        let (mut audit, mut line, mut number) = (Audit::default(), String::new(), 0);
        while lines.read_line(&mut line).map_err(reading)? > 0 {
            number += 1;
            let record: AuditRecord<'static> = serde_json::from_str(&line)
                .map_err(|error| Error::usage(format!("no line of an audit: {error}")).at(path, number, error.column()))?;
            let file = record.output.as_ref().unwrap_or(&record.path).to_string();
            audit.files.entry(file).or_default().entry(record.record.unwrap_or(0)).or_default().push(record);
            line.clear();
        }
        Ok(audit)
    }

    /// The audit of a cleaned file: of the same path, else the only one that ends alike, else the only one there is.
    fn of(&self, source: &Source, is_only: bool) -> Option<&OfFile> {
        let path = source.label();
        let known = |name: &str| name.trim_start_matches("./") == path.to_string_lossy().trim_start_matches("./");
        let alike = |name: &str| Path::new(name).ends_with(inside(&source.name));
        self.files
            .iter()
            .find(|(name, _)| known(name))
            .or_else(|| only(self.files.iter().filter(|(name, _)| source.path.is_some() && alike(name))))
            .or_else(|| only(self.files.iter()).filter(|_| is_only))
            .map(|(_, file)| file)
    }
}

fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    if all.next().is_none() { Some(first) } else { None }
}

fn one(source: &Source, audit: &Audit, fields: &Fields, found: &Found, place: Option<Place>) -> Result<()> {
    let fault = |message: &str| Error::page(message).in_file(source.label());
    let Some(file) = audit.of(source, !found.is_many()) else { return Err(fault("the audit does not know this file")) };
    let opened = Sniff::new(None, fields).open(source).map_err(|error| Error::io(source.label(), "reading", &error))?;
    let mut bytes = Vec::new();
    BufReader::new(opened.reader).read_to_end(&mut bytes).map_err(|error| Error::io(source.label(), "reading", &error))?;
    let text = String::from_utf8(bytes).map_err(|_| fault("not UTF-8, expected what was cleaned"))?;
    let restored = match opened.container {
        Some(Container::Jsonl) => of_records(&text, file, fields, source)?,
        Some(Container::Text) => of_page(&text, file).ok_or_else(|| fault("it is not what the audit says that was written"))?,
        other => {
            let name = other.map_or("no text", Container::name);
            return Err(fault(&format!("`{name}`, expected `text` or `jsonl`: others are not put back")));
        }
    };
    let restored =
        opened.compression.compress(restored.as_bytes()).map_err(|error| Error::io(source.label(), "compressing", &error))?;
    match place {
        None => io::stdout()
            .write_all(&restored)
            .and_then(|()| io::stdout().flush())
            .map_err(|e| Error::io("<stdout>", "writing", &e)),
        Some(place) => {
            let write = || {
                let mut file = WholeFile::create(&place)?;
                file.write_all(&restored)?;
                file.finish(false)
            };
            write().map_err(|error| Error::io(place.path(), "writing", &error))
        }
    }
}

/// A page of text.
fn of_page(text: &str, file: &OfFile) -> Option<String> {
    let [record] = file.get(&0)?.as_slice() else { return None };
    Some(edit::apply(text, &record.inverse(text)?).into_owned())
}

/// Records: each text set back into its line, and records that were left out in their places.
fn of_records(text: &str, file: &OfFile, fields: &Fields, source: &Source) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    let mut number = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    loop {
        number += 1;
        let records = file.get(&number).map_or(&[][..], Vec::as_slice);
        if let Some(dropped) = records.iter().find_map(|record| record.dropped.as_ref()) {
            out.push_str(dropped);
            out.push('\n');
            continue;
        }
        let Some(line) = lines.next() else { break };
        match of_record(line, records, fields) {
            Some(line) => out.push_str(&line),
            None => {
                let error = Error::page("it is not what the audit says that was written");
                return Err(error.in_record(source.label(), number));
            }
        }
    }
    Ok(out)
}

fn of_record<'l>(line: &'l str, records: &[AuditRecord<'_>], fields: &Fields) -> Option<Cow<'l, str>> {
    if records.iter().all(|record| record.edits.is_empty()) {
        return Some(Cow::Borrowed(line));
    }
    let ended = line.trim_end_matches(['\n', '\r']);
    let start = ended.len() - ended.trim_start_matches('\u{feff}').len();
    let read = Record::parse(&ended[start..], fields).ok()?;
    let mut new = Vec::new();
    let mut left: Vec<_> = records.iter().collect();
    for (field, span) in read.spans() {
        let name = fields.texts[field].name();
        let string = JsonString::new(span.of(&ended[start..]));
        // Several texts may be of one field (`parts.*`): each is put back by the first that fits.
        let fits = |record: &&AuditRecord<'_>| {
            record.field.as_ref().is_none_or(|field| field == name) && record.inverse(string.text()).is_some()
        };
        let record = left.remove(left.iter().position(fits)?);
        new.push((edit::Span::new(span.start + start, span.end + start), string.splice(&record.inverse(string.text())?)));
    }
    let mut out = Vec::with_capacity(line.len());
    splice(line.as_bytes(), new, &mut out);
    Some(Cow::Owned(String::from_utf8(out).ok()?))
}
