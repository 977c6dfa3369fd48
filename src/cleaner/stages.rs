//! The stages of a page one by one, for those who measure them; what a page's whole way is stands in the module above.

use std::hint::black_box;

use super::{Cleaner, PageFacts, Trial};
use crate::body::Table;
use crate::decide::Judge;
use crate::document::View;
use crate::edit::{self, Edit};
use crate::engine::fold::scan_into;
use crate::engine::page::Page;
use crate::engine::scan::Scratch;
use crate::names::Category;

/// Is given each stage's name and work, and does the work once, or as often as it likes.
pub type Lap<'l> = dyn FnMut(&'static str, &mut dyn FnMut()) + 'l;

impl Cleaner {
    /// Hands each stage of one pass over a page of text to `lap`, each on what the stages before it made; gives the edits.
    pub fn stages(&self, text: &str, lap: &mut Lap<'_>) -> Vec<Edit> {
        let (engine, facts, mut folded) = (&self.engine, PageFacts::default(), String::new());
        lap("fold", &mut || {
            for line in text.lines() {
                folded.clear();
                scan_into(line, &mut folded);
            }
            black_box(&folded);
        });
        lap("view", &mut || drop(black_box(View::new(text.into()))));
        let view = View::new(text.into());
        let scan = |acts: bool| Page::scan_with(&view, engine, &|rule| acts && !self.is_off(rule), Scratch::default());
        lap("scan", &mut || drop(black_box(scan(false))));
        lap("scan and match", &mut || drop(black_box(scan(true))));
        let mut page = scan(true);
        lap("look", &mut || page.look(engine, true));
        lap("features", &mut || drop(black_box(Table::new(&page, engine))));
        let mut table = Table::new(&page, engine);
        let finder = self.finders.of(false);
        lap("model", &mut || drop(black_box(finder.find_in(&page, &mut table))));
        let finding = finder.find_in(&page, &mut table);
        lap("language", &mut || drop(black_box(self.known(&page, &facts))));
        let (known, _) = self.known(&page, &facts);
        let judge = Judge {
            engine,
            mode: &|rule| self.mode(rule, Trial::All),
            stage: &|category: Category| self.category_mode(category, true),
            confidence: self.settings.confidence,
            limits: &self.settings.limits,
            without_not: None,
        };
        lap("decide", &mut || drop(black_box(judge.judge(&page, &known, None, Some(&finding)))));
        let edits = judge.judge(&page, &known, None, Some(&finding)).edits;
        lap("apply", &mut || drop(black_box(edit::apply(text, &edits))));
        edits
    }
}
