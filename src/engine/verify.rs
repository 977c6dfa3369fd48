//! Verification: comparing a piece of a line with the patterns that the tables name for it.

use super::backtrack::Room;
use super::book::Ready;
use super::fold::{LineChar, verify_fold, verify_into};
use super::index::Pattern;
use super::matcher::{Found, Words};
use super::program::{Program, capture_name};
use super::scan::{Candidate, Engine, RuleRef};
use super::slots::Dates;
use crate::edit::Span;
use crate::names::At;
use crate::rules::rule::Piece;
use std::ops::ControlFlow;

/// Verification of the patterns of one piece.
pub struct Verify<'a> {
    pub(super) engine: &'a Engine,
    pub(super) text: &'a str,
    /// Where the piece begins in its line.
    pub(super) offset: usize,
    pub(super) folded: Option<Vec<LineChar>>,
    /// Room for the verify fold.
    pub(super) spare: Vec<LineChar>,
    /// What is known of the piece's dates.
    pub(super) dates: &'a Dates,
    /// Room for running expressions.
    pub(super) room: Room,
    /// How many patterns were compared with the piece.
    pub(super) runs: usize,
    pub(super) out: &'a mut Vec<Candidate>,
    /// Where the candidates of the piece before this one begin, the only other one that holds some of its bytes.
    pub(super) from: usize,
}

impl Verify<'_> {
    /// Adds the matches of a pattern.
    pub fn pattern(&mut self, rule: RuleRef, ready: &Ready, pattern: Pattern) {
        if pattern.phrase() == Pattern::REGEX {
            return self.regex(rule, ready);
        }
        let book = self.engine.book(rule);
        let Some(program) = book.program(ready, pattern.phrase()) else { return };
        let line = self.folded.take().unwrap_or_else(|| verify_into(self.text, std::mem::take(&mut self.spare)));
        self.phrase(rule, ready, pattern.phrase(), program, &line);
        self.folded = Some(line);
    }

    fn phrase(&mut self, rule: RuleRef, ready: &Ready, number: u32, program: &Program, line: &[LineChar]) {
        if !program.may_find(line) {
            return;
        }
        self.runs += 1;
        let sets = self.engine.book(rule);
        let words = Words { vocab: self.engine.vocab(), sets, dates: self.dates, captures: ready.rule.replace.is_some() };
        if program.may_end(line, &words) {
            program.find(line, &words, &mut |found| {
                self.found(rule, ready, number, program, line, found);
                ControlFlow::Continue(())
            });
        }
    }

    /// Adds a match of a phrase.
    fn found(&mut self, rule: RuleRef, ready: &Ready, number: u32, program: &Program, line: &[LineChar], found: Found) {
        let bytes = |start: usize, end: usize| (line[start].start as usize, line[end - 1].end as usize);
        let (start, end) = found.cut.unwrap_or((found.start, found.end));
        let (start, end) = bytes(start, end);
        let text = &self.text[start..end];
        let replacement = ready.rule.replace.as_ref().map(|pieces| {
            let nodes = self.engine.book(rule).nodes(ready, number);
            let captured = |name: &str| {
                let capture = found.captures.iter().find(|c| capture_name(&nodes, c.0).as_deref() == Some(name));
                capture.filter(|c| c.1 < c.2).map(|c| bytes(c.1, c.2)).map_or("", |(a, b)| &self.text[a..b])
            };
            fill(pieces, captured)
        });
        let one_word = program.is_literal && super::shape::words(text) <= 1 && text.chars().any(char::is_alphabetic);
        let candidate = self.candidate(rule, number, (start, end), replacement);
        self.push(Candidate { one_word, rests_on_a_word: program.rests_on_a_word, ..candidate });
    }

    fn regex(&mut self, rule: RuleRef, ready: &Ready) {
        if !ready.may_match(self.text) {
            return;
        }
        let shown = Span::new(self.text.len() - self.text.trim_start().len(), self.text.trim_end().len().max(1));
        let start_max = if matches!(ready.rule.at, At::Line | At::Start) { shown.start } else { self.text.len() };
        let all = ready.matches(self.text, start_max, self.engine.limits().line_matches_max, &mut self.room);
        self.runs += usize::from(!all.is_empty());
        for found in all {
            let fits = match ready.rule.at {
                At::Line => found.whole.contains(shown),
                At::Start => found.whole.start <= shown.start,
                At::End => found.whole.end >= shown.end,
                At::Anywhere => true,
            };
            if !fits {
                continue;
            }
            let take = found.group("cut").unwrap_or(found.whole);
            let captured = |name: &str| found.group(name).map_or("", |span| &self.text[span.start..span.end]);
            let replacement = ready.rule.replace.as_ref().map(|pieces| fill(pieces, captured));
            self.push(self.candidate(rule, Pattern::REGEX, (take.start, take.end), replacement));
        }
    }

    fn candidate(&self, rule: RuleRef, phrase: u32, take: (usize, usize), replacement: Option<String>) -> Candidate {
        Candidate {
            rule,
            phrase,
            taken: [take.0, take.1].map(|at| (self.offset + at) as u32),
            replacement: replacement.map(String::into_boxed_str),
            one_word: false,
            rests_on_a_word: false,
            words_fit: false,
            held_back: false,
        }
    }

    fn push(&mut self, candidate: Candidate) {
        let again = |c: &Candidate| c.rule == candidate.rule && c.taken == candidate.taken;
        // Pieces overlap, and two phrases of a rule may take the same bytes: then the longer wording counts.
        let known = self.out[self.from..].iter_mut().rev().find(|c| again(c));
        match known {
            Some(known) => {
                known.one_word &= candidate.one_word;
                known.rests_on_a_word &= candidate.rests_on_a_word;
            }
            None if !candidate.take().is_empty() => self.out.push(candidate),
            None => {}
        }
    }
}

fn fill<'c>(pieces: &[Piece], captured: impl Fn(&str) -> &'c str) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Capture(name) => captured(name).to_owned(),
    };
    pieces.iter().map(text).collect()
}

/// Whether a `not` phrase of a rule stands anywhere in a line; `chars` is the line's verify fold, made when it is first needed.
pub fn is_forbidden(engine: &Engine, rule: RuleRef, line: &str, chars: &mut Option<Vec<LineChar>>) -> bool {
    let ready = engine.rule(rule);
    if ready.rule.when.not.is_empty() {
        return false;
    }
    let folded = chars.get_or_insert_with(|| verify_fold(line));
    let dates = Dates::default();
    let sets = engine.book(rule);
    let words = Words { vocab: engine.vocab(), sets, dates: &dates, captures: false };
    ready.nots().any(|program| program.is_in(folded, &words))
}
