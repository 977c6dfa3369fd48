//! A page as it was before edits: lines that they left alone are taken over as they were read, and not even hashed.
//!
//! What is read of a line depends on its bytes alone, and a line of the view is made of the bytes of the source that it stands for. So a
//! line whose source no edit touched is the line it was. What the lines tell of each other is `page`'s to work out again.

use super::page::{Page, PageLine};
use super::scan::Candidate;
use crate::document::View;
use crate::edit::{Edit, Span, Untouched};

/// The lines of a page before edits.
#[derive(Debug)]
pub struct Past {
    view: View<'static>,
    lines: std::vec::IntoIter<PageLine>,
    /// Where the next of them stood in the source.
    next: Span,
    /// Where in the view's way back that was found.
    found: usize,
    candidates: std::vec::IntoIter<Candidate>,
    /// How many candidates were taken from the list.
    taken: usize,
    /// Where stretches of the source stood before.
    pub untouched: Untouched,
}

/// What was read of a page, without its text.
#[derive(Debug)]
pub struct Read {
    lines: Vec<PageLine>,
    candidates: Vec<Candidate>,
}

impl Read {
    /// Of a page that is done with.
    pub fn of(page: Page<'_>) -> Read {
        Read { lines: page.lines, candidates: page.candidates }
    }

    /// What it is once edits have changed the source of its view.
    pub fn before(self, view: View<'_>, edits: &[Edit]) -> Past {
        let mut past = Past {
            view: view.without_text(),
            lines: self.lines.into_iter(),
            next: Span::default(),
            found: 0,
            candidates: self.candidates.into_iter(),
            taken: 0,
            untouched: Untouched::by(edits),
        };
        past.find_next();
        past
    }
}

impl Past {
    /// How many candidates are left.
    pub fn candidates(&self) -> usize {
        self.candidates.len()
    }

    /// The line that stood where now this span of the source does, if it is the same; its candidates are added to `out`. Lines are asked
    /// for in their order.
    pub fn take(&mut self, source: Span, out: &mut Vec<Candidate>) -> Option<PageLine> {
        let was = self.untouched.before(source)?;
        while self.next.start < was.start && self.lines.next().is_some() {
            self.find_next();
        }
        let line = if self.next == was { self.lines.next()? } else { return None };
        self.find_next();
        let (from, to) = (line.candidates.0 as usize, line.candidates.1 as usize);
        if from < to {
            let mut ahead = self.candidates.by_ref().skip(from - self.taken);
            out.extend(ahead.by_ref().take(to - from));
            self.taken = to;
        }
        Some(line)
    }

    /// Finds where the next line stood.
    fn find_next(&mut self) {
        if let Some(line) = self.lines.as_slice().first() {
            self.next = self.view.to_source_from(self.view.content(line.number as usize), &mut self.found);
        }
    }
}
