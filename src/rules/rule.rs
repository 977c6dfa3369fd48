//! Rules as checked: what a pack's text means, once its form is right.
//!
//! Loading checks the form only; that a rule does what its examples say is `check`'s work.

use serde::{Deserialize, Serialize};

use super::phrase::Phrase;
use crate::error::Error;
use crate::names::{Action, At, Category, Confidence, Region, Scope, Until, Verdict};

/// A rule as it is written: one reviewable reason to change text.
///
/// What acts, its phrases and what it tells people are records of their own in a compiled set: of the phrases few are ever met, and
/// no page asks for the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrittenRule {
    /// What it does, and when.
    pub rule: Rule,
    /// What it matches.
    pub phrases: Vec<Phrase>,
    /// What it tells people.
    pub told: Told,
}

/// What a rule tells people, and proves itself by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told<S = String> {
    /// What it takes, and why the article reads the same without.
    pub why: S,
    /// What must go.
    pub hits: Vec<Example<S>>,
    /// What must stay.
    pub misses: Vec<Example<S>>,
}

/// What a rule does, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name for ever. It stands first, for in records it is read alone.
    pub id: String,
    /// What kind of chaff it is.
    pub category: Category,
    /// How much it is trusted.
    pub confidence: Confidence,
    /// How much it takes.
    pub scope: Scope,
    /// What it does.
    pub action: Action,
    /// Where its phrases must stand.
    pub at: At,
    /// How far its section runs.
    pub until: Until,
    /// How many lines its section may take.
    pub lines_max: u32,
    /// The languages of its phrases; empty for every language.
    pub lang: Vec<String>,
    /// Whether it takes the place of a built-in rule.
    pub replaces: bool,
    /// The verdict it speaks for.
    pub verdict: Option<Verdict>,
    /// What its match becomes: literal text and captured slots.
    pub replace: Option<Vec<Piece>>,
    /// What it matches, where phrases cannot say it.
    pub regex: Option<RegexMatch>,
    /// What must hold.
    pub when: When,
    /// Where it is written.
    pub place: Place,
}

/// Where something is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// An example as written, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example<S = String> {
    /// The fragment.
    pub text: S,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// A part of a replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// As it is.
    Text(String),
    /// What a slot, a set or a group of the regex has matched.
    Capture(String),
}

/// A regular expression with what it is found by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegexMatch {
    /// The expression.
    pub pattern: String,
    /// Phrases (literals, sets) and classes, one of which stands in every match.
    pub anchors: Vec<Anchor>,
}

impl RegexMatch {
    /// The literals that it is found by; none if a class is among its anchors.
    pub fn literals(&self) -> Option<Vec<&String>> {
        let mut all = Vec::new();
        for anchor in &self.anchors {
            match anchor {
                Anchor::Literals(literals) => all.extend(literals),
                Anchor::Class(_) => return None,
            }
        }
        Some(all)
    }
}

/// What a regex is found by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// Literals.
    Literals(Vec<String>),
    /// A character class by its index.
    Class(u32),
}

/// Conditions; all must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // the names are those of the format's table in patterns/README.md
pub struct When {
    pub words_max: Option<u32>,
    pub words_min: Option<u32>,
    pub region: Option<Region>,
    pub near: Option<Near>,
    pub repeats: Option<u32>,
    pub hosts: Vec<String>,
    pub lang: Vec<String>,
    pub count: Option<CharCount>,
    pub markup: Vec<String>,
    pub not: Vec<Phrase>,
}

/// Other lines near by that hold a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// Of these categories,
    pub categories: Vec<Category>,
    /// or of these rules.
    pub ids: Vec<String>,
    /// Within so many lines that are not blank.
    pub lines: u32,
    /// At least so many lines.
    pub at_least: u32,
}

/// How often a character stands in the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CharCount {
    /// The character.
    pub of: char,
    /// At least so often.
    pub at_least: u32,
    /// At most so often.
    pub at_most: u32,
}

/// How far a decision may look, in lines that are not blank (the design's window).
pub const WINDOW_LINES: u32 = 12;

impl Rule {
    /// The layer it stands in, given whether its pack is a user's: built-in, user's, a host's.
    pub fn layer(&self, users: bool) -> u8 {
        if !self.when.hosts.is_empty() { 2 } else { u8::from(users) }
    }

    /// An error at the place where the rule is written.
    pub fn error(&self, message: impl Into<String>) -> Error {
        Error::usage(message).at(&self.place.path, self.place.line, self.place.column)
    }

    /// An error at the place of one of its examples.
    pub fn example_error<S>(&self, example: &Example<S>, message: impl Into<String>) -> Error {
        Error::usage(message).at(&self.place.path, example.line, example.column)
    }
}
