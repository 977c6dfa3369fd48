//! What is left of a line while stretches of it go: kept as they go, so that time is linear in their number.

use std::collections::BTreeMap;

use crate::edit::Span;

/// What is left of a line.
#[derive(Debug)]
pub(crate) struct Left {
    /// Letters and digits that nothing takes.
    letters: usize,
    /// Whether a replacement writes some.
    writes: bool,
    /// Whether it showed nothing from the start.
    was_blank: bool,
    /// The stretches that go, joined where they touch: from where to where.
    taken: BTreeMap<usize, usize>,
}

impl Left {
    /// A line of which nothing goes yet.
    pub fn new(line: &str) -> Left {
        let was_blank = line.chars().all(char::is_whitespace);
        Left { letters: letters(line), writes: false, was_blank, taken: BTreeMap::new() }
    }

    /// Takes a stretch of the line, for which `replacement` may stand.
    pub fn take(&mut self, line: &str, span: Span, replacement: Option<&str>) {
        self.writes |= replacement.is_some_and(|r| letters(r) > 0);
        let before = self.taken.range(..=span.start).next_back().filter(|(_, end)| **end >= span.start);
        let (start, mut from) = before.map_or((span.start, span.start), |(start, end)| (*start, *end));
        let mut end = from.max(span.end);
        while let Some((&next, &next_end)) = self.taken.range(start + 1..).next().filter(|(next, _)| **next <= span.end) {
            self.letters -= letters(&line[from..next]);
            self.taken.remove(&next);
            from = next_end;
            end = end.max(next_end);
        }
        if from < span.end {
            self.letters -= letters(&line[from..span.end]);
        }
        self.taken.insert(start, end);
    }

    /// Whether no letter or digit is left of a line that had something to show.
    pub fn is_empty(&self) -> bool {
        self.letters == 0 && !self.writes && !self.was_blank
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_may_overlap() {
        let line = "ab cd ef gh";
        let mut left = Left::new(line);
        for (start, end, letters) in [(3, 5, 6), (0, 1, 5), (9, 10, 4), (4, 7, 3), (3, 4, 3), (0, 11, 0)] {
            left.take(line, Span::new(start, end), None);
            assert_eq!(left.letters, letters, "{start}..{end}");
        }
        assert!(left.is_empty() && left.taken.len() == 1);
    }

    #[test]
    fn what_is_written_stays() {
        let mut left = Left::new("— x");
        left.take("— x", Span::new(0, 5), Some("y"));
        assert!(!left.is_empty());
        assert!(!Left::new(" \t").is_empty());
    }
}
