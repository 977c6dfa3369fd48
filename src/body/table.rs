//! The table of a page: every feature of every line, a byte each. `sheet` fills it in.

use super::evidence::Evidence;
use super::features::{KindFeature, LineFeature, MARKUP, MEASURED, MarkupFeature, NONE, PageFeature};
use super::known::Known;
use super::marks::Marks;
use super::markup;
use super::segments::Segments;
use super::sheet::Sheet;
use super::topic::Topic;
use crate::engine::page::Page;
use crate::engine::scan::Engine;
use crate::engine::shape::Shape;

/// Columns are made of blocks of so many cells, which processors compare at once.
pub(super) const BLOCK: usize = 16;
const ALL_COLUMNS: usize = MARKUP + MarkupFeature::ALL.len();

/// The features of a page: a byte for each column and line, column after column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    lines: usize,
    /// The cells of a column: of the lines, and up to the end of a block.
    height: usize,
    /// All columns of [`super::features::all`]; nought in those of the cut.
    cells: Vec<u8>,
    has_markup: bool,
    prose: Vec<bool>,
}

impl Table {
    /// Measures a page whose lines were looked at ([`Page::look`]).
    pub fn new(page: &Page<'_>, engine: &Engine) -> Table {
        Table::of_known(page, engine, &mut Known::default())
    }

    /// The same, of lines that may be known.
    pub(super) fn of_known(page: &Page<'_>, engine: &Engine, known: &mut Known) -> Table {
        let mut topics = Topic::new(known);
        let lines: Vec<Marks> =
            page.lines.iter().map(|line| topics.line(page.view.line(line.number as usize), line.shape)).collect();
        if let Some(title) = page.title {
            topics.line(title, Shape::default());
        }
        let mut table = Table::blank(lines.len());
        if lines.is_empty() {
            return table;
        }
        table.prose = lines.iter().map(|line| line.shape.is_prose()).collect();
        if let Some(markup) = page.markup {
            table.has_markup = true;
            markup::fill(page, markup, &lines, &mut table);
        }
        let evidence = Evidence::new(page, engine);
        let segments = Segments::new(page, &lines, &evidence);
        Sheet::new(page, &lines, &evidence, &segments).fill(&mut table, &mut topics);
        table
    }

    /// A table that nothing is filled in yet, without markup.
    pub(super) fn blank(lines: usize) -> Table {
        let height = lines.next_multiple_of(BLOCK);
        let mut cells = vec![0; ALL_COLUMNS * height];
        cells[MARKUP * height..].fill(NONE);
        Table { lines, height, cells, has_markup: false, prose: Vec::new() }
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// A column, by its place among [`super::features::all`].
    pub fn column(&self, column: usize) -> &[u8] {
        &self.padded(column)[..self.lines]
    }

    /// A column up to the end of its last block; what is behind the lines means nothing.
    pub(super) fn padded(&self, column: usize) -> &[u8] {
        &self.cells[column * self.height..(column + 1) * self.height]
    }

    fn column_mut(&mut self, column: usize) -> &mut [u8] {
        &mut self.cells[column * self.height..(column + 1) * self.height][..self.lines]
    }

    /// Whether the page has markup.
    pub fn has_markup(&self) -> bool {
        self.has_markup
    }

    /// A column's first cell: for what is measured of the page as a whole, all are the same.
    pub fn first(&self, column: usize) -> u8 {
        self.column(column).first().copied().unwrap_or(0)
    }

    /// The first cell of each column, by its place among [`super::features::all`]; nought for those of the cut.
    pub fn row(&self) -> [u8; 256] {
        let mut row = [0; 256];
        if self.lines > 0 {
            let first = self.cells.iter().step_by(self.height);
            row.iter_mut().zip(first).for_each(|(cell, first)| *cell = *first);
        }
        row
    }

    /// Whether a line is prose.
    pub fn is_prose(&self, line: usize) -> bool {
        self.prose[line]
    }

    /// The cells of a line's feature, to be filled in.
    pub(super) fn cells(&mut self, feature: LineFeature) -> &mut [u8] {
        self.column_mut(feature as usize)
    }

    pub(super) fn fill(&mut self, feature: LineFeature, values: impl Iterator<Item = u8>) {
        self.cells(feature).iter_mut().zip(values).for_each(|(cell, value)| *cell = value);
    }

    pub(super) fn fill_markup(&mut self, feature: MarkupFeature, value: impl Fn(usize) -> u8) {
        let cells = self.column_mut(MARKUP + feature as usize);
        cells.iter_mut().enumerate().for_each(|(line, cell)| *cell = value(line));
    }

    pub(super) fn fill_page(&mut self, feature: PageFeature, value: u8) {
        self.column_mut(LineFeature::ALL.len() + feature as usize).fill(value);
    }

    /// Sets how likely the page is of each kind, in per cent.
    pub fn set_kinds(&mut self, kinds: [u8; KindFeature::ALL.len()]) {
        kinds.into_iter().enumerate().for_each(|(kind, percent)| self.column_mut(MEASURED + kind).fill(percent));
    }

    /// How likely the page is of each kind, as it was set.
    pub fn kinds(&self) -> [u8; KindFeature::ALL.len()] {
        std::array::from_fn(|kind| self.first(MEASURED + kind))
    }
}
