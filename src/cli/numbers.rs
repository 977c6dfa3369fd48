//! The numbers of a run: whether they are taken down, the report that is made of them, and what they say of rules that did nothing.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::flags::OutputFlags;
use super::say::Say;
use crate::batch::Job;
use crate::cleaner::Cleaner;
use crate::error::{Error, Result};
use crate::input::Found;
use crate::names::Action;
use crate::render::{Collector, Counts, Tally, report};
use crate::sink::{Place, Target, WholeFile};

/// Takes down what is done page by page, if somebody wants to know.
pub fn collector(flags: &OutputFlags, cleaner: &Cleaner) -> Option<Collector> {
    let is_wanted = flags.stats.is_some() || flags.report.is_some();
    is_wanted.then(|| Collector::new(cleaner, flags.report.is_some()))
}

/// The report to be written.
pub struct Report {
    path: PathBuf,
    file: WholeFile,
}

/// Begins the report, so that a place that cannot be written to is known before the run; nothing is seen of it until the run is done.
pub fn open(path: Option<&Path>, job: &Job, found: &Found) -> Result<Option<Report>> {
    let Some(path) = path else { return Ok(None) };
    let usage = |message: &str| Err(Error::usage(message).in_file(path));
    if path.as_os_str() == "-" {
        return Err(Error::usage("`--report -`, expected a file"));
    }
    let is_same = |other: &Path| {
        other == path
            || (path.is_file() && other.canonicalize().is_ok_and(|other| path.canonicalize().is_ok_and(|own| own == other)))
    };
    if found.sources.iter().filter_map(|source| source.path.as_deref()).any(is_same) {
        return usage("the report would be written over a page");
    }
    let written = match &job.target {
        Target::File(file) => Some(file),
        _ => None,
    };
    if written.into_iter().chain(&job.errors).chain(&job.audit).any(|other| is_same(other)) {
        return usage("the report would be written over another output");
    }
    let file = WholeFile::create(&Place::File(path.to_path_buf())).map_err(|e| Error::io(path, "writing", &e).into_usage())?;
    Ok(Some(Report { path: path.to_path_buf(), file }))
}

impl Report {
    /// Writes the report of a run that is done.
    pub fn write(mut self, tally: &Tally, counts: &Counts) -> Result<()> {
        let write = || {
            self.file.write_all(report(tally, counts).as_bytes())?;
            self.file.finish(true)
        };
        write().map_err(|error| Error::io(self.path, "writing", &error))
    }
}

/// What `--stats=json` says of a run, as far as it is asked for here.
#[derive(Deserialize)]
struct Stats {
    packs: String,
    tallied: Tallied,
    by_rule: BTreeMap<String, RuleStats>,
    protected_by: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Tallied {
    pages: u64,
}

#[derive(Deserialize)]
struct RuleStats {
    edits: u64,
    passed: BTreeMap<String, u64>,
}

/// Names rules that did nothing in a run, and exceptions that protected nothing.
pub fn unused(file: &Path, cleaner: &Cleaner, say: &Say) -> Result<String> {
    let stats = read(file)?;
    if stats.packs != Cleaner::packs_hash() {
        say.note(format_args!(
            "the run was made with other built-in rules ({}) than these ({})",
            stats.packs,
            Cleaner::packs_hash()
        ));
    }
    let engine = cleaner.engine();
    let rules = engine.rules().filter(|rule| !cleaner.is_off(*rule)).map(|rule| &engine.rule(rule).rule);
    let (mut idle, mut keeps, mut nots) = (Vec::new(), Vec::new(), Vec::new());
    let (mut all, mut all_keeps, mut all_nots) = (0, 0, 0);
    for rule in rules.filter(|rule| rule.action != Action::Flag) {
        let known = stats.by_rule.get(&rule.id);
        let protects = stats.protected_by.contains_key(&rule.id);
        if rule.action == Action::Keep {
            all_keeps += 1;
            keeps.extend((!protects).then_some(rule));
            continue;
        }
        all += 1;
        idle.extend((!protects && known.is_none_or(|known| known.edits == 0)).then_some(rule));
        if !rule.when.not.is_empty() {
            all_nots += 1;
            let held = known.and_then(|known| known.passed.get("not")).is_some_and(|n| *n > 0);
            nots.extend((!held).then_some(rule));
        }
    }
    let mut out = String::new();
    for (title, of, all, rules) in [
        ("rules that took nothing", "rules", all, &idle),
        ("rules that keep text and kept nothing from being taken", "such rules", all_keeps, &keeps),
        ("rules with a `not` that held nothing back", "such rules", all_nots, &nots),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{title}: {} of {all} {of}", rules.len());
        for rule in rules {
            let _ = writeln!(out, "  {:12}  {}", rule.category, rule.id);
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{} pages", stats.tallied.pages);
    Ok(out)
}

/// The numbers in a file: the last line of it that is an object, since notes may stand before it.
fn read(file: &Path) -> Result<Stats> {
    let text = fs::read(file).map_err(|error| Error::io(file, "reading", &error).into_usage())?;
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().rev().find(|line| line.starts_with('{'));
    let stats = line.map(serde_json::from_str).and_then(std::result::Result::ok);
    stats.ok_or_else(|| Error::usage("no numbers of a run, expected what `--stats=json` prints").in_file(file))
}
