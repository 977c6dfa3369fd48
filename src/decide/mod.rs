//! Evidence to edits: which matches act, who wins where they overlap, what a page may lose.
//!
//! A page is judged in rounds. In each, every match is looked at among the lines that are still there; lines that go may bring
//! others together, so the next round looks again, until nothing more goes. What comes out is a list of edits of the decoded text
//! and a list of matches that did not act, with the reason. Finding matches is `engine`'s work.

mod blanks;
mod body;
mod claims;
mod left;
mod paragraph;
mod round;
mod spans;
mod title;

use std::sync::Arc;

use crate::body::Finding;
use crate::config::Limits;
use crate::edit::{self, Edit, Note, Passed, Reason, Span};
use crate::engine::conditions::PageKnown;
use crate::engine::page::Page;
use crate::engine::scan::{Engine, RuleRef};
use crate::names::{Category, Confidence, Stage, Verdict};

/// What a rule may do in this cleaner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing; its matches are not even looked for.
    Off,
    /// Its matches count as evidence for others.
    Evidence,
    /// It acts.
    Act,
    /// What it matches is protected.
    Protect,
}

/// How pages are judged.
pub struct Judge<'a> {
    /// The rules.
    pub engine: &'a Engine,
    /// What each rule may do.
    pub mode: &'a dyn Fn(RuleRef) -> Mode,
    /// What a stage of no rule may do, by its category.
    pub stage: &'a dyn Fn(Category) -> Mode,
    /// Rules of this confidence and above act without further evidence.
    pub confidence: Confidence,
    /// The limits.
    pub limits: &'a Limits,
    /// A rule whose condition `not` is left out, to see whether it is needed.
    pub without_not: Option<RuleRef>,
}

/// What was decided on a page.
#[derive(Debug, Default)]
pub struct Judged {
    /// The edits, of the decoded text.
    pub edits: Vec<Edit>,
    /// Matches that did not act.
    pub passed: Vec<Passed>,
    /// Verdicts that rules speak for.
    pub verdicts: Vec<Verdict>,
    /// What was odd.
    pub notes: Vec<Note>,
    /// Whether the output has to be judged again as a page of its own: as far as lines say, if text inside them changed.
    pub again: bool,
    /// The language that was found of the page, or that none was; where a match asked for it.
    pub lang: Option<Option<String>>,
    /// Whether the page would have lost more than its budget.
    pub over_budget: bool,
    /// Whether the body finder cut something.
    pub cuts: bool,
}

impl Judged {
    /// Adds what was decided on the page that this one left.
    pub fn follow_with(&mut self, next: Judged) {
        self.again = next.again;
        self.lang = next.lang;
        self.edits = edit::compose(std::mem::take(&mut self.edits), next.edits);
        self.over_budget |= next.over_budget;
        self.verdicts.extend(next.verdicts);
        self.notes.extend(next.notes);
    }
}

/// Why a line goes: an edit's reason before it is one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cause {
    reason: Reason,
    layer: u8,
}

impl Judge<'_> {
    /// Decides on a page. `title` is the page's title where its markup or record says it; `finding` is the body finder's, if it was
    /// asked.
    pub fn judge(&self, page: &Page<'_>, known: &PageKnown, title: Option<&str>, finding: Option<&Finding>) -> Judged {
        let body = body::Evidence::new(finding);
        let judged = round::run(self, page, known, title, &body, Confidence::Maybe);
        if !self.is_over_budget(page, &judged, &body) {
            let mut result = Judged { cuts: body.takes_any(), ..blanks::finish(page, judged) };
            result.verdicts.extend(body.is_mostly_boilerplate().then_some(Verdict::MostlyBoilerplate));
            return result;
        }
        let sure = round::run(self, page, known, title, &body::Evidence::none(), Confidence::Sure);
        let mut result = blanks::finish(page, sure);
        result.over_budget = true;
        let lost = blanks::finish(page, judged).edits.into_iter().filter(|e| e.reason.confidence < Confidence::Sure);
        result.passed.extend(lost.map(|e| Passed { span: e.span, reason: e.reason, because: "budget".to_owned() }));
        result
    }

    /// Whether `likely` and `maybe` rules would take more than the budget: of the prose's words, or of all words where there is hardly
    /// any prose (there the budget is wider, for menus may be most of a page).
    ///
    /// What the body finder would not keep counts neither way: the budget guards the article.
    fn is_over_budget(&self, page: &Page<'_>, judged: &round::Outcome, body: &body::Evidence<'_>) -> bool {
        let (mut prose, mut prose_lost, mut all, mut all_lost) = (0u64, 0u64, 0u64, 0u64);
        for (index, line) in page.lines.iter().enumerate().filter(|(index, _)| !body.takes(*index)) {
            let words = u64::from(line.shape.words);
            let lost = judged.gone[index].as_ref().is_some_and(|cause| cause.reason.confidence < Confidence::Sure);
            let lost = if lost { words } else { 0 };
            all += words;
            all_lost += lost;
            if line.shape.is_prose() {
                prose += words;
                prose_lost += lost;
            }
        }
        let (total, lost, share) = if prose >= PROSE_WORDS_MIN {
            (prose, prose_lost, self.limits.budget)
        } else {
            (all, all_lost, 1.0 - (1.0 - self.limits.budget) / 5.0)
        };
        lost as f64 > share * total as f64
    }

    fn cause(&self, rule: RuleRef, phrase: u32) -> Arc<Cause> {
        let ready = self.engine.rule(rule);
        let reason = Reason {
            stage: Stage::Rule,
            rule: Arc::clone(&ready.id),
            category: ready.rule.category,
            confidence: ready.rule.confidence,
            evidence: self.engine.book(rule).source(ready, phrase),
        };
        Arc::new(Cause { reason, layer: ready.rule.layer(rule.book > 0) })
    }
}

/// A page with fewer words of prose has its budget counted on all its words.
const PROSE_WORDS_MIN: u64 = 25;

/// The source span of a span inside a line of the view.
fn in_source(page: &Page<'_>, number: u32, span: Span) -> Span {
    let start = page.view.content(number as usize).start;
    page.view.to_source(Span::new(start + span.start, start + span.end))
}
