//! The whole way of one page: the only place that knows every stage.
//!
//! `text → repair → view → scan → decide → edits`, again on what comes out where text inside lines has changed, until nothing
//! changes any more: cleaning what was cleaned changes nothing.

mod explain;
mod facts;
mod files;
mod finders;
mod language;
mod listed;
mod made;
mod off;
#[cfg(feature = "bench")]
pub mod stages;
mod verdict;

use std::borrow::Cow;
use std::sync::OnceLock;

pub use explain::{Explained, ExplainedLine, ExplainedMatch};
pub use facts::{Cleaned, PageFacts};
pub use files::{Files, ModelFile};
pub use listed::ListedRule;

use crate::body::{Finding, Table, may_be_raw};
use crate::config::Settings;
use crate::decide::{Judge, Judged, Mode};
use crate::document::{VIEW_BYTES_MAX, View};
use crate::edit::{self, Note};
use crate::engine::alive::Alive;
use crate::engine::builtin;
use crate::engine::conditions::{self, PageKnown};
use crate::engine::language::Languages;
use crate::engine::page::Page;
use crate::engine::past::{Past, Read};
use crate::engine::scan::{Candidate, Engine, RuleRef, Scratch};
use crate::html::{self, HtmlPage, Markup};
use crate::names::{Action, Body, Category, Confidence, Repair, Verdict};
use crate::repair::{self, Repaired, Sound, Suspect};
use finders::Finders;
use language::Found;

/// Cleans pages; made once, used from any number of threads.
pub struct Cleaner {
    settings: Settings,
    engine: Engine,
    languages: OnceLock<Languages>,
    finders: Finders,
    /// Rules that do not act at all: disabled, or replaced by a layer above.
    off: Vec<RuleRef>,
}

/// What one pass leaves for the next, which takes over what was not touched.
struct Before {
    page: Past,
    /// Lines that need no repair.
    sound: Option<Sound>,
}

/// For `rules check`: one rule by itself, all but one, or one without its condition `not`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    /// Only this rule acts; the others are evidence.
    Alone(RuleRef),
    /// Only this rule acts, and its `not` does not hold it back.
    AloneWithoutNot(RuleRef),
    /// All rules act but this one.
    Without(RuleRef),
    /// All rules act.
    All,
}

impl Cleaner {
    /// The settings it was made of.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The hash of the built-in packs.
    pub fn packs_hash() -> &'static str {
        builtin::HASH
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn is_off(&self, rule: RuleRef) -> bool {
        self.off.contains(&rule)
    }

    /// Cleans one page; never fails and does no I/O.
    ///
    /// ```
    /// use unchaff::{Cleaner, PageFacts};
    /// let cleaner = Cleaner::new(Default::default()).unwrap();
    /// let page = "The bridge opened on Monday. It took three years.\n\nShare this article\n";
    /// let cleaned = cleaner.clean(page, &PageFacts::default());
    /// assert_eq!(cleaned.text(page), "The bridge opened on Monday. It took three years.\n");
    /// ```
    pub fn clean(&self, text: &str, facts: &PageFacts) -> Cleaned {
        self.clean_as(text, facts, Trial::All)
    }

    /// Makes text of an HTML page and cleans it, with its title, language and markup as evidence; never fails and does no I/O. The edits
    /// are of the page's text, not of the HTML.
    ///
    /// ```
    /// use unchaff::{Cleaner, PageFacts};
    /// let cleaner = Cleaner::new(Default::default()).unwrap();
    /// let html = "<p>The bridge opened on Monday. It took three years.</p><a href=x>Share this article</a>";
    /// let (page, cleaned) = cleaner.clean_html(html, PageFacts::default());
    /// assert_eq!(cleaned.text(&page.text), "The bridge opened on Monday. It took three years.\n");
    /// ```
    pub fn clean_html(&self, html: &str, facts: PageFacts) -> (HtmlPage, Cleaned) {
        let page = html::to_text(html, &self.settings.limits);
        let mut cleaned = self.clean(&page.text, &facts.with_page(&page));
        cleaned.notes.splice(..0, page.notes.iter().cloned());
        (page, cleaned)
    }

    pub(crate) fn clean_as(&self, text: &str, facts: &PageFacts, trial: Trial) -> Cleaned {
        let passes_unchanged = |verdict, note: Option<String>| Cleaned {
            edits: Vec::new(),
            passed: Vec::new(),
            verdict,
            notes: note.map(Note).into_iter().collect(),
            lang: self.told_lang(facts),
        };
        let limits = &self.settings.limits;
        let bytes_max = limits.page_bytes_max.min(VIEW_BYTES_MAX);
        if text.len() > bytes_max {
            let note = format!("{} bytes, more than page-bytes-max ({bytes_max}): passed unchanged", text.len());
            return passes_unchanged(Verdict::Article, Some(note));
        }
        if is_not_text(text) {
            return passes_unchanged(Verdict::NotText, Some("not text: passed unchanged".to_owned()));
        }
        let mut later = facts.later();
        let mut known = Cow::Borrowed(facts);
        let (mut total, mut past) = self.judge(Cow::Borrowed(text), facts, trial, limits.body_rounds_max > 0, None);
        let lang = self.told_lang(facts).or_else(|| total.lang.clone().flatten());
        // The cut that markup tells comes before those of a page as text.
        let cuts = total.cuts && facts.markup.is_none();
        let (mut body_rounds, mut changed) = (usize::from(cuts), !total.edits.is_empty());
        for _ in 1..limits.rounds_max {
            if !changed || !total.again {
                match later.pop() {
                    Some(next) => known = Cow::Owned(next),
                    None => break,
                }
            } else if let Some(markup) = facts.markup.as_ref().filter(|_| known.markup.is_some()) {
                known.to_mut().markup = Some(markup.after(&total.edits));
            }
            let middle = edit::apply(text, &total.edits);
            // Markup tells a frame at once; what is left after that cut has none.
            let may_cut = known.markup.is_none() && body_rounds < limits.body_rounds_max;
            let next;
            (next, past) = self.judge(middle, &known, trial, may_cut, past);
            changed = !next.edits.is_empty();
            if changed {
                body_rounds += usize::from(next.cuts);
                total.follow_with(next);
            }
        }
        let verdict = verdict::verdict(text, &total);
        Cleaned { edits: total.edits, passed: total.passed, verdict, notes: total.notes, lang }
    }

    /// One pass over a text: repairs, then rules and, if it may, the body finder on what they leave.
    /// `past` is the pass before this one, if the text is what it left.
    fn judge(
        &self,
        text: Cow<'_, str>,
        facts: &PageFacts,
        trial: Trial,
        body: bool,
        mut past: Option<Before>,
    ) -> (Judged, Option<Before>) {
        let (repaired, sound) = match trial {
            Trial::All if self.repairs_encoding() => {
                let known = past.as_mut().and_then(|Before { page, sound }| sound.as_ref().zip(Some(&mut page.untouched)));
                repair::repair_after(&text, known)
            }
            _ => Default::default(),
        };
        // Only what is left of the text that was judged is known; repairs make another one of it.
        let mut page = past.filter(|_| repaired.edits.is_empty()).map(|before| before.page);
        page.iter_mut().for_each(|page| page.untouched.rewind());
        let markup = facts.markup.as_ref().map(|markup| markup.after(&repaired.edits));
        // The text as it came is not held beside the repaired one.
        let text = if repaired.edits.is_empty() { text } else { Cow::Owned(repaired.text(&text).into_owned()) };
        let (mut judged, page) = self.judge_repaired(text, facts, markup.as_ref(), trial, body, page);
        if !repaired.edits.is_empty() {
            judged.again |= !judged.edits.is_empty();
            for passed in &mut judged.passed {
                passed.span = edit::original_span(&repaired.edits, passed.span);
            }
            judged.edits = edit::compose(repaired.edits, judged.edits);
        }
        judged.notes.extend(suspects(&repaired.suspects));
        (judged, page.map(|page| Before { page, sound }))
    }

    fn repairs_encoding(&self) -> bool {
        self.settings.repair != Repair::Off && self.category_mode(Category::Encoding, true) == Mode::Act
    }

    /// Rules and the body finder on a text that is repaired.
    fn judge_repaired(
        &self,
        text: Cow<'_, str>,
        facts: &PageFacts,
        markup: Option<&Markup>,
        trial: Trial,
        body: bool,
        past: Option<Past>,
    ) -> (Judged, Option<Past>) {
        let view = View::new(text);
        let mode = |rule: RuleRef| self.mode(rule, trial);
        let mut page = Page::scan(&view, &self.engine, &|rule| !self.is_off(rule), past);
        if page.candidates.is_empty() && view.len() < 3 {
            return (Judged { again: !view.is_identity(), ..Judged::default() }, None);
        }
        page.markup = markup;
        page.title = facts.title.as_deref().filter(|_| markup.is_some());
        page.look(&self.engine, !matches!(trial, Trial::AloneWithoutNot(_)));
        let (known, found) = self.known(&page, facts);
        let judge = Judge {
            engine: &self.engine,
            mode: &mode,
            stage: &|category| self.category_mode(category, matches!(trial, Trial::All)),
            confidence: self.settings.confidence,
            limits: &self.settings.limits,
            without_not: match trial {
                Trial::AloneWithoutNot(rule) => Some(rule),
                _ => None,
            },
        };
        let asks_finder = body && matches!(trial, Trial::All) && self.asks_finder(&page);
        // What it says of a page that it takes for no raw one changes nothing.
        let finding = (asks_finder && (self.settings.body == Body::Always || may_be_raw(&page))).then(|| self.find(&page));
        let judged = judge.judge(&page, &known, facts.title.as_deref(), finding.as_ref());
        // Whole lines out of a page that is not wrapped leave all others as they were judged, unless its language is found now, or no
        // more, for want of the lines that went. The body finder may see a page that has lost lines with other eyes.
        let again = judged.again
            || asks_finder
            || !view.is_identity_without(&judged.edits)
            || found.as_ref().is_some_and(|found| self.changes_language(found, &page, &judged.edits));
        let judged = Judged { again, lang: found.map(|found| found.code), ..judged };
        let read = Read::of(page);
        let past = read.before(view, &judged.edits);
        (judged, Some(past))
    }

    /// Whether the body finder is asked of a page and may cut.
    fn asks_finder(&self, page: &Page<'_>) -> bool {
        let s = &self.settings;
        // A cut is as sure as a `likely` rule.
        let acts =
            s.body != Body::Never && s.confidence <= Confidence::Likely && self.category_mode(Category::Body, true) == Mode::Act;
        acts && page.lines.len() <= s.limits.body_lines_max
    }

    /// What the body finder says of a page.
    fn find(&self, page: &Page<'_>) -> Finding {
        let mut finding = self.finders.find(page, &self.engine);
        finding.is_raw |= self.settings.body == Body::Always;
        finding
    }

    /// What the body finder measures of a page: the lines that are not blank, and their table.
    pub(crate) fn measured<T>(&self, text: &str, facts: &PageFacts, take: &dyn Fn(Vec<&str>, &Table, &Finding) -> T) -> T {
        let repaired = if self.repairs_encoding() { repair::repair(text) } else { Repaired::default() };
        let markup = facts.markup.as_ref().map(|markup| markup.after(&repaired.edits));
        let text = repaired.text(text);
        let view = View::new(text);
        let mut page = Page::scan(&view, &self.engine, &|rule| !self.is_off(rule), None);
        page.markup = markup.as_ref();
        page.title = facts.title.as_deref().filter(|_| markup.is_some());
        page.look(&self.engine, true);
        let lines = (0..page.lines.len()).map(|line| page.text(line)).collect();
        let mut table = Table::new(&page, &self.engine);
        let finding = self.finders.of(page.markup.is_some()).find_in(&page, &mut table);
        take(lines, &table, &finding)
    }

    /// What is known of a page as a whole, and the language that was looked for because none was told.
    fn known(&self, page: &Page<'_>, facts: &PageFacts) -> (PageKnown, Option<Found>) {
        let told = self.told_lang(facts);
        let found = if told.is_none() { self.language(page) } else { None };
        let host = self.settings.host.as_ref().or(facts.host.as_ref()).map(|host| host.to_lowercase());
        (PageKnown { host, lang: told.or_else(|| found.as_ref()?.code.clone()) }, found)
    }

    /// The language that a page has by the settings, or by its markup or record.
    fn told_lang(&self, facts: &PageFacts) -> Option<String> {
        self.settings.lang.as_deref().or(facts.lang.as_deref()).map(code_of)
    }

    /// For each match of a rule on a page, the conditions that do not hold, by name.
    pub(crate) fn unmet(&self, text: &str, facts: &PageFacts, rule: RuleRef) -> Vec<Vec<&'static str>> {
        let view = View::new(text.into());
        let mut page = Page::scan_with(&view, &self.engine, &|r| !self.is_off(r), Scratch::any_length());
        page.markup = facts.markup.as_ref();
        page.look(&self.engine, true);
        let ((known, _), alive) = (self.known(&page, facts), Alive::new(&page));
        let unmet = |(place, c): (usize, &Candidate)| {
            conditions::missing(conditions::held(&self.engine, &page, &alive, place, c, &known)).collect()
        };
        let of_line = |place: usize| page.candidates[page.lines[alive.line(place)].candidates()].iter().map(move |c| (place, c));
        (0..alive.order.len()).flat_map(of_line).filter(|(_, c)| c.rule == rule).map(unmet).collect()
    }

    fn mode(&self, rule: RuleRef, trial: Trial) -> Mode {
        if self.is_off(rule) {
            return Mode::Off;
        }
        match trial {
            Trial::Alone(one) | Trial::AloneWithoutNot(one) => {
                if rule == one {
                    Mode::Act
                } else {
                    Mode::Evidence
                }
            }
            Trial::Without(one) if rule == one => Mode::Evidence,
            Trial::Without(_) => Mode::Act,
            Trial::All => {
                let rule = &self.engine.rule(rule).rule;
                match self.category_mode(rule.category, true) {
                    // A rule that keeps or flags takes nothing, so `--only` and `--skip` leave it be.
                    Mode::Evidence if matches!(rule.action, Action::Keep | Action::Flag) => Mode::Act,
                    mode => mode,
                }
            }
        }
    }

    fn category_mode(&self, category: Category, acts: bool) -> Mode {
        let s = &self.settings;
        let debris_stays = category == Category::Debris && s.repair != Repair::All;
        if s.keep.contains(&category) {
            Mode::Protect
        } else if !acts || debris_stays || s.skip.contains(&category) || (!s.only.is_empty() && !s.only.contains(&category)) {
            Mode::Evidence
        } else {
            Mode::Act
        }
    }
}

/// How many suspect places of a page get a note of their own.
const SUSPECT_NOTES_MAX: usize = 16;

/// Notes on places that look damaged and were left alone.
fn suspects(suspects: &[Suspect]) -> Vec<Note> {
    let note = |s: &Suspect| Note(format!("byte {}: suspect, left as it is: {}", s.span.start, s.evidence));
    let mut notes: Vec<Note> = suspects.iter().take(SUSPECT_NOTES_MAX).map(note).collect();
    if suspects.len() > SUSPECT_NOTES_MAX {
        notes.push(Note(format!("{} suspect places in all, left as they are", suspects.len())));
    }
    notes
}

/// A page with NUL bytes, or mostly of control characters, is not text.
fn is_not_text(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr(0, &bytes[..bytes.len().min(1 << 16)]).is_some()
}

/// The language of a tag: `pt` of `pt-BR`.
fn code_of(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or(tag).to_lowercase()
}
