//! Looking a line up in the tables of every book: which patterns they name for it, as far as it is what those ask for.
//!
//! A line costs a fold, a hash and a walk of windows; all else is done only for lines that a table names. What the patterns make of
//! the line is `verify`'s work.

use xxhash_rust::xxh3::xxh3_64;

use super::book::{Book, Tables};
use super::figures::{Hints, dates_and_times, hints};
use super::fold::{LineChar, scan_into, trim_aside, verify_into};
use super::holds::{CAPITALS, DATE, TIME, has_capitals};
use super::index::{ENTRY_WORDS, Pattern, SHORT_BYTES_MAX};
use super::keys::{DATES, TIMES, head_word, tail_word};
use super::outline::{Made, OUTLINE_WORDS};
use super::tables::{classes_of, rare_classes_of};
use super::tokens::{BEYOND_ASCII, NONE, Need, TokenSet};
use super::vocab::Vocab;
use super::windows::{BEHIND, each_anchor};

/// The tables of all books, and the names of months.
#[derive(Debug)]
pub struct Lookup<'e> {
    books: Vec<Tables<'e>>,
    vocab: &'e Vocab,
}

/// What a line leaves when it was looked up, and room for the next.
#[derive(Debug, Default)]
pub struct LineRoom {
    folded: String,
    /// The patterns that its tables name, each with its book.
    pub patterns: Vec<(u8, Pattern)>,
    /// The verify fold of the line, where finding its patterns took it.
    pub chars: Option<Vec<LineChar>>,
    /// What the next verify fold is written into.
    pub spare: Vec<LineChar>,
}

impl<'e> Lookup<'e> {
    /// Finds the tables of books.
    pub fn new(books: &'e [Book], vocab: &'e Vocab) -> Lookup<'e> {
        Lookup { books: books.iter().map(Book::tables).collect(), vocab }
    }

    /// The patterns that the tables name for a piece of a line; gives the piece's hash.
    pub fn patterns(&self, text: &str, room: &mut LineRoom) -> u64 {
        let LineRoom { folded, patterns, chars, spare } = room;
        chars.take().into_iter().for_each(|used| *spare = used);
        folded.clear();
        patterns.clear();
        scan_into(text, folded);
        let (shown, is_ascii) = (folded.len(), text.is_ascii());
        // Past the end, so that every window and anchor can be read whole.
        folded.push_str(BEHIND);
        let line = &folded[..shown];
        let key = trim_aside(line);
        let whole = xxh3_64(key.as_bytes());
        let hash = |word: &str| xxh3_64(word.as_bytes());
        let (head, tail) = (head_word(key).map(hash), tail_word(key).map(hash));
        let mut made = Made::of(line.as_bytes(), key.as_bytes());
        made.add(if has_capitals(text) { CAPITALS } else { 0 });
        let hints = if made.has_digits() { hints(line.as_bytes()) } else { Hints::default() };
        // A figure is a date's only beside another, or where a month stands; only then is the line folded for comparing.
        if hints.times || hints.dates || (hints.digits && self.vocab.holds_month(line.as_bytes())) {
            let line = verify_into(text, std::mem::take(spare));
            made.add(dates_and_times(chars.insert(line), self.vocab));
        }
        let mut named = Named { is_ascii, folded, shown, made, tokens: None, patterns };
        for (book, tables) in self.books.iter().enumerate() {
            let mut named = named.of(book, tables);
            if !key.is_empty() {
                let lines = if key.len() > SHORT_BYTES_MAX { &tables.long_lines } else { &tables.lines };
                named.list(lines.look_up(whole));
                head.into_iter().for_each(|h| named.list(tables.heads.look_up(h)));
                tail.into_iter().for_each(|h| named.list(tables.tails.look_up(h)));
            }
            let mut classes = named.classes(text);
            while classes != 0 {
                named.list(tables.class(classes.trailing_zeros() as usize));
                classes &= classes - 1;
            }
            for (class, asked) in [(DATES, DATE), (TIMES, TIME)] {
                if named.named.made.holds(asked) {
                    named.list(tables.class(class as usize));
                }
            }
        }
        for (book, tables) in self.books.iter().enumerate() {
            let mut named = named.of(book, tables);
            let Some(windows) = &tables.windows else { continue };
            let folded = folded.as_bytes();
            windows.each(folded, shown, |at, anchors| {
                each_anchor(folded, shown, at, anchors, tables.anchor_lists, |entries| named.list(entries));
            });
        }
        whole
    }
}

/// The patterns that a line's tables name, as far as the line is what they ask for.
struct Named<'s> {
    /// Whether the line as it stands is ASCII; its fold may be where it is not.
    is_ascii: bool,
    /// The fold, and how much of it is shown: the rest is there to be read past the end.
    folded: &'s str,
    shown: usize,
    made: Made,
    tokens: Option<TokenSet>,
    patterns: &'s mut Vec<(u8, Pattern)>,
}

impl<'s> Named<'s> {
    /// The patterns of one book.
    fn of<'n>(&'n mut self, book: usize, tables: &'n Tables<'n>) -> NamedOf<'n, 's> {
        NamedOf { book: book as u8, tables, named: self }
    }
}

/// The patterns of one book.
struct NamedOf<'n, 's> {
    book: u8,
    tables: &'n Tables<'n>,
    named: &'n mut Named<'s>,
}

impl NamedOf<'_, '_> {
    /// The classes of the line's characters.
    fn classes(&self, text: &str) -> u32 {
        let Named { is_ascii, folded, shown, made, .. } = &*self.named;
        let folded = &folded[..*shown];
        let section = self.tables.class_bytes;
        let (ascii, classes_of) = match made.classes(self.tables.class_bits) {
            Some(classes) if *is_ascii && folded.len() == text.len() => return classes,
            // The other signs of ASCII are in the fold as well.
            Some(classes) => (classes, rare_classes_of as fn(&[u32], &str) -> u32),
            None => (0, classes_of as fn(&[u32], &str) -> u32),
        };
        // A phrase's bracket is any script's; an expression's anchor is the character itself.
        ascii | classes_of(section, text) | if *is_ascii { 0 } else { classes_of(section, folded) }
    }

    /// A list of a table.
    fn list(&mut self, words: &[u32]) {
        for entry in words.chunks_exact(ENTRY_WORDS) {
            // Those behind it ask for shorter lines still.
            if !self.named.made.is_within(!entry[0]) {
                break;
            }
            self.entry(entry[1], entry[2], entry[3]);
        }
    }

    fn entry(&mut self, pattern: u32, need: Need, outline: u32) {
        let at = outline as usize * OUTLINE_WORDS;
        let Named { is_ascii, folded, shown, made, tokens, patterns } = &mut *self.named;
        let holds = made.fits(&self.tables.outlines[at..at + OUTLINE_WORDS])
            && match need {
                NONE => true,
                BEYOND_ASCII => !*is_ascii,
                need => tokens.get_or_insert_with(|| TokenSet::new(folded, *shown)).may_hold(need),
            };
        if holds {
            patterns.push((self.book, Pattern(pattern)));
        }
    }
}
