//! Running a program over a folded line, with bounded backtracking.

use super::fold::LineChar;
use super::program::{Op, Program};
use super::slots::{Dates, Ends};
use super::spelled::NameKind;
use super::vocab::{Sets, Vocab, WordSet, is_word_end};
use crate::names::At;
use crate::rules::phrase::Slot;
use std::ops::ControlFlow;

/// What a program found in a line; all places count folded characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where the match begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What is taken, if the phrase marks it.
    pub cut: Option<(usize, usize)>,
    /// What each slot and set matched, where that is asked for: its place among the phrase's parts, and the places.
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
    /// Whether what slots and sets matched is asked for.
    pub captures: bool,
}

/// How many steps one verification may take; a phrase that needs more does not match.
const STEPS_MAX: u32 = 20_000;

impl Program {
    /// Whether a line is short enough for a phrase that must be all of it.
    pub fn may_find(&self, line: &[LineChar]) -> bool {
        if line.len() <= self.chars_max || self.at != At::Line {
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

    /// Gives all matches in a line to `take`, from left to right, without overlap, until it wants no more.
    pub fn find(&self, line: &[LineChar], words: &Words<'_>, take: &mut dyn FnMut(Found) -> ControlFlow<()>) {
        let (mut steps, first) = (0, self.first());
        if matches!(self.at, At::Line | At::Start) {
            // From the shown text outwards for a whole line: `> Read` is read without its mark first.
            let first_shown = line.iter().position(|l| !l.is_aside()).unwrap_or(line.len());
            let mut starts = (0..first_shown.saturating_add(1).min(line.len())).rev();
            let found = starts.find_map(|start| self.find_at(start, first, line, words, &mut steps));
            found.filter(|f| f.end > f.start).map(take);
            return;
        }
        let mut from = 0;
        while let Some(start) = (from..line.len()).find(|&start| first.may_stand(line, start)) {
            from = start + 1;
            let Some(f) = self.find_at(start, first, line, words, &mut steps) else { continue };
            if f.end > f.start {
                from = f.end;
                if take(f).is_break() {
                    return;
                }
            }
        }
    }

    /// Whether there is a match in a line.
    pub fn is_in(&self, line: &[LineChar], words: &Words<'_>) -> bool {
        let mut is_in = false;
        self.find(line, words, &mut |_| {
            is_in = true;
            ControlFlow::Break(())
        });
        is_in
    }

    /// The match that begins at a place; it may be empty.
    fn find_at(&self, start: usize, first: First, line: &[LineChar], words: &Words<'_>, steps: &mut u32) -> Option<Found> {
        if !first.may_stand(line, start) {
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
                    return ends.iter().find_map(|&end| self.capture(op, at, end));
                }
                Op::Set { set, many } => {
                    let set = words.sets.set(*set as usize)?;
                    let any_ending = matches!(program.ops.get(op + 1), Some(Op::AnyEnding));
                    if !is_word_end(line, at) && !any_ending && at > 0 && line[at - 1].is_word() {
                        return None;
                    }
                    if !many {
                        return set.find_end(line, at, |end| self.capture(op, at, end));
                    }
                    return row_ends(set, line, at).iter().find_map(|&end| self.capture(op, at, end));
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
        if !self.words.captures {
            return self.run(op + 1, end);
        }
        self.captures.push((op, at, end));
        let result = self.run(op + 1, end);
        if result.is_none() {
            self.captures.pop();
        }
        result
    }

    fn language(&mut self, op: usize, slot: Slot, at: usize) -> Option<usize> {
        let (vocab, line, before) = (self.words.vocab, self.line, self.lang);
        let mut try_one = |end: usize, lang: u16| {
            if before.is_some_and(|b| b != lang) {
                return None;
            }
            self.lang = Some(lang);
            self.capture(op, at, end)
        };
        let kind = if slot == Slot::Own { NameKind::Own } else { NameKind::Foreign };
        let found = match slot {
            Slot::Code => vocab.codes_at(line, at).find_map(|(end, lang)| try_one(end, lang)),
            _ => vocab.names_at(line, at).filter(|n| n.2 == kind).find_map(|(end, lang, _)| try_one(end, lang)),
        };
        if found.is_none() {
            self.lang = before;
        }
        found
    }

    fn accepts(&self, at: usize) -> bool {
        match self.program.at {
            At::Line | At::End => self.line[at.min(self.line.len())..].iter().all(|l| l.is_aside()),
            At::Start | At::Anywhere => is_word_end(self.line, at),
        }
    }
}

/// Where a row of a set's members may end that begins at a place, the longest first.
fn row_ends(set: &WordSet, line: &[LineChar], at: usize) -> Ends {
    let mut ends = Ends::new();
    set.find_end(line, at, |end| {
        ends.push(end);
        None::<()>
    });
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
mod tests;
