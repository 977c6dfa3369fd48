//! Whether one of many names stands in a scan fold: asked of every line with figures, for the months of all languages.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::fold::scan_fold;

/// Finds names that stand between signs, white space or characters beyond ASCII. One automaton for all of them.
#[derive(Debug)]
pub struct NameFinder(Option<AhoCorasick>);

impl NameFinder {
    /// Folds the names.
    pub fn new<'a>(names: impl Iterator<Item = &'a String>) -> NameFinder {
        let names = names.map(|name| scan_fold(name)).filter(|name| !name.is_empty());
        NameFinder(AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(names).ok())
    }

    /// Whether a scan fold holds one of the names; it may where there were too many for an automaton.
    pub fn finds(&self, folded: &[u8]) -> bool {
        let is_letter = |at: usize| folded.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let stands = |start: usize, end: usize| !(is_letter(end) || start > 0 && is_letter(start - 1));
        self.0.as_ref().is_none_or(|finder| finder.find_overlapping_iter(folded).any(|m| stands(m.start(), m.end())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_alone() {
        let finder = NameFinder::new(["May", "Май", "Mar", "月", "X"].map(str::to_owned).iter());
        for (line, found) in [
            ("in may 2", true),
            ("may", true),
            ("mayor of 2", false),
            ("dismay 2", false),
            ("3 март", false),
            ("2年3月1", false),
            ("2年3月", false),
            ("月 2", true),
            ("мая, май", true),
            ("x", true),
            ("", false),
        ] {
            assert_eq!(finder.finds(scan_fold(line).as_bytes()), found, "{line}");
        }
    }
}
