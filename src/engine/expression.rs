//! What the matches of an expression are made of, for its outline: read from its parts, not from its text.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::fold::scan_fold;
use super::outline::{ALL, Bits, Start, bits_of, one_of, text_edge};

/// A class of more characters is any.
const CLASS_CHARS_MAX: u32 = 3_000;

/// The scan folds of the characters of a class, one by one; nothing if there are too many.
pub(super) fn each_fold(class: &Class) -> Option<Vec<String>> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => class.iter().map(|r| (char::from(r.start()), char::from(r.end()))).collect(),
    };
    let many: u32 = ranges.iter().map(|(a, b)| *b as u32 - *a as u32 + 1).sum();
    (many <= CLASS_CHARS_MAX).then(|| ranges.into_iter().flat_map(|(a, b)| a..=b).map(|c| scan_fold(&c.to_string())).collect())
}

fn literal(bytes: &[u8]) -> String {
    scan_fold(&String::from_utf8_lossy(bytes))
}

/// What each match of an expression holds; to `any` goes what it holds one of.
pub(super) fn all(hir: &Hir, any: &mut Vec<Bits>) -> Bits {
    match hir.kind() {
        HirKind::Literal(text) => bits_of(literal(&text.0).as_bytes()),
        HirKind::Class(class) => {
            let Some(folds) = each_fold(class) else { return 0 };
            let bits: Vec<Bits> = folds.iter().map(|f| bits_of(f.as_bytes())).collect();
            if bits.iter().all(|b| *b != 0) {
                any.push(bits.iter().fold(0, |a, b| a | b));
            }
            bits.into_iter().fold(ALL, |a, b| a & b)
        }
        HirKind::Repetition(r) if r.min > 0 => all(&r.sub, any),
        HirKind::Capture(capture) => all(&capture.sub, any),
        HirKind::Concat(parts) => parts.iter().fold(0, |bits, part| bits | all(part, any)),
        HirKind::Alternation(ways) => {
            let each: Vec<Bits> = ways.iter().map(|way| all(way, &mut Vec::new())).collect();
            any.push(one_of(each.iter().copied()));
            each.into_iter().fold(ALL, |a, b| a & b)
        }
        HirKind::Repetition(_) | HirKind::Empty | HirKind::Look(_) => 0,
    }
}

/// What the matches of an expression are made of.
pub(super) fn only(hir: &Hir) -> Bits {
    match hir.kind() {
        HirKind::Literal(text) => bits_of(literal(&text.0).as_bytes()),
        HirKind::Class(class) => {
            each_fold(class).map_or(ALL, |folds| folds.iter().fold(0, |bits, f| bits | bits_of(f.as_bytes())))
        }
        HirKind::Repetition(r) => only(&r.sub),
        HirKind::Capture(capture) => only(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().fold(0, |bits, part| bits | only(part)),
        HirKind::Empty | HirKind::Look(_) => 0,
    }
}

/// What the matches of an expression show first.
pub(super) fn start(hir: &Hir) -> Start {
    match hir.kind() {
        HirKind::Literal(text) => text_edge(&literal(&text.0), false),
        HirKind::Class(class) => {
            let folds = each_fold(class);
            folds.map_or(Start::ANY, |f| f.iter().map(|f| text_edge(f, false)).fold(Start::default(), Start::or))
        }
        HirKind::Repetition(r) => {
            let first = start(&r.sub);
            Start { passes: first.passes || r.min == 0, ..first }
        }
        HirKind::Capture(capture) => start(&capture.sub),
        HirKind::Concat(parts) => parts.iter().fold(Start::NOTHING, |before, part| before.then(|| start(part))),
        HirKind::Alternation(ways) => ways.iter().map(start).fold(Start::default(), Start::or),
        HirKind::Empty | HirKind::Look(_) => Start::NOTHING,
    }
}
