//! Standard output when a person looks at it: scraped text is shown, not obeyed.

use std::io::{self, Write};

use crate::render::visible;

/// A writer to a terminal that spells out control characters.
pub struct Terminal<W>(pub W);

impl<W: Write> Write for Terminal<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(visible(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_spelled_out() {
        let mut out = Terminal(Vec::new());
        out.write_all(b"a\x1b]0;title\x07\nb").unwrap();
        assert_eq!(out.0, b"a\\u{1b}]0;title\\u{7}\nb");
    }
}
