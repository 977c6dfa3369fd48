//! What is worked out of characters, remembered: a line has a few dozen different ones, and Unicode's tables take long to ask.

use std::sync::OnceLock;

/// How many characters are worked out together, when the first of them is met: those of an alphabet stand side by side.
const PAGE_CHARS: usize = 64;
/// The pages of a table: the first two planes, which hold all alphabets.
const PAGES: usize = 0x20000 / PAGE_CHARS;

/// What is told of each character.
pub struct CharTable<T: 'static> {
    pages: [OnceLock<Box<[T; PAGE_CHARS]>>; PAGES],
    work_out: fn(char) -> T,
}

impl<T: Copy> CharTable<T> {
    /// A table of what `work_out` says.
    pub const fn new(work_out: fn(char) -> T) -> Self {
        CharTable { pages: [const { OnceLock::new() }; PAGES], work_out }
    }

    /// What is told of a character.
    #[inline]
    pub fn get(&self, c: char) -> T {
        let (page, place) = (c as usize / PAGE_CHARS, c as usize % PAGE_CHARS);
        match self.pages.get(page) {
            Some(known) => known.get_or_init(|| self.page(page))[place],
            None => (self.work_out)(c),
        }
    }

    #[cold]
    fn page(&self, page: usize) -> Box<[T; PAGE_CHARS]> {
        // What is no character is never asked for.
        let told = |place| (self.work_out)(char::from_u32((page * PAGE_CHARS + place) as u32).unwrap_or('\0'));
        Box::new(std::array::from_fn(told))
    }
}

/// Whether a character is a letter or a figure, as the standard library says.
#[inline]
pub fn is_alphanumeric(c: char) -> bool {
    static TABLE: CharTable<bool> = CharTable::new(char::is_alphanumeric);
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { TABLE.get(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_told() {
        static TABLE: CharTable<u32> = CharTable::new(|c| c as u32);
        let some = ('\0'..='\u{3ffff}').step_by(7);
        assert!(some.into_iter().all(|c| is_alphanumeric(c) == c.is_alphanumeric()));
        for c in ['\0', 'a', 'ß', 'я', '\u{d7ff}', '\u{e000}', '語', '😀', '\u{1ffff}', '\u{20000}', char::MAX] {
            assert_eq!(TABLE.get(c), c as u32);
        }
    }
}
