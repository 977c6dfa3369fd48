//! A paragraph that a page prints twice, one copy right after the other.
//!
//! Pages hold a copy for small screens, or a quote pulled out of its own paragraph. Copies far apart are no business of this stage:
//! clauses, refrains and quoted posts repeat. Nor is a copy that the line before it asks for: "Let me say that again:", a question.

use std::sync::Arc;

use super::claims::{Claim, Extent};
use super::{Cause, Judge, Mode};
use crate::edit::Reason;
use crate::engine::alive::Alive;
use crate::engine::page::Page;
use crate::engine::shape::PROSE_WORDS_MIN;
use crate::names::{Category, Confidence, Stage};

/// The id of this stage in audits.
const PARAGRAPH_RULE: &str = "duplicate.paragraph";

/// How far apart the copies may stand, in lines that are not blank. Measured on clean texts, three cost 0.002 % of the words of
/// articles, twelve five times that.
const LINES_MAX: usize = 3;

/// What a line ends with that leads to the next one.
const LEADING: &[char] = &[':', '：', '?', '？'];

/// Claims on each prose of 25 words or more that stands again within a few lines. The first copy stays.
pub(crate) fn claims(judge: &Judge<'_>, page: &Page<'_>, alive: &Alive) -> Vec<Claim> {
    if !matches!((judge.stage)(Category::Duplicate), Mode::Act) {
        return Vec::new();
    }
    let line = |place: usize| &page.lines[alive.line(place)];
    // A list's items are no paragraphs: `1 tsp. butter, 2 oz. oats` reads as sentences but does not end.
    let is_long = |place: &usize| line(*place).shape.ends && line(*place).shape.words >= PROSE_WORDS_MIN;
    let is_led_to = |place: usize| place > 0 && page.text(alive.line(place - 1)).trim_end().ends_with(LEADING);
    let is_again = |place: &usize| (place.saturating_sub(LINES_MAX)..*place).any(|p| line(p).hash == line(*place).hash);
    let claim = |place: usize| Claim {
        extent: Extent::Places(place..place + 1),
        cause: Arc::new(Cause {
            reason: Reason {
                stage: Stage::Duplicate,
                rule: Arc::from(PARAGRAPH_RULE),
                category: Category::Duplicate,
                confidence: Confidence::Likely,
                evidence: Arc::from("the same paragraph again"),
            },
            layer: 0,
        }),
        candidate: None,
        asks_region: true,
    };
    (0..alive.order.len()).filter(is_long).filter(is_again).filter(|place| !is_led_to(*place)).map(claim).collect()
}
