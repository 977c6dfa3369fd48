//! Bytes to UTF-8 text, and which encoding it was and why.
//!
//! The steps, each of which decides only where it is certain: a byte order mark; UTF-16 by its shape; strict UTF-8; UTF-8 with stray
//! bytes, which are mended one by one; the declared encoding; the one that HTML's `meta` names; the likeliest one. Repairing text
//! that was decoded wrongly before it came here is `repair`'s work; turning HTML into text is `html`'s.

mod charset;
mod declared;
mod detect;
mod latin;
mod meta;
mod utf16;
mod utf8;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

pub use charset::Charset;
pub use utf16::is_utf16;

use crate::edit::Note;

/// What is known of a page's encoding besides its bytes.
///
/// ```
/// use unchaff::{Found, Hints, decode};
/// let hints = Hints { declared: Some("koi8-r".parse().unwrap()), ..Hints::default() };
/// let d = decode(b"\xf0\xd2\xc9\xd7\xc5\xd4", &hints);
/// assert_eq!((&*d.text, d.encoding, d.found), ("Привет", "KOI8-R", Found::Declared));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints<'h> {
    /// What a person, a header or a record says. It is believed where the bytes are not UTF-8 and it reads them without faults.
    pub declared: Option<Charset>,
    /// Whether the page is HTML, whose `meta` may name an encoding.
    pub html: bool,
    /// The host that the page comes from; its last part tells where people speak what.
    pub host: Option<&'h str>,
}

/// Text made from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text, borrowed where the bytes were UTF-8 already.
    pub text: Cow<'b, str>,
    /// The encoding's name in the Encoding Standard.
    pub encoding: &'static str,
    /// Whether a byte order mark stood before the text; it is not part of it.
    pub bom: bool,
    /// Which step decided.
    pub found: Found,
    /// What was odd: another encoding than UTF-8, stray bytes, a sequence that an end cuts off.
    pub notes: Vec<Note>,
}

/// The step that decided on the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Found {
    /// A byte order mark.
    Bom,
    /// All bytes are UTF-8, but for a character that the beginning or the end cuts off.
    Utf8,
    /// Most are UTF-8; the others were mended one by one.
    Mended,
    /// UTF-16 without a mark, by the values at even and odd places.
    Utf16Parity,
    /// The declared encoding.
    Declared,
    /// The encoding that HTML's `meta`, or an XML declaration, names.
    Meta,
    /// The likeliest encoding.
    Detected,
}

impl Found {
    /// All of them.
    pub const ALL: &'static [Found] =
        &[Found::Bom, Found::Utf8, Found::Mended, Found::Utf16Parity, Found::Declared, Found::Meta, Found::Detected];

    /// The name that an audit gives it.
    pub fn name(self) -> &'static str {
        match self {
            Found::Bom => "bom",
            Found::Utf8 => "utf-8",
            Found::Mended => "mended",
            Found::Utf16Parity => "utf-16-parity",
            Found::Declared => "declared",
            Found::Meta => "meta",
            Found::Detected => "detected",
        }
    }

    /// How a note says it.
    fn because(self) -> &'static str {
        match self {
            Found::Bom => "as its byte order mark says",
            Found::Utf8 | Found::Mended => "as most of its bytes are",
            Found::Utf16Parity => "without a byte order mark",
            Found::Declared => "as declared",
            Found::Meta => "as its markup says",
            Found::Detected => "which is likeliest",
        }
    }
}

/// How much of a page is looked at for control characters, which are the sign of UTF-16, of ISO-2022-JP and of binary files.
const HEAD_BYTES: usize = 8 << 10;

/// Decodes a page; it cannot fail, and what it had to change or guess is in the notes.
///
/// ```
/// use unchaff::{Found, Hints, decode};
/// let d = decode("naïve “quotes” and na\u{ef}ve".as_bytes(), &Hints::default());
/// assert_eq!((d.found, d.notes.len()), (Found::Utf8, 0));
/// let d = decode(b"na\xc3\xafve \xe2\x80\x9cquotes\xe2\x80\x9d and na\xefve", &Hints::default());
/// assert_eq!((&*d.text, d.found, d.notes.len()), ("naïve “quotes” and naïve", Found::Mended, 1));
/// ```
pub fn decode<'b>(bytes: &'b [u8], hints: &Hints) -> Decoded<'b> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return with_mark(&bytes[length..], encoding);
    }
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let has_controls = has_controls(head);
    if has_controls && let Some(decoded) = by_controls(bytes, head, hints) {
        return decoded;
    }
    if let Some(text) = utf8::strict(bytes) {
        return Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), bom: false, found: Found::Utf8, notes: Vec::new() };
    }
    let tally = utf8::Tally::new(bytes);
    let meta = if hints.html { meta::prescan(bytes) } else { None };
    let declared = hints.declared.map(Charset::encoding);
    // Bytes with NUL that are not UTF-16 are no text in any encoding: they get no further than the mending.
    let is_binary = has_controls && memchr::memchr(0, head).is_some();
    if is_binary || tally.is_utf8(declared == Some(UTF_8) || meta == Some(UTF_8)) {
        return mended(bytes, &tally, Vec::new());
    }
    if let Some(encoding) = utf16::sniff(head).filter(|_| !has_controls) {
        return decoded(bytes, encoding, Found::Utf16Parity, Vec::new());
    }
    let mut notes = Vec::new();
    for (encoding, found) in [(declared, Found::Declared), (meta, Found::Meta)] {
        let Some(encoding) = encoding else { continue };
        match declared::read(bytes, encoding) {
            Ok(text) => return finished(text, encoding, found, notes),
            Err(fault) => {
                notes.push(Note(format!("not read as {}, {}, for it would have {fault}", encoding.name(), found.because())))
            }
        }
    }
    match detect::guess(bytes, hints.host) {
        Some((encoding, text)) => finished(text, encoding, Found::Detected, notes),
        None => mended(bytes, &tally, notes),
    }
}

/// The text after a byte order mark.
fn with_mark<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Decoded<'b> {
    let read = match utf8::strict(bytes) {
        _ if encoding != UTF_8 => decoded(bytes, encoding, Found::Bom, Vec::new()),
        Some(text) => Decoded { text: Cow::Borrowed(text), ..mended(b"", &utf8::Tally::default(), Vec::new()) },
        None => mended(bytes, &utf8::Tally::new(bytes), Vec::new()),
    };
    Decoded { bom: true, found: Found::Bom, ..read }
}

/// What control characters near the beginning tell: UTF-16, whose high bytes they are, or ISO-2022-JP, which is all ASCII.
fn by_controls<'b>(bytes: &'b [u8], head: &[u8], hints: &Hints) -> Option<Decoded<'b>> {
    if let Some(encoding) = utf16::sniff(head) {
        return Some(decoded(bytes, encoding, Found::Utf16Parity, Vec::new()));
    }
    let is_declared = hints.declared.map(Charset::encoding) == Some(ISO_2022_JP);
    let begins_kanji = |at: usize| matches!(bytes.get(at + 1..at + 3), Some(b"$B" | b"$@"));
    if !is_declared && !memchr::memchr_iter(0x1b, head).any(begins_kanji) {
        return None;
    }
    let text = declared::read(bytes, ISO_2022_JP).ok()?;
    Some(finished(text, ISO_2022_JP, if is_declared { Found::Declared } else { Found::Detected }, Vec::new()))
}

/// Text in an encoding that is certain; what does not fit becomes U+FFFD, and is counted.
fn decoded<'b>(bytes: &[u8], encoding: &'static Encoding, found: Found, notes: Vec<Note>) -> Decoded<'b> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    finished(text.into_owned(), encoding, found, notes)
}

fn finished<'b>(text: String, encoding: &'static Encoding, found: Found, mut notes: Vec<Note>) -> Decoded<'b> {
    if found != Found::Bom {
        notes.push(Note(format!("read as {}, {}", encoding.name(), found.because())));
    }
    let lost = memchr::memmem::find_iter(text.as_bytes(), "\u{fffd}").count();
    if lost > 0 {
        let what = if [UTF_16LE, UTF_16BE].contains(&encoding) { "unpaired surrogates or odd bytes" } else { "malformed bytes" };
        notes.push(Note(format!("{}: {what} became U+FFFD, {lost} in all", encoding.name())));
    }
    Decoded { text: Cow::Owned(text), encoding: encoding.name(), bom: false, found, notes }
}

fn mended<'b>(bytes: &'b [u8], tally: &utf8::Tally, mut notes: Vec<Note>) -> Decoded<'b> {
    let (text, said) = utf8::mend(bytes, tally);
    notes.extend(said);
    let found = if tally.strays == 0 { Found::Utf8 } else { Found::Mended };
    Decoded { text: Cow::Owned(text), encoding: UTF_8.name(), bom: false, found, notes }
}

/// Whether there are control characters other than white space.
fn has_controls(head: &[u8]) -> bool {
    // Without an early end inside a block the compiler can compare many bytes at once.
    head.chunks(256).any(|block| block.iter().fold(false, |any, &b| any | (b < 0x20 && !(9..=13).contains(&b))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        for (bytes, text, encoding, found, notes) in [
            (&b"plain"[..], "plain", "UTF-8", Found::Utf8, 0),
            (b"\xef\xbb\xbfmarked", "marked", "UTF-8", Found::Bom, 0),
            (b"\xef\xbb\xbfmark\xe9", "mark\u{e9}", "UTF-8", Found::Bom, 1),
            (b"\xff\xfeh\0i\0", "hi", "UTF-16LE", Found::Bom, 0),
            (b"\xfe\xff\0h\0i", "hi", "UTF-16BE", Found::Bom, 0),
            (b"\xff\xfeh\0i", "h\u{fffd}", "UTF-16LE", Found::Bom, 1),
            (b"h\0i\0", "hi", "UTF-16LE", Found::Utf16Parity, 1),
            (b"caf\xe9 \xe2\x80\x9cx\xe2\x80\x9d", "café “x”", "UTF-8", Found::Mended, 1),
            (b"caf\xe9 au lait", "café au lait", "windows-1252", Found::Detected, 1),
            (b"cut \xe2\x80", "cut \u{fffd}", "UTF-8", Found::Utf8, 1),
            (b"\x80\x99s cut", "\u{fffd}s cut", "UTF-8", Found::Utf8, 1),
            (b"un caf\xe9", "un café", "windows-1252", Found::Detected, 1),
            (b"\x1b$B$3$s\x1b(B", "こん", "ISO-2022-JP", Found::Detected, 1),
            (b"nul \0 and \xe9", "nul \0 and é", "UTF-8", Found::Mended, 1),
            (b"", "", "UTF-8", Found::Utf8, 0),
        ] {
            let d = decode(bytes, &Hints::default());
            let got = (&*d.text, d.encoding, d.found, d.notes.len());
            assert_eq!(got, (text, encoding, found, notes), "{:?}", d.notes);
        }
    }

    #[test]
    fn hints() {
        let with = |label: &str, html| Hints { declared: label.parse().ok(), html, host: None };
        let meta: &[u8] = b"<meta charset=windows-1251><p>\xcf\xf0\xe8\xe2\xe5\xf2 \xe2\xf1\xe5\xec!";
        for (bytes, hints, encoding, found, notes) in [
            (&b"\xcf\xf0\xe8\xe2\xe5\xf2"[..], with("cp1251", false), "windows-1251", Found::Declared, 1),
            ("Привет".as_bytes(), with("cp1251", false), "UTF-8", Found::Utf8, 0),
            (meta, with("", true), "windows-1251", Found::Meta, 1),
            (meta, with("koi8-r", true), "KOI8-R", Found::Declared, 1),
            // A label that cannot be: Shift_JIS has no such pairs.
            (meta, with("shift_jis", true), "windows-1251", Found::Meta, 2),
            // The Encoding Standard lets these labels decode nothing.
            (meta, with("hz-gb-2312", true), "windows-1251", Found::Meta, 2),
            // One sequence against one stray byte: too little, unless somebody says that it is UTF-8.
            (b"\xc3\xa9 \xe9.", with("utf-8", false), "UTF-8", Found::Mended, 1),
            (b"\xc3\xa9 \xe9.", with("latin1", false), "windows-1252", Found::Declared, 1),
        ] {
            let d = decode(bytes, &hints);
            assert_eq!((d.encoding, d.found, d.notes.len()), (encoding, found, notes), "{:?}", d.notes);
        }
    }

    #[test]
    fn clean_text_borrows() {
        for bytes in ["ä".as_bytes(), b"\xef\xbb\xbfx", b""] {
            assert!(matches!(decode(bytes, &Hints::default()).text, Cow::Borrowed(_)), "{bytes:?}");
        }
    }
}
