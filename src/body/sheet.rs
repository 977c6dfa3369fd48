//! Filling in the table of a page, family by family, each in a pass or two over the lines. What the features mean is written in
//! `features`; those of the page as a whole are filled in by `whole`.

use super::evidence::{Evidence, Headers};
use super::features::{LineFeature, NONE, PageFeature, place, scale, share};
use super::marks::{End, Marks};
use super::numbers::Numbers;
use super::segments::{Segments, headline};
use super::table::Table;
use super::topic::Topic;
use crate::engine::page::Page;

/// How wide a window of lines is at most, to either side.
const WINDOW_LINES_MAX: usize = 12;
/// How many lines that add nothing stand before and after a page.
const MARGIN: usize = WINDOW_LINES_MAX + 1;

/// Sums from the first line on, for windows of any width.
pub(super) struct Sums(Vec<usize>);

impl Sums {
    pub(super) fn new(values: impl Iterator<Item = usize>) -> Sums {
        let mut sums = vec![0; MARGIN + 1];
        sums.extend(values.scan(0, |sum, value| {
            *sum += value;
            Some(*sum)
        }));
        sums.resize(sums.len() + MARGIN, sums[sums.len() - 1]);
        Sums(sums)
    }

    /// The sum of a range of lines; what lies outside the page adds nothing.
    pub(super) fn of(&self, from: usize, to: usize) -> usize {
        let last = self.0.len() - 1;
        self.0[(MARGIN + to).min(last)] - self.0[(MARGIN + from).min(last)]
    }

    pub(super) fn all(&self) -> usize {
        self.0[self.0.len() - 1]
    }

    /// For each line the sum of the lines up to so many lines above and below, at most [`WINDOW_LINES_MAX`].
    fn within(&self, by: usize) -> impl Iterator<Item = usize> {
        self.0[MARGIN - by..].iter().zip(&self.0[MARGIN + by + 1..]).map(|(from, to)| to - from)
    }

    /// For each line the sum of all lines above.
    fn above(&self) -> impl Iterator<Item = usize> {
        self.0[MARGIN..].iter().copied()
    }

    /// For each line the sum of so many lines right above; the same of those right below.
    fn right_above(&self, by: usize) -> impl Iterator<Item = usize> {
        self.0[MARGIN - by..].iter().zip(&self.0[MARGIN..]).map(|(from, to)| to - from)
    }

    fn right_below(&self, by: usize) -> impl Iterator<Item = usize> {
        self.0[MARGIN + 1..].iter().zip(&self.0[MARGIN + 1 + by..]).map(|(from, to)| to - from)
    }
}

/// A page ready to be measured.
pub struct Sheet<'a, 'v> {
    pub page: &'a Page<'v>,
    pub lines: &'a [Marks],
    pub evidence: &'a Evidence,
    pub segments: &'a Segments,
    /// Words, words of prose, and lines that a rule matches, from the first line on.
    pub(super) words: Sums,
    pub(super) prose: Sums,
    pub(super) hits: Sums,
    /// How often each line stands on the page.
    pub(super) repeats: Vec<u32>,
    /// For each line its words on the scale, and how it ends.
    scaled: Vec<u8>,
    endings: Vec<u8>,
}

/// Lines of at most so many words are short.
const SHORT_WORDS_MAX: u32 = 6;
/// How far apart two counts of words may be to be about as many, and how wide the window is.
const ALIKE_LINES: usize = 5;
/// How many lines a card of a list has at most.
const PERIOD_LINES_MAX: usize = 8;
/// A longer first line is no title.
const TITLE_WORDS_MAX: usize = 30;

pub(super) fn clip(count: u32) -> u8 {
    count.min(254) as u8
}

/// A share of cased things, or that there are none.
pub(super) fn share_of_cased(part: u32, whole: u32) -> u8 {
    if whole == 0 { NONE } else { share(part as usize, whole as usize) }
}

impl Marks {
    pub(super) fn words(&self) -> usize {
        self.shape.words as usize
    }

    /// Words, if the line is prose.
    pub(super) fn prose_words(&self) -> usize {
        if self.shape.is_prose() { self.words() } else { 0 }
    }

    /// How it ends; scripts without full stops end as their paragraphs do.
    fn ending(&self) -> End {
        if self.shape.ends && self.end == End::Letter { End::Stop } else { self.end }
    }
}

impl<'a, 'v> Sheet<'a, 'v> {
    /// Takes what was found of a page's lines, and sums up what several families read.
    pub fn new(page: &'a Page<'v>, lines: &'a [Marks], evidence: &'a Evidence, segments: &'a Segments) -> Self {
        Sheet {
            words: Sums::new(lines.iter().map(Marks::words)),
            prose: Sums::new(lines.iter().map(Marks::prose_words)),
            hits: Sums::new(evidence.hits.iter().map(|hit| usize::from(*hit > 0))),
            repeats: repeats(page),
            scaled: lines.iter().map(|m| scale(m.words())).collect(),
            endings: lines.iter().map(|m| m.ending() as u8).collect(),
            page,
            lines,
            evidence,
            segments,
        }
    }
}

impl Sheet<'_, '_> {
    /// Fills in all measured columns.
    pub fn fill(&self, table: &mut Table, topics: &mut Topic<'_>) {
        self.shape(table);
        self.neighbours(table);
        self.windows(table);
        self.segments(table);
        self.place(table);
        self.repetition(table, topics);
        self.headers(table);
        self.rules(table);
        self.page(table);
    }

    fn shape(&self, table: &mut Table) {
        use LineFeature as F;
        let m = || self.lines.iter();
        table.cells(F::Words).copy_from_slice(&self.scaled);
        table.fill(F::WordLetters, m().map(|m| clip(10 * (m.letters + m.digits) / m.shape.words.max(1))));
        table.fill(F::Sentences, m().map(|m| clip(m.shape.sentences)));
        table.cells(F::End).copy_from_slice(&self.endings);
        table.fill(F::Capitalised, m().map(|m| share_of_cased(m.words_capitalised, m.words_cased)));
        table.fill(F::Capitals, m().map(|m| share_of_cased(m.capitals, m.cased)));
        table.fill(F::Marks, m().map(|m| share(m.marks as usize, (m.marks + m.letters + m.digits) as usize)));
        table.fill(F::Commas, m().map(|m| clip(m.commas)));
        table.fill(F::Separators, m().map(|m| clip(m.separators)));
        table.fill(F::Quotes, m().map(|m| clip(m.quotes)));
    }

    fn neighbours(&self, table: &mut Table) {
        use LineFeature as F;
        let (before, after) = (self.lines.len() - 1, 1);
        let begins: Vec<u8> = self.lines.iter().map(|m| m.begin as u8).collect();
        for (feature, of_each, at_edge) in [(F::WordsBefore, &self.scaled, 0), (F::EndBefore, &self.endings, NONE)] {
            table.cells(feature)[1..].copy_from_slice(&of_each[..before]);
            table.cells(feature)[0] = at_edge;
        }
        for (feature, of_each, at_edge) in
            [(F::WordsAfter, &self.scaled, 0), (F::EndAfter, &self.endings, NONE), (F::BeginAfter, &begins, NONE)]
        {
            table.cells(feature)[..before].copy_from_slice(&of_each[after..]);
            table.cells(feature)[before] = at_edge;
        }
        let lines = &self.page.lines;
        let gaps = lines.windows(2).map(|pair| scale((pair[1].number - pair[0].number - 1) as usize));
        table.fill(F::BlankBefore, std::iter::once(0).chain(gaps));
        self.distances(table, [F::ProseAbove, F::ProseBelow], |i| self.lines[i].shape.is_prose());
        let mut from = 0;
        for block in lines.chunk_by(|a, b| a.block == b.block) {
            let to = from + block.len();
            table.cells(F::BlockLines)[from..to].fill(scale(block.len()));
            table.cells(F::BlockWords)[from..to].fill(scale(self.words.of(from, to)));
            from = to;
        }
        let is_short: Vec<bool> = self.lines.iter().map(|m| m.shape.words <= SHORT_WORDS_MAX && !m.shape.ends).collect();
        from = 0;
        for run in is_short.chunk_by(|a, b| *a && *b) {
            let to = from + run.len();
            table.cells(F::ShortRun)[from..to].fill(if run[0] { scale(run.len()) } else { 0 });
            table.cells(F::RunHits)[from..to].fill(scale(self.hits.of(from, to)));
            from = to;
        }
        self.likeness(table, &begins);
    }

    /// Lines that have about as many words, and begin and end alike.
    fn likeness(&self, table: &mut Table, begins: &[u8]) {
        use LineFeature as F;
        let forms: Vec<u8> = self.endings.iter().zip(begins).map(|(end, begin)| end << 4 | begin).collect();
        // For each line, 1 if the line so many lines below is like it.
        let alike = |by: usize| -> Vec<u8> {
            let pairs = self.scaled.iter().zip(self.scaled.iter().skip(by)).zip(forms.iter().zip(forms.iter().skip(by)));
            pairs.map(|((a, b), (form, other))| u8::from(a.abs_diff(*b) <= 3) & u8::from(form == other)).collect()
        };
        let alike: Vec<Vec<u8>> = (0..=2 * PERIOD_LINES_MAX).map(alike).collect();
        for (by, alike) in alike.iter().enumerate().take(ALIKE_LINES + 1).skip(1) {
            let cells = table.cells(F::Alike);
            cells.iter_mut().zip(alike).for_each(|(cell, is)| *cell += is);
            cells.iter_mut().skip(by).zip(alike).for_each(|(cell, is)| *cell += is);
        }
        // The shortest period is written last.
        for by in (1..=PERIOD_LINES_MAX).rev() {
            let cells = table.cells(F::Period);
            let two_below = alike[by].iter().zip(&alike[2 * by]);
            cells.iter_mut().zip(two_below).for_each(|(cell, (a, b))| *cell = if a & b == 1 { by as u8 } else { *cell });
            let two_above = alike[by].iter().skip(by).zip(&alike[2 * by]);
            cells
                .iter_mut()
                .skip(2 * by)
                .zip(two_above)
                .for_each(|(cell, (a, b))| *cell = if a & b == 1 { by as u8 } else { *cell });
        }
    }

    fn windows(&self, table: &mut Table) {
        use LineFeature as F;
        let (words, prose) = (&self.words, &self.prose);
        let ends = Sums::new(self.lines.iter().map(|m| usize::from(m.shape.ends)));
        let mean = |words: usize, lines: usize| scale(2 * words / lines);
        self.window::<2>(table, F::Words2, words, mean);
        self.window::<5>(table, F::Words5, words, mean);
        self.window::<12>(table, F::Words12, words, mean);
        for (by, feature) in [(2, F::Prose2), (12, F::Prose12)] {
            table.fill(feature, prose.within(by).zip(words.within(by)).map(|(prose, words)| share(prose, words)));
        }
        self.window::<5>(table, F::Ends5, &ends, share);
        self.window::<12>(table, F::Ends12, &ends, share);
        table.fill(F::ProseWordsAbove12, prose.right_above(12).map(scale));
        table.fill(F::ProseWordsBelow12, prose.right_below(12).map(scale));
    }

    fn segments(&self, table: &mut Table) {
        use LineFeature as F;
        let (segments, count) = (self.segments, self.lines.len());
        let (words, prose) = (&self.words, &self.prose);
        table.cells(F::TightShare).fill(share(words.of(segments.tight.start, segments.tight.end), words.all()));
        table.fill(F::Tight, (0..count).map(|i| place(i, &segments.tight)));
        table.fill(F::Loose, (0..count).map(|i| place(i, &segments.loose)));
        table.fill(F::LongestBlock, (0..count).map(|i| place(i, &segments.longest_block)));
        table.fill(F::ShareAbove, prose.above().map(|above| share(above, prose.all())));
        table.fill(F::WordsBelow, prose.above().skip(1).map(|above| scale(prose.all() - above)));
    }

    fn place(&self, table: &mut Table) {
        use LineFeature as F;
        let (count, words) = (self.lines.len(), &self.words);
        table.fill(F::LinesAbove, (0..count).map(scale));
        table.fill(F::LinesBelow, (0..count).rev().map(scale));
        table.fill(F::PageLines, (0..count).map(|i| share(i, count)));
        table.fill(F::PageWords, words.above().map(|above| share(above, words.all())));
    }

    fn repetition(&self, table: &mut Table, topics: &mut Topic<'_>) {
        use LineFeature as F;
        table.fill(F::Repeats, self.repeats.iter().map(|repeats| clip(*repeats)));
        let shares = topics.shares(&self.segments.loose);
        let shares = &shares[..self.lines.len()];
        table.cells(F::Topic).copy_from_slice(shares);
        // The told title stands behind all lines.
        let title = if self.page.title.is_some() { self.lines.len() } else { 0 };
        let common = topics.common(title);
        let title_words = topics.count(title);
        if (1..=TITLE_WORDS_MAX).contains(&title_words) {
            let headline = headline(title, &common, |i| topics.count(i));
            table.fill(F::TitleWords, common.iter().enumerate().map(|(i, common)| share(*common, topics.count(i))));
            table.fill(F::TitleCover, common.iter().map(|common| share(*common, title_words)));
            table.fill(F::TitlePlace, (0..common.len()).map(|i| place(i, &headline)));
        } else {
            [F::TitleWords, F::TitleCover, F::TitlePlace].into_iter().for_each(|feature| table.cells(feature).fill(NONE));
        }
        let measured = shares.iter().filter(|share| **share != NONE).map(|share| usize::from(*share));
        table.fill_page(PageFeature::TopicMean, clip((measured.clone().sum::<usize>() / measured.count().max(1)) as u32));
    }

    fn headers(&self, table: &mut Table) {
        use LineFeature as F;
        let columns = [F::SinceComments, F::SinceRelated, F::SinceAuthor, F::SinceOther];
        for (column, header) in columns.into_iter().zip(Headers::ALL) {
            let mut last = None;
            let since = self.evidence.headers.iter().enumerate().map(|(i, here)| {
                last = if *here == Some(header) { Some(i) } else { last };
                last.map_or(NONE, |last| scale(i - last))
            });
            table.fill(column, since);
        }
    }

    fn rules(&self, table: &mut Table) {
        use LineFeature as F;
        let e = self.evidence;
        table.cells(F::Hit).copy_from_slice(&e.hits);
        table.cells(F::HitGroup).copy_from_slice(&e.groups);
        self.distances(table, [F::HitAbove, F::HitBelow], |i| e.is_likely(i));
        table.fill(F::Hits2, self.hits.within(2).map(|hits| hits as u8));
        table.fill(F::Hits5, self.hits.within(5).map(|hits| hits as u8));
        self.window::<12>(table, F::Hits12, &self.hits, share);
    }

    /// For each line, what the lines up to so many above and below sum up to, by how many these are.
    fn window<const BY: usize>(&self, table: &mut Table, feature: LineFeature, sums: &Sums, value: impl Fn(usize, usize) -> u8) {
        let count = self.lines.len();
        let width = |i: usize| i.min(BY) + 1 + (count - 1 - i).min(BY);
        let mut cells = table.cells(feature).iter_mut().zip(sums.within(BY)).enumerate();
        cells.by_ref().take(BY).for_each(|(i, (cell, sum))| *cell = value(sum, width(i)));
        // Apart from the others, for a number that is known beforehand is divided by much faster.
        cells.by_ref().take(count.saturating_sub(2 * BY)).for_each(|(_, (cell, sum))| *cell = value(sum, 2 * BY + 1));
        cells.for_each(|(i, (cell, sum))| *cell = value(sum, width(i)));
    }

    /// For each line, how far the next line of a kind is above and below.
    fn distances(&self, table: &mut Table, [above, below]: [LineFeature; 2], is: impl Fn(usize) -> bool) {
        let walk = |cells: &mut dyn Iterator<Item = (usize, &mut u8)>| {
            let mut last: Option<usize> = None;
            for (i, cell) in cells {
                *cell = last.map_or(NONE, |last| scale(last.abs_diff(i)));
                last = if is(i) { Some(i) } else { last };
            }
        };
        walk(&mut table.cells(above).iter_mut().enumerate());
        walk(&mut table.cells(below).iter_mut().enumerate().rev());
    }
}

/// How often each line stands on the page.
fn repeats(page: &Page<'_>) -> Vec<u32> {
    let mut numbers = Numbers::with_room(page.lines.len());
    let of_lines: Vec<usize> = page.lines.iter().map(|line| numbers.of(line.hash)).collect();
    let mut counts = vec![0; numbers.count()];
    of_lines.iter().for_each(|number| counts[*number] += 1);
    of_lines.iter().map(|number| counts[*number]).collect()
}
