//! Claims: matches whose conditions hold, with all that they would take.

use super::{Cause, Judge, Mode};
use crate::edit::Span;
use crate::engine::conditions::{self, ALL_HELD, Held, PageKnown};
use crate::engine::page::{Alive, Page};
use crate::engine::scan::Candidate;
use crate::names::{Action, Confidence, Scope, Until, Verdict};

/// What a claim would take.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Extent {
    /// A stretch of a line.
    Span {
        /// Index of the page's line.
        line: usize,
        /// Bytes of the line.
        span: Span,
        /// What it becomes.
        replacement: Option<String>,
    },
    /// Whole lines: places among those that are still there.
    Places(std::ops::Range<usize>),
    /// A section that begins here; how far it goes is known once other claims have acted.
    Section { place: usize, until: Until, lines_max: usize },
}

/// A match whose conditions hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claim {
    pub extent: Extent,
    pub cause: Cause,
    /// The candidate's index, for matches of rules.
    pub candidate: Option<usize>,
    /// Whether the rule asks for a region itself, so that the region is no further evidence.
    pub asks_region: bool,
}

/// What the candidates of a round ask for.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    pub keeps: Vec<Claim>,
    pub removals: Vec<Claim>,
    pub verdicts: Vec<Verdict>,
    /// Matches that would be claims, but for a `not` of their rule: the line, why it would go, and what of it.
    pub held_back: Vec<(usize, Cause, Span)>,
}

/// A block of more lines is taken line by line: it is a list, not a paragraph.
const BLOCK_LINES_MAX: usize = 12;

impl Claims {
    /// Looks at every candidate that is still there; `held` remembers which conditions have held in earlier rounds.
    pub fn gather(
        judge: &Judge<'_>,
        page: &Page<'_>,
        alive: &Alive,
        known: &PageKnown,
        held: &mut [Held],
        confidence_min: Confidence,
    ) -> Claims {
        let mut claims = Claims::default();
        for (place, &index) in alive.order.iter().enumerate() {
            for number in page.lines[index].candidates.clone() {
                let candidate = &page.candidates[number];
                let mode = (judge.mode)(candidate.rule);
                if !matches!(mode, Mode::Act | Mode::Protect) {
                    continue;
                }
                held[number] = conditions::held_more(judge.engine, page, alive, place, candidate, known, held[number]);
                if held[number] != ALL_HELD {
                    continue;
                }
                let allowed = judge.without_not == Some(candidate.rule)
                    || !conditions::forbidden(judge.engine, page, index, candidate.rule);
                if allowed {
                    claims.add(judge, page, alive, place, number, mode, confidence_min);
                } else {
                    let cause = judge.cause(candidate.rule, candidate.phrase);
                    claims.held_back.push((index, cause, candidate.take));
                }
            }
        }
        claims
    }

    #[allow(clippy::too_many_arguments)] // one call, all of it the candidate's circumstances
    fn add(
        &mut self,
        judge: &Judge<'_>,
        page: &Page<'_>,
        alive: &Alive,
        place: usize,
        number: usize,
        mode: Mode,
        least: Confidence,
    ) {
        let candidate = &page.candidates[number];
        let rule = &judge.engine.rule(candidate.rule).rule;
        let keeps = mode == Mode::Protect || rule.action == Action::Keep;
        if !keeps && rule.action == Action::Flag {
            self.verdicts.extend(rule.verdict);
            return;
        }
        if !keeps && rule.confidence < least {
            return;
        }
        let extent = match rule.scope {
            Scope::Span => {
                Extent::Span { line: alive.order[place], span: candidate.take, replacement: candidate.replacement.clone() }
            }
            Scope::Line => Extent::Places(place..place + 1),
            Scope::Block => Extent::Places(block(page, alive, place)),
            Scope::Section if keeps => Extent::Places(place..place + 1),
            Scope::Section => Extent::Section { place, until: rule.until, lines_max: rule.lines_max as usize },
        };
        let cause = judge.cause(candidate.rule, candidate.phrase);
        let claim = Claim { extent, cause, candidate: Some(number), asks_region: rule.when.region.is_some() };
        if keeps { self.keeps.push(claim) } else { self.removals.push(claim) }
    }
}

/// The paragraph of a place: its block, unless the block is a list or holds other prose; then the line alone.
fn block(page: &Page<'_>, alive: &Alive, place: usize) -> std::ops::Range<usize> {
    let line = |place: usize| &page.lines[alive.order[place]];
    let block = line(place).block;
    let mut from = place;
    while from > 0 && line(from - 1).block == block {
        from -= 1;
    }
    let mut to = place + 1;
    while to < alive.order.len() && line(to).block == block {
        to += 1;
    }
    let other_prose = (from..to).any(|p| p != place && line(p).shape.is_prose());
    if other_prose || to - from > BLOCK_LINES_MAX { place..place + 1 } else { from..to }
}

/// Whether a line holds a match of a section rule: the header of another section.
pub(crate) fn is_header(judge: &Judge<'_>, page: &Page<'_>, index: usize) -> bool {
    let section = |c: &Candidate| judge.engine.rule(c.rule).rule.scope == Scope::Section && (judge.mode)(c.rule) != Mode::Off;
    page.candidates[page.lines[index].candidates.clone()].iter().any(section)
}
