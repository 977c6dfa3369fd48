//! The body finders of a cleaner: one for plain text, one for pages with markup.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::body::{Finder, Wanted};
use crate::config::Settings;
use crate::error::{Error, Result};

/// Both finders; those that come with the program are made when they are first needed.
#[derive(Debug)]
pub struct Finders {
    wanted: Wanted,
    plain: OnceLock<Finder>,
    html: OnceLock<Finder>,
}

impl Finders {
    /// The finders that settings ask for.
    ///
    /// # Errors
    /// Models that cannot be read.
    pub fn new(settings: &Settings) -> Result<Finders> {
        let wanted = Wanted { kind: settings.body_kind, bias: settings.body_bias, title: settings.body_title };
        let named = |path: &Option<PathBuf>| match path {
            Some(path) => read(path, wanted).map(OnceLock::from),
            None => Ok(OnceLock::new()),
        };
        Ok(Finders { wanted, plain: named(&settings.body_model)?, html: named(&settings.body_model_html)? })
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

fn read(path: &Path, wanted: Wanted) -> Result<Finder> {
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, "reading", &error).into_usage())?;
    Finder::new(&bytes, wanted).map_err(|error| error.in_file(path))
}
