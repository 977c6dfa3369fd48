//! One round after another: claims, protection, evidence for the unsure, sections, until nothing more goes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use super::claims::{Claim, Claims, Extent, Pending, is_header};
use super::left::Left;
use super::spans::{self, Taken};
use super::title::Titles;
use super::{Cause, Judge, body, in_source, paragraph};
use crate::edit::{Note, Passed, Span};
use crate::engine::alive::Alive;
use crate::engine::conditions::{Conditions, PageKnown, REGION};
use crate::engine::page::Page;
use crate::hash::AsItIs;
use crate::names::{Confidence, Until, Verdict};

/// What the rounds have come to.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// For each line of the page, why it goes.
    pub gone: Vec<Option<Arc<Cause>>>,
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
        pending: Pending::all(judge, page, known, confidence_min),
        titles: Titles::new(page, known, title),
        gone: vec![false; page.lines.len()],
        has_gone: false,
        neighbour_gone: vec![false; page.lines.len()],
        spans: Vec::new(),
        known_spans: Vec::new(),
        left: BTreeMap::new(),
        known_passed: HashMap::default(),
        passed_before: Vec::new(),
        prose_words: None,
        unsure: Vec::new(),
        outcome: Outcome {
            gone: vec![None; page.lines.len()],
            spans: Vec::new(),
            passed: Vec::new(),
            verdicts: BTreeSet::new(),
            notes: Vec::new(),
        },
    };
    let mut alive = Alive::new(page);
    for round in 0.. {
        state.round(&mut alive, confidence_min);
        let before = alive.order.len();
        if state.has_gone {
            alive.take_out(page, &state.gone);
        }
        if alive.order.len() == before {
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

/// How often a round looks at the same lines at most, each time with less prose.
const LOOKS_MAX: usize = 16;

struct State<'a, 'p> {
    judge: &'a Judge<'a>,
    page: &'a Page<'p>,
    body: &'a body::Evidence<'a>,
    /// The matches on lines that are still there.
    pending: Pending<'a>,
    titles: Titles<'a, 'p>,
    /// For each line, whether it goes.
    gone: Vec<bool>,
    /// Whether any went in this round.
    has_gone: bool,
    /// For each line, whether a line beside it has gone.
    neighbour_gone: Vec<bool>,
    spans: Vec<Claim>,
    /// For each candidate, whether it is one of those stretches; empty while there are none.
    known_spans: Vec<bool>,
    /// What is left of lines of which stretches go.
    left: BTreeMap<usize, Left>,
    /// What has been noted as passed, by its bytes: the last place in the outcome's list.
    known_passed: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
    /// For each place in that list, the one before it of the same bytes.
    passed_before: Vec<Option<u32>>,
    /// How many words the prose of this round's lines has, once a section asks.
    prose_words: Option<u64>,
    /// What the last round would have taken with more evidence.
    unsure: Vec<(Span, Arc<Cause>)>,
    outcome: Outcome,
}

impl State<'_, '_> {
    /// One round; lines that go are noted, and still alive.
    fn round(&mut self, alive: &mut Alive, confidence_min: Confidence) {
        let mut claims = self.gather(alive);
        let alive = &*alive;
        (self.prose_words, self.has_gone) = (None, false);
        self.outcome.verdicts.extend(claims.verdicts.iter());
        for (line, cause, span) in std::mem::take(&mut claims.held_back) {
            self.pass(in_source(self.page, self.page.lines[line].number, span), &cause, "its `not` holds".to_owned());
        }
        if confidence_min < Confidence::Sure {
            claims.removals.extend(self.titles.claims(self.judge, alive));
            claims.removals.extend(paragraph::claims(self.judge, self.page, alive));
            // Last, so that a rule that takes the line as well is the one that is named.
            claims.removals.extend(self.body.claims(alive));
        }
        let protected = protected(alive, &claims.keeps);
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
    }

    /// What a claim would take, of a section its header.
    fn extent_span(&self, alive: &Alive, claim: &Claim) -> Span {
        match &claim.extent {
            Extent::Span { line, span, .. } => in_source(self.page, self.page.lines[*line].number, *span),
            Extent::Places(places) => {
                let (first, last) = (alive.line(places.start), alive.line(places.end - 1));
                Span::new(self.line_span(first).start, self.line_span(last).end)
            }
            Extent::Section { place, .. } => self.line_span(alive.line(*place)),
        }
    }

    /// The claims of a round. What lines claim that stand on their own is no prose for the others, so that a page's regions do not
    /// depend on the order of rounds: a section's header would else be gone before its region is known.
    fn gather(&mut self, alive: &mut Alive) -> Claims {
        let mut asked = Conditions::MAX;
        let mut looks = 0;
        loop {
            let claims = Claims::gather(self.judge, self.page, alive, &mut self.pending, asked);
            let mut taken = vec![false; alive.order.len()];
            if self.body.takes_any() {
                taken.iter_mut().zip(&alive.order).for_each(|(taken, line)| *taken = self.body.takes(*line as usize));
            }
            for claim in claims.removals.iter().filter(|claim| self.is_enough(alive, claim)) {
                if let Extent::Places(places) = &claim.extent {
                    taken[places.clone()].fill(true);
                }
            }
            for (taken, protected) in taken.iter_mut().zip(protected(alive, &claims.keeps)) {
                *taken &= protected.is_none();
            }
            if !alive.find_prose(self.page, &taken) {
                return claims;
            }
            looks += 1;
            if looks == LOOKS_MAX {
                // The only prose may have evidence against itself as long as it counts as prose, and none any more: it stays.
                alive.prose = None;
                return claims;
            }
            // The lines are the same, only the prose is another.
            asked = REGION;
        }
    }

    /// Whether a claim is sure enough, or has evidence beside itself.
    fn is_enough(&self, alive: &Alive, claim: &Claim) -> bool {
        if claim.cause.reason.confidence >= self.judge.confidence {
            return true;
        }
        let place = match &claim.extent {
            Extent::Span { line, .. } => alive.place(*line).unwrap_or(0),
            Extent::Places(places) => places.start,
            Extent::Section { place, .. } => *place,
        };
        let edge = !claim.asks_region && (alive.in_head(place) || alive.in_tail(place));
        edge || self.neighbour_gone[alive.line(place)] || self.body.agrees(alive.line(place))
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
                    Extent::Places(places) => places.clone().any(|p| alive.line(p) == *line),
                    Extent::Span { line: l, span: s, .. } => l == line && s.overlaps(*span),
                    Extent::Section { .. } => false,
                };
                if let Some(keep) = keeps.iter().find(whole_kept) {
                    let because = format!("kept by {}", keep.cause.reason.rule);
                    return self.pass(in_source(self.page, self.page.lines[*line].number, *span), &claim.cause, because);
                }
                // A candidate's stretch is the same in every round.
                let known = match claim.candidate {
                    Some(candidate) => {
                        self.known_spans.resize(self.page.candidates.len(), false);
                        std::mem::replace(&mut self.known_spans[candidate], true)
                    }
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
        let hash =
            (span.start as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (span.end as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        let passed = &mut self.outcome.passed;
        let is_same = |p: &Passed| p.span == span && p.reason.rule == cause.reason.rule && p.because == because;
        let last = self.known_passed.get(&hash).copied();
        let mut of_span = std::iter::successors(last, |place| self.passed_before[*place as usize]);
        if !of_span.any(|place| is_same(&passed[place as usize])) {
            self.known_passed.insert(hash, passed.len() as u32);
            self.passed_before.push(last);
            passed.push(Passed { span, reason: cause.reason.clone(), because });
        }
    }

    fn line_span(&self, index: usize) -> Span {
        self.page.view.to_source(self.page.view.whole_line(self.page.lines[index].number as usize))
    }

    fn remove(&mut self, alive: &Alive, place: usize, cause: &Arc<Cause>, protected: &[Option<&Cause>]) {
        let index = alive.line(place);
        if let Some(keep) = protected.get(place).copied().flatten() {
            let span = self.line_span(index);
            return self.pass(span, cause, format!("kept by {}", keep.reason.rule));
        }
        if let Some(winner) = &self.outcome.gone[index] {
            let stronger = (cause.reason.confidence, cause.layer) > (winner.reason.confidence, winner.layer);
            let (winner, loser) =
                if stronger { (Arc::clone(cause), Arc::clone(winner)) } else { (Arc::clone(winner), Arc::clone(cause)) };
            if winner.reason.rule != loser.reason.rule {
                let because = format!("covered by {}", winner.reason.rule);
                let span = self.line_span(index);
                self.pass(span, &loser, because);
            }
            self.outcome.gone[index] = Some(winner);
            return;
        }
        self.outcome.gone[index] = Some(Arc::clone(cause));
        (self.gone[index], self.has_gone) = (true, true);
        for beside in alive.around(place, 1) {
            self.neighbour_gone[alive.line(beside)] = true;
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
        if is_empty && let Some(place) = alive.place(line) {
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
        let page = self.page;
        let words = |index: usize| {
            if page.lines[index].shape.is_prose() { u64::from(page.lines[index].shape.words) } else { 0 }
        };
        let all = *self.prose_words.get_or_insert_with(|| alive.order.iter().map(|&i| words(i as usize)).sum());
        let (mut taken, mut end) = (0, place + 1);
        while end < alive.order.len() && end - place <= lines_max {
            let index = alive.line(end);
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

/// Which places a `keep` of whole lines protects, and which one does; of none if nothing keeps.
fn protected<'k>(alive: &Alive, keeps: &'k [Claim]) -> Vec<Option<&'k Cause>> {
    if keeps.is_empty() {
        return Vec::new();
    }
    let mut protected = vec![None; alive.order.len()];
    for claim in keeps {
        let keep = Some(&*claim.cause);
        match &claim.extent {
            Extent::Places(places) => protected[places.clone()].fill(keep),
            Extent::Span { line, .. } => {
                alive.place(*line).into_iter().for_each(|place| protected[place] = keep);
            }
            Extent::Section { .. } => {}
        }
    }
    protected
}
