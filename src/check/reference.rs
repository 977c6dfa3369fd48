//! The reference of all rules, in Markdown: what each takes, what it leaves, under which conditions, and how often it was right.
//!
//! It is made of the packs and the measured figures alone. Examples are chaff, so they stand as code and are made visible.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use super::measured::{HITS_MIN, Measured};
use crate::cleaner::Cleaner;
use crate::error::printable;
use crate::names::{Action, At, Category, Confidence, Region, Scope, Until};
use crate::rules::phrase::Phrase;
use crate::rules::rule::{Example, Rule, Told, When};

/// What stands before the counts.
const HEAD: &str = "\
# Rules

Every built-in rule: what it takes, what it leaves, and how often it was right. Written by `make bless` from [patterns/](../patterns/)
and `patterns/measured.tsv`, not by hand; [patterns/README.md](../patterns/README.md) is the format of the rules.

- Under its id stand a rule's category, scope and confidence, and what it does if that is not to delete.
- *Takes* are its own examples. Only what stands between `⟦` and `⟧` goes, where they stand; `a⇒b` becomes `b`; `⏎` is a line end.
- *Only* are its conditions. A phrase of one word acts, besides, only on pages of its language, or near a longer hit of that language.
- *Leaves* are look-alikes that stay, proved like the others: what is known of its limits.
- *Measured* is what it did on pages whose clean text is known. *Wrong* is a hit that took what the clean text has.

";

/// Rules of one folder of `patterns/`, by family.
type Families<'r> = BTreeMap<String, Vec<(&'r Rule, Told<&'r str>)>>;

/// The reference as files: `rules.md` with an overview and the rules of the languages in `main`, `rules/<lang>.md` with others.
pub fn reference(cleaner: &Cleaner, measured: &Measured, main: &[&str]) -> BTreeMap<String, String> {
    let engine = cleaner.engine();
    let mut languages: BTreeMap<String, Families<'_>> = BTreeMap::new();
    for (rule, told) in engine.rules().map(|rule| (&engine.rule(rule).rule, engine.told(rule))) {
        let (language, family) = home(rule);
        languages.entry(language).or_default().entry(family).or_default().push((rule, told));
    }
    let known = engine.books().first().map(|book| book.shared().languages).unwrap_or_default();
    let name = |code: &str| {
        let own = known.iter().find(|language| language.code == code).and_then(|language| language.own.first());
        own.map_or_else(|| code.to_owned(), |own| format!("{own} ({code})"))
    };
    let mut first = HEAD.to_owned();
    counts(&mut first, &languages, &name);
    contents(&mut first, &languages, main, &name);
    let mut files = BTreeMap::new();
    for (code, families) in &languages {
        let mut text = String::new();
        for (family, rules) in families {
            put(&mut text, format_args!("### {code}: {family}\n\n"));
            rules.iter().for_each(|(rule, told)| entry(&mut text, rule, told, measured));
        }
        if main.contains(&&**code) {
            put(&mut first, format_args!("## {}\n\n{text}", name(code)));
        } else {
            files
                .insert(format!("rules/{code}.md"), format!("# Rules: {}\n\n[All languages](../rules.md)\n\n{text}", name(code)));
        }
    }
    files.insert("rules.md".to_owned(), first);
    // One line end at the end, as every file has it.
    files.into_iter().map(|(path, text)| (path, text.trim_end().to_owned() + "\n")).collect()
}

/// The folder and the file that a rule is written in.
fn home(rule: &Rule) -> (String, String) {
    let path = Path::new(&rule.place.path);
    let name = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    (name(path.parent().and_then(Path::file_name)), name(path.file_stem()))
}

fn put(out: &mut String, args: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(args);
}

/// How many rules there are, by language and category.
fn counts(out: &mut String, languages: &BTreeMap<String, Families<'_>>, name: &dyn Fn(&str) -> String) {
    let all = || languages.values().flat_map(|families| families.values().flatten().map(|(rule, _)| *rule));
    let used: Vec<Category> = all().map(|rule| rule.category).collect::<BTreeSet<_>>().into_iter().collect();
    let row = |out: &mut String, head: &str, rules: &[&Rule]| {
        let of = |category: &Category| rules.iter().filter(|rule| rule.category == *category).count();
        let cells = used.iter().map(of).map(|n| if n == 0 { String::new() } else { n.to_string() });
        put(out, format_args!("| {head} | {} | {} |\n", rules.len(), cells.collect::<Vec<_>>().join(" | ")));
    };
    let names: Vec<&str> = used.iter().map(|category| category.name()).collect();
    put(out, format_args!("## How many\n\n| language | all | {} |\n", names.join(" | ")));
    put(out, format_args!("| --- | --: |{}\n", " --: |".repeat(names.len())));
    for (code, families) in languages {
        row(out, &name(code), &families.values().flatten().map(|(rule, _)| *rule).collect::<Vec<_>>());
    }
    row(out, "all", &all().collect::<Vec<_>>());
    out.push('\n');
}

/// Where each language's families stand.
fn contents(out: &mut String, languages: &BTreeMap<String, Families<'_>>, main: &[&str], name: &dyn Fn(&str) -> String) {
    put(out, format_args!("## Where\n\n"));
    for (code, families) in languages {
        let file = if main.contains(&&**code) { String::new() } else { format!("rules/{code}.md") };
        let link = |(family, rules): (&String, &Vec<_>)| format!("[{family}]({file}#{code}-{family}) {}", rules.len());
        put(out, format_args!("- {}: {}\n", name(code), families.iter().map(link).collect::<Vec<_>>().join(", ")));
    }
    out.push('\n');
}

/// What there is to say of one rule.
fn entry(out: &mut String, rule: &Rule, told: &Told<&str>, measured: &Measured) {
    put(out, format_args!("#### `{}`\n\n{} · {} · {}", rule.id, rule.category, rule.scope, rule.confidence));
    match (rule.action, rule.verdict) {
        (Action::Delete, _) => {}
        (action, None) => put(out, format_args!(" · {action}")),
        (action, Some(verdict)) => put(out, format_args!(" · {action}: {verdict}")),
    }
    put(out, format_args!("\n\n{}\n\n- takes: {}\n", plain(told.why), examples(&told.hits)));
    put(out, format_args!("- only: {}\n- leaves: {}\n", conditions(rule).join("; "), examples(&told.misses)));
    if !matches!(rule.action, Action::Keep | Action::Flag) {
        let figures = measured.figures(&rule.id);
        let (hits, pages, wrong) = (counted(figures.hits, "hit"), counted(figures.pages, "page"), figures.wrong);
        match figures.hits {
            0 => put(out, format_args!("- measured: no hit\n")),
            1..HITS_MIN => put(out, format_args!("- measured on under {HITS_MIN} hits: {hits} on {pages}, {wrong} wrong\n")),
            _ => put(out, format_args!("- measured: {hits} on {pages}, {wrong} wrong\n")),
        }
    }
    out.push('\n');
}

fn examples(examples: &[Example<&str>]) -> String {
    examples.iter().map(|example| code(example.text)).collect::<Vec<_>>().join(", ")
}

/// Conditions in words.
fn conditions(rule: &Rule) -> Vec<String> {
    let mut all = vec![place(rule)];
    all.extend((rule.confidence == Confidence::Maybe).then(|| "with other evidence".to_owned()));
    all.extend(rule.when.region.map(|region| region_words(region).to_owned()));
    all.extend(size(&rule.when));
    all.extend(neighbours(&rule.when));
    all.extend(page(&rule.when));
    if !rule.when.not.is_empty() {
        let phrase = |phrase: &Phrase| code(&phrase.source);
        all.push(format!("without {} in the line", or(rule.when.not.iter().map(phrase))));
    }
    all
}

/// Where its phrases stand, and what goes with them.
fn place(rule: &Rule) -> String {
    let at = match rule.at {
        At::Line => "as a whole line",
        At::Start => "at a line's start",
        At::End => "at a line's end",
        At::Anywhere => "anywhere in a line",
    };
    let takes = match (rule.scope, rule.until) {
        (Scope::Span, _) => ", that stretch alone".to_owned(),
        (Scope::Line, _) if rule.at == At::Line => String::new(),
        (Scope::Line, _) => ", the line with it".to_owned(),
        (Scope::Block, _) => ", the paragraph with it".to_owned(),
        (Scope::Section, until) => {
            let until = match until {
                Until::Prose => " or prose or a header",
                Until::Header => " or a header",
                Until::End => "",
            };
            format!(", with what follows up to {}{until}", counted(u64::from(rule.lines_max), "line"))
        }
    };
    format!("{at}{takes}")
}

fn region_words(region: Region) -> &'static str {
    match region {
        Region::Head => "above the first prose",
        Region::Tail => "below the last prose",
        Region::Edge => "above the first prose or below the last",
    }
}

/// What the line itself must be like.
fn size(when: &When) -> Option<String> {
    let words = match (when.words_min, when.words_max) {
        (None, None) => None,
        (None, Some(max)) => Some(format!("in at most {}", counted(u64::from(max), "word"))),
        (Some(min), None) => Some(format!("in at least {}", counted(u64::from(min), "word"))),
        (Some(min), Some(max)) => Some(format!("in {min} to {max} words")),
    };
    let count = when.count.as_ref().map(|count| {
        let of = code(&count.of.to_string());
        match count.at_most {
            u32::MAX => format!("where {of} stands at least {}", counted(u64::from(count.at_least), "time")),
            most => format!("where {of} stands {} to {most} times", count.at_least),
        }
    });
    let all: Vec<String> = words.into_iter().chain(count).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn neighbours(when: &When) -> Option<String> {
    let near = when.near.as_ref()?;
    let of = near.categories.iter().map(|category| category.name().to_owned());
    let of = or(of.chain(near.ids.iter().map(|id| code(id))));
    let lines = match near.at_least {
        1 => "another line".to_owned(),
        n => format!("{n} other lines"),
    };
    Some(format!("within {} of {lines} of {of}", counted(u64::from(near.lines), "line")))
}

/// What the page must be like.
fn page(when: &When) -> Option<String> {
    let mut all = Vec::new();
    all.extend(when.repeats.map(|n| format!("where the line stands at least {} on the page", counted(u64::from(n), "time"))));
    all.extend((!when.hosts.is_empty()).then(|| format!("on pages of {}", or(when.hosts.iter().map(|host| code(host))))));
    all.extend((!when.lang.is_empty()).then(|| format!("on pages in {}", or(when.lang.iter().map(|lang| code(lang))))));
    all.extend((!when.markup.is_empty()).then(|| format!("in the markup {}", or(when.markup.iter().map(|word| code(word))))));
    (!all.is_empty()).then(|| all.join("; "))
}

fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn or(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    match items.pop() {
        Some(last) if !items.is_empty() => format!("{} or {last}", items.join(", ")),
        last => last.unwrap_or_default(),
    }
}

/// Text as code, in which Markdown and HTML are inert: a fence longer than any inside, everything invisible spelled out.
fn code(text: &str) -> String {
    let shown = text.split('\n').map(printable).collect::<Vec<_>>().join(" ⏎ ");
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // Markdown takes a space off each end if both have one, so a mark at an end needs one there.
    let touches = |end: Option<char>| end.is_none_or(|c| c == '`' || c == ' ');
    let pad = if touches(shown.chars().next()) || touches(shown.chars().next_back()) { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// Text in which Markdown's marks mean nothing.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(&text.replace('\n', " ")).chars() {
        if "\\`*_[]<>|~&#".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_inert() {
        for (text, want) in [
            ("Share", "`Share`"),
            ("a\nb", "`a ⏎ b`"),
            ("`x` ``", "``` `x` `` ```"),
            ("<script>alert(1)</script>", "`<script>alert(1)</script>`"),
            ("\u{202e}x\u{1b}[1m", "`\\u{202e}x\\u{1b}[1m`"),
            (" x", "`  x `"),
        ] {
            assert_eq!(code(text), want);
        }
        assert_eq!(plain("[a](b) <i> `c`"), "\\[a\\](b) \\<i\\> \\`c\\`");
    }

    #[test]
    fn lists_in_words() {
        let words = |items: &[&str]| or(items.iter().map(|item| (*item).to_owned()));
        assert_eq!([words(&["a"]), words(&["a", "b"]), words(&["a", "b", "c"])], ["a", "a or b", "a, b or c"]);
    }
}
