//! Whether a page is HTML: as it was said, or by how it begins.

use crate::names::Content;

/// How much of a page is looked at to tell HTML from text.
const HEAD_BYTES: usize = 1 << 10;

/// Whether a text is HTML: as `asked` has it, else as its file or record says, else by its beginning.
pub fn is_html(asked: Content, said: Option<Content>, text: &str) -> bool {
    match (asked, said) {
        (Content::Html, _) => true,
        (Content::Text, _) => false,
        (Content::Auto, Some(said)) => said == Content::Html,
        (Content::Auto, None) => begins_as_html(text),
    }
}

/// Whether a text begins as HTML pages do: with a document type, or with one of the elements that only they begin with.
fn begins_as_html(text: &str) -> bool {
    let mut head = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    // Comments, and the declaration of XHTML, may stand before the document type.
    for (open, close) in [("<?xml", "?>"), ("<!--", "-->"), ("<!--", "-->"), ("<!--", "-->")] {
        if head.starts_with(open) {
            head = head.split_once(close).map_or("", |(_, rest)| rest).trim_start();
        }
    }
    // Of most pages the first character tells.
    if !head.starts_with('<') {
        return false;
    }
    let end = head.len().min(HEAD_BYTES);
    let head = head.get(..head.floor_char_boundary(end)).unwrap_or_default().to_ascii_lowercase();
    // A tag that closes, with attributes if anything; a sentence about the tag is none.
    let is_tag = |name: &str| {
        let rest = head.strip_prefix('<').and_then(|rest| rest.strip_prefix(name));
        let inside = rest.and_then(|rest| rest.split_once('>')).map(|(inside, _)| inside);
        inside.is_some_and(|i| {
            i.trim_matches(['/', ' ', '\n', '\r', '\t']).is_empty() || (i.starts_with(char::is_whitespace) && i.contains('='))
        })
    };
    head.starts_with("<!doctype html") || ["html", "head", "body"].iter().any(|name| is_tag(name))
}

#[cfg(test)]
mod tests {
    use super::begins_as_html;

    #[test]
    fn html_is_told_by_its_beginning() {
        for (text, is_html) in [
            ("<!DOCTYPE html>\n<p>a", true),
            ("\u{feff}\n <HTML lang=en>", true),
            ("<?xml version=\"1.0\"?>\n<!-- a -->\n<!DOCTYPE html PUBLIC \"\">", true),
            ("<body>", true),
            ("<header>A header is an element.", false),
            ("<html is how every page begins", false),
            ("<!-- a note -->\nText.", false),
            ("<p>A fragment.</p>", false),
            ("The tag <html> opens a page.", false),
            ("", false),
        ] {
            assert_eq!(begins_as_html(text), is_html, "{text}");
        }
    }
}
