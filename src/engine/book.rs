//! A compiled rule set in use: its tables, and what is made from its records when first needed.

use memchr::memmem::Finder;
use regex::Regex;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use xxhash_rust::xxh3::xxh3_64;

use super::automaton::Automaton;
use super::backtrack::{Match, Room};
use super::builtin;
use super::index::{Compiled, RuleHead, Section, WINDOW_SECTIONS};
use super::program::Program;
use super::shape::Shape;
use super::tables::{filter_bits, list_at, look_up};
use super::vocab::{Sets, Vocab, WordSet};
use super::windows::Windows;
use crate::names::At;
use crate::rules::load::{Language, Shared};
use crate::rules::phrase::Node;
use crate::rules::rule::{RegexMatch, Rule, Told};

/// A rule ready to act.
#[derive(Debug)]
pub struct Ready {
    /// The rule as checked.
    pub rule: Rule,
    /// Its id, shared by all edits.
    pub id: Arc<str>,
    /// The hash of its id.
    pub id_hash: u64,
    /// The hashes of the ids that its condition `near` names.
    pub near_hashes: Box<[u64]>,
    /// The number of its first phrase among the book's.
    phrases_from: usize,
    phrases: Box<[OnceLock<Box<Prepared>>]>,
    nots: Vec<OnceLock<Program>>,
    automaton: OnceLock<Option<Automaton>>,
    /// For the few expressions that are no automaton.
    regex: OnceLock<Option<Regex>>,
    /// The expression as written, shared by all edits.
    regex_source: OnceLock<Arc<str>>,
    /// The anchors of which one has to stand in the line with its capitals; nothing if case says nothing.
    cased: Option<Vec<Finder<'static>>>,
}

/// A phrase that a line was compared with.
#[derive(Debug)]
struct Prepared {
    program: Program,
    /// The phrase as written, shared by all edits.
    source: OnceLock<Arc<str>>,
}

fn rooms<T>(count: usize) -> impl Iterator<Item = OnceLock<T>> {
    std::iter::repeat_with(OnceLock::new).take(count)
}

impl Ready {
    fn new(rule: Rule, phrases: Range<usize>) -> Ready {
        let near = rule.when.near.iter().flat_map(|near| &near.ids);
        Ready {
            id: rule.id.as_str().into(),
            id_hash: xxh3_64(rule.id.as_bytes()),
            near_hashes: near.map(|id| xxh3_64(id.as_bytes())).collect(),
            phrases_from: phrases.start,
            phrases: rooms(phrases.len()).collect(),
            nots: rooms(rule.when.not.len()).collect(),
            automaton: OnceLock::new(),
            regex: OnceLock::new(),
            regex_source: OnceLock::new(),
            cased: rule.regex.as_ref().and_then(cased),
            rule,
        }
    }

    /// The phrases of its condition `not`.
    pub fn nots(&self) -> impl Iterator<Item = &Program> {
        let pairs = self.nots.iter().zip(&self.rule.when.not);
        pairs.map(|(program, phrase)| program.get_or_init(|| Program::new(&phrase.nodes, At::Anywhere)))
    }

    /// Whether the rule's expression may match in a text, by the capitals of its anchors.
    pub fn may_match(&self, text: &str) -> bool {
        self.cased.as_ref().is_none_or(|cased| cased.iter().any(|finder| finder.find(text.as_bytes()).is_some()))
    }

    /// Whether a line has as many words as the rule asks for.
    pub fn has_words(&self, shape: Shape) -> bool {
        let when = &self.rule.when;
        when.words_max.is_none_or(|max| shape.words <= max) && when.words_min.is_none_or(|min| shape.words >= min)
    }

    /// The matches of the rule's expression that begin up to `start_max`, at most `max`; it is compiled when an anchor first hits.
    pub fn matches(&self, text: &str, start_max: usize, max: usize, room: &mut Room) -> Vec<Match> {
        let Some(RegexMatch { pattern, .. }) = &self.rule.regex else { return Vec::new() };
        let automaton = self.automaton.get_or_init(|| Automaton::new(pattern));
        let found = automaton.as_ref().and_then(|automaton| automaton.matches(text, start_max, max, room));
        found.unwrap_or_else(|| {
            let regex = self.regex.get_or_init(|| Regex::new(pattern).ok());
            let all = |regex: &Regex| regex.captures_iter(text).take(max).map(|c| Match::of(regex.capture_names(), &c)).collect();
            regex.as_ref().map(all).unwrap_or_default()
        })
    }
}

/// The tables know no case: an anchor in capitals has to stand in the line in capitals, unless the expression sets case aside or another
/// of its anchors has none.
fn cased(regex: &RegexMatch) -> Option<Vec<Finder<'static>>> {
    let literals = regex.literals()?;
    let capitals = literals.iter().all(|l| l.chars().any(char::is_uppercase));
    (capitals && !regex.pattern.contains("(?i"))
        .then(|| literals.iter().map(|l| Finder::new(l.as_bytes()).into_owned()).collect())
}

/// Reads a value, and gives what stands behind it.
fn take<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> (T, &'b [u8]) {
    // Records were written by the same version of this program.
    postcard::take_from_bytes(bytes).expect("a record that this program wrote")
}

/// A compiled rule set in use.
#[derive(Debug)]
pub struct Book {
    words: Cow<'static, [u32]>,
    bytes: Cow<'static, [u8]>,
    rules: Vec<OnceLock<Box<Ready>>>,
    sets: Vec<OnceLock<WordSet>>,
}

impl Book {
    /// The built-in packs; nothing is parsed or built.
    pub fn builtin() -> Book {
        Book::of(builtin::words(), Cow::Borrowed(builtin::records()))
    }

    /// A set compiled at run time.
    pub fn new(compiled: Compiled) -> Book {
        Book::of(Cow::Owned(compiled.words), Cow::Owned(compiled.bytes))
    }

    fn of(words: Cow<'static, [u32]>, bytes: Cow<'static, [u8]>) -> Book {
        let mut book = Book { words, bytes, rules: Vec::new(), sets: Vec::new() };
        book.rules.resize_with(book.section(Section::Rules).len() / 2, OnceLock::new);
        book.sets.resize_with(book.section(Section::Sets).len() / 2, OnceLock::new);
        book
    }

    /// A section's words.
    pub fn section(&self, section: Section) -> &[u32] {
        let at = self.words[section as usize] as usize;
        &self.words[at + 1..at + 1 + self.words[at] as usize]
    }

    /// Its tables, found once for many lines.
    pub fn tables(&self) -> Tables<'_> {
        let filter = |section| Filter::new(self.section(section));
        let [gate, starts, inner, places] =
            [Section::Gate, Section::Starts, Section::Inner, Section::InnerPlaces].map(|section| self.section(section));
        Tables {
            lines: filter(Section::Line),
            long_lines: filter(Section::LongLine),
            heads: filter(Section::Head),
            tails: filter(Section::Tail),
            windows: Windows::new(gate, starts, inner, places, WINDOW_SECTIONS.map(|section| self.section(section))),
            anchor_lists: self.section(Section::Lists),
            outlines: self.section(Section::Outlines),
            classes: self.section(Section::Classes),
            class_bytes: self.section(Section::ClassBytes),
            class_bits: self.section(Section::ClassBits),
        }
    }

    fn record<'b, T: Deserialize<'b>>(&'b self, section: Section, index: usize) -> T {
        let words = self.section(section);
        let (start, end) = (words[2 * index] as usize, words[2 * index + 1] as usize);
        take(&self.bytes[start..end]).0
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// What is known of a rule without its record.
    pub fn head(&self, rule: usize) -> RuleHead {
        RuleHead(self.section(Section::Heads)[rule])
    }

    /// A rule, made from its record when first asked for.
    pub fn rule(&self, rule: usize) -> &Ready {
        self.rules[rule].get_or_init(|| Box::new(Ready::new(self.record(Section::Rules, rule), self.phrases(rule))))
    }

    /// A rule's id, which is the beginning of its record.
    pub fn id(&self, rule: usize) -> &str {
        let start = self.section(Section::Rules)[2 * rule] as usize;
        take(&self.bytes[start..]).0
    }

    /// What a rule tells people.
    pub fn told(&self, rule: usize) -> Told<&str> {
        self.record(Section::Told, rule)
    }

    /// The numbers of a rule's phrases among all.
    fn phrases(&self, rule: usize) -> Range<usize> {
        let from = self.section(Section::PhrasesFrom);
        from[rule] as usize..from[rule + 1] as usize
    }

    /// A rule's phrases as written.
    pub fn sources(&self, rule: usize) -> impl Iterator<Item = &str> {
        self.phrases(rule).map(|phrase| self.phrase(phrase).0)
    }

    /// A phrase as written, and the record of its parts.
    fn phrase(&self, phrase: usize) -> (&str, &[u8]) {
        let starts = self.section(Section::Phrases);
        let record = &self.bytes[starts[phrase] as usize..starts[phrase + 1] as usize];
        take(record)
    }

    /// The parts of a rule's phrase.
    pub fn nodes(&self, ready: &Ready, phrase: u32) -> Vec<Node> {
        take(self.phrase(ready.phrases_from + phrase as usize).1).0
    }

    /// A phrase of a rule, prepared when a line is first compared with it: of a rule's many phrases few are ever met.
    #[inline]
    pub fn program<'b>(&'b self, ready: &'b Ready, phrase: u32) -> Option<&'b Program> {
        Some(&self.prepared(ready, phrase)?.program)
    }

    fn prepared<'b>(&'b self, ready: &'b Ready, phrase: u32) -> Option<&'b Prepared> {
        let prepare = || {
            let program = Program::new(&self.nodes(ready, phrase), ready.rule.at);
            Box::new(Prepared { program, source: OnceLock::new() })
        };
        Some(ready.phrases.get(phrase as usize)?.get_or_init(prepare))
    }

    /// The phrase or expression of a rule that matched, as written.
    pub fn source(&self, ready: &Ready, phrase: u32) -> Arc<str> {
        let of_regex = || ready.rule.regex.as_ref().map_or("", |regex| &regex.pattern).into();
        let of_phrase = || self.phrase(ready.phrases_from + phrase as usize).0.into();
        match self.prepared(ready, phrase) {
            Some(prepared) => prepared.source.get_or_init(of_phrase).clone(),
            None => ready.regex_source.get_or_init(of_regex).clone(),
        }
    }

    /// The data that packs share.
    pub fn shared(&self) -> Shared {
        Shared { languages: self.languages(), ..self.record(Section::Shared, 0) }
    }

    /// The languages that packs share.
    pub fn languages(&self) -> Vec<Language> {
        self.record(Section::Languages, 0)
    }

    /// The record of the languages' codes and names as slots look for them.
    pub fn spelled(&self) -> &[u8] {
        let words = self.section(Section::Spelled);
        &self.bytes[words[0] as usize..words[1] as usize]
    }

    /// Reads a record when it is called: few pages need all that packs share.
    fn later<T: DeserializeOwned>(&self, section: Section) -> impl FnOnce() -> T + Send + 'static {
        let words = self.section(section);
        let range = words[0] as usize..words[1] as usize;
        let bytes: Cow<'static, [u8]> = match &self.bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[range]),
            Cow::Owned(bytes) => Cow::Owned(bytes[range].to_vec()),
        };
        move || take(&bytes).0
    }

    /// What slots look up.
    pub fn vocab(&self) -> Vocab {
        Vocab::new(self.later(Section::Shared), self.later(Section::Spelled))
    }
}

impl Sets for Book {
    fn set(&self, index: usize) -> Option<&WordSet> {
        let set = self.sets.get(index)?;
        Some(set.get_or_init(|| WordSet::new(self.record::<Vec<&str>>(Section::Sets, index))))
    }
}

/// The tables that a line is looked up in.
#[derive(Debug)]
pub struct Tables<'b> {
    /// Whole lines of at most [`SHORT_BYTES_MAX`](super::index::SHORT_BYTES_MAX) bytes, and longer ones.
    pub lines: Filter<'b>,
    pub long_lines: Filter<'b>,
    /// First words, and last ones.
    pub heads: Filter<'b>,
    pub tails: Filter<'b>,
    /// Windows of literals, and what the literals stand for.
    pub windows: Option<Windows<'b>>,
    pub anchor_lists: &'b [u32],
    /// What patterns ask of their lines.
    pub outlines: &'b [u32],
    classes: &'b [u32],
    /// The classes of bytes and characters, and of the bits of outlines.
    pub class_bytes: &'b [u32],
    pub class_bits: &'b [u32],
}

impl<'b> Tables<'b> {
    /// Entries that a class stands for.
    pub fn class(&self, class: usize) -> &'b [u32] {
        if class >= self.classes[0] as usize {
            return &[];
        }
        list_at(self.classes, self.classes[1 + class])
    }
}

/// A bitmap of hashes, and the table behind it.
#[derive(Debug, Clone, Copy)]
pub struct Filter<'b> {
    shift: u32,
    bits: &'b [u32],
    table: &'b [u32],
}

impl<'b> Filter<'b> {
    fn new(section: &'b [u32]) -> Filter<'b> {
        let log2 = section[0];
        let (bits, table) = section[1..].split_at(1 << log2);
        Filter { shift: 64 - log2, bits, table }
    }

    /// What a hash stands for.
    #[inline]
    pub fn look_up(&self, hash: u64) -> &'b [u32] {
        let bits = filter_bits(hash);
        if self.bits[(hash >> self.shift) as usize] & bits == bits { look_up(self.table, hash) } else { &[] }
    }
}
