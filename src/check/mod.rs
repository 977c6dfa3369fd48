//! Proving rules: each example through the whole cleaner, in a page of neutral prose.
//!
//! A rule is a claim, and its examples prove it: with this rule alone a hit is taken exactly, with all packs it goes, and a miss stays
//! byte for byte. Budget and body finder are off. How often rules act on real pages is `coverage`'s business, what
//! that allows them to claim `measured`'s.

mod coverage;
mod host;
mod measured;
mod reference;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

pub use coverage::{Coverage, RuleCount};
use host::Fragment;
pub use measured::{Figures, HITS_MIN, Measured, WRONG_ONE_IN};
pub use reference::reference;

use crate::cleaner::{Cleaned, Cleaner, PageFacts, Trial};
use crate::config::{Limits, Settings};
use crate::edit::{self, Span};
use crate::engine::scan::RuleRef;
use crate::error::{Error, Result};
use crate::html::Markup;
use crate::names::{Action, Body, Category, Confidence};
use crate::rules::rule::{Example, Rule, Told};

/// Which rules were proved, and what was wrong.
#[derive(Debug)]
pub struct Proof {
    /// How many rules.
    pub rules: usize,
    /// How many examples, hits and misses.
    pub examples: usize,
    /// What is wrong, in the order of the rules, each with the place of its example.
    pub errors: Vec<Error>,
}

/// Proves the rules of the given files and folders, or the built-in ones if there are none.
///
/// # Errors
/// Rule files that do not load.
pub fn check(paths: &[PathBuf]) -> Result<Proof> {
    let settings = |confidence| Settings {
        rules: paths.to_vec(),
        confidence,
        // Repairs come before rules: an example shows what the rules get to see.
        skip: vec![Category::Encoding],
        limits: Limits { budget: 1.0, ..Limits::default() },
        body: Body::Never,
        ..Settings::default()
    };
    let all = Cleaner::new(settings(Confidence::Likely))?;
    let engine = all.engine();
    let langs = engine.rules().map(|r| &engine.rule(r).rule).map(|rule| (rule.id.clone(), rule.lang.clone())).collect();
    let prover = Prover { eager: Cleaner::new(settings(Confidence::Maybe))?, langs, all };
    let book = if paths.is_empty() { 0 } else { 1 };
    let rules: Vec<RuleRef> = prover.all.engine().rules().filter(|r| r.book == book).collect();
    let parts = std::thread::available_parallelism().map_or(1, |n| n.get()).min(rules.len().max(1));
    let prover = &prover;
    let prove = &|part: &[RuleRef]| {
        let mut proof = Proof { rules: part.len(), examples: 0, errors: Vec::new() };
        for &rule in part {
            let (written, told) = (&prover.all.engine().rule(rule).rule, prover.all.engine().told(rule));
            proof.examples += told.hits.len() + told.misses.len();
            prover.rule(rule, written, &told, &mut proof.errors);
        }
        proof
    };
    let mut whole = Proof { rules: 0, examples: 0, errors: Vec::new() };
    std::thread::scope(|scope| {
        let running: Vec<_> =
            rules.chunks(rules.len().div_ceil(parts).max(1)).map(|part| scope.spawn(move || prove(part))).collect();
        for part in running {
            // A panic in a part is a panic of the whole.
            let proof = part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            whole.rules += proof.rules;
            whole.examples += proof.examples;
            whole.errors.extend(proof.errors);
        }
    });
    Ok(whole)
}

struct Prover {
    all: Cleaner,
    /// The languages of each rule.
    langs: HashMap<String, Vec<String>>,
    /// Lets unsure rules act without evidence, for a rule that is tried alone.
    eager: Cleaner,
}

impl Prover {
    fn rule(&self, rule: RuleRef, written: &Rule, told: &Told<&str>, errors: &mut Vec<Error>) {
        let mut coverers: Option<BTreeSet<String>> = None;
        for hit in &told.hits {
            let fragment = match host::place(written, hit.text) {
                Ok(fragment) => fragment,
                Err(message) => {
                    errors.push(written.example_error(hit, message));
                    continue;
                }
            };
            let found = match written.action {
                Action::Keep | Action::Flag => self.quiet_hit(rule, written, &fragment),
                Action::Delete | Action::Replace => self.hit(rule, written, &fragment),
            };
            errors.extend(found.err().map(|message| written.example_error(hit, message)));
            if written.action == Action::Delete {
                let others = self.coverers(rule, written, &fragment);
                coverers = Some(coverers.map_or(others.clone(), |before| before.intersection(&others).cloned().collect()));
            }
        }
        if let Some(other) = coverers.iter().flatten().next() {
            let message = format!("`{}` is never needed: `{other}` takes every one of its hits", written.id);
            errors.push(written.error(message).help("merge the two, or show a hit that only this rule takes"));
        }
        self.misses(rule, written, &told.misses, errors);
    }

    /// Cleans a page; `marks` are where an example shows that the rule acts.
    fn clean(&self, cleaner: &Cleaner, written: &Rule, text: &str, marks: &[Span], trial: Trial) -> Cleaned {
        cleaner.clean_as(text, &facts(written, marks), trial)
    }

    /// A hit of a rule that changes text: exactly, alone; gone, with all.
    fn hit(&self, rule: RuleRef, written: &Rule, fragment: &Fragment) -> std::result::Result<(), String> {
        let alone = self.clean(&self.eager, written, &fragment.page, &fragment.marks, Trial::Alone(rule));
        let left = alone.text(&fragment.page);
        if alone.edits.is_empty() {
            return Err(format!("hit is not taken by `{}`{}", written.id, self.near_miss(rule, written, fragment)));
        }
        if host::loose(&left) != host::loose(&fragment.expected) {
            let left = host::without_host(&left);
            return Err(format!("hit is not taken exactly: `{}` stays, expected `{}`", shown(&left), shown(&fragment.left)));
        }
        if !self.clean(&self.eager, written, &left, &[], Trial::Alone(rule)).edits.is_empty() {
            return Err(format!("`{}` matches its own result: a second run would change the page again", written.id));
        }
        let all = self.clean(&self.all, written, &fragment.page, &fragment.marks, Trial::All);
        match fragment.marks.iter().find(|mark| !is_covered(&fragment.page, **mark, &all)) {
            Some(mark) => Err(format!("hit stays with all packs: `{}`", shown(mark.of(&fragment.page)))),
            None => Ok(()),
        }
    }

    /// A hit of a rule that keeps or flags: it matches, and the page stays as it is.
    fn quiet_hit(&self, rule: RuleRef, written: &Rule, fragment: &Fragment) -> std::result::Result<(), String> {
        if self.matches(rule, fragment).is_empty() {
            return Err(format!("hit is not matched by `{}`", written.id));
        }
        let all = self.clean(&self.all, written, &fragment.page, &fragment.marks, Trial::All);
        if written.action == Action::Keep && !all.edits.is_empty() {
            return Err(format!("hit is not kept: `{}` takes part of it", all.edits[0].reason.rule));
        }
        let unseen = written.verdict.filter(|verdict| all.verdict != *verdict);
        unseen.map_or(Ok(()), |verdict| Err(format!("the verdict is `{}`, expected `{verdict}`", all.verdict)))
    }

    /// Where the rule's phrases match, whatever its conditions.
    fn matches(&self, rule: RuleRef, fragment: &Fragment) -> Vec<Span> {
        let mut found = Vec::new();
        let (scan, mut scratch) = (self.all.engine().scan(), Default::default());
        for line in crate::document::lines(&fragment.page) {
            let text = line.content.of(&fragment.page);
            scan.line(text, &|r| r == rule, &mut scratch, &mut found);
        }
        found.into_iter().map(|c| c.take()).collect()
    }

    /// Why a hit was not taken, as far as it can be told.
    fn near_miss(&self, rule: RuleRef, written: &Rule, fragment: &Fragment) -> String {
        let unmet = self.all.unmet(&fragment.page, &facts(written, &fragment.marks), rule);
        match (unmet.into_iter().min_by_key(Vec::len), &written.regex) {
            (None, Some(_)) => ": its expression does not match, or no anchor stands in it".to_owned(),
            (None, None) => ": none of its phrases matches".to_owned(),
            (Some(unmet), _) if unmet.is_empty() => ": a phrase matches, but `not` or a `keep` holds it back".to_owned(),
            (Some(unmet), _) => format!(": a phrase matches, but `{}` does not hold", unmet.join("`, `")),
        }
    }

    /// The other rules that would take all of a hit if this one were not there. Languages share words (`Foto: …`), and each has to be
    /// whole without its neighbours: only rules of `any` and of the same language count, and for a rule of `any` those of `any`.
    fn coverers(&self, rule: RuleRef, written: &Rule, fragment: &Fragment) -> BTreeSet<String> {
        let without = self.clean(&self.all, written, &fragment.page, &fragment.marks, Trial::Without(rule));
        let mut rules: BTreeSet<String> = without.edits.iter().map(|e| e.reason.rule.to_string()).collect();
        let speaks = |id: &str| {
            let lang = self.langs.get(id).map_or(&[][..], Vec::as_slice);
            lang.is_empty() || lang == written.lang
        };
        rules.retain(|id| {
            if !speaks(id) {
                return false;
            }
            let mut one = without.clone();
            one.edits.retain(|e| *e.reason.rule == **id);
            fragment.marks.iter().all(|mark| is_covered(&fragment.page, *mark, &one))
        });
        rules
    }

    fn misses(&self, rule: RuleRef, written: &Rule, misses: &[Example<&str>], errors: &mut Vec<Error>) {
        let mut saved = false;
        for miss in misses {
            let fragment = match host::place(written, miss.text) {
                Ok(fragment) => fragment,
                Err(message) => {
                    errors.push(written.example_error(miss, message));
                    continue;
                }
            };
            let all = self.clean(&self.all, written, &fragment.page, &[], Trial::All);
            if let (Some(edit), Action::Delete | Action::Replace) = (all.edits.first(), written.action) {
                errors.push(taken_miss(written, miss, &fragment, edit));
            }
            if matches!(written.action, Action::Keep | Action::Flag) && !self.matches(rule, &fragment).is_empty() {
                errors.push(written.example_error(miss, format!("miss is matched by `{}`", written.id)));
            }
            if !written.when.not.is_empty() && !saved {
                let text = &fragment.page;
                saved = !self.clean(&self.eager, written, text, &[], Trial::AloneWithoutNot(rule)).edits.is_empty();
            }
        }
        if !written.when.not.is_empty() && !saved {
            let error = written.error(format!("`{}` has a `not` that saves none of its misses", written.id));
            errors.push(error.help("add the look-alike that it is for to `miss`, or take it out"));
        }
    }
}

/// What a rule's examples know of their page: its first language and host, and where a hit stands in its first word of markup.
fn facts(written: &Rule, marks: &[Span]) -> PageFacts {
    let lang = written.when.lang.first().or(written.lang.first()).cloned();
    let word = written.when.markup.first().filter(|_| !marks.is_empty());
    let markup = word.map(|word| Markup::with_word(marks, word));
    PageFacts { host: written.when.hosts.first().cloned(), lang, markup, ..PageFacts::default() }
}

fn taken_miss(written: &Rule, miss: &Example<&str>, fragment: &Fragment, edit: &edit::Edit) -> Error {
    let by = if *edit.reason.rule == *written.id { String::new() } else { format!(" by `{}`", edit.reason.rule) };
    let message = format!("miss is taken{by}: `{}`", shown(edit.span.of(&fragment.page)));
    written.example_error(miss, message).help(format!("phrase `{}`", shown(&edit.reason.evidence)))
}

/// Whether edits take all that is shown in a span.
fn is_covered(page: &str, span: Span, cleaned: &Cleaned) -> bool {
    let taken = |at: usize| cleaned.edits.iter().any(|e| (e.span.start..e.span.end).contains(&at));
    span.of(page).char_indices().all(|(at, c)| c.is_whitespace() || taken(span.start + at))
}

/// How much of a text an error shows, in characters.
const SHOWN_CHARS_MAX: usize = 120;

fn shown(text: &str) -> String {
    let short: String = text.trim().chars().take(SHOWN_CHARS_MAX).collect();
    let more = if short.len() < text.trim().len() { "…" } else { "" };
    crate::error::printable(&short.replace('\n', "⏎")) + more
}
