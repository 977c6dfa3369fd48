//! Whether one of many names stands in a scan fold: asked of every line with figures, for the months of all languages.

use super::fold::scan_fold;

/// Finds names that stand between signs, white space or characters beyond ASCII.
#[derive(Debug)]
pub struct NameFinder {
    /// A bit for the first two bytes of each name.
    pairs: Vec<u64>,
    /// The names by their first byte.
    by_first: Vec<Vec<Box<[u8]>>>,
}

impl NameFinder {
    /// Folds the names.
    pub fn new<'a>(names: impl Iterator<Item = &'a String>) -> NameFinder {
        let mut finder = NameFinder { pairs: vec![0; (1 << 16) / 64], by_first: vec![Vec::new(); 256] };
        for name in names.map(|name| scan_fold(name)) {
            let name = name.as_bytes();
            let Some(&first) = name.first() else { continue };
            // One byte is followed by any other.
            let seconds = name.get(1).map_or(0..=u8::MAX, |second| *second..=*second);
            for pair in seconds.map(|second| usize::from(first) << 8 | usize::from(second)) {
                finder.pairs[pair / 64] |= 1 << (pair % 64);
            }
            finder.by_first[usize::from(first)].push(name.into());
        }
        finder
    }

    /// Whether a scan fold holds one of the names.
    pub fn finds(&self, folded: &[u8]) -> bool {
        let letter = |at: usize| folded.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let mut before = false;
        folded.iter().enumerate().any(|(at, &first)| {
            let in_word = std::mem::replace(&mut before, first.is_ascii_alphanumeric());
            let pair = usize::from(first) << 8 | folded.get(at + 1).map_or(0, |b| usize::from(*b));
            !in_word && self.pairs[pair / 64] >> (pair % 64) & 1 == 1 && {
                let stands = |name: &[u8]| folded[at..].starts_with(name) && !letter(at + name.len());
                self.by_first[usize::from(first)].iter().any(|name| stands(name))
            }
        })
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
