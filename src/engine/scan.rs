//! The scan: every line of a page through the tables of every book, and what verification leaves of it.
//!
//! Which patterns the tables name is `lookup`'s work.

use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_64;

use super::backtrack::Room;
use super::book::{Book, Ready};
use super::fold::{scan_fold, trim_aside};
use super::lookup::{LineRoom, Lookup};
use super::memo::Memo;
use super::shape::{Shape, shape};
use super::slots::Dates;
use super::verify::{Verify, is_forbidden};
use super::vocab::Vocab;
use crate::config::Limits;
use crate::edit::Span;
use crate::names::{Action, At, Scope};
use crate::pool::Pool;
use crate::rules::rule::{Piece, Told};

/// A rule in the engine: its book and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleRef {
    /// The book: 0 for the built-in packs.
    pub book: u8,
    /// The rule's index in its book.
    pub rule: u32,
}

impl RuleRef {
    /// A number of its own, spread over all bits.
    pub fn hash(self) -> u64 {
        (u64::from(self.book) << 32 | u64::from(self.rule)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// One of 32 bits, which it shares with others.
    pub fn bit(self) -> u32 {
        1 << (self.hash() >> 59)
    }
}

/// A rule's match in a line, before any condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Whose match it is.
    pub rule: RuleRef,
    /// The phrase's index, or [`Pattern::REGEX`](super::index::Pattern::REGEX).
    pub phrase: u32,
    /// What the rule takes, as [`Candidate::take`] gives it; a page has as many candidates as lines, so they are kept small.
    pub taken: [u32; 2],
    /// What that becomes, for a rule that replaces.
    pub replacement: Option<Box<str>>,
    /// Whether the match is one bare word.
    pub one_word: bool,
    /// Whether the phrase has but one word of its own, or none, beside its slots.
    pub rests_on_a_word: bool,
    /// Whether the line has as many words as the rule asks for.
    pub words_fit: bool,
    /// Whether a `not` of the rule stands in the line; known only where the words fit.
    pub held_back: bool,
}

impl Candidate {
    /// What the rule takes, in bytes of the line: the match, or its cut.
    pub fn take(&self) -> Span {
        Span::new(self.taken[0] as usize, self.taken[1] as usize)
    }

    /// Whether the match says more than one word of its language.
    pub fn is_longer(&self) -> bool {
        !self.one_word && !self.rests_on_a_word
    }
}

/// What a line looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looks {
    /// Its words and sentences.
    pub shape: Shape,
    /// The hash of its folded text, ends set aside.
    pub hash: u64,
}

/// The books and what they look up.
#[derive(Debug)]
pub struct Engine {
    books: Vec<Book>,
    vocab: OnceLock<Vocab>,
    limits: Limits,
    /// Lines that were scanned before, and buffers, for each thread that scans.
    lent: Pool<(Memo, Scratch)>,
}

/// Buffers that lines share.
#[derive(Debug, Default)]
pub struct Scratch {
    line: LineRoom,
    /// Room for running expressions.
    room: Room,
    any_length: bool,
}

impl Scratch {
    /// For saying why a rule does not act: rules are tried on lines with more words than they allow.
    pub fn any_length() -> Scratch {
        Scratch { any_length: true, ..Scratch::default() }
    }
}

impl Engine {
    /// Takes the books: the built-in one first, then layers above it.
    pub fn new(books: Vec<Book>, limits: Limits) -> Engine {
        Engine { books, vocab: OnceLock::new(), limits, lent: Pool::default() }
    }

    /// The books, in the order of their layers.
    pub fn books(&self) -> &[Book] {
        &self.books
    }

    /// The book of a rule.
    pub fn book(&self, rule: RuleRef) -> &Book {
        &self.books[usize::from(rule.book)]
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// A rule ready to act.
    pub fn rule(&self, rule: RuleRef) -> &Ready {
        self.book(rule).rule(rule.rule as usize)
    }

    /// What a rule tells people.
    pub fn told(&self, rule: RuleRef) -> Told<&str> {
        self.book(rule).told(rule.rule as usize)
    }

    /// All rules of all books.
    pub fn rules(&self) -> impl Iterator<Item = RuleRef> + '_ {
        let refs = |(book, b): (usize, &Book)| {
            (0..b.len() as u32).map(move |rule| RuleRef { book: book as u8, rule }).collect::<Vec<_>>()
        };
        self.books.iter().enumerate().flat_map(refs)
    }

    /// The rules of a book whose replacement they would match again, with the replacement.
    pub fn endless_replacements(&self, book: u8) -> Vec<(RuleRef, String)> {
        let mut found = Vec::new();
        for rule in self
            .rules()
            .filter(|r| r.book == book && self.books[usize::from(book)].head(r.rule as usize).action() == Action::Replace)
        {
            // Captured text is the page's; only what the rule itself writes can be judged here.
            let Some([Piece::Text(text)]) = self.rule(rule).rule.replace.as_deref() else { continue };
            let mut candidates = Vec::new();
            self.scan().line(text, &|r| r == rule, &mut Scratch::default(), &mut candidates);
            if !candidates.is_empty() {
                found.push((rule, text.clone()));
            }
        }
        found
    }

    /// What slots look up; the last book's shared data include those of the books below.
    pub fn vocab(&self) -> &Vocab {
        self.vocab.get_or_init(|| self.books.last().map(Book::vocab).unwrap_or_default())
    }

    /// Lends what a thread knows of lines, and buffers; one engine's pages are all scanned for the same rules.
    pub fn lend<R>(&self, work: impl FnOnce(&mut Memo, &mut Scratch) -> R) -> R {
        self.lent.lend(|(memo, scratch)| work(memo, scratch))
    }

    /// For scanning lines, of a page or of several: the tables are read where they stand, but found once.
    pub fn scan(&self) -> Scan<'_> {
        Scan { engine: self, lookup: Lookup::new(&self.books, self.vocab()) }
    }
}

/// An engine, and its books' tables.
#[derive(Debug)]
pub struct Scan<'e> {
    engine: &'e Engine,
    lookup: Lookup<'e>,
}

impl Scan<'_> {
    /// Adds the matches of one line to `out`; rules for which `wanted` is false are passed over.
    pub fn line(&self, line: &str, wanted: &dyn Fn(RuleRef) -> bool, scratch: &mut Scratch, out: &mut Vec<Candidate>) -> Looks {
        let engine = self.engine;
        let long = line.len() > engine.limits.line_bytes_max;
        let from = out.len();
        // Once for all pieces: time is linear in the line.
        let mut looks = Looks { shape: shape(line), hash: 0 };
        let words = if scratch.any_length { 0 } else { looks.shape.words };
        let mut starts = (from, from);
        for (piece, first, last) in pieces(line, engine.limits.match_bytes_max) {
            starts = (starts.1, out.len());
            looks.hash = self.lookup.patterns(&line[piece.start..piece.end], &mut scratch.line);
            if scratch.line.patterns.is_empty() {
                continue;
            }
            // Layers above come first: a bound on the comparisons must not starve a user's rules.
            scratch.line.patterns.sort_unstable_by_key(|&(book, pattern)| (std::cmp::Reverse(book), pattern));
            scratch.line.patterns.dedup();
            let dates = Dates::default();
            let mut verify = Verify {
                engine,
                text: &line[piece.start..piece.end],
                offset: piece.start,
                folded: scratch.line.chars.take(),
                spare: std::mem::take(&mut scratch.line.spare),
                dates: &dates,
                room: std::mem::take(&mut scratch.room),
                runs: 0,
                out,
                from: starts.0,
            };
            for &(book, pattern) in &scratch.line.patterns {
                let rule = RuleRef { book, rule: pattern.rule() as u32 };
                if engine.books[usize::from(book)].head(pattern.rule()).is_too_long(words) || !wanted(rule) {
                    continue;
                }
                let ready = engine.rule(rule);
                let fits = match ready.rule.at {
                    At::Line => first && last,
                    At::Start => first,
                    At::End => last,
                    At::Anywhere => true,
                };
                if fits && (!long || ready.rule.scope == Scope::Span) {
                    verify.pattern(rule, ready, pattern);
                }
                if verify.runs == engine.limits.line_matches_max {
                    break;
                }
            }
            scratch.line.spare = verify.folded.unwrap_or(verify.spare);
            scratch.room = verify.room;
        }
        if line.len() > engine.limits.match_bytes_max {
            looks.hash = hash_of(&scan_fold(line));
        }
        // What holds a rule back in a line holds for all its candidates there, which stand side by side.
        let (mut chars, mut before) = (None, None);
        for candidate in &mut out[from..] {
            candidate.words_fit = engine.rule(candidate.rule).has_words(looks.shape);
            let known = before.filter(|(rule, _)| *rule == candidate.rule).map(|(_, forbidden)| forbidden);
            let forbidden = || is_forbidden(engine, candidate.rule, line, &mut chars);
            candidate.held_back = candidate.words_fit && known.unwrap_or_else(forbidden);
            before = candidate.words_fit.then_some((candidate.rule, candidate.held_back));
        }
        looks
    }
}

/// The hash of a scan fold, ends set aside.
pub fn hash_of(folded: &str) -> u64 {
    xxh3_64(trim_aside(folded).as_bytes())
}

/// A line cut into pieces of at most `max` bytes that overlap by an eighth: each with whether it is the first and the last.
fn pieces(line: &str, max: usize) -> impl Iterator<Item = (Span, bool, bool)> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let end = line.floor_char_boundary(start + max);
        let behind = || line.ceil_char_boundary(line.floor_char_boundary(end - max / 8).max(start + 1));
        next = (end < line.len()).then(behind);
        Some((Span::new(start, end), start == 0, end == line.len()))
    })
}
