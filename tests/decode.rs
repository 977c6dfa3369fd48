//! Bytes to text: every encoding in the languages that were written in it, at several lengths; cut text; hostile bytes.

#[path = "support/udhr.rs"]
mod udhr;

use encoding_rs::Encoding;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};
use unchaff::{Found, Hints, decode};

/// A language, by its text's code, and an encoding that it was written in.
const PAIRS: &[(&str, &str)] = &[
    ("fra", "windows-1252"),
    ("deu_1996", "windows-1252"),
    ("spa", "windows-1252"),
    ("por_PT", "windows-1252"),
    ("ita", "windows-1252"),
    ("swe", "windows-1252"),
    ("dan", "windows-1252"),
    ("nob", "windows-1252"),
    ("fin", "windows-1252"),
    ("isl", "windows-1252"),
    ("cat", "windows-1252"),
    ("pol", "windows-1250"),
    ("pol", "ISO-8859-2"),
    ("ces", "windows-1250"),
    ("ces", "ISO-8859-2"),
    ("slk", "windows-1250"),
    ("hun", "windows-1250"),
    ("hun", "ISO-8859-2"),
    ("ron_2006", "windows-1250"),
    ("hrv", "windows-1250"),
    ("slv", "windows-1250"),
    ("rus", "windows-1251"),
    ("rus", "KOI8-R"),
    ("rus", "IBM866"),
    ("rus", "ISO-8859-5"),
    ("ukr", "windows-1251"),
    ("bul", "windows-1251"),
    ("ell_monotonic", "windows-1253"),
    ("ell_monotonic", "ISO-8859-7"),
    ("tur", "windows-1254"),
    ("heb", "windows-1255"),
    ("arb", "windows-1256"),
    ("lit", "windows-1257"),
    ("lav", "windows-1257"),
    ("est", "windows-1257"),
    ("vie", "windows-1258"),
    ("tha", "windows-874"),
    ("jpn", "Shift_JIS"),
    ("jpn", "EUC-JP"),
    ("kor", "EUC-KR"),
    ("cmn_hans", "GBK"),
    ("cmn_hant", "Big5"),
];

const LENGTHS: [usize; 3] = [200, 1_000, 10_000];

/// How many samples of one length are cut from a text.
const SAMPLES_MAX: usize = 40;

/// In a hundred samples of each length, rounded: how many come out right. chardetng alone has 98, 99 and 100 where it was measured.
const SINGLE_BYTE_MIN: [usize; 3] = [99, 100, 100];
const DOUBLE_BYTE_MIN: [usize; 3] = [100, 100, 100];

/// The texts, without the control characters that a few of them hold by mistake.
fn texts() -> Option<BTreeMap<String, String>> {
    let clean = |text: String| text.replace(|c: char| c.is_control() && c != '\n', "");
    Some(udhr::languages()?.into_iter().map(|(code, text)| (code, clean(text))).collect())
}

/// A text in an encoding, as often as it takes to be long; lines that the encoding cannot write are left out.
fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let written = text.replace('\u{a0}', " ").replace('ș', "ş").replace('Ș', "Ş").replace('ț', "ţ").replace('Ț', "Ţ");
    let lines = written.lines().filter_map(|line| {
        let (bytes, _, is_bad) = encoding.encode(line);
        (!is_bad).then(|| [&bytes[..], b"\n"].concat())
    });
    let bytes = lines.collect::<Vec<_>>().concat();
    assert!(bytes.len() > 4_000, "{}: {} bytes", encoding.name(), bytes.len());
    bytes.repeat((2 * LENGTHS[2]).div_ceil(bytes.len()))
}

/// Samples that begin at a word and hold something beyond ASCII; their ends may cut a character.
fn samples(bytes: &[u8], length: usize) -> Vec<&[u8]> {
    let starts = (0..bytes.len() - length).filter(|&i| i == 0 || matches!(bytes[i - 1], b' ' | b'\n'));
    let fits: Vec<&[u8]> = starts.map(|start| &bytes[start..start + length]).filter(|sample| !sample.is_ascii()).collect();
    let step = fits.len().div_ceil(SAMPLES_MAX).max(1);
    fits.into_iter().step_by(step).collect()
}

/// One length of one pair, or of many: how many samples came out right, and what the others were taken for.
#[derive(Default, Clone)]
struct Score {
    right: usize,
    all: usize,
    wrong: BTreeMap<String, usize>,
}

impl Score {
    fn of(samples: &[&[u8]], encoding: &'static Encoding) -> Score {
        let mut score = Score { all: samples.len(), ..Score::default() };
        for sample in samples {
            let want = encoding.decode_without_bom_handling(sample).0;
            let got = decode(sample, &Hints::default());
            match got.text.trim_end_matches('\u{fffd}') == want.trim_end_matches('\u{fffd}') {
                true => score.right += 1,
                false => *score.wrong.entry(got.encoding.to_owned()).or_default() += 1,
            }
        }
        score
    }

    fn add(&mut self, other: &Score) {
        self.right += other.right;
        self.all += other.all;
    }

    /// Rounded to whole percents, as the figures to reach are.
    fn percent(&self) -> usize {
        (self.right * 200 + self.all) / (self.all * 2)
    }
}

#[test]
fn other_encodings() {
    let Some(texts) = texts() else { return };
    let mut table = format!("{:14} {:14} {:>9} {:>9} {:>9}\n", "language", "encoding", LENGTHS[0], LENGTHS[1], LENGTHS[2]);
    let mut sums = [vec![Score::default(); 3], vec![Score::default(); 3]];
    for (language, label) in PAIRS {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a label");
        let bytes = encoded(&texts[*language], encoding);
        let scores = LENGTHS.map(|length| Score::of(&samples(&bytes, length), encoding));
        write!(table, "{language:14} {label:14}").expect("a string takes all");
        for (score, sum) in scores.iter().zip(&mut sums[usize::from(!encoding.is_single_byte())]) {
            write!(table, " {:4}/{:4}", score.right, score.all).expect("a string takes all");
            sum.add(score);
        }
        let wrong: Vec<_> = scores.iter().map(|score| score.wrong.clone()).filter(|wrong| !wrong.is_empty()).collect();
        writeln!(table, "  {}", if wrong.is_empty() { String::new() } else { format!("{wrong:?}") }).expect("a string takes all");
    }
    println!("{table}");
    for (sums, least) in sums.iter().zip([SINGLE_BYTE_MIN, DOUBLE_BYTE_MIN]) {
        let reached: Vec<_> = sums.iter().map(|sum| format!("{}/{}", sum.right, sum.all)).collect();
        println!("{}", reached.join(" "));
        assert!(sums.iter().zip(least).all(|(sum, least)| sum.percent() >= least), "{table}\n{reached:?}, least {least:?} %");
    }
}

/// UTF-8 that is cut at any byte, at both ends, in every language.
#[test]
fn utf8_cut_anywhere() {
    let Some(texts) = texts() else { return };
    let (mut all, mut wrong) = (0, Vec::new());
    for (language, text) in &texts {
        let bytes = text.as_bytes();
        for (i, length) in (0..60).map(|i| (i, [40, 200, 1_000][i % 3])) {
            let start = (i * 97).min(bytes.len().saturating_sub(length));
            let sample = &bytes[start..(start + length).min(bytes.len())];
            let whole = sample.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
            let ends = sample.utf8_chunks().map(|chunk| chunk.invalid().len()).sum::<usize>();
            let got = decode(sample, &Hints::default());
            // Where the only sign of UTF-8 is one byte of a character that is cut, nobody can tell.
            if !whole && ends <= 1 && !sample.is_ascii() {
                continue;
            }
            all += 1;
            let inside = String::from_utf8_lossy(sample);
            let kept = got.text.trim_matches('\u{fffd}') == inside.trim_matches('\u{fffd}');
            if got.found != Found::Utf8 || !kept || (ends == 0) != got.notes.is_empty() {
                wrong.push(format!("{language} {start}+{length}: {} {:?} {:?}", got.encoding, got.found, got.notes));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {all} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// UTF-16 in both orders, with a mark and without, whole or with an odd byte at the end, in every language.
#[test]
fn utf16() {
    let Some(texts) = texts() else { return };
    let (mut all, mut wrong) = (0, Vec::new());
    for (language, text) in &texts {
        let units: Vec<u16> = text.encode_utf16().collect();
        for (i, length) in (0..24).map(|i| (i, [100, 500, 5_000][i % 3])) {
            let start = (i * 89).min(units.len().saturating_sub(length));
            let units = &units[start..(start + length).min(units.len())];
            let text = String::from_utf16_lossy(units);
            for (encoding, order) in [("UTF-16LE", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("UTF-16BE", u16::to_be_bytes)] {
                for (mark, odd) in [(true, false), (false, false), (false, true)] {
                    let marked = if mark { vec![0xfeff] } else { Vec::new() };
                    let mut bytes: Vec<u8> = marked.iter().chain(units).flat_map(|&unit| order(unit)).collect();
                    bytes.extend(odd.then_some(0));
                    let got = decode(&bytes, &Hints::default());
                    all += 1;
                    if got.encoding != encoding || got.text.trim_end_matches('\u{fffd}') != text.trim_end_matches('\u{fffd}') {
                        wrong.push(format!(
                            "{language} {start}+{length} {encoding} {mark} {odd}: {} {:?}",
                            got.encoding, got.found
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {all} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// A double-byte page with a bad byte, or with half a character at its beginning, is still in its encoding.
#[test]
fn damaged_double_byte_text() {
    let Some(texts) = texts() else { return };
    for (language, label) in PAIRS {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a label");
        if encoding.is_single_byte() {
            continue;
        }
        let whole = encoded(&texts[*language], encoding);
        let line = whole.iter().position(|&b| b == b'\n').expect("lines") + 1;
        let stray = [&whole[..line], b"\xff ", &whole[line..4_000]].concat();
        // The second byte of a character that is not ASCII.
        let half = whole.iter().position(|b| !b.is_ascii()).expect("letters") + 1;
        for bytes in [&stray[..], &whole[half..half + 1_000]] {
            let got = decode(bytes, &Hints::default());
            assert_eq!((got.encoding, got.found), (encoding.name(), Found::Detected), "{language} {:?}", got.notes);
        }
    }
}

/// The same bytes in every run, without a pattern.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Whatever the bytes, there is text; what is not read as it came is said, and a second decoding changes nothing.
#[test]
fn hostile_bytes() {
    let all: Vec<u8> = (0..=255).collect();
    let no_nul: Vec<u8> = noise(50_000).into_iter().filter(|&b| b > 8).collect();
    let mut cases: Vec<Vec<u8>> = vec![all.clone(), all[1..].to_vec(), all[128..].to_vec(), all.repeat(300), no_nul];
    cases.extend((0..=255).map(|byte| vec![byte; 1]));
    cases.extend((0..=255).map(|byte| vec![byte; 301]));
    cases.extend((1..60).map(|length| noise(length * 7)));
    cases.extend(
        [&b"\xff\xfe"[..], b"\xff\xfe\0", b"\xfe\xff\xd8", b"\xef\xbb\xbf\xff", b"\x1b$B", b"\x1b$B\xff"].map(<[u8]>::to_vec),
    );
    let labels = [
        "utf-8",
        "utf-16",
        "shift_jis",
        "gb18030",
        "iso-2022-jp",
        "windows-1252",
        "windows-874",
        "replacement",
        "x-user-defined",
    ];
    for bytes in &cases {
        for declared in [None].into_iter().chain(labels.map(|label| label.parse().ok())) {
            for host in [None, Some("www.example.jp"), Some("EXAMPLE.РФ:80."), Some("."), Some("")] {
                let got = decode(bytes, &Hints { declared, html: true, host });
                let is_same = got.text.as_bytes() == &bytes[if got.bom { bytes.len() - got.text.len() } else { 0 }..];
                assert!(is_same || !got.notes.is_empty() || got.bom, "{} {:?}: {bytes:?}", got.encoding, got.found);
                let again = decode(got.text.as_bytes(), &Hints::default());
                assert!(
                    again.text == got.text
                        || got.text.contains(['\u{feff}', '\0', '\u{1b}'])
                        || again.found == Found::Utf16Parity
                );
            }
        }
    }
}

/// Time grows with the bytes, for the worst of them too: a long page costs at most a few times what as many short ones do.
#[test]
fn long_pages_take_linear_time() {
    let time = |bytes: &[u8]| {
        let begin = Instant::now();
        let length = decode(bytes, &Hints { html: true, ..Hints::default() }).text.len();
        assert!(length > 0);
        begin.elapsed()
    };
    for piece in
        [&b"\xe9"[..], b"\xc3", b"\x80", b"caf\xe9 ", b"\xc3\xa9\xff", b"\x82\xa0", b"<meta ", b"\x1b$B", b"\xf0\x9f", b"a\0"]
    {
        let long = piece.repeat((8 << 20) / piece.len());
        let short = &long[..1 << 20];
        // The first megabyte pays for the sample; the smallest of three is the least disturbed. A busy machine may disturb them all:
        // what is quadratic takes 64 times as long each time it is asked.
        let least = |bytes: &[u8]| (0..3).map(|_| time(bytes)).min().unwrap_or_default();
        let is_linear = || least(&long) < least(short) * 16 + Duration::from_millis(50);
        assert!((0..10).any(|_| is_linear()), "8 MB take more than 16 times as long as 1 MB: {}", piece.escape_ascii());
    }
}
