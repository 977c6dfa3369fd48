//! Two settings side by side as a page for a browser: the lines that come out differently, page by page. No script, no request.

use std::fmt::Write;

use super::{STYLE, hash};
use crate::error::printable;
use crate::render::Difference;

/// What this page needs besides the report's style.
const OWN_STYLE: &str = "
.compared { inline-size: 100%; border-collapse: collapse; margin-block: 0.75rem 2.25rem; font-size: 0.875rem; }
.compared th { text-align: start; font-weight: 500; color: var(--soft); }
.compared td, .compared th { padding: 0.25rem 0.75rem 0.25rem 0; border-block-end: 1px solid var(--rule); vertical-align: baseline; }
.compared .number { text-align: end; white-space: nowrap; color: var(--soft); }
.compared .rule { font-family: var(--mono); font-size: 0.8125rem; }
main { padding-block: 1rem 4rem; } main h1 { margin-block: 0.5rem 1rem; } main h2 { margin-block-start: 2rem; } main h3 { margin: 0; }
.across { overflow-x: auto; }
";

/// The page. `sides` says what either side was cleaned with.
pub fn comparison(difference: &Difference, sides: [&str; 2]) -> String {
    let style = format!("{STYLE}{OWN_STYLE}");
    let policy =
        format!("default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'", hash(&style));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Two settings compared · unchaff</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{style}</style>\n</head>\n<body>\n\
         <header class=\"top\"><p class=\"mark\">unchaff</p></header>\n<main>\n<p class=\"kicker\">Two settings compared</p>\n\
         <h1>{} of {} pages differ</h1>\n",
        difference.differing, difference.pages
    );
    let [a, b] = sides.map(|side| if side.is_empty() { "the usual settings".to_owned() } else { escaped(side) });
    // Writing to memory cannot fail.
    let _ = writeln!(out, "<p class=\"lead\"><b>a</b>: {a}<br><b>b</b>: {b}</p>");
    out.push_str(
        "<h2 id=\"rules\">By rule</h2>\n<div class=\"across\"><table class=\"compared\"><thead><tr><th>side</th><th>rule</th>",
    );
    out.push_str("<th class=\"number\">lines of which it takes more</th></tr></thead><tbody>\n");
    for (side, rule, lines) in difference.by_rule() {
        let _ =
            writeln!(out, "<tr><td>{side}</td><td class=\"rule\">{}</td><td class=\"number\">{lines}</td></tr>", escaped(rule));
    }
    out.push_str("</tbody></table></div>\n<h2 id=\"pages\">By page</h2>\n");
    for page in &difference.shown {
        let _ = write!(
            out,
            "<section><h3><bdi>{}</bdi></h3>\n<div class=\"across\"><table class=\"compared\"><tbody>\n",
            escaped(&page.name)
        );
        for line in &page.lines {
            let _ = writeln!(
                out,
                "<tr><td class=\"number\">{}</td><td>{} {}</td><td class=\"rule\">{}</td><td dir=\"auto\">{}</td></tr>",
                line.number,
                line.side,
                line.does,
                escaped(&line.rules),
                escaped(&line.text)
            );
        }
        out.push_str("</tbody></table></div></section>\n");
    }
    if difference.left_out > 0 {
        let _ = writeln!(out, "<p class=\"note\">{} more lines differ; the first are shown.</p>", difference.left_out);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// Text that HTML gives no meaning to, with nothing hidden in it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cleaner::{Cleaner, PageFacts};
    use crate::config::Settings;
    use crate::names::Category;

    #[test]
    fn a_hostile_page_is_text() {
        let page = "The bridge opened on Monday. It took three years.\n\nShare this article\n\nBy <script>alert(1)</script>\u{202e}\u{1b}[31m\n";
        let all = Cleaner::new(Settings::default()).unwrap().clean(page, &PageFacts::default());
        let other = Settings { skip: vec![Category::Share], ..Settings::default() };
        let fewer = Cleaner::new(other).unwrap().clean(page, &PageFacts::default());
        let mut difference = Difference::default();
        difference.page("</title><script>", page, [&all, &fewer], false);
        let html = comparison(&difference, ["rules=<b>", ""]);
        assert!(html.contains("1 of 1 pages differ") && html.contains("Share this article"), "{html}");
        let body = html.split_once("</style>").unwrap().1;
        assert!(!body.contains("<script") && !body.contains('\u{1b}') && !body.contains("<b>\""), "{body}");
    }
}
