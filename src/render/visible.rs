//! Scraped text for a terminal: nothing in it can move the cursor, change colours or reorder what is read.

use crate::error::printable;

/// Marks that `printable` would spell out, but that text needs: line ends, tabs, and what joins letters or turns direction
/// for one word only.
const NEEDED: [char; 7] = ['\n', '\t', '\u{ad}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}'];

/// The text with all other control characters spelled out.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(NEEDED) {
        let mark = part.chars().next_back().filter(|c| NEEDED.contains(c));
        let plain = mark.map_or(part, |c| &part[..part.len() - c.len_utf8()]);
        // A line end of two characters is one line end.
        let plain = if mark == Some('\n') { plain.strip_suffix('\r').unwrap_or(plain) } else { plain };
        out.push_str(&printable(plain));
        out.extend(mark);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        for (text, want) in [
            ("plain\tä\r\nnext\n", "plain\tä\nnext\n"),
            ("\u{1b}[31mred\u{9b}x", "\\u{1b}[31mred\\u{9b}x"),
            ("a\rb\u{202e}c\u{7}", "a\\u{d}b\\u{202e}c\\u{7}"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("", ""),
        ] {
            assert_eq!(visible(text), want);
        }
    }
}
