//! What the markup of an HTML page says of its lines, as features. What the features mean is written in `features`.
//!
//! Of elements only boxes are told from text: a box is a block that holds other blocks (`div`, `section`), all others hold words.

use std::collections::HashMap;

use super::elements::{Elements, Inside, LIST_FEATURES, OUTSIDE, PAGE};
use super::features::{MarkupFeature as F, NONE, place, scale, share};
use super::marks::Marks;
use crate::engine::page::Page;
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

/// The columns of the markup of a page, one after another.
pub fn columns(page: &Page<'_>, lines: &[Marks]) -> Vec<u8> {
    let Some(markup) = page.markup else { return vec![NONE; F::ALL.len() * lines.len()] };
    let sheet = Sheet::new(page, markup, lines);
    let mut cells = Cells { lines: lines.len(), bytes: vec![NONE; F::ALL.len() * lines.len()] };
    sheet.fill(&mut cells);
    cells.bytes
}

/// The columns while they are filled in.
struct Cells {
    lines: usize,
    bytes: Vec<u8>,
}

impl Cells {
    fn set(&mut self, feature: F, value: impl Fn(usize) -> u8) {
        let from = feature as usize * self.lines;
        self.bytes[from..from + self.lines].iter_mut().enumerate().for_each(|(line, cell)| *cell = value(line));
    }
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
            (line.tag, names(inside.block), names(inside.cell))
        };
        let mut sums: HashMap<_, Sum> = HashMap::new();
        self.lines.iter().for_each(|line| sums.entry(look(line)).or_default().add(line.sum));
        self.looks = self.lines.iter().map(|line| sums[&look(line)]).collect();
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

    fn fill(&self, cells: &mut Cells) {
        let inside = |line: usize| self.inside(self.lines[line].element);
        let count = self.lines.len();
        cells.set(F::Linked, |i| self.lines[i].sum.linked());
        let mut running = vec![Sum::default()];
        for line in &self.lines {
            let mut next = running[running.len() - 1];
            next.add(line.sum);
            running.push(next);
        }
        cells.set(F::Linked5, |i| {
            let (from, to) = (running[i.saturating_sub(5)], running[(i + 6).min(count)]);
            share(to.linked - from.linked, to.characters - from.characters)
        });
        cells.set(F::Tag, |i| self.lines[i].tag);
        cells.set(F::TagBefore, |i| if i == 0 { NONE } else { self.lines[i - 1].tag });
        cells.set(F::TagAfter, |i| self.lines.get(i + 1).map_or(NONE, |line| line.tag));
        cells.set(F::Landmark, |i| inside(i).landmark);
        cells.set(F::InMain, |i| inside(i).main);
        cells.set(F::InFrame, |i| inside(i).frames);
        cells.set(F::Depth, |i| inside(i).depth);
        cells.set(F::UpBefore, |i| if i == 0 { NONE } else { self.steps_up(self.lines[i - 1].element, self.lines[i].element) });
        cells.set(F::UpAfter, |i| {
            if i + 1 == count { NONE } else { self.steps_up(self.lines[i].element, self.lines[i + 1].element) }
        });
        for (list, feature) in LIST_FEATURES.into_iter().enumerate() {
            cells.set(feature, |i| inside(i).lists[list]);
        }
        self.headings(cells);
        self.fill_boxes(cells);
        cells.set(F::LookWords, |i| share(self.looks[i].prose, self.page.prose));
        cells.set(F::LookLines, |i| scale(self.looks[i].lines));
        cells.set(F::LookLinked, |i| self.looks[i].linked());
        self.page(cells);
    }

    fn headings(&self, cells: &mut Cells) {
        let mut last: Option<(usize, u8)> = None;
        let since: Vec<(u8, u8)> = (0..self.lines.len())
            .map(|i| {
                last = heading_order(self.lines[i].tag).map(|order| (i, order)).or(last);
                last.map_or((NONE, NONE), |(at, order)| (scale(i - at), order))
            })
            .collect();
        cells.set(F::SinceHeading, |i| since[i].0);
        cells.set(F::HeadingOrder, |i| since[i].1);
        let main = (0..self.lines.len()).find(|i| heading_order(self.lines[*i].tag) == Some(1)).map_or(0..0, |i| i..i + 1);
        cells.set(F::MainHeading, |i| place(i, &main));
    }

    fn fill_boxes(&self, cells: &mut Cells) {
        let own = |line: usize| self.of(&self.own, self.lines[line].cell);
        cells.set(F::BoxProse, |i| scale(own(i).prose));
        cells.set(F::BoxProseShare, |i| share(own(i).prose, self.page.prose));
        cells.set(F::BoxWords, |i| scale(own(i).words));
        cells.set(F::BoxLinked, |i| own(i).linked());
        cells.set(F::InnerProse, |i| scale(self.of(&self.all, self.lines[i].cell).prose));
        let outer = [self.best(), self.holding(self.page.prose.div_ceil(2)), self.holding((4 * self.page.prose).div_ceil(5))];
        for (feature, outer) in [F::BestBox, F::Half, F::Most].into_iter().zip(outer) {
            let steps = self.steps_to(outer);
            cells.set(feature, |i| steps.get(self.lines[i].cell).copied().unwrap_or(NONE));
        }
    }

    fn page(&self, cells: &mut Cells) {
        let words = |is: &dyn Fn(usize) -> bool| {
            share((0..self.lines.len()).filter(|i| is(*i)).map(|i| self.lines[i].sum.words).sum(), self.page.words)
        };
        let paragraphs = words(&|i| self.lines[i].tag == PARAGRAPH);
        let main = words(&|i| self.inside(self.lines[i].element).main & 1 == 1);
        let items = share(self.lines.iter().filter(|line| line.tag == ITEM).count(), self.lines.len());
        cells.set(F::PageLinked, |_| self.page.linked());
        cells.set(F::PageParagraphs, |_| paragraphs);
        cells.set(F::PageArticles, |_| scale(self.elements.articles));
        cells.set(F::PageMain, |_| main);
        cells.set(F::PageItems, |_| items);
    }
}

/// How far apart two elements are looked at to be.
const STEPS_MAX: usize = 32;
