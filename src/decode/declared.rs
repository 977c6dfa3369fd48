//! Whether bytes can be in an encoding that somebody names or that is likeliest: they decode, and add no C1 control characters.

use encoding_rs::{Encoding, REPLACEMENT};

/// One character of so many that are not ASCII may be malformed: a single bad byte in a long Shift_JIS page is damage, a wrong
/// label gives faults in every line.
const CHARS_PER_FAULT: usize = 100;

/// The text, if the encoding fits; else what is wrong with it.
pub fn read(bytes: &[u8], encoding: &'static Encoding) -> Result<String, String> {
    read_counting(bytes, encoding).map(|(text, _)| text)
}

/// The text and the number of its malformed characters, if the encoding fits; else what is wrong with it.
pub fn read_counting(bytes: &[u8], encoding: &'static Encoding) -> Result<(String, usize), String> {
    if encoding == REPLACEMENT {
        // The Standard's answer to labels that were used to smuggle markup past filters: one U+FFFD for the whole page.
        return Err("no text left".to_owned());
    }
    let (text, has_faults) = encoding.decode_without_bom_handling(bytes);
    let c1 = memchr::memchr_iter(0xc2, text.as_bytes()).filter(|&i| (0x80..0xa0).contains(&text.as_bytes()[i + 1])).count();
    if c1 > 0 {
        return Err(format!("{c1} control characters"));
    }
    let mut faults = 0;
    if has_faults {
        // A page that is cut inside a character, at either end, is no worse for it.
        let whole = text.strip_suffix('\u{fffd}').unwrap_or(&text);
        let whole = whole.strip_prefix('\u{fffd}').unwrap_or(whole);
        faults = memchr::memmem::find_iter(whole.as_bytes(), "\u{fffd}").count();
        let letters = whole.chars().filter(|c| !c.is_ascii()).count();
        if faults * CHARS_PER_FAULT > letters {
            return Err(format!("{faults} malformed characters"));
        }
    }
    Ok((text.into_owned(), faults))
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{EUC_JP, SHIFT_JIS, WINDOWS_1252};

    #[test]
    fn what_fits() {
        let japanese = "これは日本語の文章です。".repeat(20);
        let (bytes, _, _) = SHIFT_JIS.encode(&japanese);
        assert!(read(&bytes, SHIFT_JIS).is_ok_and(|text| text == japanese));
        assert!(read(&bytes[..bytes.len() - 1], SHIFT_JIS).is_ok());
        assert!(read(&bytes, EUC_JP).is_err());
        let stray = [&bytes[..], b"\xff ", &bytes[..]].concat();
        assert!(read(&stray, SHIFT_JIS).is_ok_and(|text| text.matches('\u{fffd}').count() == 1));
        assert!(read(b"\x81\x8d", WINDOWS_1252).is_err());
    }
}
