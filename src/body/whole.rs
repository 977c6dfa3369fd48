//! Filling in what is measured of a page as a whole.

use super::features::{PageFeature, scale, share};
use super::marks::{Begin, End, Marks};
use super::sheet::{Sheet, clip, share_of_cased};
use super::table::Table;

fn count<T>(lines: &[T], is: impl Fn(&T) -> bool) -> usize {
    lines.iter().filter(|line| is(line)).count()
}

fn sum(lines: &[Marks], count: impl Fn(&Marks) -> u32) -> usize {
    lines.iter().map(|line| count(line) as usize).sum()
}

impl Sheet<'_, '_> {
    pub(super) fn page(&self, table: &mut Table) {
        use PageFeature as F;
        let (m, e) = (self.lines, self.evidence);
        let words = &self.words;
        let prose = self.prose.all();
        let prose_lines = count(m, |m| m.shape.is_prose());
        let share_of_lines = |count: usize| share(count, m.len());
        table.fill_page(F::Lines, scale(m.len()));
        table.fill_page(F::Words, scale(words.all()));
        table.fill_page(F::Prose, share(prose, words.all()));
        table.fill_page(F::LineWords, clip((2 * words.all() / m.len().max(1)) as u32));
        table.fill_page(F::Ends, share_of_lines(count(m, |m| m.shape.ends)));
        table.fill_page(F::Short, share_of_lines(count(m, |m| m.shape.words <= 3)));
        table.fill_page(F::Hits, share(self.hits.all(), m.len()));
        table.fill_page(F::Repeats, share_of_lines(count(&self.repeats, |repeats| *repeats > 1)));
        table.fill_page(F::Digits, share(sum(m, |m| m.digits), sum(m, |m| m.digits + m.letters)));
        table.fill_page(F::Money, share_of_lines(count(m, |m| m.money > 0)));
        table.fill_page(F::Years, share_of_lines(count(m, |m| m.years > 0)));
        table.fill_page(F::Questions, share_of_lines(count(m, |m| m.end == End::Question)));
        table.fill_page(F::Bullets, share_of_lines(count(m, |m| m.begin == Begin::Bullet)));
        table.fill_page(F::Blank, share(self.page.view.len() - m.len(), self.page.view.len()));
        table.fill_page(F::Capitalised, share_of_cased(sum(m, |m| m.words_capitalised) as u32, sum(m, |m| m.words_cased) as u32));
        let (tight, loose) = (&self.segments.tight, &self.segments.loose);
        table.fill_page(F::Tight, share(words.of(tight.start, tight.end), words.all()));
        table.fill_page(F::Loose, share(words.of(loose.start, loose.end), words.all()));
        table.fill_page(F::TightLines, share(tight.len(), m.len()));
        table.fill_page(F::ProseLines, scale(prose_lines));
        table.fill_page(F::ProseRun, scale(self.longest(|i| m[i].shape.is_prose())));
        table.fill_page(F::ProseWords, scale(prose / prose_lines.max(1)));
        table.fill_page(F::Dates, share_of_lines(count(&e.is_date, |is| *is)));
        table.fill_page(F::Comments, scale(count(&e.is_comment, |is| *is)));
        table.fill_page(F::Navigation, share_of_lines(count(&e.is_navigation, |is| *is)));
        table.fill_page(F::WidestGap, scale(self.widest_gap()));
    }

    fn longest(&self, is: impl Fn(usize) -> bool) -> usize {
        let (mut longest, mut run) = (0, 0);
        for i in 0..self.lines.len() {
            run = if is(i) { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        longest
    }

    fn widest_gap(&self) -> usize {
        let prose: Vec<usize> = (0..self.lines.len()).filter(|&i| self.lines[i].shape.is_prose()).collect();
        prose.windows(2).map(|pair| pair[1] - pair[0] - 1).max().unwrap_or(0)
    }
}
