//! `unchaff rules …`: what can be done with rules, each a call into the library and lines on standard output.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::flags::{Flags, RulesCommand};
use super::say::Say;
use super::{Ending, numbers, pages, print, run};
use crate::check::{self, Coverage, Figures};
use crate::cleaner::Cleaner;
use crate::error::{Error, Result, printable};
use crate::input::Fields;
use crate::names::Action;

/// Does what was asked for; what comes out is the result.
pub fn rules(command: &RulesCommand, flags: &Flags, say: &mut Say) -> Result<Ending> {
    if let Some(stray) = flags.only_for_cleaning() {
        return Err(Error::usage(format!("`{stray}` is for cleaning, not for `rules`")).help("a path of that name is `./rules`"));
    }
    let options = run::options(flags, say)?;
    match command {
        RulesCommand::List => print(&list(&Cleaner::new(options.settings)?)),
        RulesCommand::Show { id } => print(&show(&Cleaner::new(options.settings)?, id)?),
        RulesCommand::Check { paths } => print(&prove(if paths.is_empty() { &options.settings.rules } else { paths })?),
        RulesCommand::Coverage { stats: Some(file), .. } => print(&numbers::unused(file, &Cleaner::new(options.settings)?, say)?),
        RulesCommand::Coverage { paths, .. } => {
            let mut coverage = Cover { cleaner: Cleaner::new(options.settings)?, fields: options.fields, failed: 0 };
            let counts = coverage.count(paths, say);
            print(&table(&counts))?;
            Ok(if coverage.failed > 0 { Ending::SomeFailed } else { Ending::Done })
        }
    }
}

/// One rule a line: id, category, scope, confidence, and what it does if that is not to delete.
fn list(cleaner: &Cleaner) -> String {
    let mut out = String::new();
    let width = cleaner.rules().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in cleaner.rules() {
        let action = if rule.action == Action::Delete { "" } else { rule.action.name() };
        let line = format!("{:width$}  {:12}  {:7}  {:6}  {action}", rule.id, rule.category, rule.scope, rule.confidence);
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// What a rule does, why, where it is written, and its examples.
fn show(cleaner: &Cleaner, id: &str) -> Result<String> {
    let Some(rule) = cleaner.rules().find(|rule| rule.id == id) else {
        let ids = cleaner.rules().map(|rule| rule.id);
        return Err(Error::usage(format!("unknown rule `{id}`")).meant(id, ids));
    };
    let mut out = format!("{id}\n{}\n\n", printable(rule.why));
    let place = format!("{}:{}", rule.path, rule.line);
    for (name, value) in [
        ("category", rule.category.name()),
        ("scope", rule.scope.name()),
        ("confidence", rule.confidence.name()),
        ("action", rule.action.name()),
        ("written in", &place),
    ] {
        line(&mut out, name, value);
    }
    for (name, texts) in
        [("phrase", &rule.phrases), ("regex", &rule.regex.into_iter().collect()), ("takes", &rule.hits), ("leaves", &rule.misses)]
    {
        texts.iter().for_each(|text| line(&mut out, name, text));
    }
    Ok(out)
}

fn line(out: &mut String, name: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{name:10}  {}", value.split('\n').map(printable).collect::<Vec<_>>().join("\n            "));
}

fn prove(paths: &[PathBuf]) -> Result<String> {
    let proof = check::check(paths)?;
    match Error::join(proof.errors) {
        Some(error) => Err(error.into_usage()),
        None => Ok(format!("{} rules, {} examples: all hold\n", proof.rules, proof.examples)),
    }
}

/// What rules did, the busiest first; those that never acted last. Columns stand at least two spaces apart.
fn table(coverage: &Coverage) -> String {
    let width = coverage.rules.keys().map(String::len).max().unwrap_or(0).max("rule".len());
    let mut out = format!("{:width$}  {:>8}  {:>8}  {:>8}  confidence  note\n", "rule", "hits", "pages", "wrong");
    let mut rules: Vec<_> = coverage.rules.iter().collect();
    rules.sort_by_key(|(id, count)| (std::cmp::Reverse(count.hits), *id));
    for (id, count) in &rules {
        let wrong = if coverage.known > 0 { count.wrong.to_string() } else { "-".to_owned() };
        let (hits, pages, confidence) = (count.hits, count.pages, count.confidence);
        let note = Figures::from(**count).note(confidence);
        let line = format!("{id:width$}  {hits:>8}  {pages:>8}  {wrong:>8}  {confidence:10}  {note}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let never = rules.iter().filter(|(_, count)| count.hits == 0).count();
    let (pages, known) = (coverage.pages, coverage.known);
    let _ = writeln!(out, "\n{pages} pages, {known} of them with a known clean text; {never} rules never acted");
    out
}

/// Counts over pages: text files, and records.
struct Cover {
    cleaner: Cleaner,
    fields: Fields,
    failed: usize,
}

impl Cover {
    fn count(&mut self, paths: &[PathBuf], say: &Say) -> Coverage {
        let mut coverage = Coverage::new(&self.cleaner);
        let line_bytes_max = self.cleaner.settings().limits.page_bytes_max;
        let failed = pages::each(paths, &self.fields, line_bytes_max, &mut |page| {
            let known = page.known.or_else(|| page.file.as_deref().and_then(known_text));
            coverage.add(&page.text, &self.cleaner.clean(&page.text, &page.facts), known.as_deref());
            Ok(())
        });
        failed.iter().for_each(|error| say.error(error));
        self.failed = failed.len();
        coverage
    }
}

/// The clean text of a page, where it is known: `page.clean.txt` beside `page.txt`, or `expected.txt` beside `source.txt`.
fn known_text(page: &Path) -> Option<String> {
    let extension = page.extension()?.to_str()?;
    let known = match page.file_stem()?.to_str()? {
        "source" => page.with_file_name(format!("expected.{extension}")),
        _ => page.with_extension(format!("clean.{extension}")),
    };
    std::fs::read_to_string(known).ok()
}
