//! What the rules say about the lines of a page, as the features use it. Whether a rule acts is `decide`'s.

use crate::engine::page::Page;
use crate::engine::scan::Engine;
use crate::names::{Action, Category, Confidence, Scope};

/// The kinds of section headers that features tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headers {
    Comments,
    Related,
    Author,
    Other,
}

impl Headers {
    /// All of them, in the order of the features.
    pub const ALL: [Headers; 4] = [Headers::Comments, Headers::Related, Headers::Author, Headers::Other];

    fn of(category: Category) -> Headers {
        match category {
            Category::Comments => Headers::Comments,
            Category::Related => Headers::Related,
            Category::AuthorBio => Headers::Author,
            _ => Headers::Other,
        }
    }
}

/// What matched on each line, as far as it tells what the line is.
#[derive(Debug, Default)]
pub struct Evidence {
    /// 0 nothing, 1 a part of the line, 2 to 4 a rule that takes lines: maybe, likely, sure.
    pub hits: Vec<u8>,
    /// 0 nothing, 1 what belongs to an article, 2 ways to other pages, 3 a widget.
    pub groups: Vec<u8>,
    /// The section that begins here.
    pub headers: Vec<Option<Headers>>,
    /// Whether a rule takes the line for a date or a byline.
    pub is_date: Vec<bool>,
    /// Whether a rule takes the line for a part of comments.
    pub is_comment: Vec<bool>,
    /// Whether a rule takes the line for navigation or related pages.
    pub is_navigation: Vec<bool>,
}

/// The hit of a `likely` rule.
pub const LIKELY: u8 = 3;

impl Evidence {
    /// Reads what matched on a page.
    pub fn new(page: &Page<'_>, engine: &Engine) -> Evidence {
        let mut e = Evidence::default();
        for line in &page.lines {
            let (mut hit, mut group, mut header, mut categories) = (0, 0, None, 0u32);
            for number in line.candidates().filter(|number| page.tells[*number]) {
                let rule = page.candidates[number].rule;
                if matches!(engine.book(rule).head(rule.rule as usize).action(), Action::Keep) {
                    continue;
                }
                let rule = &engine.rule(rule).rule;
                let one = match (rule.scope, rule.confidence) {
                    (Scope::Span, _) => 1,
                    (_, Confidence::Maybe) => 2,
                    (_, Confidence::Likely) => LIKELY,
                    (_, Confidence::Sure) => 4,
                };
                categories |= 1 << rule.category as u32;
                if one > hit {
                    (hit, group) = (one, group_of(rule.category));
                }
                if rule.scope == Scope::Section {
                    header = Some(Headers::of(rule.category));
                }
            }
            let is = |category: Category| categories & (1 << category as u32) != 0;
            e.hits.push(hit);
            e.groups.push(group);
            e.headers.push(header);
            e.is_date.push(is(Category::Date) || is(Category::Byline));
            e.is_comment.push(is(Category::Comments));
            e.is_navigation.push(is(Category::Navigation) || is(Category::Related));
        }
        e
    }

    /// Whether a rule that acts by itself matches a line.
    pub fn is_likely(&self, line: usize) -> bool {
        self.hits[line] >= LIKELY
    }
}

fn group_of(category: Category) -> u8 {
    match category {
        Category::Byline | Category::Date | Category::ImageCredit | Category::AuthorBio | Category::Kicker => 1,
        Category::Debris | Category::Encoding | Category::Duplicate | Category::Body => 0,
        Category::Related | Category::Navigation | Category::Tags | Category::Legal | Category::Copyright => 2,
        _ => 3,
    }
}
