//! What the markup of an HTML page says of its lines, as features. What the features mean is written in `features`.
//!
//! Of elements only boxes are told from text: a box is a block that holds other blocks (`div`, `section`), all others hold words.

use super::elements::{Elements, Inside, LIST_FEATURES, OUTSIDE, PAGE};
use super::features::{MarkupFeature as F, NONE, place, scale, share};
use super::marks::Marks;
use super::table::Table;
use crate::engine::page::Page;
use crate::hash::NameMap;
use crate::html::Markup;

const ITEM: u8 = 5;
const PARAGRAPH: u8 = 14;

/// The order of a heading's code: 1 for `h1`.
fn heading_order(code: u8) -> Option<u8> {
    (6..=11).contains(&code).then(|| 12 - code)
}

/// Sums over lines.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    lines: usize,
    words: usize,
    prose: usize,
    characters: usize,
    linked: usize,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.lines += other.lines;
        self.words += other.words;
        self.prose += other.prose;
        self.characters += other.characters;
        self.linked += other.linked;
    }

    fn linked(self) -> u8 {
        share(self.linked, self.characters)
    }
}

/// Fills in the columns of the markup of a page.
pub fn fill(page: &Page<'_>, markup: &Markup, lines: &[Marks], table: &mut Table) {
    Sheet::new(page, markup, lines).fill(table);
}

/// A line: its element, the code of its block, its box, and its counts.
struct Line {
    element: usize,
    tag: u8,
    cell: usize,
    sum: Sum,
}

struct Sheet {
    elements: Elements,
    lines: Vec<Line>,
    /// What stands right in each box (the last one is the page), and what stands in all of it.
    own: Vec<Sum>,
    all: Vec<Sum>,
    /// For each line, the sum of the lines of its look.
    looks: Vec<Sum>,
    page: Sum,
}

impl Sheet {
    fn new(page: &Page<'_>, markup: &Markup, lines: &[Marks]) -> Sheet {
        let elements = Elements::new(markup);
        let own = vec![Sum::default(); elements.inside.len() + 1];
        let mut sheet = Sheet { elements, lines: Vec::new(), own, all: Vec::new(), looks: Vec::new(), page: Sum::default() };
        sheet.measure(page, lines);
        sheet.boxes_in_all();
        sheet.looks();
        sheet
    }

    fn inside(&self, element: usize) -> &Inside {
        self.elements.inside.get(element).unwrap_or(&OUTSIDE)
    }

    /// Measures each line, and sums up what stands right in each box.
    fn measure(&mut self, page: &Page<'_>, lines: &[Marks]) {
        for (line, marks) in lines.iter().enumerate() {
            let seen = page.seen(line);
            let element = seen.and_then(|seen| seen.element()).unwrap_or(PAGE);
            let characters = (marks.letters + marks.digits + marks.marks) as usize;
            let linked = characters * usize::from(seen.map_or(0, |seen| seen.linked)) / 100;
            let sum = Sum { lines: 1, words: marks.shape.words as usize, prose: marks.prose_words(), characters, linked };
            let inside = *self.inside(element);
            let place = if inside.cell == PAGE { self.own.len() - 1 } else { inside.cell };
            self.own[place].add(sum);
            self.page.add(sum);
            let tag = self.elements.codes.get(inside.block).copied().unwrap_or(0);
            self.lines.push(Line { element, tag, cell: inside.cell, sum });
        }
    }

    /// Sums up what stands in all of each box; inner ones come after outer ones.
    fn boxes_in_all(&mut self) {
        self.all = self.own.clone();
        for element in (0..self.elements.parents.len()).rev() {
            let sum = self.all[element];
            let parent = self.elements.parents[element];
            let place = if parent == PAGE { self.all.len() - 1 } else { parent };
            self.all[place].add(sum);
        }
    }

    /// Sums up lines whose block and box have the same tag and classes.
    fn looks(&mut self) {
        let look = |line: &Line| {
            let inside = self.inside(line.element);
            let names = |element: usize| self.elements.names.get(element).copied().unwrap_or_default();
            (u32::from(line.tag), names(inside.block), names(inside.cell))
        };
        let (mut known, mut sums): (NameMap<_, usize>, Vec<Sum>) = Default::default();
        let number = |line: &Line| {
            let number = *known.entry(look(line)).or_insert(sums.len());
            if number == sums.len() {
                sums.push(Sum::default());
            }
            sums[number].add(line.sum);
            number
        };
        let numbers: Vec<usize> = self.lines.iter().map(number).collect();
        self.looks = numbers.into_iter().map(|number| sums[number]).collect();
    }

    fn of(&self, sums: &[Sum], cell: usize) -> Sum {
        sums[if cell == PAGE { sums.len() - 1 } else { cell }]
    }

    /// The box around a box.
    fn around(&self, cell: usize) -> usize {
        self.elements.parents.get(cell).map_or(PAGE, |parent| self.inside(*parent).cell)
    }

    /// The box with most prose, what stands in boxes right inside counted by half.
    fn best(&self) -> usize {
        let mut worth: Vec<usize> = self.own.iter().map(|sum| 2 * sum.prose).collect();
        for cell in 0..self.elements.parents.len() {
            if self.own[cell].prose > 0 {
                let around = self.around(cell);
                if around != PAGE {
                    worth[around] += self.own[cell].prose;
                }
            }
        }
        let boxes = &worth[..self.elements.parents.len()];
        // The first of the best.
        (0..boxes.len()).rev().filter(|cell| boxes[*cell] > 0).max_by_key(|cell| boxes[*cell]).unwrap_or(PAGE)
    }

    /// The innermost box with so many words of prose: the last of those that hold them, for each is around the next.
    fn holding(&self, prose: usize) -> usize {
        let holds = |cell: &usize| prose > 0 && self.elements.inside[*cell].cell == *cell && self.all[*cell].prose >= prose;
        (0..self.elements.parents.len()).rev().find(holds).unwrap_or(PAGE)
    }

    /// For each box, how many boxes further out `outer` stands.
    fn steps_to(&self, outer: usize) -> Vec<u8> {
        let mut steps = vec![NONE; self.elements.parents.len() + 1];
        for cell in 0..self.elements.parents.len() {
            if cell == outer {
                steps[cell] = 0;
            } else if self.elements.inside[cell].cell == cell {
                let around = self.around(cell);
                if around != PAGE && steps[around] != NONE {
                    steps[cell] = steps[around].saturating_add(1).min(254);
                }
            }
        }
        steps
    }

    /// How many elements end between two places: from the first one up to what is around both.
    fn steps_up(&self, from: usize, to: usize) -> u8 {
        let (mut one, mut other, mut steps) = (from, to, 0);
        for _ in 0..STEPS_MAX {
            if one == other {
                return steps;
            }
            // What is further in has the larger number; the page is around all.
            if other == PAGE || (one != PAGE && one > other) {
                one = self.elements.parents[one];
                steps += 1;
            } else {
                other = self.elements.parents[other];
            }
        }
        steps
    }

    fn fill(&self, table: &mut Table) {
        let inside = |line: usize| self.inside(self.lines[line].element);
        let count = self.lines.len();
        table.fill_markup(F::Linked, |i| self.lines[i].sum.linked());
        let mut running = vec![Sum::default()];
        for line in &self.lines {
            let mut next = running[running.len() - 1];
            next.add(line.sum);
            running.push(next);
        }
        table.fill_markup(F::Linked5, |i| {
            let (from, to) = (running[i.saturating_sub(5)], running[(i + 6).min(count)]);
            share(to.linked - from.linked, to.characters - from.characters)
        });
        table.fill_markup(F::Tag, |i| self.lines[i].tag);
        table.fill_markup(F::TagBefore, |i| if i == 0 { NONE } else { self.lines[i - 1].tag });
        table.fill_markup(F::TagAfter, |i| self.lines.get(i + 1).map_or(NONE, |line| line.tag));
        table.fill_markup(F::Landmark, |i| inside(i).landmark);
        table.fill_markup(F::InMain, |i| inside(i).main);
        table.fill_markup(F::InFrame, |i| inside(i).frames);
        table.fill_markup(F::Depth, |i| inside(i).depth);
        let ups: Vec<u8> = self.lines.windows(2).map(|pair| self.steps_up(pair[0].element, pair[1].element)).collect();
        table.fill_markup(F::UpBefore, |i| if i == 0 { NONE } else { ups[i - 1] });
        table.fill_markup(F::UpAfter, |i| ups.get(i).copied().unwrap_or(NONE));
        for (list, feature) in LIST_FEATURES.into_iter().enumerate() {
            table.fill_markup(feature, |i| inside(i).lists[list]);
        }
        self.headings(table);
        self.fill_boxes(table);
        table.fill_markup(F::LookWords, |i| share(self.looks[i].prose, self.page.prose));
        table.fill_markup(F::LookLines, |i| scale(self.looks[i].lines));
        table.fill_markup(F::LookLinked, |i| self.looks[i].linked());
        self.page(table);
    }

    fn headings(&self, table: &mut Table) {
        let mut last: Option<(usize, u8)> = None;
        let since: Vec<(u8, u8)> = (0..self.lines.len())
            .map(|i| {
                last = heading_order(self.lines[i].tag).map(|order| (i, order)).or(last);
                last.map_or((NONE, NONE), |(at, order)| (scale(i - at), order))
            })
            .collect();
        table.fill_markup(F::SinceHeading, |i| since[i].0);
        table.fill_markup(F::HeadingOrder, |i| since[i].1);
        let main = (0..self.lines.len()).find(|i| heading_order(self.lines[*i].tag) == Some(1)).map_or(0..0, |i| i..i + 1);
        table.fill_markup(F::MainHeading, |i| place(i, &main));
    }

    fn fill_boxes(&self, table: &mut Table) {
        let own = |line: usize| self.of(&self.own, self.lines[line].cell);
        table.fill_markup(F::BoxProse, |i| scale(own(i).prose));
        table.fill_markup(F::BoxProseShare, |i| share(own(i).prose, self.page.prose));
        table.fill_markup(F::BoxWords, |i| scale(own(i).words));
        table.fill_markup(F::BoxLinked, |i| own(i).linked());
        table.fill_markup(F::InnerProse, |i| scale(self.of(&self.all, self.lines[i].cell).prose));
        let outer = [self.best(), self.holding(self.page.prose.div_ceil(2)), self.holding((4 * self.page.prose).div_ceil(5))];
        for (feature, outer) in [F::BestBox, F::Half, F::Most].into_iter().zip(outer) {
            let steps = self.steps_to(outer);
            table.fill_markup(feature, |i| steps.get(self.lines[i].cell).copied().unwrap_or(NONE));
        }
    }

    fn page(&self, table: &mut Table) {
        let words = |is: &dyn Fn(&Line) -> bool| {
            share(self.lines.iter().filter(|line| is(line)).map(|line| line.sum.words).sum(), self.page.words)
        };
        let items = self.lines.iter().filter(|line| line.tag == ITEM).count();
        for (feature, cell) in [
            (F::PageLinked, self.page.linked()),
            (F::PageParagraphs, words(&|line| line.tag == PARAGRAPH)),
            (F::PageArticles, scale(self.elements.articles)),
            (F::PageMain, words(&|line| self.inside(line.element).main & 1 == 1)),
            (F::PageItems, share(items, self.lines.len())),
        ] {
            table.fill_markup(feature, |_| cell);
        }
    }
}

/// How far apart two elements are looked at to be.
const STEPS_MAX: usize = 32;
