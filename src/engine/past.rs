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
    lines: std::iter::Peekable<std::vec::IntoIter<PageLine>>,
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
        Past {
            view: view.without_text(),
            lines: self.lines.into_iter().peekable(),
            candidates: self.candidates.into_iter(),
            taken: 0,
            untouched: Untouched::by(edits),
        }
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
        let span = |line: &PageLine| self.view.to_source(self.view.content(line.number as usize));
        while self.lines.next_if(|line| span(line).start < was.start).is_some() {}
        let line = self.lines.next_if(|line| span(line) == was)?;
        let (from, to) = (line.candidates.0 as usize, line.candidates.1 as usize);
        if from < to {
            let mut ahead = self.candidates.by_ref().skip(from - self.taken);
            out.extend(ahead.by_ref().take(to - from));
            self.taken = to;
        }
        Some(line)
    }
}
