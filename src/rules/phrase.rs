//! The grammar of a phrase: literal text with slots, groups, sets and a cut.
//!
//! This file knows how a phrase is written. How it is compared with a line is `engine::program`'s work, how it is found in a page
//! `engine::index`'s.

use serde::{Deserialize, Serialize};

/// A phrase as checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// As it is written in the pack.
    pub source: String,
    /// Its parts in order.
    pub nodes: Vec<Node>,
}

impl Phrase {
    /// The names under which its slots and sets can be used in `replace`.
    pub fn captures(&self) -> Vec<String> {
        let groups = self.nodes.iter().flat_map(|node| match node {
            Node::Group(ways) => ways.iter().flatten().collect(),
            node => vec![node],
        });
        groups.filter_map(Node::name).collect()
    }
}

impl Node {
    /// The name under which it can be used in `replace`.
    pub fn name(&self) -> Option<String> {
        match self {
            Node::Slot(slot) => SLOTS.iter().find(|(_, s)| s == slot).map(|(name, _)| (*name).to_owned()),
            Node::Set { name, .. } => Some(name.clone()),
            _ => None,
        }
    }
}

/// A part of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Node {
    /// Literal text, not folded yet.
    Text(String),
    /// One of several; groups do not nest.
    Group(Vec<Vec<Node>>),
    /// A shape that the program knows.
    Slot(Slot),
    /// A member of a word set, or several with separators.
    Set {
        /// The set's name, for `replace`.
        name: String,
        /// Its index in the rule set's sets.
        set: u32,
        /// Whether several may stand in a row.
        many: bool,
    },
    /// The word before it may go on.
    AnyEnding,
    /// What is taken begins here.
    CutStart,
    /// What is taken ends here.
    CutEnd,
}

/// A shape that the program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the names are those of the format's table in patterns/README.md
pub enum Slot {
    Count,
    Date,
    Time,
    Name,
    Word,
    Words { min: u8, max: u8 },
    Rest,
    Code,
    Own,
    Foreign,
    Langs,
}

/// The slots by the name they are written with; `{words:a-b}` is read apart.
pub const SLOTS: &[(&str, Slot)] = &[
    ("n", Slot::Count),
    ("date", Slot::Date),
    ("time", Slot::Time),
    ("name", Slot::Name),
    ("word", Slot::Word),
    ("rest", Slot::Rest),
    ("code", Slot::Code),
    ("own", Slot::Own),
    ("foreign", Slot::Foreign),
    ("langs", Slot::Langs),
];

/// How many spellings the groups of one phrase may make.
pub const SPELLINGS_MAX: usize = 256;

/// What is wrong with a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, in bytes of the phrase.
    pub offset: usize,
    /// What.
    pub message: String,
    /// A name that nobody knows, and those that are known.
    pub unknown: Option<(String, Vec<String>)>,
}

/// A word set that a phrase may name.
pub trait SetNames {
    /// The index of a set.
    fn find(&mut self, name: &str) -> Option<u32>;
    /// All names that are seen from here.
    fn names(&self) -> Vec<String>;
}

/// Reads a phrase.
pub fn parse(source: &str, sets: &mut dyn SetNames) -> Result<Phrase, Fault> {
    let mut parser = Parser { source, sets, spellings: 1 };
    let nodes = parser.nodes(0, source.len(), true)?;
    if parser.spellings > SPELLINGS_MAX {
        return Err(fault(0, format!("the groups make {} spellings, at most {SPELLINGS_MAX} are allowed", parser.spellings)));
    }
    let starts = nodes.iter().filter(|n| **n == Node::CutStart).count();
    let ends = nodes.iter().filter(|n| **n == Node::CutEnd).count();
    if starts != ends || starts > 1 {
        return Err(fault(0, "expected one `⟦` and after it one `⟧`, outside groups"));
    }
    let solid = |n: &Node| !matches!(n, Node::CutStart | Node::CutEnd | Node::AnyEnding);
    if source.trim().is_empty() || !nodes.iter().any(solid) {
        return Err(fault(0, "an empty phrase would match everywhere"));
    }
    Ok(Phrase { source: source.to_owned(), nodes })
}

fn fault(offset: usize, message: impl Into<String>) -> Fault {
    Fault { offset, message: message.into(), unknown: None }
}

struct Parser<'a> {
    source: &'a str,
    sets: &'a mut dyn SetNames,
    spellings: usize,
}

impl Parser<'_> {
    /// The nodes between two offsets.
    fn nodes(&mut self, from: usize, to: usize, groups: bool) -> Result<Vec<Node>, Fault> {
        let mut nodes = Vec::new();
        let mut text = String::new();
        let mut at = from;
        while at < to {
            let rest = &self.source[at..to];
            let Some(c) = rest.chars().next() else { break };
            let mut length = c.len_utf8();
            let node = match c {
                '{' if rest.starts_with("{{") => {
                    length = 2;
                    text.push('{');
                    None
                }
                '}' if rest.starts_with("}}") => {
                    length = 2;
                    text.push('}');
                    None
                }
                '{' => {
                    let end = rest.find('}').ok_or_else(|| fault(at, "`{` without `}`; write `{{` for a brace"))?;
                    length = end + 1;
                    Some(self.named(at, &rest[1..end])?)
                }
                '}' => return Err(fault(at, "`}` without `{`; write `}}` for a brace")),
                '⟦' => Some(Node::CutStart),
                '⟧' => Some(Node::CutEnd),
                '*' if self.source[..at].chars().next_back().is_some_and(char::is_alphanumeric) => Some(Node::AnyEnding),
                '(' => match closing(rest) {
                    Some((end, bars)) if !bars.is_empty() => {
                        if !groups {
                            return Err(fault(at, "groups do not nest"));
                        }
                        length = end + 1;
                        Some(self.group(at, end, &bars)?)
                    }
                    _ => {
                        text.push(c);
                        None
                    }
                },
                _ => {
                    text.push(c);
                    None
                }
            };
            if let Some(node) = node {
                if !text.is_empty() {
                    nodes.push(Node::Text(std::mem::take(&mut text)));
                }
                nodes.push(node);
            }
            at += length;
        }
        if !text.is_empty() {
            nodes.push(Node::Text(text));
        }
        Ok(nodes)
    }

    fn group(&mut self, at: usize, end: usize, bars: &[usize]) -> Result<Node, Fault> {
        let mut members = Vec::new();
        let mut from = at + 1;
        for bar in bars.iter().copied().chain([end]) {
            members.push(self.nodes(from, at + bar, false)?);
            from = at + bar + 1;
        }
        if let Some(i) = members.iter().position(|m| m.iter().any(|n| matches!(n, Node::CutStart | Node::CutEnd))) {
            return Err(fault(at, format!("`⟦` and `⟧` may not stand in a group (alternative {})", i + 1)));
        }
        self.spellings = self.spellings.saturating_mul(members.len());
        Ok(Node::Group(members))
    }

    /// What `{name}` stands for.
    fn named(&mut self, at: usize, name: &str) -> Result<Node, Fault> {
        if let Some((_, slot)) = SLOTS.iter().find(|(known, _)| *known == name) {
            return Ok(Node::Slot(*slot));
        }
        if let Some(range) = name.strip_prefix("words:") {
            let bounds = range.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
            return match bounds {
                Some((min, max)) if min <= max && max > 0 && max <= 40 => Ok(Node::Slot(Slot::Words { min, max })),
                _ => Err(fault(at, format!("`{{{name}}}`, expected two numbers up to 40, as in `{{words:1-6}}`"))),
            };
        }
        let (bare, many) = name.strip_suffix('+').map_or((name, false), |bare| (bare, true));
        if let Some(set) = self.sets.find(bare) {
            return Ok(Node::Set { name: bare.to_owned(), set, many });
        }
        let mut known: Vec<String> = SLOTS.iter().map(|(slot, _)| (*slot).to_owned()).collect();
        known.push("words:1-6".to_owned());
        known.extend(self.sets.names());
        let message = format!("unknown `{{{name}}}`, expected a slot or a set");
        Err(Fault { offset: at, message, unknown: Some((bare.to_owned(), known)) })
    }
}

/// The matching `)` of the `(` that `text` begins with, and the bars at the group's own level, in bytes from `(`.
fn closing(text: &str) -> Option<(usize, Vec<usize>)> {
    let (mut depth, mut bars) = (0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return Some((i, bars)),
            ')' => depth -= 1,
            '|' if depth == 1 => bars.push(i),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Networks;
    impl SetNames for Networks {
        fn find(&mut self, name: &str) -> Option<u32> {
            (name == "network").then_some(0)
        }
        fn names(&self) -> Vec<String> {
            vec!["network".into()]
        }
    }

    fn shown(source: &str) -> String {
        match parse(source, &mut Networks) {
            Ok(phrase) => format!("{:?}", phrase.nodes),
            Err(fault) => format!("{}: {}", fault.offset, fault.message),
        }
    }

    #[test]
    fn grammar() {
        for (source, expected) in [
            ("share (a|) b", r#"[Text("share "), Group([[Text("a")], []]), Text(" b")]"#),
            ("a (b) | c", r#"[Text("a (b) | c")]"#),
            ("{{x}} * word*", r#"[Text("{x} * word"), AnyEnding]"#),
            ("on {network+}", r#"[Text("on "), Set { name: "network", set: 0, many: true }]"#),
            ("{words:1-6}", "[Slot(Words { min: 1, max: 6 })]"),
            ("({n}|no) x", r#"[Group([[Slot(Count)], [Text("no")]]), Text(" x")]"#),
            ("it⟦`⟧s", r#"[Text("it"), CutStart, Text("`"), CutEnd, Text("s")]"#),
            ("((a|b)|c)", "1: groups do not nest"),
            ("a {netwrk}", "2: unknown `{netwrk}`, expected a slot or a set"),
            ("a {n", "2: `{` without `}`; write `{{` for a brace"),
            ("{words:6}", "0: `{words:6}`, expected two numbers up to 40, as in `{words:1-6}`"),
            (" ", "0: an empty phrase would match everywhere"),
            ("a⟦b", "0: expected one `⟦` and after it one `⟧`, outside groups"),
        ] {
            assert_eq!(shown(source), expected, "{source}");
        }
    }

    #[test]
    fn spellings_are_bounded() {
        let source = "(a|b)".repeat(9);
        assert_eq!(shown(&source), "0: the groups make 512 spellings, at most 256 are allowed");
    }
}
