//! The body finders of a cleaner: one for plain text, one for pages with markup.

use std::path::Path;
use std::sync::OnceLock;

use super::files::{Files, ModelFile};
use crate::body::{Finder, Finding, Known, Wanted};
use crate::config::Settings;
use crate::engine::page::Page;
use crate::engine::scan::Engine;
use crate::error::Result;
use crate::pool::Pool;

/// Both finders; those that come with the program are made when they are first needed.
#[derive(Debug)]
pub struct Finders {
    wanted: Wanted,
    plain: OnceLock<Finder>,
    html: OnceLock<Finder>,
    /// What threads know of lines, while they do not find.
    known: Pool<Known>,
}

impl Finders {
    /// The finders that settings ask for.
    ///
    /// # Errors
    /// Models that cannot be read.
    pub fn new(settings: &Settings, files: &Files) -> Result<Finders> {
        let wanted = Wanted { kind: settings.body_kind, bias: settings.body_bias, title: settings.body_title };
        let named = |model: &Option<ModelFile>| match model {
            Some((path, model)) => read(path, model, wanted).map(OnceLock::from),
            None => Ok(OnceLock::new()),
        };
        Ok(Finders { wanted, plain: named(&files.body_model)?, html: named(&files.body_model_html)?, known: Pool::default() })
    }

    /// Finds the body of a page whose lines were looked at.
    pub fn find(&self, page: &Page<'_>, engine: &Engine) -> Finding {
        self.known.lend(|known| self.of(page.markup.is_some()).find(page, engine, known))
    }

    /// The finder for a page.
    pub fn of(&self, has_markup: bool) -> &Finder {
        if has_markup {
            self.html.get_or_init(|| Finder::builtin_html(self.wanted))
        } else {
            self.plain.get_or_init(|| Finder::builtin(self.wanted))
        }
    }
}

fn read(path: &Path, model: &[u8], wanted: Wanted) -> Result<Finder> {
    Finder::new(model, wanted).map_err(|error| error.in_file(path))
}
