//! The body finder on pages that we frame ourselves: honest articles of many scripts between menus, teasers and a footer.
//!
//! What is asked is the same for every language: the article comes out, the frame does not, the article alone stays as it is, and a
//! second run changes nothing.

use std::path::{Path, PathBuf};
use unchaff::{Body, Category, Cleaner, PageFacts, PageKind, Settings, Stage};

fn articles() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("tests/benign").unwrap().map(|e| e.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == "txt"));
    found.sort();
    found
}

fn cleaner(settings: Settings) -> Cleaner {
    Cleaner::new(settings).unwrap()
}

/// The words of an article, for labels of menus in its language; in a script without spaces, its first letters.
fn labels(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).collect();
    if words.len() >= 60 {
        return words.iter().map(|word| (*word).to_owned()).collect();
    }
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    letters.chunks(3).map(|chunk| chunk.iter().collect()).collect()
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A menu, the article under its title, teasers, another menu and a line of the owner.
fn framed(article: &str) -> String {
    let labels = labels(article);
    let label = |at: usize| capitalised(&labels[(7 * at + 3) % labels.len()]);
    let entry = |at: usize| if at.is_multiple_of(3) { format!("{} {}", label(at), label(at + 1)) } else { label(at) };
    let title = article.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let title: String = title.chars().take(60).collect();
    let mut page = format!("{title} | {} {}\n\n", label(50), label(51));
    (0..28).for_each(|at| page += &format!("{}\n", entry(at)));
    page += &format!("\n{}\n\n", article.trim());
    for at in 0..9 {
        page += &format!("{} {} {}\n12.03.2024\n{}\n\n", label(at), label(at + 2), label(at + 5), label(at + 9));
    }
    (30..55).for_each(|at| page += &format!("{}\n", entry(at)));
    page += &format!("\n© 2024 {}\n", label(51));
    page
}

/// How many of the words of `of` stand in `text`, line by line.
fn share_kept(of: &str, text: &str) -> f64 {
    let lines: std::collections::HashSet<&str> = text.lines().map(str::trim).collect();
    let all: usize = of.lines().map(|line| line.trim().len()).sum();
    let kept: usize = of.lines().map(str::trim).filter(|line| lines.contains(line)).map(str::len).sum();
    kept as f64 / all.max(1) as f64
}

/// The articles are about menus, share buttons and comments, with headings and lists of them, so some of it may go in a frame.
const KEPT_MIN: f64 = 0.7;
const KEPT_MEAN_MIN: f64 = 0.95;

#[test]
fn articles_out_of_frames_in_all_scripts() {
    let cleaner = cleaner(Settings::default());
    let mut wrong = Vec::new();
    let (mut pages, mut framing_left, mut kept_all) = (0, 0.0, 0.0);
    for path in articles() {
        let article = std::fs::read_to_string(&path).unwrap();
        if article.len() < 1500 || article.contains("\n    ") {
            continue;
        }
        let page = framed(&article);
        let cleaned = cleaner.clean(&page, &PageFacts::default());
        let text = cleaned.text(&page);
        let kept = share_kept(&article, &text);
        let frame: usize = page.len() - article.trim().len();
        pages += 1;
        framing_left += text.len().saturating_sub(article.trim().len()) as f64 / frame as f64;
        kept_all += kept;
        if kept < KEPT_MIN {
            wrong.push(format!("{}: {:.0} % of the article kept", path.display(), 100.0 * kept));
        }
        let again = cleaner.clean(&text, &PageFacts::default());
        if !again.edits.is_empty() {
            wrong.push(format!("{}: a second run changes it again", path.display()));
        }
    }
    assert!(pages >= 60, "{pages} pages");
    let (left, kept) = (framing_left / f64::from(pages), kept_all / f64::from(pages));
    assert!(kept > KEPT_MEAN_MIN, "{:.1} % of the articles kept, {:.1} % of the frames", 100.0 * kept, 100.0 * left);
    assert!(left < 0.1, "{:.0} % of the frames left", 100.0 * left);
    assert!(wrong.is_empty(), "of {pages}:\n{}", wrong.join("\n"));
}

fn paragraphs(text: &str) -> String {
    let escaped = |line: &str| line.trim().replace('&', "&amp;").replace('<', "&lt;");
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("<p>{}</p>\n", escaped(line))).collect()
}

/// The same frame as HTML, with the classes that pages have, or without any.
fn framed_html(article: &str, with_classes: bool) -> String {
    let labels = labels(article);
    let label = |at: usize| capitalised(&labels[(7 * at + 3) % labels.len()]);
    let class = |name: &str| if with_classes { format!(" class=\"{name}\"") } else { String::new() };
    let items = |range: std::ops::Range<usize>| {
        range.map(|at| format!("<li><a href=\"/{at}\">{}</a></li>\n", label(at))).collect::<String>()
    };
    let title = article.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let title: String = title.chars().take(60).collect::<String>().replace('<', "");
    let card = |at: usize| {
        let headline = format!("{} {} {}", label(at), label(at + 2), label(at + 5));
        format!("<div{}><a href=\"/{at}\"><h3>{headline}</h3></a><p>{}</p></div>\n", class("post-card"), label(at + 9))
    };
    let cards: String = (0..9).map(card).collect();
    format!(
        "<!doctype html><title>{title} | {0}</title><div{1}><ul>{2}</ul></div>\n<div{3}>{4}</div>\n<div{5}>{cards}</div>\n<div{6}><ul>{7}</ul><p>© 2024 {0}</p></div>",
        label(51),
        class("site-header main-menu"),
        items(0..28),
        class("entry-content"),
        paragraphs(article),
        class("related-posts"),
        class("site-footer"),
        items(30..55),
    )
}

#[test]
fn articles_out_of_frames_of_html() {
    let cleaner = cleaner(Settings::default());
    let mut wrong = Vec::new();
    let (mut pages, mut frame_left, mut kept_all) = (0, 0.0, 0.0);
    for path in articles() {
        let article = std::fs::read_to_string(&path).unwrap();
        if article.len() < 1500 || article.contains("\n    ") {
            continue;
        }
        for with_classes in [true, false] {
            let (page, cleaned) = cleaner.clean_html(&framed_html(&article, with_classes), PageFacts::default());
            let text = cleaned.text(&page.text);
            let kept = share_kept(&article, &text);
            pages += 1;
            frame_left +=
                text.len().saturating_sub(article.trim().len()) as f64 / page.text.len().saturating_sub(article.len()) as f64;
            kept_all += kept;
            if kept < KEPT_MIN {
                wrong.push(format!("{} {with_classes}: {:.0} % of the article kept", path.display(), 100.0 * kept));
            }
            let told = PageFacts { markup: None, ..PageFacts::default().with_page(&page) };
            if [told, PageFacts::default()].iter().any(|facts| !cleaner.clean(&text, facts).edits.is_empty()) {
                wrong.push(format!("{}: a second run changes it again", path.display()));
            }
        }
        // Without a frame it stays as the same text does.
        let (page, cleaned) = cleaner.clean_html(&paragraphs(&article), PageFacts::default());
        if cleaned.edits.iter().any(|edit| edit.reason.stage == Stage::Body) {
            wrong.push(format!("{}: cut without a frame: {}", path.display(), cleaned.text(&page.text)));
        }
    }
    assert!(pages >= 120, "{pages} pages");
    let (left, kept) = (frame_left / f64::from(pages), kept_all / f64::from(pages));
    assert!(kept > KEPT_MEAN_MIN, "{:.1} % of the articles kept, {:.1} % of the frames", 100.0 * kept, 100.0 * left);
    assert!(left < 0.1, "{:.0} % of the frames left", 100.0 * left);
    assert!(wrong.is_empty(), "of {pages}:\n{}", wrong.join("\n"));
}

const PAGE: &str = include_str!("pages/framed-lighthouse/source.txt");

#[test]
fn modes_and_categories() {
    let cuts = |settings: Settings| {
        let cleaned = cleaner(settings).clean(PAGE, &PageFacts::default());
        cleaned.edits.iter().filter(|edit| edit.reason.stage == Stage::Body).count()
    };
    let plain = Settings::default;
    assert!(cuts(plain()) > 0);
    for (what, settings) in [
        ("never", Settings { body: Body::Never, ..plain() }),
        ("skip", Settings { skip: vec![Category::Body], ..plain() }),
        ("only", Settings { only: vec![Category::Share], ..plain() }),
        ("sure", Settings { confidence: unchaff::Confidence::Sure, ..plain() }),
    ] {
        assert_eq!(cuts(settings), 0, "{what}");
    }
    assert!(cuts(Settings { body: Body::Always, ..plain() }) > 0);
    assert!(cuts(Settings { only: vec![Category::Body], ..plain() }) > 0);
}

#[test]
fn the_audit_names_the_cut() {
    let cleaned = cleaner(Settings::default()).clean(PAGE, &PageFacts::default());
    let cut = cleaned.edits.iter().find(|edit| edit.reason.stage == Stage::Body).unwrap();
    assert_eq!((&*cut.reason.rule, cut.reason.category), ("body.cut", Category::Body));
    assert!(cut.reason.evidence.starts_with("probability 0."), "{}", cut.reason.evidence);
}

/// What a rule keeps is kept from the cut.
#[test]
fn a_keep_protects() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("own.toml");
    let pack = "[pack]\nschema = 1\nlang = [\"any\"]\ncategory = \"navigation\"\nscope = \"line\"\nconfidence = \"likely\"\n\n[[rule]]\nid = \"own.menu\"\nwhy = \"Our own menu is wanted.\"\naction = \"keep\"\nphrases = [\"tide tables\"]\nhit = [\"Tide tables\"]\nmiss = [\"He sold tide tables.\"]\n";
    std::fs::write(&rules, pack).unwrap();
    let text = |settings: Settings| cleaner(settings).clean(PAGE, &PageFacts::default()).text(PAGE).into_owned();
    assert!(!text(Settings::default()).contains("Tide tables\n"));
    assert!(text(Settings { rules: vec![rules], ..Settings::default() }).contains("Tide tables\n"));
}

/// More bias keeps more; a forced kind is taken for granted.
#[test]
fn bias_and_kind() {
    let kept = |settings: Settings| cleaner(settings).clean(PAGE, &PageFacts::default()).text(PAGE).len();
    let with = |bias: f32| kept(Settings { body_bias: bias, body: Body::Always, ..Settings::default() });
    assert!(with(-2.0) <= with(0.0) && with(0.0) < with(3.0), "{} {} {}", with(-2.0), with(0.0), with(3.0));
    for kind in PageKind::ALL {
        assert!(kept(Settings { body_kind: Some(*kind), ..Settings::default() }) > 1000, "{kind}");
    }
}

#[test]
fn models_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.model");
    let error = |path: &Path| match Cleaner::new(Settings { body_model: Some(path.to_owned()), ..Settings::default() }) {
        Ok(_) => panic!("it loads"),
        Err(error) => error.to_string(),
    };
    assert!(error(&file).contains("own.model"), "{}", error(&file));
    std::fs::write(&file, "PK").unwrap();
    assert!(error(&file).ends_with("broken body model: expected `unchaff body model 1` as its first line"), "{}", error(&file));
}

/// The size that the model may have.
#[test]
fn the_model_is_small() {
    let bytes: u64 = std::fs::read_dir("patterns/body").unwrap().map(|e| e.unwrap().metadata().unwrap().len()).sum();
    assert!((1_000..200_000).contains(&bytes), "{bytes} bytes");
}

/// Many articles in one text are no raw page, even where the model takes them for one: a cut of very much prose is not made.
#[test]
fn an_anthology_stays() {
    let all: String = (0..8).flat_map(|_| articles()).map(|path| std::fs::read_to_string(path).unwrap() + "\n\n").collect();
    let cleaned = cleaner(Settings::default()).clean(&all, &PageFacts::default());
    assert!(cleaned.edits.iter().all(|edit| edit.reason.stage != Stage::Body));
}
