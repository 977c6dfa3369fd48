//! The language of a page, as far as a match asks for it, and which of its lines told it.

use super::Cleaner;
use crate::edit::Edit;
use crate::engine::book::Book;
use crate::engine::language::Languages;
use crate::engine::page::Page;
use crate::engine::scan::Candidate;
use crate::engine::shape::shape;

/// A language that was looked for.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Its code, if lines told one.
    pub code: Option<String>,
    /// How far the lines were read: one past the last of prose, and of the others.
    read: [usize; 2],
}

impl Found {
    /// Whether a line was read, of which is told whether it is prose.
    fn rests_on(&self, line: usize, is_prose: bool) -> bool {
        line < self.read[usize::from(!is_prose)]
    }
}

impl Cleaner {
    /// The language of a text by its words, for those who ask though no match does.
    pub(crate) fn lang_of(&self, text: &str) -> Option<String> {
        let lines: Vec<&str> = text.lines().collect();
        self.language_of(lines.len(), &|line| lines[line], &|line| shape(lines[line]).is_prose()).code
    }

    /// The page's language, if a match depends on it.
    pub(super) fn language(&self, page: &Page<'_>) -> Option<Found> {
        let depends = |c: &Candidate| c.one_word || c.rests_on_a_word || !self.engine.rule(c.rule).rule.when.lang.is_empty();
        let find = || self.language_of(page.lines.len(), &|line| page.text(line), &|line| page.lines[line].shape.is_prose());
        page.candidates.iter().any(depends).then(find)
    }

    /// Whether the language that was found of a page, or that none was, is another one than that of what edits leave of it. They take
    /// whole lines of a page whose view is its text.
    pub(super) fn changes_language(&self, found: &Found, page: &Page<'_>, edits: &[Edit]) -> bool {
        let goes = |at: usize| edits[..edits.partition_point(|e| e.span.start <= at)].last().is_some_and(|e| at < e.span.end);
        let goes = |line: usize| goes(page.view.content(page.lines[line].number as usize).start);
        let is_prose = |line: usize| page.lines[line].shape.is_prose();
        if !(0..page.lines.len()).any(|line| found.rests_on(line, is_prose(line)) && goes(line)) {
            return false;
        }
        let left: Vec<usize> = (0..page.lines.len()).filter(|line| !goes(*line)).collect();
        let of_left = self.language_of(left.len(), &|line| page.text(left[line]), &|line| is_prose(left[line]));
        of_left.code != found.code
    }

    /// The language of lines, of which one may be prose. Prose alone tells it if it is enough: menus and lists of names have few function
    /// words, and they go.
    fn language_of<'t>(&self, lines: usize, text: &dyn Fn(usize) -> &'t str, is_prose: &dyn Fn(usize) -> bool) -> Found {
        let languages = self.languages.get_or_init(|| {
            let languages = self.engine.books().last().map(Book::languages).unwrap_or_default();
            Languages::new(&languages)
        });
        let (mut reading, mut found) = (languages.reading(), Found::default());
        for (read, prose) in found.read.iter_mut().zip([true, false]) {
            for line in 0..lines {
                if reading.is_full() {
                    break;
                }
                if is_prose(line) == prose {
                    reading.read(text(line));
                    *read = line + 1;
                }
            }
            found.code = reading.code().map(str::to_owned);
            if found.code.is_some() {
                break;
            }
        }
        found
    }
}
