//! What holds for any page: edits rebuild the original, the output is the input less the edits, once is enough, nothing panics.

use proptest::prelude::*;
use std::sync::LazyLock;
use unchaff::{Body, Category, Cleaned, Cleaner, Confidence, Hints, PageFacts, Repair, Settings, decode, edit};

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::new(Settings::default()).unwrap());
static EAGER: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::new(Settings { confidence: Confidence::Maybe, ..Settings::default() }).unwrap());

/// Cleaners of other settings.
static OTHERS: LazyLock<Vec<Cleaner>> = LazyLock::new(|| {
    let all = [
        Settings { body: Body::Always, ..Settings::default() },
        Settings { confidence: Confidence::Sure, repair: Repair::Off, ..Settings::default() },
        Settings { keep: vec![Category::Share], skip: vec![Category::Date], ..Settings::default() },
        Settings { only: vec![Category::Debris, Category::Comments], lang: Some("de".into()), ..Settings::default() },
    ];
    all.into_iter().map(|settings| Cleaner::new(settings).unwrap()).collect()
});

/// Lines that rules are about, and look-alikes, so that random pages are pages.
const LINES: &[&str] = &[
    "",
    "",
    "   ",
    "\u{200b}",
    "The bridge opened on Monday. It took three years to build, and the town paid for it.",
    "He said that nobody had asked him, and that he would not have answered if somebody had, for it was none of their business then.",
    "Share this article",
    "Facebook",
    "Twitter",
    "WhatsApp",
    "Google",
    "Advertisement",
    "Related stories",
    "Council wants more money for schools >",
    "Comments",
    "15",
    "Leave a Reply",
    "Sign up to our newsletter",
    "By Jane Roe",
    "March 3, 2013",
    "© AFP, 2013",
    "Jane Roe/AP/Press Association Images",
    "This post is also available in: heעברית (Hebrew)",
    "10274823_sThis is it`s end.",
    "English | Deutsch | Français",
    "We use cookies. By using this site you agree to them. Read our privacy policy.",
    "Support us with a donation today. Your help keeps our journalism free for all. Please contribute.",
    "Home > News > Politics",
    "A title that stands twice",
    "A title that stands twice | The Daily",
    "天气很好。我们去公园散步,然后回家吃饭。",
    "分享到微博",
    "Поделиться в Facebook",
    "a wrapped line that goes on to the width of the page and no further than",
    "its end, where the next one starts and goes on for as long as it can go",
    "It doesnâ€™t hurt, voilÃ\u{a0} le cafÃ© â€“ and Ð¿Ñ\u{80}Ð¸Ð²ÐµÑ\u{82}.",
    "Share â€œthis articleâ€\u{9d}",
    "\u{e000} icons \u{f8ff} and\u{ad}hyphens",
];

fn page() -> impl Strategy<Value = String> {
    let line = prop_oneof![8 => prop::sample::select(LINES).prop_map(str::to_owned), 1 => "\\PC{0,60}"];
    let end = prop_oneof![6 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\n\n"), 1 => Just("\r")];
    prop::collection::vec((line, end), 0..40).prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

fn holds(cleaner: &Cleaner, text: &str) -> Cleaned {
    let cleaned = cleaner.clean(text, &PageFacts::default());
    let mut last = 0;
    for edit in &cleaned.edits {
        assert!(edit.span.start >= last, "edits overlap or are out of order: {:?}", cleaned.edits);
        assert!(!edit.span.is_empty() || !edit.replacement.is_empty());
        last = edit.span.end;
    }
    let output = cleaned.text(text);
    let removed: Vec<&str> = cleaned.edits.iter().map(|e| e.span.of(text)).collect();
    assert_eq!(edit::undo(&output, &cleaned.edits, &removed).as_deref(), Some(text));
    let again = cleaner.clean(&output, &PageFacts::default());
    assert_eq!(again.edits, [], "a second run changes the page again: {output:?}");
    cleaned
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn pages(text in page()) {
        holds(&CLEANER, &text);
        holds(&EAGER, &text);
    }

    #[test]
    fn any_text(text in any::<String>()) {
        holds(&CLEANER, &text);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds(&CLEANER, &decode(&bytes, &Hints::default()).text);
    }

    #[test]
    fn offsets_go_there_and_back(text in "[abß]{0,20}", cuts in prop::collection::vec((0usize..20, 0usize..5, "[xy]{0,3}"), 0..4)) {
        let at = |i: usize| text.floor_char_boundary(i);
        let cuts: Vec<_> = cuts.into_iter().map(|(s, n, r)| (at(s), at(s + n) - at(s), r)).collect();
        let edits = edits(&text, cuts);
        let (new, map) = (edit::apply(&text, &edits).into_owned(), edit::OffsetMap::new(&edits));
        for old in 0..=text.len() {
            let is_taken = edits.iter().any(|e| e.span.start < old && old < e.span.end);
            let place = map.to_new(old);
            prop_assert!(place <= new.len());
            prop_assert!(old == 0 || map.to_new(old - 1) <= place, "{old} of {edits:?}");
            if !is_taken && old < text.len() && !edits.iter().any(|e| e.span.start == old) {
                prop_assert_eq!(new.as_bytes()[place], text.as_bytes()[old], "{} of {:?}", old, edits);
                prop_assert_eq!(map.to_old(place), old, "{} of {:?}", old, edits);
            }
        }
        for place in 0..=new.len() {
            prop_assert!(map.to_old(place) <= text.len());
            prop_assert!(place == 0 || map.to_old(place - 1) <= map.to_old(place), "{place} of {edits:?}");
        }
    }

    #[test]
    fn composed_edits(text in "[ab]{0,20}", cuts in prop::collection::vec((0usize..20, 0usize..5, "[xy]{0,3}"), 0..4), more in prop::collection::vec((0usize..20, 0usize..5, "[xy]{0,3}"), 0..4)) {
        let first = edits(&text, cuts);
        let middle = edit::apply(&text, &first).into_owned();
        let second = edits(&middle, more);
        let end = edit::apply(&middle, &second).into_owned();
        let both = edit::compose(first, second);
        prop_assert!(both.windows(2).all(|w| w[0].span.end <= w[1].span.start), "{:?}", both);
        prop_assert_eq!(edit::apply(&text, &both), end);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn edits_put_any_page_back(text in page(), crlf in any::<bool>()) {
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        for cleaner in OTHERS.iter() {
            let cleaned = cleaner.clean(&text, &PageFacts::default());
            let removed: Vec<_> = cleaned.edits.iter().map(|edit| edit.span.of(&text)).collect();
            let back = edit::undo(&cleaned.text(&text), &cleaned.edits, &removed);
            prop_assert_eq!(back.as_deref(), Some(&*text));
        }
    }
}

/// A random page that was judged for ever: lines without letters of a known script around the only prose, which stands twice.
#[test]
fn prose_that_is_evidence_against_itself_stays() {
    let donation = "Support us with a donation today. Your help keeps our journalism free for all. Please contribute.";
    let page = format!(
        "Ⱥc$>\u{10373}\u{fffd}*ⴕ\u{ffec}Ѩ\u{1245d}t\u{11ca6}﹂\u{1f2cb}@T<¥r\u{a7c8}U๑<\u{2959}{{;bGD/ਫ਼\\/K&$JѨ\u{11650}\u{10b99}\n\
         A title that stands twice | The Daily\n\n\
         its end, where the next one starts and goes on for as long as it can go\n\
         a wrapped line that goes on to the width of the page and no further than\n\
         e%ਐ-/'/<x/=᠉{{M¥Ⱥ'{{ùᳲM¥\\E.F:|{{\n\nFacebook\nA title that stands twice | The Daily\nA title that stands twice\n\n\
         Sign up to our newsletter\n\nCouncil wants more money for schools >\n{donation}\n5'{{*&¥%$*;n&+\\?/F\"TWeぉM\u{1d759}'ቘk$\n\
         Comments\n\n!=/\u{fb7a}{{J¥4=¥=\"$\\dȺ3/\n{donation}\n\nA title that stands twice\n"
    );
    for cleaner in OTHERS.iter() {
        let cleaned = cleaner.clean(&page, &PageFacts::default());
        assert_eq!(cleaner.clean(&cleaned.text(&page), &PageFacts::default()).edits.len(), 0, "{:?}", cleaner.settings().body);
    }
}

/// Sorted edits without overlap out of random cuts.
fn edits(text: &str, cuts: Vec<(usize, usize, String)>) -> Vec<edit::Edit> {
    let reason = CLEANER.clean("Share this article\n\nA b c. D e f.\n", &PageFacts::default()).edits[0].reason.clone();
    let mut cuts: Vec<_> = cuts.into_iter().map(|(s, n, r)| (s.min(text.len()), (s + n).min(text.len()), r)).collect();
    cuts.sort();
    let mut out: Vec<edit::Edit> = Vec::new();
    for (start, end, replacement) in cuts {
        if (start < end || !replacement.is_empty()) && out.last().is_none_or(|last| last.span.end < start) {
            out.push(edit::Edit { span: edit::Span::new(start, end), replacement, reason: reason.clone() });
        }
    }
    out
}
