//! How the matches of an expression begin: literals that find them better than its anchors do.
//!
//! An anchor says which letters a match holds, not where. Where an expression must begin a line with one of a few words, a line that
//! has such letters inside another word (`VER` in "every") need not be tried.

use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Hir, HirKind};

use super::expression::each_fold;
use super::fold::{is_aside, scan_fold};
use super::keys::{Borders, Key, anchor_key, whole_head};
use crate::names::At;
use crate::rules::load::Shared;

/// How many literals an expression may begin with to be found by them.
const LITERALS_MAX: usize = 1_000;
/// How long they are at most, in bytes.
const LITERAL_BYTES_MAX: usize = 24;
/// How many characters a class may have to be written out.
const CLASS_CHARS_MAX: usize = 10;

/// The keys of an expression by how its matches begin, with what it costs to look for the commonest; none if it may begin with too much,
/// or with something that holds none of its `anchors`, which are to stand in every match.
pub fn keys(pattern: &str, at: At, anchors: &[&String], shared: &Shared) -> Option<(u32, Vec<Key>)> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let anchors: Vec<String> = anchors.iter().map(|anchor| scan_fold(anchor)).collect();
    let mut all = (0, Vec::new());
    for way in ways(&hir) {
        let (cost, keys) = Beginning::of(way, at).keys(at, &anchors, shared)?;
        all.0 = all.0.max(cost);
        all.1.extend(keys);
    }
    all.1.sort();
    all.1.dedup();
    Some(all)
}

/// The ways of an alternation, or an expression that is none.
fn ways(hir: &Hir) -> &[Hir] {
    match hir.kind() {
        HirKind::Alternation(ways) => ways,
        HirKind::Capture(capture) => ways(&capture.sub),
        _ => std::slice::from_ref(hir),
    }
}

/// One way of an expression, from its first letter on.
struct Beginning<'h> {
    /// Its parts, without those before them that only show what is set aside at the ends of a line.
    parts: &'h [Hir],
}

impl<'h> Beginning<'h> {
    fn of(way: &'h Hir, at: At) -> Beginning<'h> {
        let parts = match way.kind() {
            HirKind::Concat(parts) => parts,
            _ => std::slice::from_ref(way),
        };
        let aside =
            if matches!(at, At::Line | At::Start) { parts.iter().take_while(|part| is_set_aside(part)).count() } else { 0 };
        Beginning { parts: &parts[aside..] }
    }

    fn keys(&self, at: At, anchors: &[String], shared: &Shared) -> Option<(u32, Vec<Key>)> {
        let (first, rest) = self.parts.split_first()?;
        let long = literals(&Hir::concat(self.parts.to_vec()));
        let long = long.and_then(|seq| keys_of(&seq, at, false, anchors, shared));
        // What follows the first part ends its words.
        let ends = if rest.is_empty() { at == At::Line } else { !may_go_on(rest, at) };
        let short = literals(first).filter(|seq| ends && seq.is_exact());
        let short = short.and_then(|seq| keys_of(&seq, at, true, anchors, shared));
        [short, long].into_iter().flatten().min_by_key(|(cost, keys)| (*cost, keys.len()))
    }
}

/// Whether a part shows nothing but what is set aside at the ends of a line.
fn is_set_aside(part: &Hir) -> bool {
    match part.kind() {
        HirKind::Class(class) => each_fold(class).is_some_and(|folds| folds.iter().all(|f| f.bytes().all(is_aside))),
        HirKind::Repetition(repetition) => is_set_aside(&repetition.sub),
        HirKind::Capture(capture) => is_set_aside(&capture.sub),
        HirKind::Look(_) => true,
        _ => false,
    }
}

/// Whether a letter, a figure or a mark on a letter may come first of parts, or what follows them.
fn may_go_on(parts: &[Hir], at: At) -> bool {
    let mut passes = true;
    for part in parts {
        let first = first(part);
        if first.word {
            return true;
        }
        passes &= first.passes;
        if !passes {
            return false;
        }
    }
    // Behind the match of a whole line stands white space.
    at != At::Line
}

/// What comes first.
struct First {
    /// It may be a letter, a figure, or a mark that a fold drops.
    word: bool,
    /// It may be nothing.
    passes: bool,
}

fn first(hir: &Hir) -> First {
    let is_word = |folded: &str| folded.chars().next().is_none_or(|c| !c.is_ascii() || c.is_ascii_alphanumeric());
    match hir.kind() {
        HirKind::Empty => First { word: false, passes: true },
        HirKind::Look(_) => First { word: true, passes: true },
        HirKind::Literal(text) => First { word: is_word(&scan_fold(&String::from_utf8_lossy(&text.0))), passes: false },
        HirKind::Class(class) => {
            First { word: each_fold(class).is_none_or(|folds| folds.iter().any(|fold| is_word(fold))), passes: false }
        }
        HirKind::Repetition(repetition) => {
            let sub = first(&repetition.sub);
            First { passes: sub.passes || repetition.min == 0, ..sub }
        }
        HirKind::Capture(capture) => first(&capture.sub),
        HirKind::Concat(parts) => {
            let (mut word, mut passes) = (false, true);
            for part in parts.iter().map(first) {
                word |= part.word;
                passes &= part.passes;
                if !passes {
                    break;
                }
            }
            First { word, passes }
        }
        HirKind::Alternation(ways) => {
            let ways = || ways.iter().map(first);
            First { word: ways().any(|way| way.word), passes: ways().any(|way| way.passes) }
        }
    }
}

/// The literals that an expression begins with.
fn literals(hir: &Hir) -> Option<Seq> {
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix);
    extractor.limit_class(CLASS_CHARS_MAX).limit_total(LITERALS_MAX).limit_literal_len(LITERAL_BYTES_MAX);
    let seq = extractor.extract(hir);
    seq.is_finite().then_some(seq)
}

/// A key for each of some literals; none if one has none, or holds no anchor. `ends` says that no letter follows them.
fn keys_of(seq: &Seq, at: At, ends: bool, anchors: &[String], shared: &Shared) -> Option<(u32, Vec<Key>)> {
    let starts = matches!(at, At::Line | At::Start);
    let key = |bytes: &[u8]| {
        // A literal that was cut may end inside a character.
        let whole = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        let text = std::str::from_utf8(&bytes[..whole]).ok()?;
        let folded = scan_fold(text);
        if !anchors.iter().any(|anchor| folded.contains(anchor.as_str())) {
            return None;
        }
        let head = if starts { whole_head(&folded, ends) } else { None };
        head.or_else(|| anchor_key(text, Borders { starts, ends }, shared))
    };
    let found: Vec<(u32, Key)> = seq.literals()?.iter().map(|literal| key(literal.as_bytes())).collect::<Option<_>>()?;
    let cost = found.iter().map(|(cost, _)| *cost).max()?;
    Some((cost, found.into_iter().map(|(_, key)| key).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    /// The keys as words: `head`, or `<literal>` with a mark where no border is.
    fn shown(pattern: &str, at: At, anchors: &[&str], heads: &[&str]) -> Option<Vec<String>> {
        let anchors: Vec<String> = anchors.iter().map(|a| (*a).to_owned()).collect();
        let (_, keys) = keys(pattern, at, &anchors.iter().collect::<Vec<_>>(), &Shared::default())?;
        let head = |hash: u64| heads.iter().find(|h| xxh3_64(h.as_bytes()) == hash).map_or("?".to_owned(), |h| format!("^{h}"));
        let show = |key: &Key| match key {
            Key::Head(hash) => head(*hash),
            Key::Anchor(a) => {
                format!("{}{}{}", if a.starts { "|" } else { "" }, a.literal, if a.ends { "|" } else { "" })
            }
            other => format!("{other:?}"),
        };
        let mut shown: Vec<String> = keys.iter().map(show).collect();
        shown.sort();
        Some(shown)
    }

    #[test]
    fn an_expression_is_found_by_its_beginning() {
        for (pattern, at, anchors, expected) in [
            (r"(?:VER|LÊ)(?: AINDA)?\s?[:>]\s?\S.{8,180}", At::Line, &["VER", "LÊ"][..], Some(&["^le", "^ver"][..])),
            (r"[\s▼【]*(?:PR|Tags?)[】:：]\s?[^。]+", At::Line, &["PR", "Tag"], Some(&["^pr", "^tag", "^tags"])),
            // A letter may follow.
            (r"VER\w*: .+", At::Line, &["VER"], Some(&["|ver"])),
            (r"VER.*", At::Start, &["VER"], Some(&["|ver"])),
            // Inside a line a word may stand before it.
            (r"[Cc]ite[sș]te: .+", At::Anywhere, &["ite"], Some(&["citeste:|"])),
            // The anchor stands further on, or the expression may begin with anything.
            (r"VER: \d+ VOTOS", At::Line, &["VOTOS"], None),
            (r".{1,20}VER", At::Line, &["VER"], None),
        ] {
            let found = shown(pattern, at, anchors, &["le", "ver", "pr", "tag", "tags"]);
            let expected: Option<Vec<String>> = expected.map(|e| e.iter().map(|s| (*s).to_owned()).collect());
            assert_eq!(found, expected, "{pattern}");
        }
    }
}
