//! How a cleaner is made: its settings and the files that they name, to rules that act and body finders.

use std::sync::OnceLock;

use super::files::Files;
use super::finders::Finders;
use super::{Cleaner, off};
use crate::config::Settings;
use crate::engine::book::Book;
use crate::engine::index;
use crate::engine::scan::Engine;
use crate::error::{Error, Result};
use crate::rules::load;

impl Cleaner {
    /// Resolves the settings and loads the rules they name.
    ///
    /// # Errors
    /// Rule files that cannot be read or are wrong, and ids that nobody has, each with its place and what was meant.
    pub fn new(settings: Settings) -> Result<Self> {
        let files = Files::read(&settings)?;
        Self::with_files(settings, &files)
    }

    /// The same with the rules and models that `files` holds, whatever is at the paths that the settings name: so a cleaner can be made
    /// again where those files are not.
    ///
    /// # Errors
    /// Rules and models that are wrong, and ids that nobody has.
    pub fn with_files(settings: Settings, files: &Files) -> Result<Self> {
        let builtin = Book::builtin();
        let mut books = vec![builtin];
        if !files.rules.is_empty() {
            let base = books[0].shared();
            let (shared, set) = load::load(&files.sources(), &base)?;
            let spelled = (shared.languages == base.languages).then(|| books[0].spelled());
            books.push(Book::new(index::compile(&set, &shared, spelled)?));
        }
        let engine = Engine::new(books, settings.limits);
        let endless = engine.endless_replacements(1).into_iter().map(|(rule, text)| {
            let written = &engine.rule(rule).rule;
            written.error(format!("`{}` matches its own replacement `{text}`", written.id))
        });
        if let Some(error) = Error::join(endless.collect()) {
            return Err(error);
        }
        let off = off::off(&engine, &settings)?;
        let finders = Finders::new(&settings, files)?;
        Ok(Cleaner { settings, engine, languages: OnceLock::new(), finders, off })
    }
}
