//! The numbers of a run as they are printed: for people, and for programs.

use serde_json::{Map, Value, json};
use std::fmt::Write;

use super::super::{Counts, visible};
use super::groups::{Group, Groups, OTHERS, Taken, UNKNOWN};
use super::page::PASSED;
use super::{RuleTally, Tally};
use crate::error::is_hidden;
use crate::names::{Category, Verdict};

/// How many rules, hosts and languages people are shown.
const ROWS_MAX: usize = 20;

/// How many removed lines programs are told.
const LINES_SHOWN_MAX: usize = 200;

/// How much of an example people are shown, in characters.
const EXAMPLE_CHARS_MAX: usize = 50;

impl Tally {
    /// The numbers as one line of JSON, without its end: those of `counts`, and what they are made of. Control characters are escaped,
    /// so it can be printed as it is.
    pub fn json(&self, counts: &Counts) -> String {
        let mut all = counts.object();
        let categories = named(Category::ALL.iter().map(|c| c.name()).zip(&self.categories), |taken| taken.edits > 0, taken);
        let verdicts = named(Verdict::ALL.iter().map(|v| v.name()).zip(&self.verdicts), |group| group.pages > 0, group);
        let did = |rule: &RuleTally| rule.taken.edits > 0 || rule.passed.iter().any(|n| *n > 0);
        let rules = named(self.rules.iter().map(|rule| (&*rule.id, rule)), |rule| did(rule), rule);
        let line = |(line, count): (&super::RemovedLine, u64)| json!({ "line": &*line.text, "count": count, "rule": &*self.rules[line.rule].id });
        let lines: Vec<Value> = self.lines.top(LINES_SHOWN_MAX).into_iter().map(line).collect();
        for (name, value) in [
            ("packs", Value::from(crate::cleaner::Cleaner::packs_hash())),
            ("tallied", group(&self.total)),
            ("by_rule", rules),
            ("protected_by", json!(self.protected)),
            ("by_category", categories),
            ("by_language", groups(&self.langs, "language")),
            ("by_host", groups(&self.hosts, "host")),
            ("by_verdict", verdicts),
            ("removed_lines", json!({ "top": lines, "uncounted_max": self.lines.missed() })),
        ] {
            all.insert(name.to_owned(), value);
        }
        let mut out = String::new();
        for c in Value::Object(all).to_string().chars() {
            // All of these are in the basic plane.
            out.extend(is_hidden(c).then(|| format!("\\u{:04x}", c as u32)));
            out.extend((!is_hidden(c)).then_some(c));
        }
        out
    }

    /// The numbers for people, a line each.
    pub fn table(&self, counts: &Counts) -> String {
        let mut out = counts.table();
        let used = self.used();
        let shown = &used[..used.len().min(ROWS_MAX)];
        let width = shown.iter().map(|(_, rule)| rule.id.len()).max().unwrap_or(0).max(18);
        if !shown.is_empty() {
            let _ = writeln!(out, "\n{:width$} {:>9} {:>9} {:>9} {:>12}  example", "rule", "pages", "edits", "lines", "bytes");
        }
        for (_, rule) in shown {
            let Taken { pages, edits, lines, bytes } = rule.taken;
            let example = rule.examples.iter().next().map(|(_, text)| short(text)).unwrap_or_default();
            let line = format!("{:width$} {pages:>9} {edits:>9} {lines:>9} {bytes:>12}  {example}", rule.id);
            let _ = writeln!(out, "{}", line.trim_end());
        }
        if used.len() > shown.len() {
            let _ = writeln!(out, "and {} more rules", used.len() - shown.len());
        }
        rows(&mut out, &self.langs, "language", width);
        rows(&mut out, &self.hosts, "host", width);
        out
    }
}

/// Some groups, the others together; nothing if no page has a name.
fn rows(out: &mut String, groups: &Groups, what: &str, width: usize) {
    let named = groups.named();
    if named.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{what:width$} {:>9} {:>9} {:>9} {:>12}", "pages", "changed", "lines", "bytes");
    let mut row = |name: &str, group: &Group| {
        let Taken { pages, lines, bytes, .. } = group.taken;
        let name = if name.chars().count() > width {
            format!("{}…", name.chars().take(width - 1).collect::<String>())
        } else {
            name.to_owned()
        };
        let _ = writeln!(out, "{name:width$} {:>9} {pages:>9} {lines:>9} {bytes:>12}", group.pages);
    };
    let (shown, rest) = named.split_at(named.len().min(ROWS_MAX));
    shown.iter().for_each(|(name, index)| row(&visible(name), groups.group(*index)));
    let mut others = *groups.group(OTHERS);
    rest.iter().for_each(|(_, index)| others += groups.group(*index));
    for (name, group) in [("others", &others), ("unknown", groups.group(UNKNOWN))] {
        if group.pages > 0 {
            row(name, group);
        }
    }
}

fn short(text: &str) -> String {
    let shown = visible(text);
    match shown.char_indices().nth(EXAMPLE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

fn named<'t, T: 't>(all: impl Iterator<Item = (&'t str, T)>, is_there: impl Fn(&T) -> bool, value: impl Fn(T) -> Value) -> Value {
    all.filter(|(_, what)| is_there(what)).map(|(name, what)| (name.to_owned(), value(what))).collect::<Map<_, _>>().into()
}

fn taken(taken: &Taken) -> Value {
    json!({ "pages": taken.pages, "edits": taken.edits, "lines": taken.lines, "bytes": taken.bytes })
}

fn group(group: &Group) -> Value {
    let Taken { pages, edits, lines, bytes } = group.taken;
    json!({
        "pages": group.pages, "bytes": group.bytes, "pages_changed": pages, "edits": edits, "lines_removed": lines,
        "bytes_removed": bytes,
    })
}

fn rule(rule: &RuleTally) -> Value {
    let mut value = taken(&rule.taken);
    value["category"] = rule.category.name().into();
    value["passed"] = named(PASSED.iter().copied().zip(&rule.passed), |n| **n > 0, |n| (*n).into());
    value["examples"] = rule.examples.iter().map(|(_, text)| &**text).collect();
    value
}

/// Those that are counted by themselves, then the others together (`"others": true`) and those of no name (null).
fn groups(groups: &Groups, what: &str) -> Value {
    let with = |name: &str, value: Value, index: usize| {
        let mut all = group(groups.group(index));
        all[name] = value;
        all
    };
    let mut all: Vec<_> = groups.named().into_iter().map(|(name, index)| with(what, name.into(), index)).collect();
    for (name, value, index) in [(what, Value::Null, UNKNOWN), ("others", true.into(), OTHERS)] {
        if groups.group(index).pages > 0 {
            all.push(with(name, value, index));
        }
    }
    all.into()
}
