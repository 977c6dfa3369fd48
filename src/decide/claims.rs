//! Claims: matches whose conditions hold, with all that they would take.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use super::{Cause, Judge, Mode};
use crate::edit::Span;
use crate::engine::alive::Alive;
use crate::engine::conditions::{Asked, Conditions, PageKnown};
use crate::engine::page::Page;
use crate::engine::scan::{Candidate, RuleRef};
use crate::hash::AsItIs;
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
        replacement: Option<Box<str>>,
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
    pub cause: Arc<Cause>,
    /// The candidate's index, for matches of rules.
    pub candidate: Option<usize>,
    /// Whether the rule asks for a region itself, so that the region is no further evidence.
    pub asks_region: bool,
}

/// The matches on lines that are still there that may come to claim something: neither their line nor the page as a whole rules them out.
pub(crate) struct Pending<'r> {
    rules: Vec<OfRule<'r>>,
    matches: Vec<Match>,
}

/// How many rules match in a page, about.
const RULES: usize = 100;

/// A match that may come to claim something.
struct Match {
    /// The candidate's index.
    number: u32,
    /// Index of the page's line.
    line: u32,
    /// Index of its rule.
    rule: u32,
    /// Whether a `not` of its rule holds it back.
    held_back: bool,
    /// The conditions that have not held yet. One that held once stays so: a line is judged by the page as it was and as it is.
    open: Conditions,
}

impl<'r> Pending<'r> {
    /// All of a page, in the order of its lines, for claims of at least `confidence_min`.
    pub fn all(judge: &Judge<'r>, page: &Page<'_>, known: &'r PageKnown, confidence_min: Confidence) -> Pending<'r> {
        // About half of the candidates may claim something, of a hundred rules.
        let mut pending = Pending { rules: Vec::new(), matches: Vec::with_capacity(page.candidates.len() / 2) };
        let mut rules: HashMap<u64, Option<u32>, BuildHasherDefault<AsItIs>> =
            HashMap::with_capacity_and_hasher(page.candidates.len().min(RULES), BuildHasherDefault::default());
        for (line, of_page) in page.lines.iter().enumerate() {
            for number in of_page.candidates() {
                let candidate = &page.candidates[number];
                if !candidate.words_fit {
                    continue;
                }
                let add = || {
                    pending.rules.push(OfRule::new(judge, page, known, candidate.rule)?);
                    Some(pending.rules.len() as u32 - 1)
                };
                let Some(rule) = *rules.entry(candidate.rule.hash()).or_insert_with(add) else { continue };
                let of_rule = &pending.rules[rule as usize];
                let held_back = candidate.held_back && judge.without_not != Some(candidate.rule);
                if !held_back && of_rule.takes_below(confidence_min) {
                    continue;
                }
                if let Some(open) = of_rule.asked.open(page, line, candidate) {
                    pending.matches.push(Match { number: number as u32, line: line as u32, rule, held_back, open });
                }
            }
        }
        pending
    }
}

/// What a rule asks of a page, found once for all its matches.
struct OfRule<'r> {
    keeps: bool,
    /// The confidence of a rule that takes something.
    takes: Option<Confidence>,
    asked: Asked<'r>,
    /// The cause that was asked for last, and its phrase.
    cause: Option<(u32, Arc<Cause>)>,
}

impl<'r> OfRule<'r> {
    /// Of a rule that may come to claim something on the page.
    fn new(judge: &Judge<'r>, page: &Page<'_>, known: &'r PageKnown, of: RuleRef) -> Option<OfRule<'r>> {
        let ready = judge.engine.rule(of);
        let rule = &ready.rule;
        let keeps = match (judge.mode)(of) {
            Mode::Act => rule.action == Action::Keep,
            Mode::Protect => true,
            Mode::Off | Mode::Evidence => return None,
        };
        let takes = (!keeps && rule.action != Action::Flag).then_some(rule.confidence);
        let asked = Asked::new(judge.engine, page, ready, known);
        (!asked.is_ruled_out(page)).then_some(OfRule { keeps, takes, asked, cause: None })
    }

    /// Why a match of a phrase would take something.
    fn cause(&mut self, judge: &Judge<'_>, of: RuleRef, phrase: u32) -> Arc<Cause> {
        let known = self.cause.take().filter(|(known, _)| *known == phrase);
        let (_, cause) = self.cause.insert(known.unwrap_or_else(|| (phrase, judge.cause(of, phrase))));
        Arc::clone(cause)
    }

    fn takes_below(&self, confidence_min: Confidence) -> bool {
        self.takes.is_some_and(|confidence| confidence < confidence_min)
    }
}

/// What the candidates of a round ask for.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    pub keeps: Vec<Claim>,
    pub removals: Vec<Claim>,
    pub verdicts: Vec<Verdict>,
    /// Matches that would be claims, but for a `not` of their rule: the line, why it would go, and what of it.
    pub held_back: Vec<(usize, Arc<Cause>, Span)>,
}

/// A block of more lines is taken line by line: it is a list, not a paragraph.
const BLOCK_LINES_MAX: usize = 12;

impl Claims {
    /// Looks at every candidate that is still there; `asked` are the conditions that may hold now and did not when they were last asked.
    pub fn gather(judge: &Judge<'_>, page: &Page<'_>, alive: &Alive, pending: &mut Pending<'_>, asked: Conditions) -> Claims {
        let (mut claims, mut place) = (Claims::default(), 0);
        // Both are in the order of the lines.
        let Pending { rules, matches } = pending;
        matches.retain_mut(|found| {
            while alive.order.get(place).is_some_and(|line| *line < found.line) {
                place += 1;
            }
            let stands = alive.order.get(place) == Some(&found.line);
            if stands {
                let (asked, of_rule) = (found.open & asked, &mut rules[found.rule as usize]);
                if asked != 0 {
                    found.open &= !of_rule.asked.holding(judge.engine, page, alive, place, asked);
                }
                if found.open == 0 {
                    claims.add(judge, page, alive, place, found, of_rule);
                }
            }
            stands
        });
        claims
    }

    fn add(&mut self, judge: &Judge<'_>, page: &Page<'_>, alive: &Alive, place: usize, found: &Match, of_rule: &mut OfRule<'_>) {
        let candidate = &page.candidates[found.number as usize];
        let (rule, keeps) = (&judge.engine.rule(candidate.rule).rule, of_rule.keeps);
        if found.held_back {
            let cause = of_rule.cause(judge, candidate.rule, candidate.phrase);
            self.held_back.push((found.line as usize, cause, candidate.take()));
            return;
        }
        if !keeps && rule.action == Action::Flag {
            self.verdicts.extend(rule.verdict);
            return;
        }
        let extent = match rule.scope {
            Scope::Span => {
                Extent::Span { line: found.line as usize, span: candidate.take(), replacement: candidate.replacement.clone() }
            }
            Scope::Line => Extent::Places(place..place + 1),
            Scope::Block => Extent::Places(block(page, alive, place)),
            Scope::Section if keeps => Extent::Places(place..place + 1),
            Scope::Section => Extent::Section { place, until: rule.until, lines_max: rule.lines_max as usize },
        };
        let cause = of_rule.cause(judge, candidate.rule, candidate.phrase);
        let claim = Claim { extent, cause, candidate: Some(found.number as usize), asks_region: rule.when.region.is_some() };
        if keeps { self.keeps.push(claim) } else { self.removals.push(claim) }
    }
}

/// The paragraph of a place: its block, unless the block is a list or holds other prose; then the line alone.
fn block(page: &Page<'_>, alive: &Alive, place: usize) -> std::ops::Range<usize> {
    let line = |place: usize| &page.lines[alive.line(place)];
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
    page.candidates[page.lines[index].candidates()].iter().any(section)
}
