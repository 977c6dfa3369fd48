//! The likeliest encoding of bytes that nothing tells of: chardetng on a bounded sample, with the host's last part.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::declared::{read, read_counting};
use super::latin;

/// How much chardetng reads of a page: it does some 2 MB a second, and is no surer of more.
const SAMPLE_BYTES_MAX: usize = 16 << 10;

/// So many bytes beyond ASCII must vote for a double-byte encoding on second thoughts: fewer can be pairs by chance.
const SECOND_LOOK_BYTES_MIN: usize = 40;

/// The likeliest encoding that the bytes can be in, and their text in it. It is never UTF-8, of which the caller knows that the
/// bytes are not.
pub fn guess(bytes: &[u8], host: Option<&str>) -> Option<(&'static Encoding, String)> {
    let top_level = host.and_then(top_level);
    let sample = if bytes.len() <= SAMPLE_BYTES_MAX { vec![bytes] } else { sample(bytes) };
    let first = likeliest(sample.iter().copied(), top_level.as_deref());
    let joined = sample.concat();
    let first = match latin::refine(&joined, first) {
        refined if read(bytes, refined).is_ok() => refined,
        _ => first,
    };
    let text = read(bytes, first).ok();
    if !first.is_single_byte() && text.is_some() {
        return Some((first, text?));
    }
    let second = second_look(&joined, top_level.as_deref());
    match second.and_then(|second| Some((second, read_cut(bytes, second)?))) {
        None => Some((first, text?)),
        found => found,
    }
}

/// The text of bytes that may begin inside a character of two bytes.
fn read_cut(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let whole = read_counting(bytes, encoding).ok();
    let cut = read_counting(bytes.get(1..)?, encoding).ok();
    match (whole, cut) {
        (Some((whole, faults)), Some((_, cut_faults))) if faults <= cut_faults => Some(whole),
        (Some((whole, _)), None) => Some(whole),
        (_, Some((cut, _))) => Some(format!("\u{fffd}{cut}")),
        (None, None) => None,
    }
}

fn likeliest<'b>(parts: impl Iterator<Item = &'b [u8]>, top_level: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // The end is not told: chardetng drops every encoding in which it cuts a character.
    for part in parts {
        detector.feed(part, false);
    }
    detector.guess(top_level.map(str::as_bytes), Utf8Detection::Deny)
}

/// The double-byte encoding that most of the lines are in. One bad byte, or half a character at the beginning, makes chardetng
/// drop the right one for the whole text.
fn second_look(sample: &[u8], top_level: Option<&str>) -> Option<&'static Encoding> {
    let beyond_ascii = |bytes: &[u8]| bytes.iter().filter(|b| !b.is_ascii()).count();
    let mut votes: Vec<(&'static Encoding, usize)> = Vec::new();
    let begin = usize::from(sample.len() > 1);
    for line in sample[begin..].split(|&b| b == b'\n') {
        let encoding = likeliest([line].into_iter(), top_level);
        match votes.iter_mut().find(|(voted, _)| *voted == encoding) {
            Some((_, bytes)) => *bytes += beyond_ascii(line),
            None => votes.push((encoding, beyond_ascii(line))),
        }
    }
    let (encoding, bytes) = votes.into_iter().max_by_key(|(_, bytes)| *bytes)?;
    let is_most = bytes * 2 > beyond_ascii(sample) && bytes >= SECOND_LOOK_BYTES_MIN;
    (is_most && !encoding.is_single_byte()).then_some(encoding)
}

/// Words that are not ASCII, with the white space or sign that ends them, up to the limit.
///
/// Bytes below `0` are never part of a longer character in the encodings that there are, so a part ends no character early.
fn sample(bytes: &[u8]) -> Vec<&[u8]> {
    let mut left = SAMPLE_BYTES_MAX;
    let mut parts = Vec::new();
    for word in bytes.split_inclusive(|&b| b < b'0') {
        if word.is_ascii() {
            continue;
        }
        parts.push(&word[..word.len().min(left)]);
        left = left.saturating_sub(word.len());
        if left == 0 {
            break;
        }
    }
    parts
}

/// The last part of a host, as chardetng takes it: lower case, Punycode.
fn top_level(host: &str) -> Option<String> {
    let host = host.split(':').next()?.trim_end_matches('.');
    let last = host.rsplit('.').next()?.to_ascii_lowercase();
    let is_plain = last.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (is_plain && last.len() > 1).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (host, want) in [
            ("www.Example.HU", Some("hu")),
            ("example.ru:8080", Some("ru")),
            ("example.de.", Some("de")),
            ("пример.рф", None),
            ("xn--e1afmkfd.xn--p1ai", Some("xn--p1ai")),
            ("", None),
        ] {
            assert_eq!(top_level(host).as_deref(), want, "{host}");
        }
    }

    #[test]
    fn a_sample_is_rich_and_bounded() {
        let text = [&b"plain words "[..], b"caf\xe9, "].concat().repeat(10_000);
        let parts = sample(&text);
        assert!(parts.iter().all(|part| part.starts_with(b"caf\xe9,") || part.len() < 5));
        assert!(parts.iter().map(|part| part.len()).sum::<usize>() <= SAMPLE_BYTES_MAX);
        assert_eq!(sample(&[0xe9; 100_000]), [&[0xe9; SAMPLE_BYTES_MAX][..]]);
    }
}
