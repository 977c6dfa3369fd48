//! How phrases are found: a rule set compiled to static tables, and reading those tables.
//!
//! Every phrase is found by one key, the rarest that it has: the hash of the whole folded line, its first or last word, eight bytes
//! of a literal (or four, or two), or a character class. Built-in packs are compiled by the build script, a user's when they are
//! loaded; both give the same tables, which are read in place. Aho-Corasick and the rules' records are made when first needed.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{Key, WINDOWS, anchor_key, hash_of, keys, rarest, rarest_window};
use super::tables::{Value, write_class_bytes, write_classes, write_filter, write_table};
use super::tokens::{NONE, Need, needs};
use crate::error::Error;
use crate::names::Action;
use crate::rules::load::{RuleSet, Shared};
use crate::rules::rule::{Anchor, Rule};

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
    /// Whole folded lines to patterns.
    Line,
    /// First words to patterns.
    Head,
    /// Last words to patterns.
    Tail,
    /// Eight bytes to groups of anchors.
    Window8,
    /// Four bytes to short anchors.
    Window4,
    /// Two bytes to short anchors.
    Window2,
    /// Character classes to patterns.
    Classes,
    /// What is known of each rule without its record.
    Heads,
    /// Rules' records.
    Rules,
    /// Anchors' records, a group a language.
    Groups,
    /// The record of the word sets.
    Sets,
    /// The record of the shared data.
    Shared,
    /// Which bytes and characters belong to which classes.
    ClassBytes,
}

const SECTIONS: usize = 13;

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

/// A pattern, and a word that its line has to hold. A pattern that needs one of several words stands once for each.
pub type Entry = (u32, Need);

/// The anchors of one language: what is searched, and whose patterns it speaks for.
pub type Group = Vec<(Vec<u8>, Vec<Entry>)>;

/// An anchor that is shorter than a window: the bytes themselves are compared, no automaton is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Short {
    /// The literal's bytes, the first lowest, and its length in the highest byte.
    packed: u64,
    /// Where its window begins in it.
    offset: u32,
    entries: Vec<Entry>,
}

impl Value for Short {
    fn words(&self) -> impl Iterator<Item = u32> {
        let head = [self.packed as u32, (self.packed >> 32) as u32, self.offset, 2 * self.entries.len() as u32];
        head.into_iter().chain(self.entries.iter().flat_map(|e| [e.0, e.1]))
    }
}

/// A line's groups are bits of one number.
pub const GROUPS_MAX: usize = 64;

/// How much of a literal is searched for.
const ANCHOR_BYTES_MAX: usize = 16;

/// Compiles a rule set. Errors name the phrases that have nothing to be found by.
pub fn compile(set: &RuleSet, shared: &Shared) -> Result<Compiled, Error> {
    let mut tables = Tables::default();
    let mut errors = Vec::new();
    for (index, rule) in set.rules.iter().enumerate() {
        if let Err(error) = tables.add_rule(index, rule, set, shared) {
            errors.push(error);
        }
    }
    match Error::join(errors) {
        Some(error) => Err(error),
        None => Ok(tables.write(set, shared)),
    }
}

/// Anchors and the patterns that they speak for.
type Anchors = BTreeMap<Vec<u8>, BTreeSet<Entry>>;

#[derive(Default)]
struct Tables {
    line: BTreeMap<u64, BTreeSet<Entry>>,
    head: BTreeMap<u64, BTreeSet<Entry>>,
    tail: BTreeMap<u64, BTreeSet<Entry>>,
    windows: BTreeMap<u64, BTreeSet<u32>>,
    /// By literal: anchors shorter than a window.
    shorts: Anchors,
    classes: BTreeMap<u32, BTreeSet<Entry>>,
    /// By language: anchors and their patterns.
    groups: Vec<(String, Anchors)>,
}

impl Tables {
    fn add_rule(&mut self, index: usize, rule: &Rule, set: &RuleSet, shared: &Shared) -> Result<(), Error> {
        for (i, phrase) in rule.phrases.iter().enumerate() {
            let pattern = Pattern::new(index, i as u32);
            let keys = keys(&phrase.nodes, rule.at, set, shared).ok_or_else(|| {
                let message = format!("phrase `{}` of `{}` has nothing that it can be found by", phrase.source, rule.id);
                rule.error(message).help("expected a literal of two letters or more, a set, or a slot with figures")
            })?;
            let needs = needs(&phrase.nodes);
            for key in keys {
                needs.iter().for_each(|need| self.add(key.clone(), (pattern.0, *need), rule));
            }
        }
        let anchors = rule.regex.iter().flat_map(|r| &r.anchors);
        for anchor in anchors {
            let pattern = Pattern::new(index, Pattern::REGEX);
            match anchor {
                Anchor::Class(class) => self.add(Key::Class(*class), (pattern.0, NONE), rule),
                Anchor::Literals(literals) => {
                    for literal in literals {
                        let message = || {
                            rule.error(format!(
                                "anchor `{literal}` of `{}` is too short, expected two letters or a class",
                                rule.id
                            ))
                        };
                        self.add(anchor_key(literal, shared).ok_or_else(message)?.1, (pattern.0, NONE), rule);
                    }
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, key: Key, entry: Entry, rule: &Rule) {
        let insert = |table: &mut BTreeMap<u64, BTreeSet<Entry>>, hash| {
            table.entry(hash).or_default().insert(entry);
        };
        match key {
            Key::Line(hash) => insert(&mut self.line, hash),
            Key::Head(hash) => insert(&mut self.head, hash),
            Key::Tail(hash) => insert(&mut self.tail, hash),
            Key::Class(class) => {
                self.classes.entry(class).or_default().insert(entry);
            }
            Key::Anchor(literal) if literal.len() < WINDOWS[0] => {
                self.shorts.entry(literal.into_bytes()).or_default().insert(entry);
            }
            Key::Anchor(literal) => {
                let lang = rule.lang.first().cloned().unwrap_or_default();
                let known = self.groups.iter().position(|(l, _)| *l == lang);
                let group = known.unwrap_or_else(|| {
                    // The languages beyond the last group share it.
                    if self.groups.len() < GROUPS_MAX {
                        self.groups.push((lang, BTreeMap::new()));
                    }
                    self.groups.len() - 1
                });
                // The rarest part stands for its literal: the automaton stays small, and verification reads the rest.
                let part = rarest(literal.as_bytes(), literal.len().min(ANCHOR_BYTES_MAX));
                let (_, window) = rarest_window(part);
                self.windows.entry(hash_of(window)).or_default().insert(group as u32);
                self.groups[group].1.entry(part.to_vec()).or_default().insert(entry);
            }
        }
    }

    fn write(self, set: &RuleSet, shared: &Shared) -> Compiled {
        let mut out = Compiled { words: vec![0; SECTIONS], bytes: Vec::new() };
        let record = |bytes: &mut Vec<u8>, value: postcard::Result<Vec<u8>>| {
            let start = bytes.len() as u32;
            bytes.extend(value.unwrap_or_default()); // writing to memory cannot fail
            [start, bytes.len() as u32]
        };
        let mut bytes = Vec::new();
        let rules: Vec<u32> = set.rules.iter().flat_map(|r| record(&mut bytes, postcard::to_stdvec(r))).collect();
        let anchors = |group: Anchors| -> Group {
            group.into_iter().map(|(literal, patterns)| (literal, patterns.into_iter().collect())).collect()
        };
        let groups: Vec<u32> =
            self.groups.into_iter().flat_map(|(_, g)| record(&mut bytes, postcard::to_stdvec(&anchors(g)))).collect();
        let sets = record(&mut bytes, postcard::to_stdvec(&set.sets));
        let class_bytes = write_class_bytes(&shared.classes);
        let shared = record(&mut bytes, postcard::to_stdvec(shared));
        out.bytes = bytes;
        let [window4, window2] = shorts(self.shorts);
        for (section, words) in [
            (Section::Line, write_table(&self.line)),
            (Section::Head, write_table(&self.head)),
            (Section::Tail, write_table(&self.tail)),
            (Section::Window8, write_filter(&self.windows)),
            (Section::Window4, write_filter(&window4)),
            (Section::Window2, write_filter(&window2)),
            (Section::Classes, write_classes(&self.classes)),
            (Section::Heads, set.rules.iter().map(|r| RuleHead::of(r).0).collect()),
            (Section::Rules, rules),
            (Section::Groups, groups),
            (Section::Sets, sets.to_vec()),
            (Section::Shared, shared.to_vec()),
            (Section::ClassBytes, class_bytes),
        ] {
            out.words[section as usize] = out.words.len() as u32;
            out.words.push(words.len() as u32);
            out.words.extend(words);
        }
        out
    }
}

/// Short anchors by the hashes of their windows, of four bytes and of two.
fn shorts(anchors: Anchors) -> [BTreeMap<u64, BTreeSet<Short>>; 2] {
    let mut tables = [BTreeMap::new(), BTreeMap::new()];
    for (literal, entries) in anchors {
        let (width, window) = rarest_window(&literal);
        let offset = window.as_ptr() as usize - literal.as_ptr() as usize;
        let mut bytes = [0; 8];
        bytes[..literal.len()].copy_from_slice(&literal);
        bytes[7] = literal.len() as u8;
        let short = Short {
            packed: u64::from_le_bytes(bytes),
            offset: offset as u32,
            entries: entries.into_iter().collect(),
        };
        tables[width - 1].entry(hash_of(window)).or_insert_with(BTreeSet::new).insert(short);
    }
    tables
}

/// What is known of a rule without its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleHead(pub u32);

impl RuleHead {
    fn of(rule: &Rule) -> RuleHead {
        RuleHead(rule.category as u32 | (rule.scope as u32) << 8 | (rule.action as u32) << 12 | (rule.confidence as u32) << 16)
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
