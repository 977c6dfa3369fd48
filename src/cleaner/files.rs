//! The files that settings name, with what stands in them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::error::{Error, Result};
use crate::rules::load;
use crate::rules::schema::SourceFile;

/// A body model's path and its bytes.
pub type ModelFile = (PathBuf, Vec<u8>);

/// Rule files and body models, as they were read: what a [`Cleaner`](crate::Cleaner) needs besides its settings.
///
/// ```
/// use unchaff::{Cleaner, Files, PageFacts, Settings};
/// let rules = r#"
/// [pack]
/// schema = 1
/// lang = ["en"]
/// category = "share"
/// scope = "line"
/// confidence = "sure"
/// [[rule]]
/// id = "mine.pigeon"
/// why = "A button."
/// phrases = ["send by pigeon"]
/// hit = ["Send by pigeon"]
/// miss = ["They send letters by pigeon."]
/// "#;
/// let files = Files { rules: vec![("mine.toml".into(), rules.to_owned())], ..Files::default() };
/// let cleaner = Cleaner::with_files(Settings::default(), &files).unwrap();
/// let page = "The bridge opened on Monday. It took three years.\n\nSend by pigeon\n";
/// assert_eq!(cleaner.clean(page, &PageFacts::default()).edits.len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// Rule files in their order: a path, as errors show it, and the text.
    pub rules: Vec<(PathBuf, String)>,
    /// The body model, if it is not the built-in one.
    pub body_model: Option<ModelFile>,
    /// The body model for HTML pages, if it is not the built-in one.
    pub body_model_html: Option<ModelFile>,
}

impl Files {
    /// Reads the files that settings name; of a folder of rules, all of them.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub fn read(settings: &Settings) -> Result<Files> {
        let mut rules = Vec::new();
        for path in &settings.rules {
            rules.extend(load::files(path)?.into_iter().map(|file| (file.path, file.text)));
        }
        let model = |path: &Option<PathBuf>| path.as_deref().map(model).transpose();
        Ok(Files { rules, body_model: model(&settings.body_model)?, body_model_html: model(&settings.body_model_html)? })
    }

    pub(super) fn sources(&self) -> Vec<SourceFile> {
        self.rules.iter().map(|(path, text)| SourceFile { path: path.clone(), text: text.clone() }).collect()
    }
}

fn model(path: &Path) -> Result<ModelFile> {
    let bytes = fs::read(path).map_err(|error| Error::io(path, "reading", &error).into_usage())?;
    Ok((path.to_path_buf(), bytes))
}
