//! The rules of a cleaner, as they are listed: what a person or a program may know of each.

use super::Cleaner;
use crate::engine::scan::{Engine, RuleRef};
use crate::names::{Action, Category, Confidence, Scope, Verdict};
use crate::rules::rule::{Example, Told};

/// A rule that acts, as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedRule<'c> {
    /// Its name for ever.
    pub id: &'c str,
    /// What it takes, and why the article reads the same without.
    pub why: &'c str,
    /// What kind of chaff it is.
    pub category: Category,
    /// How much it is trusted.
    pub confidence: Confidence,
    /// How much it takes.
    pub scope: Scope,
    /// What it does.
    pub action: Action,
    /// The verdict it speaks for.
    pub verdict: Option<Verdict>,
    /// The languages of its phrases; empty for every language.
    pub langs: &'c [String],
    /// The hosts that it is for; empty for all.
    pub hosts: &'c [String],
    /// Its phrases as written.
    pub phrases: Vec<&'c str>,
    /// Its expression, where phrases cannot say what it matches.
    pub regex: Option<&'c str>,
    /// What must go.
    pub hits: Vec<&'c str>,
    /// What must stay.
    pub misses: Vec<&'c str>,
    /// The file it is written in.
    pub path: &'c str,
    /// The line of the file, from 1.
    pub line: usize,
}

impl<'c> ListedRule<'c> {
    fn of(engine: &'c Engine, rule_ref: RuleRef) -> Self {
        let rule = &engine.rule(rule_ref).rule;
        let Told { why, hits, misses } = engine.told(rule_ref);
        ListedRule {
            id: &rule.id,
            why,
            category: rule.category,
            confidence: rule.confidence,
            scope: rule.scope,
            action: rule.action,
            verdict: rule.verdict,
            langs: &rule.lang,
            hosts: &rule.when.hosts,
            phrases: engine.book(rule_ref).sources(rule_ref.rule as usize).collect(),
            regex: rule.regex.as_ref().map(|regex| regex.pattern.as_str()),
            hits: texts(hits),
            misses: texts(misses),
            path: &rule.place.path,
            line: rule.place.line,
        }
    }
}

fn texts(examples: Vec<Example<&str>>) -> Vec<&str> {
    examples.into_iter().map(|example| example.text).collect()
}

impl Cleaner {
    /// The rules that act: the built-in ones, and those of the settings.
    ///
    /// ```
    /// let cleaner = unchaff::Cleaner::new(Default::default()).unwrap();
    /// assert!(cleaner.rules().any(|rule| rule.id == "share.on-network"));
    /// ```
    pub fn rules(&self) -> impl Iterator<Item = ListedRule<'_>> {
        self.engine.rules().filter(|rule| !self.is_off(*rule)).map(|rule| ListedRule::of(&self.engine, rule))
    }
}
