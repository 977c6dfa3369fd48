//! How phrases are found: a rule set compiled to static tables, and reading those tables.
//!
//! Every phrase is found by one key, the rarest that it has: the hash of the whole folded line, its first or last word, a window of
//! a literal, or a character class. Built-in packs are compiled by the build script, a user's when they are
//! loaded; both give the same tables, which are read in place. The rules' records are read when first needed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::anchors::{self, Anchors, Part};
use super::beginning;
use super::fold::verify_fold;
use super::keys::{Borders, Key, WINDOWS, anchor_key, keys};
use super::outline::{Members, OUTLINE_WORDS, Outline, class_bits};
use super::spelled::Spelled;
use super::tables::{Lists, write_class_bytes, write_classes, write_filter};
use super::tokens::{NONE, need_of_regex, needs};
use crate::error::Error;
use crate::names::Action;
use crate::rules::load::{RuleSet, Shared};
use crate::rules::rule::{Anchor, RegexMatch, Rule, WrittenRule};

/// A rule set as tables (`words`) and records (`bytes`, postcard).
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    /// A directory of sections, then the sections.
    pub words: Vec<u32>,
    /// Records that sections point into.
    pub bytes: Vec<u8>,
}

/// The sections, in the order of the directory.
#[derive(Debug, Clone, Copy)]
pub enum Section {
    /// Whole folded lines of at most [`SHORT_BYTES_MAX`] bytes to patterns.
    Line,
    /// Longer ones: few, so that their bitmap stays near.
    LongLine,
    /// First words to patterns.
    Head,
    /// Last words to patterns.
    Tail,
    /// Twelve bytes to anchors.
    Window12,
    /// Eight bytes to anchors.
    Window8,
    /// Six bytes to anchors.
    Window6,
    /// Four bytes to anchors.
    Window4,
    /// Three bytes to anchors.
    Window3,
    /// Two bytes to anchors.
    Window2,
    /// Which windows of any width there are.
    Gate,
    /// Which widths windows have where words begin, by how they begin.
    Starts,
    /// Which widths windows have inside words, likewise.
    Inner,
    /// How windows inside words begin.
    InnerPlaces,
    /// Character classes to patterns.
    Classes,
    /// What is known of each rule without its record.
    Heads,
    /// Rules' records.
    Rules,
    /// The records of what rules tell people.
    Told,
    /// The number of each rule's first phrase among all, and how many there are.
    PhrasesFrom,
    /// Where each phrase's record begins, and where the last one ends.
    Phrases,
    /// Word sets' records.
    Sets,
    /// The record of the shared data but for the languages.
    Shared,
    /// The record of the languages: many thousands of names, which few pages ask for.
    Languages,
    /// Which bytes and characters belong to which classes.
    ClassBytes,
    /// The classes of bytes of ASCII by the bits that outlines have for them.
    ClassBits,
    /// What anchors stand for.
    Lists,
    /// What patterns ask of their lines.
    Outlines,
    /// The record of the languages' codes and names as slots look for them.
    Spelled,
}

/// Names of languages, which are most whole lines, are hardly ever longer.
pub const SHORT_BYTES_MAX: usize = 32;

const SECTIONS: usize = 28;

/// The sections of windows, in the order of their widths.
pub const WINDOW_SECTIONS: [Section; WINDOWS.len()] =
    [Section::Window12, Section::Window8, Section::Window6, Section::Window4, Section::Window3, Section::Window2];

/// A phrase of a rule: the rule's index and the phrase's, in one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(pub u32);

impl Pattern {
    /// The number of a rule's regex, which stands for a phrase.
    pub const REGEX: u32 = 0xfff;

    fn new(rule: usize, phrase: u32) -> Pattern {
        Pattern((rule as u32) << 12 | phrase)
    }

    /// The rule's index in its rule set.
    pub fn rule(self) -> usize {
        (self.0 >> 12) as usize
    }

    /// The phrase's index in its rule, or [`Pattern::REGEX`].
    pub fn phrase(self) -> u32 {
        self.0 & 0xfff
    }
}

/// A pattern, a word that its line has to hold, and where its outline stands. A pattern that needs one of several words stands once
/// for each. Before them stands how short the line has to be, so that a list begins with what fits the longest lines.
pub type Entry = [u32; ENTRY_WORDS];

/// How many words an entry has in a list.
pub const ENTRY_WORDS: usize = 4;

/// Compiles a rule set. Errors name the phrases that have nothing to be found by.
///
/// `spelled` is the record of [`Spelled`] of another set with the same languages: many thousands of names take long to fold.
pub fn compile(set: &RuleSet, shared: &Shared, spelled: Option<&[u8]>) -> Result<Compiled, Error> {
    let mut tables = Tables { members: set.sets.iter().map(|s| Members::of(s)).collect(), ..Tables::default() };
    tables.outline(Outline::NONE);
    let mut errors = Vec::new();
    for (index, written) in set.rules.iter().enumerate() {
        if let Err(error) = tables.add_rule(index, written, set, shared) {
            errors.push(error);
        }
    }
    match Error::join(errors) {
        Some(error) => Err(error),
        None => Ok(tables.write(set, shared, spelled)),
    }
}

#[derive(Default)]
struct Tables {
    line: BTreeMap<u64, BTreeSet<Entry>>,
    long_line: BTreeMap<u64, BTreeSet<Entry>>,
    head: BTreeMap<u64, BTreeSet<Entry>>,
    tail: BTreeMap<u64, BTreeSet<Entry>>,
    anchors: Anchors,
    classes: BTreeMap<u32, BTreeSet<Entry>>,
    /// What the members of each set have in common.
    members: Vec<Members>,
    outlines: Vec<u32>,
    known_outlines: BTreeMap<Outline, u32>,
}

impl Tables {
    /// Where an outline stands, written once.
    fn outline(&mut self, outline: Outline) -> u32 {
        *self.known_outlines.entry(outline).or_insert_with(|| {
            self.outlines.extend(outline.words());
            (self.outlines.len() / OUTLINE_WORDS - 1) as u32
        })
    }

    fn add_rule(&mut self, index: usize, written: &WrittenRule, set: &RuleSet, shared: &Shared) -> Result<(), Error> {
        let WrittenRule { rule, phrases, .. } = written;
        if phrases.len() >= Pattern::REGEX as usize {
            let message = format!("`{}` has {} phrases, at most {} are allowed", rule.id, phrases.len(), Pattern::REGEX - 1);
            return Err(rule.error(message).help("put words that stand in the same place into a set"));
        }
        for (i, phrase) in phrases.iter().enumerate() {
            let pattern = Pattern::new(index, i as u32);
            let keys = keys(&phrase.nodes, rule.at, set, shared).ok_or_else(|| {
                let message = format!("phrase `{}` of `{}` has nothing that it can be found by", phrase.source, rule.id);
                rule.error(message).help("expected a literal of two letters or more, a set, or a slot with figures")
            })?;
            let needs = needs(&phrase.nodes);
            let outline = Outline::of_phrase(&phrase.nodes, rule.at, &self.members);
            let (chars_max, outline) = (outline.chars_max(), self.outline(outline));
            for key in keys {
                needs.iter().for_each(|need| self.add(key.clone(), [!chars_max, pattern.0, *need, outline]));
            }
        }
        let Some(regex) = &rule.regex else { return Ok(()) };
        let (need, literals) = (need_of_regex(&regex.pattern), regex.literals());
        let outline = Outline::of_regex(&regex.pattern, rule.at, literals.as_deref());
        let (chars_max, outline) = (outline.chars_max(), self.outline(outline));
        let entry = [!chars_max, Pattern::new(index, Pattern::REGEX).0, need, outline];
        regex_keys(rule, regex, shared)?.into_iter().for_each(|key| self.add(key, entry));
        Ok(())
    }

    fn add(&mut self, key: Key, entry: Entry) {
        let insert = |table: &mut BTreeMap<u64, BTreeSet<Entry>>, hash| {
            table.entry(hash).or_default().insert(entry);
        };
        // Nothing more is asked of a line that is the phrase, so all spellings of a phrase share one list.
        let whole = [0, entry[1], NONE, 0];
        match key {
            Key::Line(hash, length) => {
                let table = if length > SHORT_BYTES_MAX { &mut self.long_line } else { &mut self.line };
                table.entry(hash).or_default().insert(whole);
            }
            Key::Head(hash) => insert(&mut self.head, hash),
            Key::Tail(hash) => insert(&mut self.tail, hash),
            Key::Class(class) => {
                self.classes.entry(class).or_default().insert(entry);
            }
            Key::Anchor(ref anchor) => {
                self.anchors.entry(Part::of(anchor)).or_default().insert(entry);
            }
        }
    }

    fn write(self, set: &RuleSet, shared: &Shared, spelled: Option<&[u8]>) -> Compiled {
        let mut out = Compiled { words: vec![0; SECTIONS], bytes: Vec::new() };
        let record = |bytes: &mut Vec<u8>, value: postcard::Result<Vec<u8>>| {
            let start = bytes.len() as u32;
            bytes.extend(value.unwrap_or_default()); // writing to memory cannot fail
            [start, bytes.len() as u32]
        };
        let mut bytes = Vec::new();
        let rules: Vec<u32> = set.rules.iter().flat_map(|r| record(&mut bytes, postcard::to_stdvec(&r.rule))).collect();
        let told: Vec<u32> = set.rules.iter().flat_map(|r| record(&mut bytes, postcard::to_stdvec(&r.told))).collect();
        let (mut phrases_from, mut phrases) = (Vec::with_capacity(set.rules.len() + 1), Vec::new());
        for written in &set.rules {
            phrases_from.push(phrases.len() as u32);
            phrases.extend(written.phrases.iter().map(|p| record(&mut bytes, postcard::to_stdvec(p))[0]));
        }
        phrases_from.push(phrases.len() as u32);
        phrases.push(bytes.len() as u32);
        let sets: Vec<u32> = set.sets.iter().flat_map(|s| record(&mut bytes, postcard::to_stdvec(&sorted(s)))).collect();
        let class_bytes = write_class_bytes(&shared.classes);
        let class_bits = class_bits(&class_bytes);
        let languages = record(&mut bytes, postcard::to_stdvec(&shared.languages));
        let new = || postcard::to_stdvec(&Spelled::new(&shared.languages));
        let spelled = record(&mut bytes, spelled.map_or_else(new, |spelled| Ok(spelled.to_vec())));
        let shared = record(&mut bytes, postcard::to_stdvec(&Shared { languages: Vec::new(), ..shared.clone() }));
        out.bytes = bytes;
        let mut lists = Lists::default();
        let anchors = anchors::write(self.anchors, &mut lists);
        for (section, words) in [
            (Section::Line, write_filter(&self.line)),
            (Section::LongLine, write_filter(&self.long_line)),
            (Section::Head, write_filter(&self.head)),
            (Section::Tail, write_filter(&self.tail)),
            (Section::Classes, write_classes(&self.classes)),
            (Section::Heads, set.rules.iter().map(|r| RuleHead::of(&r.rule).0).collect()),
            (Section::Rules, rules),
            (Section::Told, told),
            (Section::PhrasesFrom, phrases_from),
            (Section::Phrases, phrases),
            (Section::Sets, sets),
            (Section::Shared, shared.to_vec()),
            (Section::Languages, languages.to_vec()),
            (Section::Spelled, spelled.to_vec()),
            (Section::ClassBytes, class_bytes),
            (Section::ClassBits, class_bits),
            (Section::Lists, lists.words),
            (Section::Outlines, self.outlines),
            (Section::Gate, anchors.gate),
            (Section::Starts, anchors.starts),
            (Section::Inner, anchors.inner),
            (Section::InnerPlaces, anchors.inner_places),
        ]
        .into_iter()
        .chain(WINDOW_SECTIONS.into_iter().zip(anchors.tables))
        {
            out.words[section as usize] = out.words.len() as u32;
            out.words.push(words.len() as u32);
            out.words.extend(words);
        }
        out
    }
}

/// A set's members in the order in which those who look for them hold them, so that they need not sort them.
fn sorted(members: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = members.iter().collect();
    sorted.sort_by_cached_key(|member| {
        let folded = verify_fold(member);
        let base = |at: usize| folded.get(at).map_or('\0', |l| l.base);
        (base(0), base(1), Reverse(folded.len()))
    });
    sorted
}

/// The keys of an expression: its anchors, or how it begins if that is rarer.
fn regex_keys(rule: &Rule, regex: &RegexMatch, shared: &Shared) -> Result<Vec<Key>, Error> {
    let (mut cost_max, mut keys) = (0, Vec::new());
    for anchor in &regex.anchors {
        match anchor {
            Anchor::Class(class) => keys.push(Key::Class(*class)),
            Anchor::Literals(literals) => {
                for literal in literals {
                    let error = || {
                        let message =
                            format!("anchor `{literal}` of `{}` is too short, expected two letters or a class", rule.id);
                        rule.error(message)
                    };
                    let (cost, key) = anchor_key(literal, Borders::default(), shared).ok_or_else(error)?;
                    cost_max = cost_max.max(cost);
                    keys.push(key);
                }
            }
        }
    }
    let begins = regex.literals().and_then(|literals| beginning::keys(&regex.pattern, rule.at, &literals, shared));
    Ok(begins.filter(|(cost, _)| *cost <= cost_max).map_or(keys, |(_, keys)| keys))
}

/// What is known of a rule without its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleHead(pub u32);

/// Stands for rules that set no bound of words, or a large one.
const WORDS_UNBOUND: u32 = 0xfff;

impl RuleHead {
    fn of(rule: &Rule) -> RuleHead {
        let bits = rule.category as u32 | (rule.scope as u32) << 8 | (rule.action as u32) << 12 | (rule.confidence as u32) << 16;
        // A larger bound is left to the condition.
        let words_max = rule.when.words_max.map_or(WORDS_UNBOUND, |max| max.min(WORDS_UNBOUND));
        RuleHead(bits | words_max << 20)
    }

    /// Whether a line of so many words is too long for the rule, whatever matches in it.
    pub fn is_too_long(self, words: u32) -> bool {
        self.0 >> 20 < WORDS_UNBOUND && words > self.0 >> 20
    }

    /// The category's place in [`Category::ALL`](crate::names::Category::ALL).
    pub fn category(self) -> usize {
        (self.0 & 0xff) as usize
    }

    /// What the rule does.
    pub fn action(self) -> Action {
        Action::ALL[(self.0 >> 12 & 0xf) as usize]
    }
}
