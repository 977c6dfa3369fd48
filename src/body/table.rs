//! The table of a page: every feature of every line, a byte each. `sheet` fills it in.

use super::evidence::Evidence;
use super::features::{COLUMNS, KindFeature, LineFeature, MARKUP, MEASURED, MarkupFeature, NONE, PageFeature};
use super::marks::Marks;
use super::markup;
use super::segments::Segments;
use super::sheet::Sheet;
use super::topic::Topic;
use crate::engine::page::Page;
use crate::engine::scan::Engine;
use crate::engine::shape::Shape;

/// The features of a page: a byte for each column and line, column after column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    lines: usize,
    cells: Vec<u8>,
    /// The columns of the markup; one of nothing, for all, where there is none.
    markup: Vec<u8>,
    prose: Vec<bool>,
}

impl Table {
    /// Measures a page whose lines were looked at ([`Page::look`]).
    pub fn new(page: &Page<'_>, engine: &Engine) -> Table {
        let mut topics = Topic::default();
        let lines: Vec<Marks> = page.lines.iter().map(|line| topics.line(page.view.line(line.number), line.shape)).collect();
        if let Some(title) = page.title {
            topics.line(title, Shape::default());
        }
        let evidence = Evidence::new(page, engine);
        let segments = Segments::new(page, &lines, &evidence);
        let sheet = Sheet::new(page, &lines, &evidence, &segments);
        let prose = lines.iter().map(|line| line.shape.is_prose()).collect();
        let markup = if page.markup.is_some() { markup::columns(page, &lines) } else { vec![NONE; lines.len()] };
        let mut table = Table { lines: lines.len(), cells: vec![0; COLUMNS * lines.len()], markup, prose };
        if lines.is_empty() {
            return table;
        }
        sheet.fill(&mut table, &topics);
        table
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// A column, by its place among [`super::features::all`].
    pub fn column(&self, column: usize) -> &[u8] {
        if column >= MARKUP {
            let column = if self.has_markup() { column - MARKUP } else { 0 };
            return &self.markup[column * self.lines..(column + 1) * self.lines];
        }
        &self.cells[column * self.lines..(column + 1) * self.lines]
    }

    /// Whether the page has markup.
    pub fn has_markup(&self) -> bool {
        self.markup.len() == MarkupFeature::ALL.len() * self.lines
    }

    /// A column's first cell: for what is measured of the page as a whole, all are the same.
    pub fn first(&self, column: usize) -> u8 {
        self.column(column).first().copied().unwrap_or(0)
    }

    /// Whether a line is prose.
    pub fn is_prose(&self, line: usize) -> bool {
        self.prose[line]
    }

    pub(super) fn fill(&mut self, feature: LineFeature, value: impl Fn(usize) -> u8) {
        let lines = self.lines;
        let column = feature as usize;
        for (line, cell) in self.cells[column * lines..(column + 1) * lines].iter_mut().enumerate() {
            *cell = value(line);
        }
    }

    /// Sets how likely the page is of each kind, in per cent.
    pub fn set_kinds(&mut self, kinds: [u8; KindFeature::ALL.len()]) {
        for (kind, percent) in kinds.into_iter().enumerate() {
            let from = (MEASURED + kind) * self.lines;
            self.cells[from..from + self.lines].fill(percent);
        }
    }

    /// How likely the page is of each kind, as it was set.
    pub fn kinds(&self) -> [u8; KindFeature::ALL.len()] {
        std::array::from_fn(|kind| self.first(MEASURED + kind))
    }

    pub(super) fn fill_page(&mut self, feature: PageFeature, value: u8) {
        let column = LineFeature::ALL.len() + feature as usize;
        self.cells[column * self.lines..(column + 1) * self.lines].fill(value);
    }
}
