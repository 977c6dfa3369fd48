//! The scan: every line of a page through the tables of every book, and what verification leaves of it.
//!
//! A line costs a fold, a hash and a walk of windows; all else is done only for lines that a table names.

use xxhash_rust::xxh3::xxh3_64;

use super::book::{Book, Filter, Ready};
use super::fold::{LineChar, scan_into, trim_aside, verify_fold};
use super::index::{Entry, Pattern, Section, each_anchor};
use super::keys::{DATES, TIMES, WINDOWS, head_word, tail_word};
use super::matcher::{Hints, Words, dates_and_times, hints};
use super::program::capture_name;
use super::tables::{classes_of, look_up};
use super::tokens::{BEYOND_ASCII, NONE, TokenSet};
use super::vocab::Vocab;
use crate::config::Limits;
use crate::edit::Span;
use crate::names::{Action, At, Scope};
use crate::rules::rule::{Anchor, Piece};
use std::sync::OnceLock;

/// A rule in the engine: its book and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleRef {
    /// The book: 0 for the built-in packs.
    pub book: u8,
    /// The rule's index in its book.
    pub rule: u32,
}

/// A rule's match in a line, before any condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The line of the view.
    pub line: u32,
    /// Whose match it is.
    pub rule: RuleRef,
    /// The phrase's index, or [`Pattern::REGEX`].
    pub phrase: u32,
    /// What the rule takes, in bytes of the line: the match, or its cut.
    pub take: Span,
    /// What that becomes, for a rule that replaces.
    pub replacement: Option<String>,
    /// Whether the match is one bare word.
    pub one_word: bool,
    /// Whether the phrase has but one word of its own, or none, beside its slots.
    pub rests_on_a_word: bool,
}

/// The books and what they look up.
#[derive(Debug)]
pub struct Engine {
    books: Vec<Book>,
    vocab: OnceLock<Vocab>,
    limits: Limits,
}

/// Buffers that lines share.
#[derive(Debug, Default)]
pub struct Scratch {
    folded: Vec<u8>,
    patterns: Vec<(u8, Pattern)>,
    /// The verify fold of the line, where finding its patterns took it.
    chars: Option<Vec<LineChar>>,
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
        Engine { books, vocab: OnceLock::new(), limits }
    }

    /// The books, in the order of their layers.
    pub fn books(&self) -> &[Book] {
        &self.books
    }

    /// A rule ready to act.
    pub fn rule(&self, rule: RuleRef) -> &Ready {
        self.books[usize::from(rule.book)].rule(rule.rule as usize)
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
            self.scan_line(text, 0, &|r| r == rule, &mut Scratch::default(), &mut candidates);
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

    /// Adds the matches of one line to `out`; rules for which `wanted` is false are passed over.
    pub fn scan_line(
        &self,
        line: &str,
        number: u32,
        wanted: &dyn Fn(RuleRef) -> bool,
        scratch: &mut Scratch,
        out: &mut Vec<Candidate>,
    ) {
        let long = line.len() > self.limits.line_bytes_max;
        let mut words = None;
        for (piece, first, last) in pieces(line, self.limits.match_bytes_max) {
            self.find_patterns(&line[piece.start..piece.end], scratch);
            if scratch.patterns.is_empty() {
                continue;
            }
            // Layers above come first: a bound on the comparisons must not starve a user's rules.
            scratch.patterns.sort_unstable_by_key(|&(book, pattern)| (std::cmp::Reverse(book), pattern));
            scratch.patterns.dedup();
            // Once for all pieces: time is linear in the line.
            let words = *words.get_or_insert_with(|| if scratch.any_length { 0 } else { super::shape::words(line) });
            let mut verify = Verify {
                engine: self,
                text: &line[piece.start..piece.end],
                offset: piece.start,
                folded: scratch.chars.take(),
                runs: 0,
                number,
                out,
            };
            for &(book, pattern) in &scratch.patterns {
                let rule = RuleRef { book, rule: pattern.rule() as u32 };
                if self.books[usize::from(book)].head(pattern.rule()).is_too_long(words) || !wanted(rule) {
                    continue;
                }
                let ready = self.rule(rule);
                let fits = match ready.rule.at {
                    At::Line => first && last,
                    At::Start => first,
                    At::End => last,
                    At::Anywhere => true,
                };
                if fits && (!long || ready.rule.scope == Scope::Span) {
                    verify.pattern(rule, ready, pattern);
                }
                if verify.runs == self.limits.line_matches_max {
                    break;
                }
            }
        }
    }

    /// The patterns that the tables name for a piece of a line.
    fn find_patterns(&self, text: &str, scratch: &mut Scratch) {
        let Scratch { folded, patterns, chars, .. } = scratch;
        *chars = None;
        folded.clear();
        patterns.clear();
        scan_into(text, folded);
        let (shown, is_ascii) = (folded.len(), text.is_ascii());
        let key = trim_aside(folded);
        let whole = xxh3_64(key);
        let (head, tail) = (head_word(key).map(xxh3_64), tail_word(key).map(xxh3_64));
        let mut named = Named { is_ascii, folded: &folded[..], tokens: None, patterns };
        for (book, b) in self.books.iter().enumerate() {
            if !key.is_empty() {
                named.list(book, look_up(b.section(Section::Line), whole));
                head.into_iter().for_each(|h| named.list(book, look_up(b.section(Section::Head), h)));
                tail.into_iter().for_each(|h| named.list(book, look_up(b.section(Section::Tail), h)));
            }
            let section = b.section(Section::ClassBytes);
            let mut classes = classes_of(section, text);
            // A phrase's bracket is any script's; an expression's anchor is the character itself.
            if !is_ascii {
                classes |= std::str::from_utf8(named.folded).map_or(0, |folded| classes_of(section, folded));
            }
            while classes != 0 {
                named.list(book, b.class(classes.trailing_zeros() as usize));
                classes &= classes - 1;
            }
        }
        let hints = if self.books.iter().any(|b| !b.class(DATES as usize).is_empty()) { hints(folded) } else { Hints::default() };
        // A figure is a date's only beside another, or where a month stands; only then is the line folded for comparing.
        let dates = hints.dates || (hints.digits && self.vocab().holds_month(folded));
        if dates || hints.times {
            let line = verify_fold(text);
            let (dates, times) = dates_and_times(&line, self.vocab());
            for (class, _) in [(DATES, dates), (TIMES, times)].into_iter().filter(|(_, holds)| *holds) {
                for (book, b) in self.books.iter().enumerate() {
                    named.list(book, b.class(class as usize));
                }
            }
            *chars = Some(line);
        }
        let tokens = named.tokens.take();
        // Eight bytes past the end, so that every window can be read whole.
        folded.extend([0; 8]);
        let mut named = Named { is_ascii, folded: &folded[..shown], tokens, patterns };
        for (book, b) in self.books.iter().enumerate() {
            let sections = [Section::Window8, Section::Window4, Section::Window2];
            for (width, section) in WINDOWS.into_iter().zip(sections) {
                if let Some(filter) = Filter::new(b.section(section)) {
                    filter.each_window(folded, shown, width, |at, list| {
                        each_anchor(folded, shown, at, list, |entries| named.list(book, entries));
                    });
                }
            }
        }
    }
}

/// The patterns that a line's tables name, as far as the line has the words that they need.
struct Named<'s> {
    /// Whether the line as it stands is ASCII; its fold may be where it is not.
    is_ascii: bool,
    folded: &'s [u8],
    tokens: Option<TokenSet>,
    patterns: &'s mut Vec<(u8, Pattern)>,
}

impl Named<'_> {
    /// A list of a table: two words an entry.
    fn list(&mut self, book: usize, words: &[u32]) {
        words.chunks_exact(2).for_each(|entry| self.entry(book, (entry[0], entry[1])));
    }

    fn entry(&mut self, book: usize, (pattern, need): Entry) {
        let holds = match need {
            NONE => true,
            BEYOND_ASCII => !self.is_ascii,
            need => self.tokens.get_or_insert_with(|| TokenSet::new(self.folded)).may_hold(need),
        };
        if holds {
            self.patterns.push((book as u8, Pattern(pattern)));
        }
    }
}

/// A line cut into pieces of at most `max` bytes that overlap by an eighth: each with whether it is the first and the last.
fn pieces(line: &str, max: usize) -> Vec<(Span, bool, bool)> {
    if line.len() <= max {
        return vec![(Span::new(0, line.len()), true, true)];
    }
    let (mut out, mut start) = (Vec::new(), 0);
    loop {
        let end = line.floor_char_boundary(start + max);
        out.push((Span::new(start, end), start == 0, end == line.len()));
        if end == line.len() {
            return out;
        }
        start = line.floor_char_boundary(end - max / 8).max(start + 1);
        start = line.ceil_char_boundary(start);
    }
}

/// Verification of the patterns of one piece.
struct Verify<'a> {
    engine: &'a Engine,
    text: &'a str,
    /// Where the piece begins in its line.
    offset: usize,
    folded: Option<Vec<LineChar>>,
    /// How many patterns were compared with the piece.
    runs: usize,
    number: u32,
    out: &'a mut Vec<Candidate>,
}

impl Verify<'_> {
    fn pattern(&mut self, rule: RuleRef, ready: &Ready, pattern: Pattern) {
        if pattern.phrase() == Pattern::REGEX {
            return self.regex(rule, ready);
        }
        let Some(program) = ready.programs.get(pattern.phrase() as usize) else { return };
        let line = self.folded.get_or_insert_with(|| verify_fold(self.text));
        let words = Words { vocab: self.engine.vocab(), sets: &self.engine.books[usize::from(rule.book)] };
        if !program.may_find(line) {
            return;
        }
        self.runs += 1;
        let found = program.find(line, &words);
        let bytes = |start: usize, end: usize| (line[start].start as usize, line[end - 1].end as usize);
        let mut taken = Vec::new();
        for f in found {
            let (start, end) = f.cut.unwrap_or((f.start, f.end));
            let (start, end) = bytes(start, end);
            let replacement = ready.rule.replace.as_ref().map(|pieces| {
                let phrase = &ready.rule.phrases[pattern.phrase() as usize];
                let captured = |name: &str| {
                    let capture = f.captures.iter().find(|c| capture_name(phrase, c.0).as_deref() == Some(name));
                    capture.filter(|c| c.1 < c.2).map(|c| bytes(c.1, c.2)).map_or("", |(a, b)| &self.text[a..b])
                };
                fill(pieces, captured)
            });
            taken.push((start, end, replacement));
        }
        for (start, end, replacement) in taken {
            let text = &self.text[start..end];
            let one_word = program.is_literal && super::shape::words(text) <= 1 && text.chars().any(char::is_alphabetic);
            let candidate = self.candidate(rule, pattern.phrase(), (start, end), replacement);
            self.push(Candidate { one_word, rests_on_a_word: program.rests_on_a_word, ..candidate });
        }
    }

    fn regex(&mut self, rule: RuleRef, ready: &Ready) {
        let written = ready.rule.regex.iter().flat_map(|regex| &regex.anchors);
        // The tables know no case: an anchor in capitals has to stand there in capitals, unless the expression sets case aside.
        let may_stand = |anchor: &Anchor| match anchor {
            Anchor::Literals(literals) => {
                literals.iter().any(|l| !l.chars().any(char::is_uppercase) || self.text.contains(l.as_str()))
            }
            Anchor::Class(_) => true,
        };
        if !ready.rule.regex.iter().any(|r| r.pattern.contains("(?i")) && !written.into_iter().any(may_stand) {
            return;
        }
        let Some(regex) = ready.regex() else { return };
        self.runs += 1;
        let shown = Span::new(self.text.len() - self.text.trim_start().len(), self.text.trim_end().len().max(1));
        for captures in regex.captures_iter(self.text).take(self.engine.limits.line_matches_max) {
            let Some(whole) = captures.get(0) else { continue };
            let place = Span::new(whole.start(), whole.end());
            let fits = match ready.rule.at {
                At::Line => place.contains(shown),
                At::Start => place.start <= shown.start,
                At::End => place.end >= shown.end,
                At::Anywhere => true,
            };
            if !fits {
                continue;
            }
            let take = captures.name("cut").unwrap_or(whole);
            let captured = |name: &str| captures.name(name).map_or("", |m| m.as_str());
            let replacement = ready.rule.replace.as_ref().map(|pieces| fill(pieces, captured));
            self.push(self.candidate(rule, Pattern::REGEX, (take.start(), take.end()), replacement));
        }
    }

    fn candidate(&self, rule: RuleRef, phrase: u32, take: (usize, usize), replacement: Option<String>) -> Candidate {
        let take = Span::new(self.offset + take.0, self.offset + take.1);
        Candidate { line: self.number, rule, phrase, take, replacement, one_word: false, rests_on_a_word: false }
    }

    fn push(&mut self, candidate: Candidate) {
        let again = |c: &Candidate| c.rule == candidate.rule && c.take == candidate.take;
        // Pieces overlap, and two phrases of a rule may take the same bytes: then the longer wording counts.
        let known = self.out.iter_mut().rev().take_while(|c| c.line == candidate.line).find(|c| again(c));
        match known {
            Some(known) => {
                known.one_word &= candidate.one_word;
                known.rests_on_a_word &= candidate.rests_on_a_word;
            }
            None if !candidate.take.is_empty() => self.out.push(candidate),
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

/// Whether a `not` phrase of a rule stands anywhere in a line.
pub fn is_forbidden(engine: &Engine, rule: RuleRef, line: &str) -> bool {
    let ready = engine.rule(rule);
    if ready.nots.is_empty() {
        return false;
    }
    let folded = verify_fold(line);
    let words = Words { vocab: engine.vocab(), sets: &engine.books[usize::from(rule.book)] };
    ready.nots.iter().any(|program| !program.find(&folded, &words).is_empty())
}
