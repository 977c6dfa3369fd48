//! Files of rules to a checked rule set: word sets, classes and languages first, then the packs that use them.
//!
//! Reading folders is done here; what one rule's keys mean stands in `read`.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::phrase::SetNames;
use super::read::{self, PackHead};
use super::rule::{Rule, WrittenRule};
use super::schema::{At, Keys, SourceFile};
use crate::error::{Error, LineStarts, Result};

/// Data that packs share.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// Word sets by language (empty for every language) and name.
    pub sets: BTreeMap<(String, String), Vec<String>>,
    /// Character classes: a name and its ranges of characters, both ends included.
    pub classes: Vec<(String, Vec<(char, char)>)>,
    /// Languages.
    pub languages: Vec<Language>,
}

/// A language's names and commonest words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language {
    /// Its code (`he`).
    pub code: String,
    /// Its own names (`עברית`).
    pub own: Vec<String>,
    /// Its names in other languages (`Hebrew`).
    pub foreign: Vec<String>,
    /// Its commonest function words, in small letters.
    pub words: Vec<String>,
}

/// Rules with the word sets that their phrases name by index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleSet {
    /// The rules, in the order of the files' paths.
    pub rules: Vec<WrittenRule>,
    /// The sets' members.
    pub sets: Vec<Vec<String>>,
}

impl Shared {
    /// The members of a set that is seen in every language, joined over all languages.
    pub fn everywhere<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a String> {
        self.sets.iter().filter(move |((_, n), _)| n == name).flat_map(|(_, members)| members)
    }
}

/// The sets that a phrase sees: its pack's own, its language's, those of every language.
pub struct Scope<'a> {
    shared: &'a Shared,
    lang: &'a [String],
    own: &'a HashMap<String, Vec<String>>,
    /// Sets that phrases have used so far, with the names they were found by.
    used: &'a mut Vec<Vec<String>>,
    found: HashMap<String, u32>,
}

/// How deep a set may name other sets.
const SET_DEPTH_MAX: usize = 4;

impl Scope<'_> {
    /// The members of a set, `{other}` sets among them spelled out.
    pub fn members(&self, name: &str) -> Option<Vec<String>> {
        self.members_within(name, SET_DEPTH_MAX)
    }

    fn members_within(&self, name: &str, depth: usize) -> Option<Vec<String>> {
        let shared = |lang: &str| self.shared.sets.get(&(lang.to_owned(), name.to_owned())).cloned();
        let mut members = match self.own.get(name) {
            Some(own) => own.clone(),
            None => {
                let mut joined: Vec<String> = self.lang.iter().filter_map(|lang| shared(lang)).flatten().collect();
                joined.extend(shared("").unwrap_or_default());
                joined
            }
        };
        if members.is_empty() || depth == 0 {
            return None;
        }
        let inner = |m: &String| m.strip_prefix('{')?.strip_suffix('}').map(str::to_owned);
        while let Some((i, name)) = members.iter().enumerate().find_map(|(i, m)| Some((i, inner(m)?))) {
            let inside = self.members_within(&name, depth - 1)?;
            members.splice(i..=i, inside);
        }
        Some(members)
    }

    /// The index of a character class.
    pub fn class(&self, name: &str) -> Option<u32> {
        self.shared.classes.iter().position(|(n, _)| n == name).map(|i| i as u32)
    }

    /// The names of all classes.
    pub fn class_names(&self) -> Vec<String> {
        self.shared.classes.iter().map(|(name, _)| name.clone()).collect()
    }
}

impl SetNames for Scope<'_> {
    fn find(&mut self, name: &str) -> Option<u32> {
        if let Some(index) = self.found.get(name) {
            return Some(*index);
        }
        let members = self.members(name)?;
        let index = self.used.iter().position(|set| *set == members).unwrap_or(self.used.len());
        if index == self.used.len() {
            self.used.push(members);
        }
        self.found.insert(name.to_owned(), index as u32);
        Some(index as u32)
    }

    fn names(&self) -> Vec<String> {
        let seen = |lang: &String| lang.is_empty() || self.lang.contains(lang);
        let shared = self.shared.sets.keys().filter(|(lang, _)| seen(lang)).map(|(_, name)| name.clone());
        self.own.keys().cloned().chain(shared).collect()
    }
}

/// Reads rule files and, for user's packs, what they share with the built-in ones.
pub fn load(files: &[SourceFile], base: &Shared) -> Result<(Shared, RuleSet)> {
    let mut errors = Vec::new();
    let mut shared = base.clone();
    let (data, packs): (Vec<_>, Vec<_>) = files.iter().partition(|f| DATA_FILES.contains(&f.family()));
    for file in data {
        read_data(file, &mut shared, &mut errors);
    }
    let mut set = RuleSet::default();
    for file in packs {
        read_pack(file, &shared, &mut set, &mut errors);
    }
    check_ids(&set.rules, &mut errors);
    match Error::join(errors) {
        Some(error) => Err(error),
        None => Ok((shared, set)),
    }
}

/// File names that hold data instead of rules.
const DATA_FILES: &[&str] = &["sets", "classes", "languages"];

fn read_data(file: &SourceFile, shared: &mut Shared, errors: &mut Vec<Error>) {
    let table = match file.parse() {
        Ok(table) => table,
        Err(error) => return errors.push(error),
    };
    let mut keys = Keys::new(file, table.get_ref(), 0, errors);
    match file.family() {
        "sets" => {
            let head = PackHead::read(&mut keys);
            let lang = head.and_then(|h| h.lang.first().cloned()).unwrap_or_default();
            for (name, members) in named_lists(&mut keys, "sets") {
                shared.sets.entry((lang.clone(), name.value)).or_default().extend(members.into_iter().map(|m| m.value));
            }
        }
        "classes" => {
            for (name, members) in named_lists(&mut keys, "classes") {
                let ranges = members.iter().filter_map(|m| read_range(&mut keys, m)).collect();
                shared.classes.push((name.value, ranges));
            }
        }
        _ => {
            for (table, offset) in keys.tables("language") {
                let mut keys = keys.inside(table, offset);
                let code = keys.text("code").map(|c| c.value).unwrap_or_default();
                let mut list = |key| keys.texts(key).into_iter().map(|t| t.value).collect();
                shared.languages.push(Language { code, own: list("own"), foreign: list("foreign"), words: list("words") });
                keys.finish();
            }
        }
    }
    keys.finish();
}

fn named_lists(keys: &mut Keys<'_, '_>, key: &'static str) -> Vec<(At<String>, Vec<At<String>>)> {
    match keys.table(key) {
        Some((table, offset)) => keys.inside(table, offset).lists(),
        None => Vec::new(),
    }
}

/// `a-z`, `U+0080-U+009F` or one character.
fn read_range(keys: &mut Keys<'_, '_>, range: &At<String>) -> Option<(char, char)> {
    let one = |s: &str| match s.strip_prefix("U+") {
        Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
        None => s.chars().next().filter(|c| c.len_utf8() == s.len()),
    };
    let text = range.value.as_str();
    let read = one(text).map(|c| (c, c)).or_else(|| {
        let dash = text.char_indices().skip(1).find(|(_, c)| *c == '-')?.0;
        Some((one(&text[..dash])?, one(&text[dash + 1..])?))
    });
    if read.is_none_or(|(a, b)| a > b) {
        keys.fault(range.offset, format!("`{text}`, expected a character, `a-z` or `U+0080-U+009F`"));
        return None;
    }
    read
}

fn read_pack(file: &SourceFile, shared: &Shared, set: &mut RuleSet, errors: &mut Vec<Error>) {
    let table = match file.parse() {
        Ok(table) => table,
        Err(error) => return errors.push(error),
    };
    let mut keys = Keys::new(file, table.get_ref(), 0, errors);
    let head = PackHead::read(&mut keys);
    let mut own: HashMap<String, Vec<String>> = HashMap::new();
    for (name, members) in named_lists(&mut keys, "sets") {
        own.insert(name.value, members.into_iter().map(|m| m.value).collect());
    }
    let rules = keys.tables("rule");
    if let Some(head) = head {
        let mut scope = Scope { shared, lang: &head.lang, own: &own, used: &mut set.sets, found: HashMap::new() };
        let starts = LineStarts::new(&file.text);
        for (table, offset) in rules {
            let mut keys = keys.inside(table, offset);
            set.rules.extend(read::read(file, &starts, &head, &mut keys, &mut scope));
            keys.finish();
        }
    }
    keys.finish();
}

fn check_ids(rules: &[WrittenRule], errors: &mut Vec<Error>) {
    let mut seen: HashMap<&str, &Rule> = HashMap::new();
    for WrittenRule { rule, .. } in rules {
        if let Some(first) = seen.insert(&rule.id, rule) {
            let place = format!("{}:{}", first.place.path, first.place.line);
            errors.push(rule.error(format!("duplicate id `{}`, it stands in {place} already", rule.id)));
        }
    }
}

/// The rule files of a path: itself, or all `.toml` files below a folder, in the order of their paths.
pub fn files(path: &Path) -> Result<Vec<SourceFile>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    if path.is_dir() {
        for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
            let entry = entry.map_err(|e| Error::usage(format!("cannot read: {e}")).in_file(path))?;
            if entry.path().extension().is_some_and(|e| e == "toml") {
                paths.push(entry.into_path());
            }
        }
    } else {
        paths.push(path.to_path_buf());
    }
    let read = |path: PathBuf| match std::fs::read_to_string(&path) {
        Ok(text) => Ok(SourceFile { path, text }),
        Err(error) => Err(Error::io(&path, "cannot read rules", &error).into_usage()),
    };
    paths.into_iter().map(read).collect()
}
