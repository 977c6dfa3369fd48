//! A page as it was before edits: lines that they left alone are taken over as they were read, and not even hashed.
//!
//! What is read of a line depends on its bytes alone, and a line of the view is made of the bytes of the source that it stands for. So a
//! line whose source no edit touched is the line it was. What the lines tell of each other is `page`'s to work out again.

use std::collections::VecDeque;

use super::page::{Page, PageLine};
use super::scan::Candidate;
use crate::document::View;
use crate::edit::{Edit, Span, Untouched};

/// What was read of a page, without its text.
#[derive(Debug, Default)]
pub struct Read {
    pub lines: VecDeque<PageLine>,
    pub candidates: VecDeque<Candidate>,
}

impl Read {
    /// Of a page that is done with.
    pub fn of(page: Page<'_>) -> Read {
        Read { lines: page.lines.into(), candidates: page.candidates.into() }
    }

    /// What it is once edits have changed the source of its view.
    pub fn before(mut self, view: View<'_>, edits: &[Edit]) -> Past {
        // There is room for a run of lines that changed, and no more: what is read anew takes the place of what is taken over.
        self.lines.shrink_to(self.lines.len() + self.lines.len() / SLACK + SLACK);
        self.candidates.shrink_to(self.candidates.len() + self.candidates.len() / SLACK + SLACK);
        let (lines, candidates) = (self.lines.len(), self.candidates.len());
        let mut past = Past {
            read: self,
            lines,
            candidates,
            passed: 0,
            view: view.without_text(),
            next: Span::default(),
            found: 0,
            untouched: Untouched::by(edits),
        };
        past.find_next();
        past
    }
}

/// For so many lines and so many candidates there is room for one more.
const SLACK: usize = 64;

/// The lines of a page before edits, at the front of what is read now.
#[derive(Debug, Default)]
pub struct Past {
    /// Those that were not taken yet, and behind them those of the page as it is now.
    pub read: Read,
    /// How many lines at the front are of the past.
    lines: usize,
    /// How many candidates are.
    candidates: usize,
    /// How many were before them.
    passed: usize,
    view: View<'static>,
    /// Where the next line stood in the source.
    next: Span,
    /// Where in the view's way back that was found.
    found: usize,
    /// Where stretches of the source stood before.
    pub untouched: Untouched,
}

impl Past {
    /// Of a page that was not read before, which may have so many lines.
    pub fn none(lines: usize) -> Past {
        // Raw pages have about a candidate a line; a list that grows is copied, and would be the most that is held at any time.
        let read = Read { lines: VecDeque::with_capacity(lines), candidates: VecDeque::with_capacity(lines) };
        Past { read, ..Past::default() }
    }

    /// How many candidates of the page as it is now were read.
    pub fn read_candidates(&self) -> usize {
        self.read.candidates.len() - self.candidates
    }

    /// Whether a line of the past was not taken yet.
    pub fn has_lines(&self) -> bool {
        self.lines > 0
    }

    /// The line that stood where now this span of the source does, if it is the same; its candidates are added to those of the page as it
    /// is now. Lines are asked for in their order.
    #[inline]
    pub fn take(&mut self, source: Span) -> Option<PageLine> {
        let was = if self.lines > 0 { self.untouched.before(source)? } else { return None };
        while self.lines > 0 && self.next.start < was.start {
            let gone = self.pop()?;
            self.pass(gone.candidates().end);
        }
        if self.lines == 0 || self.next != was {
            return None;
        }
        let line = self.pop()?;
        self.pass(line.candidates().start);
        for _ in line.candidates() {
            let candidate = self.read.candidates.pop_front();
            self.read.candidates.extend(candidate);
        }
        self.count(line.candidates().end);
        Some(line)
    }

    /// What was read, once no more is asked for.
    pub fn finish(mut self) -> Read {
        self.read.lines.drain(..self.lines);
        self.read.candidates.drain(..self.candidates);
        self.read
    }

    /// Drops the candidates of the past up to a place among them.
    fn pass(&mut self, to: usize) {
        (self.passed..to).for_each(|_| drop(self.read.candidates.pop_front()));
        self.count(to);
    }

    fn count(&mut self, to: usize) {
        self.candidates -= to - self.passed;
        self.passed = to;
    }

    /// Takes the next line from the front.
    #[inline]
    fn pop(&mut self) -> Option<PageLine> {
        let line = self.read.lines.pop_front()?;
        self.lines -= 1;
        self.find_next();
        Some(line)
    }

    /// Finds where the next line stood.
    fn find_next(&mut self) {
        if self.lines > 0
            && let Some(line) = self.read.lines.front()
        {
            self.next = self.view.to_source_from(self.view.content(line.number as usize), &mut self.found);
        }
    }
}
