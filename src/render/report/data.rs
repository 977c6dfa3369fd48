//! What the report's script draws, within bounds: so many rules, hosts, lines and pages, and so much of each text.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::super::tally::{Group, Groups, OTHERS, Part, Sample, Taken, UNKNOWN, clip};
use super::super::{Counts, Tally};
use crate::cleaner::Cleaner;
use crate::names::{Category, Verdict};

/// How many rules are shown by themselves.
const RULES_MAX: usize = 400;

/// How many hosts and languages are shown by themselves.
const GROUPS_MAX: usize = 100;

/// How many removed lines are shown.
const LINES_MAX: usize = 300;

/// How many pairs of host, verdict and rule are told; if there are more, fewer hosts are shown by themselves.
const CELLS_MAX: usize = 12_000;

/// How much of a line or an example is shown, in bytes as they are written.
const LINE_BYTES_MAX: usize = 400;

/// A host, a verdict and a rule by their places in the report.
type Cells = BTreeMap<(usize, usize, usize), Taken>;

/// All that is drawn.
pub fn data(tally: &Tally, counts: &Counts) -> Value {
    let rules = Rules::new(tally);
    let (hosts_shown, cells) = shown_cells(tally, &rules);
    let total = &tally.total;
    let verdicts = Verdict::ALL.iter().zip(&tally.verdicts).map(|(verdict, group)| with_name(verdict.name(), group));
    let lines = tally.lines.top(LINES_MAX);
    let lines = lines.into_iter().map(|(line, count)| json!([count, rules.place[line.rule], clip(&line.text, LINE_BYTES_MAX)]));
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "packs": Cleaner::packs_hash(),
        "total": {
            "pages": total.pages, "changed": total.taken.pages, "bytes": total.bytes, "lines": total.taken.lines,
            "edits": total.taken.edits, "removed": total.taken.bytes,
        },
        "failed": counts.failed,
        "remarks": remarks(tally, counts, hosts_shown),
        "categories": Category::ALL.iter().map(|category| category.name()).collect::<Vec<_>>(),
        "category_bytes": tally.categories.iter().map(|taken| taken.bytes).collect::<Vec<_>>(),
        "category_edits": tally.categories.iter().map(|taken| taken.edits).collect::<Vec<_>>(),
        "verdicts": verdicts.collect::<Vec<_>>(),
        "hosts": groups(&tally.hosts, hosts_shown),
        "langs": groups(&tally.langs, GROUPS_MAX),
        "rules_all": tally.rules_all,
        "rules_used": tally.used().len(),
        "rules": rules.shown,
        "cells": cells.iter().flat_map(|((host, verdict, rule), taken)| {
            [*host as u64, *verdict as u64, *rule as u64, taken.edits, taken.lines, taken.bytes]
        }).collect::<Vec<_>>(),
        "lines": lines.collect::<Vec<_>>(),
        "lines_missed": tally.lines.missed(),
        "samples": tally.samples().into_iter().map(sample).collect::<Vec<_>>(),
    })
}

/// What a reader has to know of the numbers.
fn remarks(tally: &Tally, counts: &Counts, hosts_shown: usize) -> Vec<String> {
    let mut remarks = Vec::new();
    let dropped: u64 = counts.dropped.iter().sum();
    let earlier = counts.pages.saturating_sub(tally.total.pages);
    if earlier > 0 {
        remarks.push(format!(
            "This run went on where an earlier one was stopped. {earlier} pages that were cleaned before are not in this report."
        ));
    }
    if dropped > 0 {
        remarks.push(format!("{dropped} pages were left out because of their verdict. They are not in this report."));
    }
    if counts.failed > 0 {
        remarks.push(format!("{} pages, records or files failed. They came through unchanged, or not at all.", counts.failed));
    }
    if tally.hosts.named().len() > hosts_shown {
        remarks.push(format!("The {hosts_shown} hosts that lost most are shown by name, the rest together as other hosts."));
    }
    remarks
}

/// The rules that are shown, those that took most first; the others of a category together.
struct Rules {
    shown: Vec<Value>,
    /// Where each of the tally's rules is shown.
    place: Vec<usize>,
}

impl Rules {
    fn new(tally: &Tally) -> Rules {
        let mut rules = Rules { shown: Vec::new(), place: vec![0; tally.rules.len()] };
        let mut others: BTreeMap<Category, usize> = BTreeMap::new();
        for (index, rule) in tally.used() {
            if rules.shown.len() < RULES_MAX {
                let examples: Vec<_> = rule.examples.iter().map(|(_, text)| clip(text, LINE_BYTES_MAX / 2)).collect();
                rules.place[index] = rules.shown.len();
                let (pages, category) = (rule.taken.pages, rule.category as usize);
                rules.shown.push(json!({ "id": &*rule.id, "category": category, "pages": pages, "examples": examples }));
            } else {
                let others = others.entry(rule.category).or_insert_with(|| {
                    let none: [&str; 0] = [];
                    rules.shown.push(json!({ "id": null, "category": rule.category as usize, "examples": none }));
                    rules.shown.len() - 1
                });
                rules.place[index] = *others;
            }
        }
        rules
    }
}

/// How many hosts are shown by themselves, and the numbers of each.
fn shown_cells(tally: &Tally, rules: &Rules) -> (usize, Cells) {
    let named = tally.hosts.named();
    for hosts_shown in [GROUPS_MAX, GROUPS_MAX / 2, GROUPS_MAX / 5, 0] {
        let mut place = vec![OTHERS; named.len() + 2];
        place[UNKNOWN] = UNKNOWN;
        named.iter().take(hosts_shown).enumerate().for_each(|(i, (_, index))| place[*index] = i + 2);
        let mut cells = Cells::new();
        for ((host, verdict, rule), taken) in &tally.cells {
            *cells.entry((place[*host], *verdict as usize, rules.place[*rule])).or_default() += taken;
        }
        if cells.len() <= CELLS_MAX || hosts_shown == 0 {
            return (hosts_shown, cells);
        }
    }
    (0, Cells::new())
}

/// Pages of unknown name, others, then those that are shown by name.
fn groups(groups: &Groups, shown: usize) -> Vec<Value> {
    let named = groups.named();
    let (shown, rest) = named.split_at(named.len().min(shown));
    let mut others = *groups.group(OTHERS);
    rest.iter().for_each(|(_, index)| others += groups.group(*index));
    let row = |key: String, label: &str, group: &Group| {
        let mut value = with_name(&key, group);
        value["key"] = key.into();
        value["label"] = clip(label, LINE_BYTES_MAX).into();
        value
    };
    let mut all = vec![row("?".to_owned(), "unknown", groups.group(UNKNOWN)), row("*".to_owned(), "others", &others)];
    all.extend(shown.iter().enumerate().map(|(i, (name, index))| row(i.to_string(), name, groups.group(*index))));
    all
}

fn with_name(name: &str, group: &Group) -> Value {
    let Taken { pages, lines, bytes, .. } = group.taken;
    json!({ "name": name, "pages": group.pages, "changed": pages, "bytes": group.bytes, "lines": lines, "removed": bytes })
}

/// A sampled page: of its parts, those that stayed are strings, those that went lists (reason, old text, new text), and the bytes that
/// are left out numbers.
fn sample(sample: &Sample) -> Value {
    let part = |part: &Part| match part {
        Part::Kept(text) => json!(text),
        Part::Taken { old, new, reason } if new.is_empty() => json!([reason, old]),
        Part::Taken { old, new, reason } => json!([reason, old, new]),
        Part::LeftOut(bytes) => json!(bytes),
    };
    let reasons = sample.reasons.iter().map(|reason| {
        json!({
            "rule": &*reason.rule, "category": reason.category.name(), "confidence": reason.confidence.name(),
            "evidence": &*reason.evidence,
        })
    });
    json!({
        "name": sample.name, "host": sample.host, "lang": sample.lang, "verdict": sample.verdict.name(), "bytes": sample.bytes,
        "taken": sample.taken, "reasons": reasons.collect::<Vec<_>>(), "parts": sample.parts.iter().map(part).collect::<Vec<_>>(),
    })
}
