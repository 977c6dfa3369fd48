//! The words of classes and identifiers: `post-comments__list navBar` is `post`, `comments`, `list`, `nav`, `bar`.

/// How many words of one element are kept.
const WORDS_MAX: usize = 16;
/// Longer words are hashes and the like.
const WORD_BYTES_MAX: usize = 24;

/// Calls `take` with each word of an attribute's value, in small letters: split where no letter or figure stands, and before a capital
/// behind a small letter. Single letters, words of figures and very long words are left out.
pub fn split(value: &str, mut take: impl FnMut(&str)) {
    let (mut word, mut taken, mut was_small) = (String::new(), 0, false);
    for c in value.chars().chain([' ']) {
        let is_inside = c.is_alphanumeric();
        if (!is_inside || (was_small && c.is_uppercase())) && !word.is_empty() {
            if is_word(&word) {
                take(&word);
                taken += 1;
            }
            if taken == WORDS_MAX {
                return;
            }
            word.clear();
        }
        was_small = c.is_lowercase();
        // A word that is too long need not be kept to be known as such.
        if is_inside && word.len() <= WORD_BYTES_MAX {
            // Nearly all of them.
            if c.is_ascii() { word.push(c.to_ascii_lowercase()) } else { word.extend(c.to_lowercase()) }
        }
    }
}

fn is_word(word: &str) -> bool {
    (2..=WORD_BYTES_MAX).contains(&word.len()) && word.chars().any(|c| !c.is_numeric())
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
            ("überblick", "überblick"),
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
