//! One round after another: claims, protection, evidence for the unsure, sections, until nothing more goes.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::claims::{Claim, Claims, Extent, is_header};
use super::left::Left;
use super::spans::{self, Taken};
use super::{Cause, Judge, body, in_source, paragraph, title};
use crate::edit::{Note, Passed, Span};
use crate::engine::conditions::{Held, PageKnown};
use crate::engine::page::{Alive, Page};
use crate::names::{Confidence, Until, Verdict};

/// What the rounds have come to.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// For each line of the page, why it goes.
    pub gone: Vec<Option<Cause>>,
    /// Stretches of lines that stay which go.
    pub spans: Vec<Taken>,
    pub passed: Vec<Passed>,
    pub verdicts: BTreeSet<Verdict>,
    pub notes: Vec<Note>,
}

/// Judges a page by rules of at least `confidence_min`.
pub(crate) fn run(
    judge: &Judge<'_>,
    page: &Page<'_>,
    known: &PageKnown,
    title: Option<&str>,
    body: &body::Evidence<'_>,
    confidence_min: Confidence,
) -> Outcome {
    let mut state = State {
        judge,
        page,
        body,
        held: vec![0; page.candidates.len()],
        neighbour_gone: vec![false; page.lines.len()],
        spans: Vec::new(),
        known_spans: HashSet::new(),
        left: HashMap::new(),
        known_passed: HashSet::new(),
        unsure: Vec::new(),
        outcome: Outcome {
            gone: vec![None; page.lines.len()],
            spans: Vec::new(),
            passed: Vec::new(),
            verdicts: BTreeSet::new(),
            notes: Vec::new(),
        },
    };
    for round in 0.. {
        let gone: Vec<bool> = state.outcome.gone.iter().map(Option::is_some).collect();
        let alive = Alive::new(page, &gone);
        let changed = state.round(&alive, known, title, confidence_min);
        if !changed {
            break;
        }
        if round + 1 == judge.limits.rounds_max {
            state.outcome.notes.push(Note(format!("judged {} times; what would still go stays", judge.limits.rounds_max)));
            break;
        }
    }
    for (span, cause) in std::mem::take(&mut state.unsure) {
        let because = format!("confidence: {} without other evidence", cause.reason.confidence);
        state.pass(span, &cause, because);
    }
    state.outcome.spans = spans::resolve(page, std::mem::take(&mut state.spans), &mut state.outcome.passed);
    state.outcome
}

struct State<'a, 'p> {
    judge: &'a Judge<'a>,
    page: &'a Page<'p>,
    body: &'a body::Evidence<'a>,
    /// For each candidate, the conditions that have held so far.
    held: Vec<Held>,
    /// For each line, whether a line beside it has gone.
    neighbour_gone: Vec<bool>,
    spans: Vec<Claim>,
    /// The candidates of those stretches.
    known_spans: HashSet<usize>,
    /// What is left of lines of which stretches go.
    left: HashMap<usize, Left>,
    /// What has been noted as passed: bytes, rule and why.
    known_passed: HashSet<(usize, usize, Arc<str>, String)>,
    /// What the last round would have taken with more evidence.
    unsure: Vec<(Span, Cause)>,
    outcome: Outcome,
}

impl State<'_, '_> {
    /// One round; tells whether a line went.
    fn round(&mut self, alive: &Alive, known: &PageKnown, title: Option<&str>, confidence_min: Confidence) -> bool {
        let (alive, mut claims) = self.gather(alive.clone(), known, confidence_min);
        let alive = &alive;
        self.outcome.verdicts.extend(claims.verdicts.iter());
        for (line, cause, span) in std::mem::take(&mut claims.held_back) {
            self.pass(in_source(self.page, self.page.lines[line].number, span), &cause, "its `not` holds".to_owned());
        }
        if confidence_min < Confidence::Sure {
            claims.removals.extend(title::claims(self.judge, self.page, alive, known, title));
            claims.removals.extend(paragraph::claims(self.judge, self.page, alive));
            // Last, so that a rule that takes the line as well is the one that is named.
            claims.removals.extend(self.body.claims(alive));
        }
        let protected = self.protected(alive, &claims.keeps);
        let before = self.outcome.gone.iter().filter(|g| g.is_some()).count();
        let mut sections = Vec::new();
        let mut waiting = Vec::new();
        for claim in claims.removals {
            if !self.is_enough(alive, &claim) {
                waiting.push(claim);
            } else if matches!(claim.extent, Extent::Section { .. }) {
                sections.push(claim);
            } else {
                self.act(alive, claim, &claims.keeps, &protected);
            }
        }
        for claim in sections {
            self.section(alive, claim, &protected);
        }
        // An unsure claim acts once a line beside it goes, which may be evidence for the next.
        let mut progress = true;
        while progress {
            progress = false;
            for claim in std::mem::take(&mut waiting) {
                if self.is_enough(alive, &claim) {
                    progress = true;
                    match claim.extent {
                        Extent::Section { .. } => self.section(alive, claim, &protected),
                        _ => self.act(alive, claim, &claims.keeps, &protected),
                    }
                } else {
                    waiting.push(claim);
                }
            }
        }
        self.unsure = waiting.into_iter().map(|claim| (self.extent_span(alive, &claim), claim.cause)).collect();
        self.outcome.gone.iter().filter(|g| g.is_some()).count() > before
    }

    /// What a claim would take, of a section its header.
    fn extent_span(&self, alive: &Alive, claim: &Claim) -> Span {
        match &claim.extent {
            Extent::Span { line, span, .. } => in_source(self.page, self.page.lines[*line].number, *span),
            Extent::Places(places) => {
                let (first, last) = (alive.order[places.start], alive.order[places.end - 1]);
                Span::new(self.line_span(first).start, self.line_span(last).end)
            }
            Extent::Section { place, .. } => self.line_span(alive.order[*place]),
        }
    }

    /// The claims of a round. What lines claim that stand on their own is no prose for the others, so that a page's regions do not
    /// depend on the order of rounds: a section's header would else be gone before its region is known.
    fn gather(&mut self, mut alive: Alive, known: &PageKnown, confidence_min: Confidence) -> (Alive, Claims) {
        loop {
            let claims = Claims::gather(self.judge, self.page, &alive, known, &mut self.held, confidence_min);
            let mut taken: Vec<bool> = alive.order.iter().map(|line| self.body.takes(*line)).collect();
            for claim in claims.removals.iter().filter(|claim| self.is_enough(&alive, claim)) {
                if let Extent::Places(places) = &claim.extent {
                    taken[places.clone()].fill(true);
                }
            }
            for (taken, protected) in taken.iter_mut().zip(self.protected(&alive, &claims.keeps)) {
                *taken &= protected.is_none();
            }
            let next = alive.with_prose_left_by(self.page, &taken);
            if next.prose == alive.prose {
                return (alive, claims);
            }
            alive = next;
        }
    }

    /// Which places a `keep` of whole lines protects, and which one does.
    fn protected<'k>(&self, alive: &Alive, keeps: &'k [Claim]) -> Vec<Option<&'k Cause>> {
        let mut protected = vec![None; alive.order.len()];
        for claim in keeps {
            let keep = Some(&claim.cause);
            match &claim.extent {
                Extent::Places(places) => protected[places.clone()].fill(keep),
                Extent::Span { line, .. } => {
                    alive.order.iter().zip(&mut protected).filter(|(index, _)| *index == line).for_each(|(_, p)| *p = keep);
                }
                Extent::Section { .. } => {}
            }
        }
        protected
    }

    /// Whether a claim is sure enough, or has evidence beside itself.
    fn is_enough(&self, alive: &Alive, claim: &Claim) -> bool {
        if claim.cause.reason.confidence >= self.judge.confidence {
            return true;
        }
        let place = match &claim.extent {
            Extent::Span { line, .. } => alive.order.binary_search(line).unwrap_or(0),
            Extent::Places(places) => places.start,
            Extent::Section { place, .. } => *place,
        };
        let edge = !claim.asks_region && (alive.in_head(place) || alive.in_tail(place));
        edge || self.neighbour_gone[alive.order[place]] || self.body.agrees(alive.order[place])
    }

    /// Lets a claim on lines or a stretch of a line act, as far as nothing protects them.
    fn act(&mut self, alive: &Alive, claim: Claim, keeps: &[Claim], protected: &[Option<&Cause>]) {
        match &claim.extent {
            Extent::Places(places) => {
                for place in places.clone() {
                    self.remove(alive, place, &claim.cause, protected);
                }
            }
            Extent::Span { line, span, .. } => {
                let whole_kept = |k: &&Claim| match &k.extent {
                    Extent::Places(places) => places.clone().any(|p| alive.order[p] == *line),
                    Extent::Span { line: l, span: s, .. } => l == line && s.overlaps(*span),
                    Extent::Section { .. } => false,
                };
                if let Some(keep) = keeps.iter().find(whole_kept) {
                    let because = format!("kept by {}", keep.cause.reason.rule);
                    return self.pass(in_source(self.page, self.page.lines[*line].number, *span), &claim.cause, because);
                }
                // A candidate's stretch is the same in every round.
                let known = match claim.candidate {
                    Some(candidate) => !self.known_spans.insert(candidate),
                    None => self.spans.iter().any(|s| s.candidate.is_none() && s.extent == claim.extent),
                };
                if !known {
                    self.take(alive, claim, protected);
                }
            }
            Extent::Section { .. } => {}
        }
    }

    fn pass(&mut self, span: Span, cause: &Cause, because: String) {
        // Rounds come by the same lines again.
        if self.known_passed.insert((span.start, span.end, cause.reason.rule.clone(), because.clone())) {
            self.outcome.passed.push(Passed { span, reason: cause.reason.clone(), because });
        }
    }

    fn line_span(&self, index: usize) -> Span {
        self.page.view.to_source(self.page.view.whole_line(self.page.lines[index].number))
    }

    fn remove(&mut self, alive: &Alive, place: usize, cause: &Cause, protected: &[Option<&Cause>]) {
        let index = alive.order[place];
        if let Some(keep) = protected[place] {
            let span = self.line_span(index);
            return self.pass(span, cause, format!("kept by {}", keep.reason.rule));
        }
        if let Some(winner) = &self.outcome.gone[index] {
            let stronger = (cause.reason.confidence, cause.layer) > (winner.reason.confidence, winner.layer);
            let (winner, loser) = if stronger { (cause.clone(), winner.clone()) } else { (winner.clone(), cause.clone()) };
            if winner.reason.rule != loser.reason.rule {
                let because = format!("covered by {}", winner.reason.rule);
                let span = self.line_span(index);
                self.pass(span, &loser, because);
            }
            self.outcome.gone[index] = Some(winner);
            return;
        }
        self.outcome.gone[index] = Some(cause.clone());
        for beside in alive.around(place, 1) {
            self.neighbour_gone[alive.order[beside]] = true;
        }
    }

    /// Takes a stretch of a line, which goes itself when no letter or digit is left of it.
    fn take(&mut self, alive: &Alive, claim: Claim, protected: &[Option<&Cause>]) {
        let Extent::Span { line, span, replacement } = &claim.extent else { return };
        let (text, line) = (self.page.text(*line), *line);
        let left = self.left.entry(line).or_insert_with(|| Left::new(text));
        left.take(text, *span, replacement.as_deref());
        let (is_empty, cause) = (left.is_empty(), claim.cause.clone());
        self.spans.push(claim);
        // The places are in the order of the lines.
        if is_empty && let Ok(place) = alive.order.binary_search(&line) {
            self.remove(alive, place, &cause, protected);
        }
    }

    /// A section: its header and what follows, within its bounds.
    fn section(&mut self, alive: &Alive, claim: Claim, protected: &[Option<&Cause>]) {
        let Extent::Section { place, until, lines_max } = claim.extent else { return };
        let Some((first_prose, _)) = alive.prose else { return };
        if place < first_prose {
            return;
        }
        let words = |index: usize| {
            if self.page.lines[index].shape.is_prose() { u64::from(self.page.lines[index].shape.words) } else { 0 }
        };
        let all: u64 = alive.order.iter().map(|&i| words(i)).sum();
        let (mut taken, mut end) = (0, place + 1);
        while end < alive.order.len() && end - place <= lines_max {
            let index = alive.order[end];
            let gone = self.outcome.gone[index].is_some();
            let is_prose = self.page.lines[index].shape.is_prose() && !gone;
            let stops = match until {
                Until::Prose => is_prose || is_header(self.judge, self.page, index),
                Until::Header => is_header(self.judge, self.page, index),
                Until::End => false,
            };
            taken += if gone { 0 } else { words(index) };
            if stops || taken * 2 > all {
                break;
            }
            end += 1;
        }
        for place in place..end {
            self.remove(alive, place, &claim.cause, protected);
        }
    }
}
