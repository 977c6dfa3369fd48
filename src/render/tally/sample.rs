//! Which pages are shown of a run, and what of each.
//!
//! A page is chosen by the hash of its name: the lowest hashes stay. So the choice depends neither on the order of the pages nor on the
//! number of threads, and any page is as likely as any other.

use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::super::visible;
use crate::cleaner::Cleaned;
use crate::edit::Reason;
use crate::names::Verdict;

/// Another number would choose other pages.
const SEED: u64 = 0x63_6861_6666;

/// A sample of a longer page leaves out the middle of long stretches.
const WHOLE_BYTES_MAX: usize = 8 << 10;

/// What is shown of either end of a long stretch.
const STRETCH_END_BYTES: usize = 300;

/// How long a sample's text may be when it is written into the report.
const SAMPLE_BYTES_MAX: usize = 22 << 10;

/// How many edits of a page are shown.
const SAMPLE_EDITS_MAX: usize = 300;

/// How many bytes a page's name is cut to.
const NAME_BYTES_MAX: usize = 300;

/// How many bytes the words are cut to that say what an edit was decided on. A phrase can have many spellings.
const EVIDENCE_BYTES_MAX: usize = 140;

/// The place of a page among all pages, by the parts of its name.
pub fn place_of(parts: &[&[u8]]) -> u64 {
    parts.iter().fold(SEED, |place, part| xxh3_64_with_seed(part, place))
}

/// The things with the lowest hashes.
#[derive(Debug)]
pub struct Lowest<T> {
    kept: BTreeMap<u64, T>,
    max: usize,
}

impl<T> Lowest<T> {
    /// At most so many.
    pub fn new(max: usize) -> Self {
        Lowest { kept: BTreeMap::new(), max }
    }

    /// Only what has a lower hash is taken.
    pub fn below(&self) -> u64 {
        if self.kept.len() < self.max { u64::MAX } else { self.kept.keys().next_back().map_or(0, |last| *last) }
    }

    /// Takes a thing, if its hash is low enough; of two with the same hash the first.
    pub fn offer(&mut self, hash: u64, value: impl FnOnce() -> T) {
        if hash >= self.below() {
            return;
        }
        self.kept.entry(hash).or_insert_with(value);
        if self.kept.len() > self.max {
            self.kept.pop_last();
        }
    }

    /// Those that stay, by their hashes.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.kept.iter().map(|(hash, value)| (*hash, value))
    }
}

/// A page as it is shown. All text in it is made visible.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What messages call it.
    pub name: String,
    /// Where it came from, if that is known.
    pub host: Option<String>,
    /// Its language, if that is known.
    pub lang: Option<String>,
    /// What it is as a whole.
    pub verdict: Verdict,
    /// How many bytes its text has.
    pub bytes: usize,
    /// How many of them went.
    pub taken: usize,
    /// Its text.
    pub parts: Vec<Part>,
    /// Why parts of it went.
    pub reasons: Vec<Reason>,
}

/// A part of a page's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// It stayed.
    Kept(String),
    /// It went, or became something else.
    Taken {
        /// What stood there.
        old: String,
        /// What stands there now.
        new: String,
        /// The number of its reason.
        reason: usize,
    },
    /// So many bytes are not shown.
    LeftOut(usize),
}

impl Sample {
    /// Takes what is shown of a page.
    pub fn new(name: &str, host: Option<&str>, lang: Option<&str>, text: &str, cleaned: &Cleaned) -> Sample {
        let mut parts = Parts { shown: Vec::new(), left: SAMPLE_BYTES_MAX, is_short: text.len() <= WHOLE_BYTES_MAX };
        let mut reasons: Vec<Reason> = Vec::new();
        let mut at = 0;
        for edit in cleaned.edits.iter().take(SAMPLE_EDITS_MAX) {
            parts.keep(&text[at..edit.span.start]);
            if parts.left == 0 {
                at = edit.span.start;
                break;
            }
            let reason = reasons.iter().position(|known| *known == edit.reason).unwrap_or_else(|| {
                reasons.push(edit.reason.clone());
                reasons.len() - 1
            });
            parts.take(edit.span.of(text), &edit.replacement, reason);
            at = edit.span.end;
        }
        if cleaned.edits.last().is_none_or(|last| last.span.end <= at) {
            parts.keep(&text[at..]);
        } else {
            parts.leave_out(text.len() - at);
        }
        for reason in &mut reasons {
            reason.evidence = clip(&reason.evidence, EVIDENCE_BYTES_MAX).into();
        }
        let taken: usize = cleaned.edits.iter().map(|e| e.span.len().saturating_sub(e.replacement.len())).sum();
        let short = |text: &str| clip(text, NAME_BYTES_MAX);
        Sample {
            name: short(name),
            host: host.map(short),
            lang: lang.map(short),
            verdict: cleaned.verdict,
            bytes: text.len(),
            taken,
            parts: parts.shown,
            reasons,
        }
    }
}

/// Parts, as far as there is room for them.
struct Parts {
    shown: Vec<Part>,
    /// How many bytes there is room for.
    left: usize,
    /// Whether all of the page is shown, if there is room.
    is_short: bool,
}

impl Parts {
    fn keep(&mut self, text: &str) {
        for part in self.stretch(text) {
            match part {
                Ok(text) => self.put(text, Part::Kept),
                Err(bytes) => self.leave_out(bytes),
            }
        }
    }

    fn take(&mut self, old: &str, new: &str, reason: usize) {
        let new = self.fit(new).0;
        let mut new = Some(new);
        for part in self.stretch(old) {
            match part {
                Ok(text) => {
                    let new = new.take().unwrap_or_default();
                    self.put(text, |old| Part::Taken { old, new, reason });
                }
                Err(bytes) => self.leave_out(bytes),
            }
        }
        // An edit that took nothing added something.
        if let Some(new) = new.filter(|new| !new.is_empty()) {
            self.shown.push(Part::Taken { old: String::new(), new, reason });
        }
    }

    /// The ends of a stretch that is long on a long page, with the number of bytes between them; else all of it.
    fn stretch<'t>(&self, text: &'t str) -> Vec<Result<&'t str, usize>> {
        if text.is_empty() {
            return Vec::new();
        }
        if self.is_short || text.len() <= 3 * STRETCH_END_BYTES {
            return vec![Ok(text)];
        }
        let head = text.floor_char_boundary(STRETCH_END_BYTES);
        let tail = text.ceil_char_boundary(text.len() - STRETCH_END_BYTES);
        vec![Ok(&text[..head]), Err(tail - head), Ok(&text[tail..])]
    }

    fn put(&mut self, text: &str, part: impl FnOnce(String) -> Part) {
        let (shown, rest) = self.fit(text);
        if !shown.is_empty() {
            self.shown.push(part(shown));
        }
        self.leave_out(rest);
    }

    /// As much of a text as there is room for, and the bytes that are left out.
    fn fit(&mut self, text: &str) -> (String, usize) {
        let end = fitting(text, self.left);
        let shown = visible(&text[..end]);
        self.left = if end < text.len() { 0 } else { self.left.saturating_sub(written_bytes(&shown)) };
        (shown, text.len() - end)
    }

    fn leave_out(&mut self, bytes: usize) {
        match self.shown.last_mut() {
            _ if bytes == 0 => {}
            Some(Part::LeftOut(before)) => *before += bytes,
            _ => self.shown.push(Part::LeftOut(bytes)),
        }
    }
}

/// A text made visible, cut so that it has at most so many bytes where it is written.
pub fn clip(text: &str, bytes_max: usize) -> String {
    let end = fitting(text, bytes_max);
    let shown = visible(&text[..end]);
    if end < text.len() { format!("{shown}…") } else { shown }
}

/// How much of a text fits into so many bytes, made visible and escaped.
fn fitting(text: &str, bytes_max: usize) -> usize {
    let mut buffer = [0; 4];
    let mut room = bytes_max;
    for (at, c) in text.char_indices() {
        let bytes = if c.is_ascii_alphanumeric() { 1 } else { written_bytes(&visible(c.encode_utf8(&mut buffer))) };
        if bytes > room {
            return at;
        }
        room -= bytes;
    }
    text.len()
}

/// How many bytes visible text takes in JSON inside a page.
fn written_bytes(text: &str) -> usize {
    let bytes = |c: char| match c {
        '"' | '\\' | '\n' | '\t' => 2,
        '<' | '>' | '&' => 6,
        c => c.len_utf8(),
    };
    text.chars().map(bytes).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Edit, Span};
    use crate::names::{Category, Confidence, Stage};

    fn cleaned(spans: &[(usize, usize, &str)]) -> Cleaned {
        let reason = Reason {
            stage: Stage::Rule,
            rule: "a".into(),
            category: Category::Share,
            confidence: Confidence::Sure,
            evidence: "e".into(),
        };
        let edit = |&(start, end, new): &(usize, usize, &str)| Edit {
            span: Span::new(start, end),
            replacement: new.to_owned(),
            reason: reason.clone(),
        };
        let edits = spans.iter().map(edit).collect();
        Cleaned { edits, passed: Vec::new(), verdict: Verdict::Article, notes: Vec::new(), lang: None }
    }

    fn parts(text: &str, spans: &[(usize, usize, &str)]) -> Vec<Part> {
        Sample::new("p", None, None, text, &cleaned(spans)).parts
    }

    #[test]
    fn parts_are_the_page() {
        let kept = |text: &str| Part::Kept(text.to_owned());
        let taken = |old: &str, new: &str| Part::Taken { old: old.to_owned(), new: new.to_owned(), reason: 0 };
        for (text, spans, want) in [
            ("", &[][..], vec![]),
            ("a\n", &[], vec![kept("a\n")]),
            ("a\nb\nc\n", &[(2, 4, "")], vec![kept("a\n"), taken("b\n", ""), kept("c\n")]),
            ("don`t", &[(3, 4, "'")], vec![kept("don"), taken("`", "'"), kept("t")]),
            ("ab", &[(1, 1, "-")], vec![kept("a"), taken("", "-"), kept("b")]),
            ("\u{1b}[1mx\u{202e}", &[], vec![kept("\\u{1b}[1mx\\u{202e}")]),
        ] {
            assert_eq!(parts(text, spans), want, "{text:?}");
        }
    }

    #[test]
    fn long_pages_show_what_went_with_what_stands_around_it() {
        let text = format!("{}SHARE{}", "a".repeat(20_000), "ä".repeat(5_000));
        let parts = parts(&text, &[(20_000, 20_005, "")]);
        assert!(
            matches!(&parts[..], [Part::Kept(_), Part::LeftOut(19_400), Part::Kept(_), Part::Taken { old, .. }, Part::Kept(_), Part::LeftOut(_), Part::Kept(_)] if old == "SHARE"),
            "{parts:?}"
        );
    }

    #[test]
    fn a_sample_is_bounded_whatever_the_page_holds() {
        for unit in ["<", "\u{1b}", "\u{202e}\n", "a\n\n"] {
            let text = unit.repeat(100_000);
            let spans: Vec<_> = (0..30_000).map(|i| (unit.len() * 2 * i, unit.len() * (2 * i + 1), "")).collect();
            for spans in [&spans[..], &[]] {
                let sample = Sample::new(&text, Some(&text), Some(&text), &text, &cleaned(spans));
                let bytes = |part: &Part| match part {
                    Part::Kept(text) => (text.len(), written_bytes(text)),
                    Part::Taken { old, new, .. } => (old.len() + new.len(), written_bytes(old) + written_bytes(new)),
                    Part::LeftOut(_) => (0, 20),
                };
                let written: usize = sample.parts.iter().map(|part| bytes(part).1).sum();
                assert!(written <= SAMPLE_BYTES_MAX + 20 * sample.parts.len(), "{written}");
                assert!(sample.parts.len() <= 6 * SAMPLE_EDITS_MAX + 2 && sample.name.len() <= 2 * NAME_BYTES_MAX);
            }
        }
    }

    #[test]
    fn the_lowest_do_not_depend_on_the_order() {
        let chosen = |hashes: &mut dyn Iterator<Item = u64>| {
            let mut lowest = Lowest::new(3);
            hashes.for_each(|hash| lowest.offer(hash, || hash));
            lowest.iter().map(|(hash, _)| hash).collect::<Vec<_>>()
        };
        assert_eq!(chosen(&mut (0..100).rev()), [0, 1, 2]);
        assert_eq!(chosen(&mut (0..100).chain(0..100)), [0, 1, 2]);
    }
}
