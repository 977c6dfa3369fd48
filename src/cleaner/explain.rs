//! What there is to say of each line of a page: what matched in it, what each match lacks, and what the body finder holds of it.
//!
//! Nothing is decided here: the page is looked at as it is in the first round, before any line has gone.

use std::sync::Arc;

use super::{Cleaned, Cleaner, PageFacts, Trial};
use crate::decide::Mode;
use crate::document::View;
use crate::edit::{self, Span};
use crate::engine::alive::Alive;
use crate::engine::conditions::{self, PageKnown};
use crate::engine::page::Page;
use crate::engine::scan::{Candidate, Scratch};
use crate::names::{Category, Confidence};
use crate::repair::{self, Repaired};
use crate::rules::rule::Rule;

/// A page with what there is to say of its lines.
#[derive(Debug, Clone)]
pub struct Explained {
    /// What cleaning found.
    pub cleaned: Cleaned,
    /// The lines that are not blank, in their order.
    pub lines: Vec<ExplainedLine>,
    /// The page's language, where it is known.
    pub lang: Option<String>,
    /// Whether the body finder takes the page for a raw one, and so acts on it by itself; `None` if it was not asked.
    pub is_raw: Option<bool>,
}

/// A line of the view.
#[derive(Debug, Clone)]
pub struct ExplainedLine {
    /// Its bytes in the decoded text; a wrapped paragraph is one line.
    pub span: Span,
    /// How likely it is the article's, if the body finder was asked.
    pub probability: Option<f32>,
    /// What matched in it.
    pub matches: Vec<ExplainedMatch>,
}

/// A match, and what it lacks to act by itself.
#[derive(Debug, Clone)]
pub struct ExplainedMatch {
    /// The rule's id.
    pub rule: Arc<str>,
    /// Its category.
    pub category: Category,
    /// Its confidence.
    pub confidence: Confidence,
    /// What it would take, in bytes of the decoded text.
    pub span: Span,
    /// What is missing, in words; nothing if it may act.
    pub lacks: Vec<String>,
}

impl Cleaner {
    /// Cleans a page, and says of each line what matched and what each match lacks.
    ///
    /// ```
    /// use unchaff::{Cleaner, PageFacts};
    /// let cleaner = Cleaner::new(Default::default()).unwrap();
    /// let page = "The bridge opened on Monday. It took three years.\n\nShare this article\n";
    /// let explained = cleaner.explain(page, &PageFacts::default());
    /// assert_eq!(explained.lines[1].matches[0].category.name(), "share");
    /// assert!(explained.lines[1].matches[0].lacks.is_empty());
    /// ```
    pub fn explain(&self, text: &str, facts: &PageFacts) -> Explained {
        let cleaned = self.clean(text, facts);
        let repaired = if self.repairs_encoding() { repair::repair(text) } else { Repaired::default() };
        let markup = facts.markup.as_ref().map(|markup| markup.after(&repaired.edits));
        let mended = repaired.text(text);
        let view = View::new(mended);
        let mut page = Page::scan_with(&view, &self.engine, &|r| !self.is_off(r), Scratch::any_length());
        page.markup = markup.as_ref();
        page.look(&self.engine, true);
        let (known, _) = self.known(&page, facts);
        let alive = Alive::new(&page);
        let finding = self.asks_finder(&page).then(|| self.find(&page));
        let source = |span: Span| edit::original_span(&repaired.edits, view.to_source(span));
        let mut lines = Vec::with_capacity(page.lines.len());
        for place in 0..alive.order.len() {
            let index = alive.line(place);
            let line = &page.lines[index];
            let base = view.content(line.number as usize).start;
            let of = |c: &Candidate| {
                self.match_of(c, &page, &alive, place, &known, source(Span::new(base + c.take().start, base + c.take().end)))
            };
            lines.push(ExplainedLine {
                span: source(view.content(line.number as usize)),
                probability: finding.as_ref().map(|finding| finding.probabilities[index]),
                matches: page.candidates[line.candidates()].iter().map(of).collect(),
            });
        }
        Explained { cleaned, lines, lang: known.lang.clone(), is_raw: finding.map(|finding| finding.is_raw) }
    }

    fn match_of(
        &self,
        c: &Candidate,
        page: &Page<'_>,
        alive: &Alive,
        place: usize,
        known: &PageKnown,
        span: Span,
    ) -> ExplainedMatch {
        let rule = &self.engine.rule(c.rule).rule;
        let words = page.lines[alive.line(place)].shape.words;
        let held = conditions::held(&self.engine, page, alive, place, c, known);
        let mut lacks: Vec<String> = conditions::missing(held).map(|name| lack(name, rule, words, known)).collect();
        if c.held_back {
            lacks.push("a phrase of its `not` stands in the line".to_owned());
        }
        match self.mode(c.rule, Trial::All) {
            Mode::Act => {}
            Mode::Protect => lacks.push("its category is kept (`--keep`)".to_owned()),
            Mode::Evidence | Mode::Off => lacks.push("its category is switched off (`--only`, `--skip`, `--repair`)".to_owned()),
        }
        if rule.confidence < self.settings.confidence {
            lacks.push(format!("would act by itself at `--confidence {}`; needs other evidence beside it", rule.confidence));
        }
        ExplainedMatch { rule: rule.id.as_str().into(), category: rule.category, confidence: rule.confidence, span, lacks }
    }
}

/// What a match lacks where a condition of this name does not hold.
fn lack(name: &str, rule: &Rule, words: u32, known: &PageKnown) -> String {
    let when = &rule.when;
    let page_lang = known.lang.as_deref().unwrap_or("not known");
    match name {
        "words-max" => format!("needs at most {} words, has {words}", when.words_max.unwrap_or_default()),
        "words-min" => format!("needs at least {} words, has {words}", when.words_min.unwrap_or_default()),
        "region" => match when.region.map(crate::names::Region::name) {
            Some("head") => "needs to stand before the first prose".to_owned(),
            Some("tail") => "needs to stand after the last prose".to_owned(),
            _ => "needs to stand before the first prose or after the last".to_owned(),
        },
        "near" => when.near.as_ref().map_or_else(String::new, |near| {
            let of = near.categories.iter().map(|c| c.name()).chain(near.ids.iter().map(String::as_str));
            let of: Vec<_> = of.collect();
            let (count, lines) = match near.at_least {
                1 => ("another".to_owned(), "line"),
                n => (format!("{n} other"), "lines"),
            };
            format!("needs {count} {} {lines} within {} lines", of.join(" or "), near.lines)
        }),
        "repeats" => format!("needs to stand {} times on the page", when.repeats.unwrap_or_default()),
        "hosts" => format!("needs a page of {}", when.hosts.join(" or ")),
        "lang" => format!("needs a page in {}, which is {page_lang}", when.lang.join(" or ")),
        "count" => when.count.as_ref().map_or_else(String::new, |count| {
            let times = match (count.at_least, count.at_most) {
                (least, most) if least == most => format!("exactly {least}"),
                (least, u32::MAX) => format!("at least {least}"),
                (least, most) => format!("{least} to {most}"),
            };
            format!("needs the character {} {times} times in the line", count.of.escape_debug())
        }),
        "markup" => format!("needs markup of {}", when.markup.join(" or ")),
        _ => format!(
            "is one word of `{}` on a page whose language is {page_lang}: needs a longer phrase of it near by",
            rule.lang.join("`, `")
        ),
    }
}
