//! The words of classes and identifiers: `post-comments__list navBar` is `post`, `comments`, `list`, `nav`, `bar`.

/// How many words of one element are kept.
const WORDS_MAX: usize = 16;
/// Longer words are hashes and the like.
const WORD_BYTES_MAX: usize = 24;

/// What a character is to the words of classes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letter {
    Between,
    Small,
    Capital,
    /// A figure, or a letter of a script without cases.
    Other,
}

impl Letter {
    fn of(c: char) -> Letter {
        match c {
            _ if c.is_lowercase() => Letter::Small,
            _ if c.is_uppercase() => Letter::Capital,
            _ if c.is_alphanumeric() => Letter::Other,
            _ => Letter::Between,
        }
    }

    /// For ASCII, of which nearly all names are.
    const fn of_ascii(byte: u8) -> Letter {
        match byte {
            b'a'..=b'z' => Letter::Small,
            b'A'..=b'Z' => Letter::Capital,
            b'0'..=b'9' => Letter::Other,
            _ => Letter::Between,
        }
    }
}

/// The word that is being read.
#[derive(Default)]
struct Word {
    word: String,
    was_small: bool,
    /// Whether it is more than a figure.
    is_name: bool,
    taken: usize,
}

impl Word {
    /// Reads on; `small` puts the character in small letters, and says whether it is no figure. Says whether there is room for more words.
    fn read(&mut self, letter: Letter, small: impl FnOnce(&mut String) -> bool, take: &mut impl FnMut(&str)) -> bool {
        if (letter == Letter::Between || (self.was_small && letter == Letter::Capital)) && !self.word.is_empty() {
            if self.is_name && (2..=WORD_BYTES_MAX).contains(&self.word.len()) {
                take(&self.word);
                self.taken += 1;
            }
            self.word.clear();
            self.is_name = false;
        }
        self.was_small = letter == Letter::Small;
        // A word that is too long need not be kept to be known as such.
        if letter != Letter::Between && self.word.len() <= WORD_BYTES_MAX {
            self.is_name |= small(&mut self.word);
        }
        self.taken < WORDS_MAX
    }
}

/// Calls `take` with each word of an attribute's value, in small letters: split where no letter or figure stands, and before a capital
/// behind a small letter. Single letters, words of figures and very long words are left out.
pub fn split(value: &str, mut take: impl FnMut(&str)) {
    let mut word = Word::default();
    for c in value.chars().chain([' ']) {
        let goes_on = match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => {
                let small = |word: &mut String| {
                    word.push(char::from(byte.to_ascii_lowercase()));
                    !byte.is_ascii_digit()
                };
                word.read(Letter::of_ascii(byte), small, &mut take)
            }
            _ => {
                // A Roman numeral has a case, and is a figure.
                let small = |word: &mut String| {
                    word.extend(c.to_lowercase());
                    !c.is_numeric()
                };
                word.read(Letter::of(c), small, &mut take)
            }
        };
        if !goes_on {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (value, words) in [
            ("post-comments__list navBar", "post comments list nav bar"),
            ("SIDEBAR sidebarHTML", "sidebar sidebar html"),
            ("css-1a2b3c 42 x", "css 1a2b3c"),
            ("überblick Ⅷ Ⅷa", "überblick ⅷa"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b2", "b2"),
            ("", ""),
        ] {
            let mut found = Vec::new();
            split(value, |word| found.push(word.to_owned()));
            assert_eq!(found.join(" "), words, "{value}");
        }
        let mut count = 0;
        split(&"word ".repeat(100), |_| count += 1);
        assert_eq!(count, WORDS_MAX);
    }
}
