//! The neutral page that an example is set into, and the marks in an example.

use crate::edit::Span;
use crate::names::{Region, Scope};
use crate::rules::rule::Rule;

/// Prose that no rule has a reason to touch.
const BEFORE: &str = "The river rose in the night and the lower meadow stood under water until noon. Nobody in the village remembered a spring like that one, and the older farmers had seen many.";
const AFTER: &str = "When the water fell, the children found a blue boat in the orchard. It lay between two pear trees as if somebody had put it there with care, and it took four grown men to carry it back.";

/// An example in its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// The page.
    pub page: String,
    /// What has to go, in bytes of the page.
    pub marks: Vec<Span>,
    /// The page as it should be afterwards.
    pub expected: String,
    /// What should stay of the example.
    pub left: String,
}

/// Sets an example where the rule's region asks: before the prose, after it, or between.
pub fn place(rule: &Rule, example: &str) -> Result<Fragment, String> {
    let (text, marks, left) = unmark(example)?;
    let (before, after) = match (rule.when.region, rule.scope) {
        (Some(Region::Head), _) => (String::new(), format!("\n\n{BEFORE}\n\n{AFTER}\n")),
        (Some(Region::Tail | Region::Edge), _) | (None, Scope::Section) => (format!("{BEFORE}\n\n{AFTER}\n\n"), "\n".to_owned()),
        (None, _) => (format!("{BEFORE}\n\n"), format!("\n\n{AFTER}\n")),
    };
    Ok(Fragment {
        marks: marks.into_iter().map(|m| Span::new(before.len() + m.start, before.len() + m.end)).collect(),
        page: format!("{before}{text}{after}"),
        expected: format!("{before}{left}{after}"),
        left,
    })
}

/// The text of an example, what is marked in it, and what is left when that goes. Without marks all of it goes.
fn unmark(example: &str) -> Result<(String, Vec<Span>, String), String> {
    if !example.contains('⟦') {
        return Ok((example.to_owned(), vec![Span::new(0, example.len())], String::new()));
    }
    let (mut text, mut left, mut marks, mut rest) = (String::new(), String::new(), Vec::new(), example);
    while let Some((before, marked)) = rest.split_once('⟦') {
        let (inside, behind) = marked.split_once('⟧').ok_or("`⟦` without `⟧`")?;
        let (old, new) = inside.split_once('⇒').unwrap_or((inside, ""));
        text.push_str(before);
        left.push_str(before);
        marks.push(Span::new(text.len(), text.len() + old.len()));
        text.push_str(old);
        left.push_str(new);
        rest = behind;
    }
    text.push_str(rest);
    left.push_str(rest);
    Ok((text, marks, left))
}

/// A text by its words: white space in runs of one, blank lines and spaces at line ends away, for a rule may take a space with it.
pub fn loose(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A page without its neutral prose.
pub fn without_host(text: &str) -> String {
    text.replace(BEFORE, "").replace(AFTER, "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        let spans = |s: &str| {
            unmark(s).map(|(text, marks, left)| (text, marks.into_iter().map(|m| (m.start, m.end)).collect::<Vec<_>>(), left))
        };
        assert_eq!(spans("all"), Ok(("all".into(), vec![(0, 3)], "".into())));
        assert_eq!(spans("it⟦`⇒'⟧s ⟦x⟧"), Ok(("it`s x".into(), vec![(2, 3), (5, 6)], "it's ".into())));
        assert_eq!(spans("a⟦b"), Err("`⟦` without `⟧`".into()));
    }
}
