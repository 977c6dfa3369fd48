//! Honest articles about the things that chaff is made of: every `tests/benign/<lang>-<topic>.txt` comes out byte for byte.
//!
//! Each is cleaned as it stands and with its paragraphs wrapped, with its language found out and given. What goes wrong names the
//! file, the rule and what it took. An article is not weakened to please a rule: the rule is narrowed, and its `miss` says why.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use unchaff::{Cleaner, PageFacts, Settings, printable};

/// Fewer articles prove too little.
const ARTICLES_MIN: usize = 60;
/// In fewer languages, too.
const LANGUAGES_MIN: usize = 12;
/// Lines that are longer are paragraphs, in characters.
const LINE_CHARS_MAX: usize = 100;
/// The width that paragraphs are wrapped at.
const WRAP_CHARS: usize = 72;
/// Languages whose words have no spaces between them, where a wrapped line breaks inside words.
const UNSPACED: &[&str] = &["ja", "km", "lo", "my", "th", "zh"];

fn articles() -> Vec<PathBuf> {
    let mut articles: Vec<_> = std::fs::read_dir("tests/benign").unwrap().map(|e| e.unwrap().path()).collect();
    articles.sort();
    articles
}

/// The language that a file's name begins with.
fn lang(article: &Path) -> &str {
    let name = article.file_stem().unwrap().to_str().unwrap();
    name.split_once('-').unwrap_or_else(|| panic!("{}: expected `<lang>-<topic>.txt`", article.display())).0
}

/// The text with its paragraphs wrapped, as mail and old pages have it.
fn wrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / WRAP_CHARS);
    for line in text.split_inclusive('\n') {
        if line.chars().count() <= LINE_CHARS_MAX {
            out.push_str(line);
            continue;
        }
        let mut column = 0;
        for word in line.trim_end().split(' ') {
            let chars = word.chars().count();
            if column > 0 {
                let fits = column + 1 + chars <= WRAP_CHARS;
                out.push(if fits { ' ' } else { '\n' });
                column = if fits { column + 1 } else { 0 };
            }
            out.push_str(word);
            column += chars;
        }
        out.push_str(&line[line.trim_end().len()..]);
    }
    out
}

/// What was taken, if anything was.
fn taken(cleaner: &Cleaner, article: &Path, how: &str, text: &str, lang: Option<&str>) -> Vec<String> {
    let facts = PageFacts { lang: lang.map(str::to_owned), ..PageFacts::default() };
    let place = |at: usize| text[..at].matches('\n').count() + 1;
    let cleaned = cleaner.clean(text, &facts);
    let message = |e: &unchaff::edit::Edit| {
        let becomes = if e.replacement.is_empty() { String::new() } else { format!(" ⇒ {}", printable(&e.replacement)) };
        let taken = printable(e.span.of(text).trim()).replace("\\u{a}", "⏎");
        format!("{}:{}{how}: `{}` takes {taken}{becomes}", article.display(), place(e.span.start), e.reason.rule)
    };
    cleaned.edits.iter().map(message).collect()
}

fn check(cleaner: &Cleaner, article: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(article).unwrap();
    let lang = lang(article);
    let mut forms = vec![("", Cow::Borrowed(&*text))];
    if !UNSPACED.contains(&lang) {
        forms.push((" wrapped", Cow::Owned(wrapped(&text))));
    }
    let mut found = Vec::new();
    for (how, text) in forms {
        found.extend(taken(cleaner, article, how, &text, None));
        found.extend(taken(cleaner, article, &format!("{how} as {lang}"), &text, Some(lang)));
    }
    found
}

#[test]
fn nothing_is_taken() {
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    let wrong: Vec<String> = articles().iter().flat_map(|article| check(&cleaner, article)).collect();
    assert!(wrong.is_empty(), "{} edits of honest articles:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_enough() {
    let articles = articles();
    let languages: BTreeSet<&str> = articles.iter().map(|article| lang(article)).collect();
    assert!(
        articles.len() >= ARTICLES_MIN && languages.len() >= LANGUAGES_MIN,
        "{} articles in {} languages, expected {ARTICLES_MIN} in {LANGUAGES_MIN}",
        articles.len(),
        languages.len(),
    );
}
