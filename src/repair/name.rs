//! Ids and words for repairs: what an audit says about them.

use std::sync::Arc;

use super::pages::PAGES;
use super::runs::{CONTROL, DOUBLE_BYTE, How, LATIN_1, MAC_CONTROL, STRIPPED, SURROGATES};
use crate::edit::Reason;
use crate::names::{Category, Confidence, Stage};

/// So much of a suspect stands in its evidence.
const SHOWN_CHARS: usize = 24;

/// The reasons that a text's repairs have, each made once: a damaged page has one or two, and ten thousand repairs.
#[derive(Default)]
pub(super) struct Reasons(Vec<(How, Reason)>);

impl Reasons {
    /// The reason for a repair.
    pub(super) fn of(&mut self, how: How) -> Reason {
        if let Some((_, reason)) = self.0.iter().find(|(known, _)| *known == how) {
            return reason.clone();
        }
        let made = reason(how);
        self.0.push((how, made.clone()));
        made
    }
}

fn reason(how: How) -> Reason {
    let (id, way) = way(how);
    let (again, often) = match how.times {
        0 | 1 => ("", ""),
        2 => ("-twice", ", twice"),
        _ => ("-thrice", ", three times or more"),
    };
    Reason {
        stage: Stage::Repair,
        rule: Arc::from(format!("encoding.{id}{again}")),
        category: Category::Encoding,
        confidence: Confidence::Sure,
        evidence: Arc::from(format!("{way}{often}")),
    }
}

/// What is said of a place that stays.
pub(super) fn suspect(taken: &str, page: usize) -> Arc<str> {
    Arc::from(format!("`{}` may be UTF-8 read as {}, and may be meant", shown(taken), PAGES[page].name))
}

fn shown(taken: &str) -> String {
    let mut shown: String = taken.chars().take(SHOWN_CHARS).collect();
    if shown.len() < taken.len() {
        shown.push('…');
    }
    shown
}

/// The ids and words of two-byte encodings, by their bits.
const DOUBLE_BYTES: [(&str, &str); 6] = [
    ("gb18030", "UTF-8 read as GB18030"),
    ("shift_jis", "UTF-8 read as Shift_JIS"),
    ("big5", "UTF-8 read as Big5"),
    ("euc-kr", "UTF-8 read as EUC-KR"),
    ("gb2312-as-latin-1", "GB2312 read as Latin-1"),
    ("euc-kr-as-latin-1", "EUC-KR read as Latin-1"),
];

/// What is said of text that may be of two bytes a character.
pub(super) fn suspect_pairs(taken: &str) -> Arc<str> {
    Arc::from(format!("`{}` may be text of two bytes a character, read wrongly", shown(taken)))
}

/// The id and the words of a way of damage.
fn way(how: How) -> (&'static str, String) {
    let pages = how.ways & 0xffff;
    let page = PAGES.get(pages.trailing_zeros() as usize);
    if how.ways >= DOUBLE_BYTE {
        let (id, words) = DOUBLE_BYTES[((how.ways / DOUBLE_BYTE).trailing_zeros() as usize).min(5)];
        return (id, words.to_owned());
    }
    match (page, how.ways) {
        (_, ways) if ways & SURROGATES != 0 => ("cesu-8", "surrogates encoded one by one (CESU-8)".to_owned()),
        (Some(_), _) if pages.count_ones() > 1 => ("mixed", "UTF-8 read through several code pages".to_owned()),
        (Some(page), ways) if ways & LATIN_1 != 0 && page.id == "cp1252" => ("latin-1", "UTF-8 read as Latin-1".to_owned()),
        (Some(page), _) => (page.id, format!("UTF-8 read as {}", page.name)),
        (None, ways) if ways & MAC_CONTROL != 0 => ("c1-macroman", "MacRoman read as Latin-1".to_owned()),
        (None, ways) if ways & CONTROL != 0 => ("c1", "windows-1252 read as Latin-1".to_owned()),
        (None, ways) if ways & STRIPPED != 0 => ("c1-stripped", "UTF-8 read as Latin-1, its controls stripped".to_owned()),
        (None, _) => ("other", "damaged".to_owned()),
    }
}
