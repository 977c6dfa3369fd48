//! Filling in the table of a page, family by family, each in a pass or two over the lines. What the features mean is written in
//! `features`; those of the page as a whole are filled in by `whole`.

use super::evidence::{Evidence, Headers};
use super::features::{LineFeature, NONE, PageFeature, place, scale, share};
use super::marks::{Begin, End, Marks};
use super::segments::{Segments, headline};
use super::table::Table;
use super::topic::Topic;
use crate::engine::page::Page;

/// Sums from the first line on, for windows of any width.
pub(super) struct Sums(Vec<usize>);

impl Sums {
    pub(super) fn new(values: impl Iterator<Item = usize>) -> Sums {
        let mut sums = vec![0];
        sums.extend(values.scan(0, |sum, value| {
            *sum += value;
            Some(*sum)
        }));
        Sums(sums)
    }

    /// The sum of a range of lines; what lies outside the page adds nothing.
    pub(super) fn of(&self, from: usize, to: usize) -> usize {
        let last = self.0.len() - 1;
        self.0[to.min(last)] - self.0[from.min(last)]
    }

    pub(super) fn all(&self) -> usize {
        self.0[self.0.len() - 1]
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
            page,
            lines,
            evidence,
            segments,
        }
    }
}

impl Sheet<'_, '_> {
    /// Fills in all measured columns.
    pub fn fill(&self, table: &mut Table, topics: &Topic) {
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
        let m = self.lines;
        table.fill(F::Words, |i| scale(m[i].words()));
        table.fill(F::WordLetters, |i| clip(10 * (m[i].letters + m[i].digits) / m[i].shape.words.max(1)));
        table.fill(F::Sentences, |i| clip(m[i].shape.sentences));
        table.fill(F::End, |i| m[i].ending() as u8);
        table.fill(F::Capitalised, |i| share_of_cased(m[i].words_capitalised, m[i].words_cased));
        table.fill(F::Capitals, |i| share_of_cased(m[i].capitals, m[i].cased));
        table.fill(F::Marks, |i| share(m[i].marks as usize, (m[i].marks + m[i].letters + m[i].digits) as usize));
        table.fill(F::Commas, |i| clip(m[i].commas));
        table.fill(F::Separators, |i| clip(m[i].separators));
        table.fill(F::Quotes, |i| clip(m[i].quotes));
    }

    fn neighbours(&self, table: &mut Table) {
        use LineFeature as F;
        let m = self.lines;
        let words = |i: Option<usize>| i.and_then(|i| m.get(i)).map_or(0, |m| scale(m.words()));
        table.fill(F::WordsBefore, |i| words(i.checked_sub(1)));
        table.fill(F::WordsAfter, |i| words(Some(i + 1)));
        table.fill(F::EndBefore, |i| i.checked_sub(1).map_or(NONE, |i| m[i].ending() as u8));
        table.fill(F::EndAfter, |i| m.get(i + 1).map_or(NONE, |m| m.ending() as u8));
        table.fill(F::BeginAfter, |i| m.get(i + 1).map_or(NONE, |m| m.begin as u8));
        let number = |i: usize| self.page.lines[i].number;
        let gap = |i: usize| if i == 0 || i >= m.len() { 0 } else { number(i) - number(i - 1) - 1 };
        table.fill(F::BlankBefore, |i| scale(gap(i)));
        let blocks = self.runs(|a, b| self.page.lines[a].block == self.page.lines[b].block);
        table.fill(F::BlockLines, |i| scale(blocks[i].len()));
        table.fill(F::BlockWords, |i| scale(self.words.of(blocks[i].start, blocks[i].end)));
        let (above, below) = self.distances(|i| m[i].shape.is_prose());
        table.fill(F::ProseAbove, |i| above[i]);
        table.fill(F::ProseBelow, |i| below[i]);
        let is_short = |i: usize| m[i].shape.words <= SHORT_WORDS_MAX && !m[i].shape.ends;
        let runs = self.runs(|a, b| is_short(a) && is_short(b));
        table.fill(F::ShortRun, |i| if is_short(i) { scale(runs[i].len()) } else { 0 });
        let key: Vec<(u8, End, Begin)> = m.iter().map(|m| (scale(m.words()), m.ending(), m.begin)).collect();
        let alike = |a: usize, b: usize| key[a].0.abs_diff(key[b].0) <= 3 && key[a].1 == key[b].1 && key[a].2 == key[b].2;
        let next_alike = |i: usize, by: usize| i + 2 * by < m.len() && alike(i, i + by) && alike(i, i + 2 * by);
        let last_alike = |i: usize, by: usize| i >= 2 * by && alike(i, i - by) && alike(i, i - 2 * by);
        let period = |i: usize| (1..=PERIOD_LINES_MAX).find(|by| next_alike(i, *by) || last_alike(i, *by));
        table.fill(F::Period, |i| period(i).unwrap_or(0) as u8);
        table.fill(F::RunHits, |i| scale(self.hits.of(runs[i].start, runs[i].end)));
        table.fill(F::Alike, |i| self.around(i, ALIKE_LINES).filter(|&j| j != i && alike(i, j)).count() as u8);
    }

    fn windows(&self, table: &mut Table) {
        use LineFeature as F;
        let m = self.lines;
        let (words, prose) = (&self.words, &self.prose);
        let ends = Sums::new(m.iter().map(|m| usize::from(m.shape.ends)));
        let range = |i: usize, by: usize| self.around(i, by);
        let mean = |i: usize, by: usize| scale(words.of(range(i, by).start, range(i, by).end) * 2 / range(i, by).len());
        let part = |i: usize, by: usize| {
            share(prose.of(range(i, by).start, range(i, by).end), words.of(range(i, by).start, range(i, by).end))
        };
        table.fill(F::Words2, |i| mean(i, 2));
        table.fill(F::Words5, |i| mean(i, 5));
        table.fill(F::Words12, |i| mean(i, 12));
        table.fill(F::Prose2, |i| part(i, 2));
        table.fill(F::Prose12, |i| part(i, 12));
        for (by, part) in [(5, F::Ends5), (12, F::Ends12)] {
            table.fill(part, |i| {
                let range = self.around(i, by);
                share(ends.of(range.start, range.end), range.len())
            });
        }
        table.fill(F::ProseWordsAbove12, |i| scale(prose.of(i.saturating_sub(12), i)));
        table.fill(F::ProseWordsBelow12, |i| scale(prose.of(i + 1, i + 13)));
    }

    fn segments(&self, table: &mut Table) {
        use LineFeature as F;
        let segments = self.segments;
        let (words, prose) = (&self.words, &self.prose);
        let tight = share(words.of(segments.tight.start, segments.tight.end), words.all());
        table.fill(F::Tight, |i| place(i, &segments.tight));
        table.fill(F::Loose, |i| place(i, &segments.loose));
        table.fill(F::TightShare, |_| tight);
        table.fill(F::LongestBlock, |i| place(i, &segments.longest_block));
        table.fill(F::ShareAbove, |i| share(prose.of(0, i), prose.all()));
        table.fill(F::WordsBelow, |i| scale(prose.of(i + 1, self.lines.len())));
    }

    fn place(&self, table: &mut Table) {
        use LineFeature as F;
        let count = self.lines.len();
        let words = &self.words;
        table.fill(F::LinesAbove, scale);
        table.fill(F::LinesBelow, |i| scale(count - 1 - i));
        table.fill(F::PageLines, |i| share(i, count));
        table.fill(F::PageWords, |i| share(words.of(0, i), words.all()));
    }

    fn repetition(&self, table: &mut Table, topics: &Topic) {
        use LineFeature as F;
        table.fill(F::Repeats, |i| clip(self.repeats[i]));
        let mut shares = topics.shares(&self.segments.loose);
        shares.truncate(self.lines.len());
        table.fill(F::Topic, |i| shares[i]);
        // The told title stands behind all lines.
        let title = if self.page.title.is_some() { self.lines.len() } else { 0 };
        let common = topics.common(title);
        let title_words = topics.count(title);
        let is_title = (1..=TITLE_WORDS_MAX).contains(&title_words);
        let headline = if is_title { headline(title, &common, |i| topics.count(i)) } else { 0..0 };
        table.fill(F::TitleWords, |i| if is_title { share(common[i], topics.count(i)) } else { NONE });
        table.fill(F::TitleCover, |i| if is_title { share(common[i], title_words) } else { NONE });
        table.fill(F::TitlePlace, |i| place(i, &headline));
        let measured = shares.iter().filter(|share| **share != NONE).map(|share| usize::from(*share));
        table.fill_page(PageFeature::TopicMean, clip((measured.clone().sum::<usize>() / measured.count().max(1)) as u32));
    }

    fn headers(&self, table: &mut Table) {
        use LineFeature as F;
        let columns = [F::SinceComments, F::SinceRelated, F::SinceAuthor, F::SinceOther];
        for (column, header) in columns.into_iter().zip(Headers::ALL) {
            let mut last = None;
            let since: Vec<u8> = (0..self.lines.len())
                .map(|i| {
                    last = if self.evidence.headers[i] == Some(header) { Some(i) } else { last };
                    last.map_or(NONE, |last| scale(i - last))
                })
                .collect();
            table.fill(column, |i| since[i]);
        }
    }

    fn rules(&self, table: &mut Table) {
        use LineFeature as F;
        let e = self.evidence;
        table.fill(F::Hit, |i| e.hits[i]);
        table.fill(F::HitGroup, |i| e.groups[i]);
        let (above, below) = self.distances(|i| e.is_likely(i));
        table.fill(F::HitAbove, |i| above[i]);
        table.fill(F::HitBelow, |i| below[i]);
        let within = |i: usize, by: usize| {
            let range = self.around(i, by);
            (self.hits.of(range.start, range.end), range.len())
        };
        table.fill(F::Hits2, |i| within(i, 2).0 as u8);
        table.fill(F::Hits5, |i| within(i, 5).0 as u8);
        table.fill(F::Hits12, |i| share(within(i, 12).0, within(i, 12).1));
    }

    fn around(&self, line: usize, by: usize) -> std::ops::Range<usize> {
        line.saturating_sub(by)..(line + by + 1).min(self.lines.len())
    }

    /// For each line the run of lines that are joined, each to the next.
    fn runs(&self, joined: impl Fn(usize, usize) -> bool) -> Vec<std::ops::Range<usize>> {
        let mut runs = Vec::with_capacity(self.lines.len());
        let mut from = 0;
        for to in 1..=self.lines.len() {
            if to == self.lines.len() || !joined(to - 1, to) {
                runs.resize(to, from..to);
                from = to;
            }
        }
        runs
    }

    /// For each line, how far the next line of a kind is above and below.
    fn distances(&self, is: impl Fn(usize) -> bool) -> (Vec<u8>, Vec<u8>) {
        let count = self.lines.len();
        let walk = |order: &mut dyn Iterator<Item = usize>| {
            let (mut out, mut last) = (vec![NONE; count], None);
            for i in order {
                out[i] = last.map_or(NONE, |last: usize| scale(last.abs_diff(i)));
                last = if is(i) { Some(i) } else { last };
            }
            out
        };
        (walk(&mut (0..count)), walk(&mut (0..count).rev()))
    }
}

/// How often each line stands on the page.
fn repeats(page: &Page<'_>) -> Vec<u32> {
    let mut order: Vec<(u64, usize)> = page.lines.iter().enumerate().map(|(i, line)| (line.hash, i)).collect();
    order.sort_unstable();
    let mut repeats = vec![0; order.len()];
    for same in order.chunk_by(|a, b| a.0 == b.0) {
        same.iter().for_each(|(_, i)| repeats[*i] = same.len() as u32);
    }
    repeats
}
