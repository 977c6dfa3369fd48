//! HTML to text: a line for each block of the page, and what the markup tells of each line.
//!
//! The tokenizer reads the page as browsers do, but no tree is built: a stack of open elements is enough to know where lines end and
//! what is around them. Decoding bytes is `decode`'s work; what a line is, and whether it goes, is for the stages after this one.

mod lines;
mod markup;
mod nesting;
mod page;
mod reader;
mod sniff;
mod source;
mod tags;
mod told;
mod words;

use html5gum::Tokenizer;

pub use markup::{Landmark, Markup, Seen};
pub use sniff::is_html;
pub use told::plain;

use crate::config::Limits;
use crate::edit::Note;
use page::Page;
use reader::Reader;
use source::Source;

/// The text of an HTML page, and what its markup tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HtmlPage {
    /// The text: a line for each block, a blank line between paragraphs.
    pub text: String,
    /// What the markup tells of the lines.
    pub markup: Markup,
    /// The title, without the site's name where the page has it so.
    pub title: Option<String>,
    /// The tag of the language that the page says it is in (`pt-BR`).
    pub lang: Option<String>,
    /// What was odd.
    pub notes: Vec<Note>,
}

/// How many headings are compared with the title.
const HEADINGS_MAX: usize = 8;

/// Makes text of HTML. It cannot fail: what is broken is read as browsers read it, in time that grows with the page's length.
///
/// ```
/// use unchaff::{Limits, html_to_text};
/// let page = html_to_text("<h1>Bridge</h1><p>It <b>opened</b> on&nbsp;Monday.<p>Nobody came.", &Limits::default());
/// assert_eq!(page.text, "Bridge\n\nIt opened on\u{a0}Monday.\n\nNobody came.\n");
/// ```
pub fn to_text(html: &str, limits: &Limits) -> HtmlPage {
    let mut page = Page::new(limits.html_depth_max);
    // Reading a text cannot fail.
    let Ok(()) = Tokenizer::new_with_emitter(Source::new(html), Reader::new(&mut page, limits.html_attribute_bytes_max)).finish();
    let notes = notes(&page, limits);
    let (text, markup, mut told) = page.finish();
    let headings = markup.lines_of("h1").take(HEADINGS_MAX);
    let title = told.title(headings.map(|span| span.of(&text)));
    let lang = told.lang();
    HtmlPage { text, markup, title, lang, notes }
}

fn notes(page: &Page, limits: &Limits) -> Vec<Note> {
    let mut notes = Vec::new();
    if page.too_deep > 0 {
        let max = limits.html_depth_max;
        notes.push(Note(format!("{} elements deeper than html-depth-max ({max}): read as text only", page.too_deep)));
    }
    if page.too_long > 0 {
        let max = limits.html_attribute_bytes_max;
        notes.push(Note(format!("{} attributes longer than html-attribute-bytes-max ({max}): not read", page.too_long)));
    }
    notes
}
