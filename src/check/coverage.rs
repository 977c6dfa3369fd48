//! How often rules act on pages, and how often wrongly where a page's clean text is known.
//!
//! What the figures allow a rule to claim is `measured`'s business.

use std::collections::{BTreeMap, HashMap};

use crate::cleaner::{Cleaned, Cleaner};
use crate::document::{Line, lines};
use crate::edit::{Edit, Span};
use crate::engine::fold::{scan_fold, trim_aside};
use crate::names::{Category, Confidence};

/// What one rule did over all pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleCount {
    /// How much it is trusted.
    pub confidence: Confidence,
    /// Edits.
    pub hits: u64,
    /// Pages with an edit.
    pub pages: u64,
    /// Edits that took what the known clean text has.
    pub wrong: u64,
}

/// What all rules did over all pages.
#[derive(Debug, Default)]
pub struct Coverage {
    /// By rule id.
    pub rules: BTreeMap<String, RuleCount>,
    /// How many pages.
    pub pages: u64,
    /// How many of them have a known clean text.
    pub known: u64,
}

impl Coverage {
    /// Starts with every rule of a cleaner, none of which has acted.
    pub fn new(cleaner: &Cleaner) -> Coverage {
        let rules = cleaner.engine().rules().filter(|r| !cleaner.is_off(*r)).map(|r| &cleaner.engine().rule(r).rule);
        let count = |confidence| RuleCount { confidence, hits: 0, pages: 0, wrong: 0 };
        Coverage { rules: rules.map(|rule| (rule.id.clone(), count(rule.confidence))).collect(), pages: 0, known: 0 }
    }

    /// Counts a page, and returns the edits that are wrong; `clean` is its known clean text.
    pub fn add<'c>(&mut self, text: &str, cleaned: &'c Cleaned, clean: Option<&str>) -> Vec<&'c Edit> {
        self.pages += 1;
        self.known += u64::from(clean.is_some());
        let mut known = clean.filter(|_| !cleaned.edits.is_empty()).map(|clean| Known::new(text, clean));
        let (mut seen, mut wrong): (Vec<&str>, Vec<&Edit>) = (Vec::new(), Vec::new());
        for edit in &cleaned.edits {
            let id = &*edit.reason.rule;
            let none = RuleCount { confidence: edit.reason.confidence, hits: 0, pages: 0, wrong: 0 };
            let count = self.rules.entry(id.to_owned()).or_insert(none);
            count.hits += 1;
            if known.as_mut().is_some_and(|known| known.has(edit)) {
                wrong.push(edit);
                count.wrong += 1;
            }
            if !seen.contains(&id) {
                seen.push(id);
                count.pages += 1;
            }
        }
        wrong
    }
}

/// Lines of so many words are looked for inside the lines of the known text too: there paragraphs may be divided otherwise.
const LONG_WORDS: usize = 8;

/// A page beside its known clean text.
struct Known<'t> {
    text: &'t str,
    lines: Vec<Line>,
    /// What each line of the page is compared by; empty if it says too little.
    keys: Vec<String>,
    /// How often a line may go before one is missed: so much more often it stands on the page than in the known text.
    spare: HashMap<String, usize>,
    /// For each line that has gone, which line was the last one, and how many there were.
    gone: HashMap<String, (usize, usize)>,
    /// The known text, folded, its lines joined by spaces.
    clean: String,
}

impl<'t> Known<'t> {
    fn new(text: &'t str, clean: &str) -> Self {
        let lines = lines(text);
        let keys: Vec<String> = lines.iter().map(|line| key(line.content.of(text))).collect();
        let (mut on_page, mut in_clean) = (HashMap::<&str, usize>::new(), HashMap::<String, usize>::new());
        keys.iter().for_each(|key| *on_page.entry(key).or_default() += 1);
        clean.lines().map(key).filter(|key| !key.is_empty()).for_each(|key| *in_clean.entry(key).or_default() += 1);
        let spare = |key: &str, needed: usize| on_page.get(key).map_or(0, |n| n.saturating_sub(needed));
        let spare = in_clean.into_iter().map(|(key, needed)| (spare(&key, needed), key)).map(|(n, key)| (key, n)).collect();
        let clean = clean.lines().map(scan_fold).collect::<Vec<_>>().join(" ");
        Known { text, keys, spare, gone: HashMap::new(), clean, lines }
    }

    /// Whether what an edit took stands in the known text.
    fn has(&mut self, edit: &Edit) -> bool {
        let taken = edit.span;
        let first = self.lines.partition_point(|line| line.next <= taken.start);
        let of_edit = |line: &&Line| line.content.start < taken.end.max(taken.start + 1);
        let count = self.lines[first..].iter().take_while(of_edit).count();
        // Every line is counted as gone, so this must not stop at the first.
        (first..first + count).filter(|&line| self.misses(line, edit)).count() > 0
    }

    /// Whether the known text misses a line of which an edit took at least a part.
    fn misses(&mut self, line: usize, edit: &Edit) -> bool {
        let key = &self.keys[line];
        let content = self.lines[line].content;
        if key.is_empty() || *key == self.key_after(content, edit) {
            return false;
        }
        let is_whole = edit.span.contains(Span::new(content.start, content.start + content.of(self.text).trim_end().len()));
        // The clean text of a damaged page is damaged likewise, and cannot say whether it was mended rightly.
        let mends = !edit.replacement.is_empty() || matches!(edit.reason.category, Category::Encoding | Category::Debris);
        if mends && !is_whole {
            return false;
        }
        let is_inside = || (!is_whole || key.split(' ').count() >= LONG_WORDS) && self.clean.contains(key.as_str());
        let spare = match self.spare.get(key) {
            Some(spare) => *spare,
            None if is_inside() => 0,
            None => return false,
        };
        let (last, count) = self.gone.entry(key.clone()).or_insert((usize::MAX, 0));
        *count += usize::from(*last != line);
        *last = line;
        *count > spare
    }

    /// What a line is compared by after an edit: marks that are not shown, and marks at its ends, may go without a loss.
    fn key_after(&self, content: Span, edit: &Edit) -> String {
        let before = &self.text[content.start..edit.span.start.max(content.start)];
        let after = &self.text[edit.span.end.min(content.end)..content.end];
        key(&[before, &edit.replacement, after].concat())
    }
}

/// What a line is compared by: folded, without what is set aside at its ends. Lines of one mark or none say nothing.
fn key(line: &str) -> String {
    let folded = scan_fold(line);
    let key = trim_aside(&folded);
    if key.chars().filter(|c| c.is_alphanumeric()).nth(1).is_some() { key.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Reason;
    use crate::names::Stage;

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        let (stage, category, confidence) = (Stage::Rule, Category::Follow, Confidence::Likely);
        let reason = Reason { stage, rule: "a".into(), category, confidence, evidence: "".into() };
        Edit { span: Span::new(start, end), replacement: replacement.to_owned(), reason }
    }

    const CLEAN: &str = "Follow us\nThe old mill by the river was sold to the town for one euro. It leaks.\n";

    /// For each of these stretches of a page, in order, whether taking it is wrong.
    fn wrong(text: &str, taken: &[&str]) -> Vec<bool> {
        let mut known = Known::new(text, CLEAN);
        let mut from = 0;
        let mut next = |part: &&str| {
            from += text[from..].find(part).unwrap();
            let edit = edit(from, from + part.len(), "");
            from = edit.span.end;
            known.has(&edit)
        };
        taken.iter().map(&mut next).collect()
    }

    #[test]
    fn a_line_is_wrong_once_more_of_it_went_than_may() {
        assert_eq!(wrong("Follow us\nHome\nfollow us:\n* Follow us\n", &["Follow us\n", "follow us:\n"]), [false, false]);
        assert_eq!(wrong("Follow us\nHome\nfollow us:\n", &["Follow us\nHome\n", "follow us:\n"]), [false, true]);
        assert_eq!(wrong("Follow us\nHome\n", &["Follow us", "Home\n"]), [true, false]);
    }

    #[test]
    fn parts_of_lines_and_long_lines_are_looked_for_inside_lines() {
        let long = "The old mill by the river was sold to the town for one euro.";
        assert_eq!(wrong(long, &[long]), [true]);
        assert_eq!(wrong("It leaks.", &["It leaks."]), [false]);
        assert_eq!(wrong("It leaks. Photo: Roe", &["leaks"]), [false]);
        assert_eq!(wrong("The old mill by the river", &["old mill"]), [true]);
    }

    #[test]
    fn blank_lines_and_single_marks_say_nothing() {
        let mut known = Known::new("*\n\n1\n", "*\n\n1\n");
        assert!(!known.has(&edit(0, 5, "")));
        let mut known = Known::new("Follow us\u{200b} *\n", CLEAN);
        assert!(!known.has(&edit(9, 12, "")) && !known.has(&edit(12, 14, "")) && known.has(&edit(0, 14, "")));
    }
}
