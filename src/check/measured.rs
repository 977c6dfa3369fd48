//! Measured figures: what they allow a rule to claim, and the file in which they are kept beside the packs.
//!
//! How they are counted is `coverage`'s business; on which pages, that of whoever measures.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::coverage::{Coverage, RuleCount};
use crate::cleaner::Cleaner;
use crate::error::{Error, Result};
use crate::names::{Action, At, Category, Confidence, Scope};
use crate::rules::rule::Rule;

/// Fewer hits prove little.
pub const HITS_MIN: u64 = 20;
/// A rule that acts by default is wrong less often than once in so many hits.
pub const WRONG_ONE_IN: u64 = 50;

/// What a rule did on the pages that it was measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Edits.
    pub hits: u64,
    /// Pages with an edit.
    pub pages: u64,
    /// Edits that took what the known clean text has.
    pub wrong: u64,
}

impl From<RuleCount> for Figures {
    fn from(count: RuleCount) -> Figures {
        Figures { hits: count.hits, pages: count.pages, wrong: count.wrong }
    }
}

impl Figures {
    /// What is to be said of a rule that is trusted so much: it acted `never`, on `few` lines, or is too often `wrong`.
    pub fn note(self, confidence: Confidence) -> &'static str {
        match self.hits {
            0 => "never",
            _ if self.is_wrong(confidence) => "wrong",
            1..HITS_MIN => "few",
            _ => "",
        }
    }

    /// Whether it is wrong too often. Under fifty hits one wrong one is forgiven where rules need not be sure.
    pub fn is_wrong(self, confidence: Confidence) -> bool {
        match confidence {
            Confidence::Sure => self.wrong > 0,
            Confidence::Likely if self.hits < WRONG_ONE_IN => self.wrong > 1,
            Confidence::Likely => self.wrong * WRONG_ONE_IN >= self.hits,
            // It acts only where something else speaks for it.
            Confidence::Maybe => false,
        }
    }
}

/// The figures of many rules, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured(pub BTreeMap<String, Figures>);

/// What the file says of itself, before the first figures.
const HEAD: &str = "# What each rule did on pages with known clean text. Written by `make measure`, not by hand; see patterns/README.md.\n\
                    # id\thits\tpages\twrong\n";

impl Measured {
    /// The figures of a coverage, rules that never acted left out.
    pub fn of(coverage: &Coverage) -> Measured {
        let acted = coverage.rules.iter().filter(|(_, count)| count.hits > 0);
        Measured(acted.map(|(id, count)| (id.clone(), Figures::from(*count))).collect())
    }

    /// Reads the file.
    ///
    /// # Errors
    /// Lines that are not an id and three numbers between tabs.
    pub fn parse(path: &str, text: &str) -> Result<Measured> {
        let figures = |line: &str| {
            let mut fields = line.split('\t');
            let id = fields.next().filter(|id| !id.is_empty())?;
            let mut number = || fields.next()?.parse().ok();
            let figures = Figures { hits: number()?, pages: number()?, wrong: number()? };
            fields.next().is_none().then(|| (id.to_owned(), figures))
        };
        let read = |(i, line): (usize, &str)| {
            let expected = || Error::usage("expected an id and three numbers between tabs").at(path, i + 1, 1);
            figures(line).ok_or_else(expected)
        };
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        Ok(Measured(lines.map(read).collect::<Result<_>>()?))
    }

    /// The file.
    pub fn file(&self) -> String {
        let mut out = HEAD.to_owned();
        for (id, figures) in &self.0 {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{id}\t{}\t{}\t{}", figures.hits, figures.pages, figures.wrong);
        }
        out
    }

    /// The figures of a rule; none if it never acted.
    pub fn figures(&self, id: &str) -> Figures {
        self.0.get(id).copied().unwrap_or_default()
    }

    /// Where a cleaner's rules claim more than their figures allow, and figures of rules that there are not.
    pub fn faults(&self, cleaner: &Cleaner) -> Vec<Error> {
        let engine = cleaner.engine();
        let rules: Vec<&Rule> = engine.rules().map(|rule| &engine.rule(rule).rule).collect();
        let faults = rules.iter().filter_map(|rule| Some(rule.error(fault(rule, self.figures(&rule.id))?)));
        let stages = [Category::Encoding, Category::Duplicate].map(|category| format!("{category}."));
        let unknown = |id: &&String| !stages.iter().any(|s| id.starts_with(s)) && rules.iter().all(|rule| rule.id != **id);
        let unknown = self.0.keys().filter(unknown).map(|id| Error::usage(format!("figures of `{id}`, which is no rule's id")));
        faults.chain(unknown).collect()
    }
}

/// What a rule claims that its figures do not allow.
fn fault(rule: &Rule, figures: Figures) -> Option<String> {
    let Figures { hits, wrong, .. } = figures;
    if matches!(rule.action, Action::Keep | Action::Flag) {
        return None; // It takes nothing.
    }
    if figures.is_wrong(rule.confidence) {
        return Some(format!("`{}` is `{}`, but {wrong} of its {hits} hits are wrong", rule.id, rule.confidence));
    }
    if hits >= HITS_MIN {
        return None;
    }
    if rule.confidence == Confidence::Sure {
        return Some(format!("`{}` is `sure`, but was measured on {hits} hits, expected {HITS_MIN}", rule.id));
    }
    (!takes_shapes(rule)).then(|| {
        format!("`{}` takes parts of lines, but was measured on {hits} hits, expected {HITS_MIN} or a bound `at`", rule.id)
    })
}

/// Whether a rule takes nothing out of the middle of a sentence: whole lines, what stands at a line's end, or debris, whose shape no
/// sentence has.
fn takes_shapes(rule: &Rule) -> bool {
    let bound = rule.scope != Scope::Span || rule.at != At::Anywhere;
    bound || matches!(rule.category, Category::Debris | Category::Encoding | Category::Language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes() {
        use Confidence::*;
        for (hits, wrong, confidence, note) in [
            (0, 0, Sure, "never"),
            (19, 0, Sure, "few"),
            (20, 0, Sure, ""),
            (500, 1, Sure, "wrong"),
            (30, 1, Likely, ""),
            (19, 2, Likely, "wrong"),
            (50, 1, Likely, "wrong"),
            (51, 1, Likely, ""),
            (100, 2, Likely, "wrong"),
            (30, 30, Maybe, ""),
        ] {
            assert_eq!(Figures { hits, pages: 1, wrong }.note(confidence), note, "{wrong} of {hits}, {confidence}");
        }
    }

    #[test]
    fn the_file_is_read_as_it_was_written() {
        let measured = Measured([("share.row".to_owned(), Figures { hits: 3, pages: 2, wrong: 1 })].into());
        assert_eq!(Measured::parse("x", &measured.file()).unwrap(), measured);
        let error = Measured::parse("measured.tsv", "# head\nshare.row\t1\tx\t0\n").unwrap_err().to_string();
        assert_eq!(error, "measured.tsv:2:1: expected an id and three numbers between tabs");
    }
}
