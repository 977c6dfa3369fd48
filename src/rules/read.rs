//! Reading a rule: the keys of a `[pack]` and of a `[[rule]]`, checked, to a [`Rule`].
//!
//! Faults are collected with their places; one wrong key does not hide the next.

use super::load::Scope as SetScope;
use super::phrase::{self, Phrase};
use super::rule::{Anchor, CharCount, Example, Near, Piece, Place, RegexMatch, Rule, Told, WINDOW_LINES, When, WrittenRule};
use super::schema::{At as Placed, Keys, SourceFile};
use crate::error::LineStarts;
use crate::names::{Action, At, Category, Confidence, Scope, Until, Verdict};

/// What a pack says for all its rules.
#[derive(Debug, Clone)]
pub struct PackHead {
    /// The languages; empty for every language.
    pub lang: Vec<String>,
    category: Option<Category>,
    scope: Option<Scope>,
    confidence: Option<Confidence>,
}

impl PackHead {
    /// Reads `[pack]`.
    pub fn read(keys: &mut Keys<'_, '_>) -> Option<PackHead> {
        let Some((table, offset)) = keys.table("pack") else {
            keys.missing("pack");
            return None;
        };
        let mut keys = keys.inside(table, offset);
        match keys.number("schema", u32::MAX) {
            Some(1) => {}
            Some(n) => keys.fault(offset, format!("schema {n}, this program knows 1")),
            None => keys.missing("schema"),
        }
        let lang = keys.texts("lang");
        if lang.is_empty() {
            keys.missing("lang");
        }
        let mut langs = Vec::new();
        for code in lang {
            match code.value.as_str() {
                "any" => {}
                c if (2..=3).contains(&c.len()) && c.bytes().all(|b| b.is_ascii_lowercase()) => langs.push(code.value),
                c => keys.fault(code.offset, format!("unknown language `{c}`, expected a code such as `en`, or `any`")),
            }
        }
        let head = PackHead {
            lang: langs,
            category: keys.name("category"),
            scope: keys.name("scope"),
            confidence: keys.name("confidence"),
        };
        keys.finish();
        Some(head)
    }

    /// What ids of this pack begin with, for a file of this family.
    fn id_prefix(&self, family: &str) -> String {
        match self.lang.first().map(String::as_str) {
            None | Some("en") => format!("{family}."),
            Some(lang) => format!("{lang}.{family}."),
        }
    }
}

/// Reads one `[[rule]]`; `starts` is of the file's text.
pub fn read(
    file: &SourceFile,
    starts: &LineStarts<'_>,
    head: &PackHead,
    keys: &mut Keys<'_, '_>,
    sets: &mut SetScope<'_>,
) -> Option<WrittenRule> {
    let id = keys.text("id");
    let why = keys.text("why");
    let (phrases, pattern, anchors) = (keys.texts("phrases"), keys.text("regex"), keys.texts("anchors"));
    let category = keys.name("category").or(head.category);
    let scope = keys.name("scope").or(head.scope).unwrap_or(Scope::Line);
    let confidence = keys.name("confidence").or(head.confidence).unwrap_or(Confidence::Likely);
    let action = keys.name("action").unwrap_or(Action::Delete);
    let at = keys.name("at").unwrap_or(if matches!(scope, Scope::Line | Scope::Section) { At::Line } else { At::Anywhere });
    let (until, lines_max, verdict) = (keys.name("until"), keys.number("lines-max", 10_000), keys.name("verdict"));
    let (replaces, replace) = (keys.flag("replaces"), keys.text("replace"));
    let when = read_when(file, keys, sets);
    let (hits, misses) = (keys.texts("hit"), keys.texts("miss"));

    let Some(id) = id else {
        keys.missing("id");
        return None;
    };
    for (key, absent) in
        [("why", why.is_none()), ("category", category.is_none()), ("hit", hits.is_empty()), ("miss", misses.is_empty())]
    {
        if absent {
            keys.missing(key);
        }
    }
    let place = starts.line_column(id.offset);
    check_id(file, head, keys, &id, replaces);
    check_fit(keys, id.offset, (scope, action), (until.is_some() || lines_max.is_some(), verdict, replace.is_some()));
    let examples = |list: Vec<Placed<String>>| -> Vec<Example> {
        let placed = |e: Placed<String>| (starts.line_column(e.offset), e.value);
        list.into_iter().map(placed).map(|((line, column), text)| Example { text, line, column }).collect()
    };
    let checked: Vec<Phrase> = phrases.iter().filter_map(|p| read_phrase(file, keys, sets, p)).collect();
    let regex = read_regex(keys, sets, id.offset, phrases.is_empty(), pattern, &anchors);
    let captures = captures(&checked, regex.as_ref());
    let told = Told { why: why.map(|w| w.value).unwrap_or_default(), hits: examples(hits), misses: examples(misses) };
    let rule = Rule {
        category: category?,
        confidence,
        scope,
        action,
        at,
        until: until.unwrap_or(Until::Prose),
        lines_max: lines_max.unwrap_or(40),
        lang: head.lang.clone(),
        replaces,
        verdict,
        replace: replace.and_then(|r| read_template(keys, &r, &captures)),
        regex,
        when,
        place: Place { path: file.path.to_string_lossy().into_owned(), line: place.0, column: place.1 },
        id: id.value,
    };
    Some(WrittenRule { rule, phrases: checked, told })
}

fn check_id(file: &SourceFile, head: &PackHead, keys: &mut Keys<'_, '_>, id: &Placed<String>, replaces: bool) {
    let prefix = head.id_prefix(file.family());
    let name = id.value.strip_prefix(&prefix);
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !replaces && !name.is_some_and(plain) {
        let message = format!("id `{}`, expected `{prefix}` and a name of small letters, digits and dashes", id.value);
        keys.fault(id.offset, message);
    }
}

/// Keys that only make sense together.
fn check_fit(keys: &mut Keys<'_, '_>, at: usize, does: (Scope, Action), has: (bool, Option<Verdict>, bool)) {
    let ((scope, action), (section_keys, verdict, replace)) = (does, has);
    if section_keys && scope != Scope::Section {
        keys.fault(at, format!("`until` and `lines-max` go with scope `section`, this rule's is `{scope}`"));
    }
    if verdict.is_some() && action != Action::Flag {
        keys.fault(at, format!("`verdict` goes with action `flag`, this rule's is `{action}`"));
    }
    if replace != (action == Action::Replace) {
        keys.fault(at, "`replace` and action `replace` go together");
    }
    if action == Action::Replace && scope != Scope::Span {
        keys.fault(at, format!("action `replace` goes with scope `span`, this rule's is `{scope}`"));
    }
}

fn read_phrase(file: &SourceFile, keys: &mut Keys<'_, '_>, sets: &mut SetScope<'_>, source: &Placed<String>) -> Option<Phrase> {
    match phrase::parse(&source.value, sets) {
        Ok(phrase) => Some(phrase),
        Err(fault) => {
            // The quote before the phrase is one byte; escapes inside it are rare enough to be off by a column.
            let mut error = file.error(source.offset + 1 + fault.offset, fault.message);
            if let Some((typed, known)) = &fault.unknown {
                error = error.meant(typed, known.iter().map(String::as_str));
            }
            keys.push(error);
            None
        }
    }
}

fn read_regex(
    keys: &mut Keys<'_, '_>,
    sets: &mut SetScope<'_>,
    offset: usize,
    alone: bool,
    pattern: Option<Placed<String>>,
    anchors: &[Placed<String>],
) -> Option<RegexMatch> {
    let Some(pattern) = pattern else {
        if alone {
            keys.fault(offset, "expected `phrases` or `regex`");
        } else if let Some(anchor) = anchors.first() {
            keys.fault(anchor.offset, "`anchors` goes with `regex`");
        }
        return None;
    };
    if !alone {
        keys.fault(pattern.offset, "expected `phrases` or `regex`, not both");
    }
    match regex::Regex::new(&pattern.value) {
        Ok(regex) if regex.is_match("") => keys.fault(pattern.offset, "the expression matches the empty text"),
        Ok(_) => {}
        Err(error) => {
            let text = error.to_string();
            keys.fault(pattern.offset, format!("not a regular expression: {}", text.lines().last().unwrap_or_default().trim()));
        }
    }
    if anchors.is_empty() {
        keys.fault(pattern.offset, "`regex` needs `anchors`: literals, `{set}` or `[class]`, one of which stands in every match");
    }
    let anchors = anchors.iter().filter_map(|anchor| read_anchor(keys, sets, anchor)).collect();
    Some(RegexMatch { pattern: pattern.value, anchors })
}

fn read_anchor(keys: &mut Keys<'_, '_>, sets: &mut SetScope<'_>, anchor: &Placed<String>) -> Option<Anchor> {
    let text = anchor.value.as_str();
    let is_name = |t: &&str| t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let inside = |open: char, close: char| text.strip_prefix(open).and_then(|t| t.strip_suffix(close)).filter(is_name);
    let unknown = |what: &str, name: &str, known: Vec<String>| {
        let message = format!("unknown {what} `{name}`");
        (message, name.to_owned(), known)
    };
    let (message, name, known) = if let Some(name) = inside('[', ']') {
        match sets.class(name) {
            Some(class) => return Some(Anchor::Class(class)),
            None => unknown("class", name, sets.class_names()),
        }
    } else if let Some(name) = inside('{', '}') {
        match sets.members(name) {
            Some(members) => return Some(Anchor::Literals(members)),
            None => unknown("set", name, phrase::SetNames::names(sets)),
        }
    } else {
        return Some(Anchor::Literals(vec![text.to_owned()]));
    };
    let error = keys.error_at(anchor.offset, message);
    keys.push(error.meant(&name, known.iter().map(String::as_str)));
    None
}

fn read_when(file: &SourceFile, keys: &mut Keys<'_, '_>, sets: &mut SetScope<'_>) -> When {
    let Some((table, offset)) = keys.table("when") else { return When::default() };
    let mut keys = keys.inside(table, offset);
    let when = When {
        words_max: keys.number("words-max", 10_000),
        words_min: keys.number("words-min", 10_000),
        region: keys.name("region"),
        near: read_near(&mut keys),
        repeats: keys.number("repeats", 10_000),
        hosts: keys.texts("hosts").into_iter().map(|h| h.value.to_lowercase()).collect(),
        lang: keys.texts("lang").into_iter().map(|l| l.value).collect(),
        count: read_count(&mut keys),
        markup: keys.texts("markup").into_iter().map(|m| m.value).collect(),
        not: keys.texts("not").iter().filter_map(|p| read_phrase(file, &mut keys, sets, p)).collect(),
    };
    keys.finish();
    when
}

fn read_near(keys: &mut Keys<'_, '_>) -> Option<Near> {
    let (table, offset) = keys.table("near")?;
    let mut keys = keys.inside(table, offset);
    let of = keys.texts("of");
    if of.is_empty() {
        keys.missing("of");
    }
    let (mut categories, mut ids) = (Vec::new(), Vec::new());
    for name in of {
        match name.value.parse::<Category>() {
            Ok(category) => categories.push(category),
            Err(_) if name.value.contains('.') => ids.push(name.value),
            Err(error) => {
                let error = error.help("or a rule's id");
                let place = keys.error_at(name.offset, error.to_string());
                keys.push(place);
            }
        }
    }
    let lines = keys.number("lines", WINDOW_LINES).unwrap_or(2);
    let at_least = keys.number("at-least", 2 * WINDOW_LINES).unwrap_or(1);
    keys.finish();
    Some(Near { categories, ids, lines, at_least })
}

fn read_count(keys: &mut Keys<'_, '_>) -> Option<CharCount> {
    let (table, offset) = keys.table("count")?;
    let mut keys = keys.inside(table, offset);
    let of = keys.text("of");
    let count = match of.as_ref().and_then(|of| of.value.chars().next().filter(|c| c.len_utf8() == of.value.len())) {
        Some(of) => Some(CharCount {
            of,
            at_least: keys.number("at-least", 10_000).unwrap_or(1),
            at_most: keys.number("at-most", 10_000).unwrap_or(u32::MAX),
        }),
        None => {
            keys.fault(of.map_or(offset, |of| of.offset), "`of`, expected one character");
            None
        }
    };
    keys.finish();
    count
}

/// What a replacement may name: slots and sets of every phrase, or the groups of the expression.
fn captures(phrases: &[Phrase], regex: Option<&RegexMatch>) -> Vec<String> {
    let Some(first) = phrases.first() else {
        let regex = regex.and_then(|r| regex::Regex::new(&r.pattern).ok());
        return regex.iter().flat_map(|r| r.capture_names().flatten()).map(str::to_owned).collect();
    };
    let mut names = first.captures();
    names.retain(|name| phrases.iter().all(|phrase| phrase.captures().contains(name)));
    names
}

fn read_template(keys: &mut Keys<'_, '_>, template: &Placed<String>, captures: &[String]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template.value.as_str();
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push(c);
            rest = &rest[2..];
        } else if c == '{' {
            let Some(end) = rest.find('}') else {
                keys.fault(template.offset, "`{` without `}`; write `{{` for a brace");
                return None;
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            let name = &rest[1..end];
            if !captures.iter().any(|c| c == name) {
                let error = keys.error_at(
                    template.offset,
                    format!("unknown `{{{name}}}` in `replace`, no slot of every phrase has that name"),
                );
                keys.push(error.meant(name, captures.iter().map(String::as_str)));
            }
            pieces.push(Piece::Capture(name.to_owned()));
            rest = &rest[end + 1..];
        } else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Some(pieces)
}
