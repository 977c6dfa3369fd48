//! The report of a run: one page for a browser that needs nothing else, with charts, the most frequent removed lines and sampled pages.
//!
//! The page is a template, a style and a script, and the numbers as JSON, which the script draws as text nodes. What was scraped is in
//! the JSON only, made visible and escaped; a policy in the page forbids every request and every script but that one. The same run
//! gives the same bytes: no time stands in it.

mod comparison;
mod data;

pub use comparison::comparison;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Counts, Tally};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The report as a page of HTML.
pub fn report(tally: &Tally, counts: &Counts) -> String {
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let total = &tally.total;
    let summary = format!(
        "{} pages, {} of them changed; {} of {} bytes removed.",
        total.pages, total.taken.pages, total.taken.bytes, total.bytes
    );
    let data = escaped(&data::data(tally, counts));
    fill(PAGE, &[("policy", &policy), ("style", STYLE), ("script", SCRIPT), ("summary", &summary), ("data", &data)])
}

/// JSON that can stand inside a script element: there is nothing in it that HTML gives a meaning.
fn escaped(value: &Value) -> String {
    let json = value.to_string();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

/// The template with each `{{name}}` replaced; what is put in is not looked at again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut parts = template.split("{{");
    out.extend(parts.next());
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or(("", part));
        out.extend(values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value));
        out.push_str(rest);
    }
    out
}

fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}
