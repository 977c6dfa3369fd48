//! The page's title, and its repetition: the one line that counts as a duplicate.
//!
//! Repeated lines in general are no chaff; headings, legal clauses and refrains repeat.

use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

use super::claims::{Claim, Extent};
use super::{Cause, Judge, Mode};
use crate::edit::Reason;
use crate::engine::fold::{scan_fold, trim_aside};
use crate::engine::page::{Alive, Page};
use crate::names::{Category, Confidence, Stage};

/// The id of this stage in audits.
const TITLE_RULE: &str = "duplicate.title";

/// A title of fewer words is not told from a menu's item.
const TITLE_WORDS_MIN: u32 = 3;

/// What stands between a title and the site's name.
const SITE_MARKS: [&str; 5] = [" | ", " - ", " – ", " — ", " :: "];

/// Claims on the title's repetitions before the first prose: lines that say it again, and lines that say it with the site's name
/// behind it where the bare title stands too. The first stays.
///
/// The title is what the markup or the record says; else a line of the head that stands twice there, or once bare and once ahead of
/// a site's name.
pub(crate) fn claims(judge: &Judge<'_>, page: &Page<'_>, alive: &Alive, title: Option<&str>) -> Vec<Claim> {
    let Some((first_prose, _)) = alive.prose else { return Vec::new() };
    if !matches!((judge.stage)(Category::Duplicate), Mode::Act) {
        return Vec::new();
    }
    let hash_of = |text: &str| xxh3_64(trim_aside(scan_fold(text).as_bytes()));
    let line = |place: usize| &page.lines[alive.order[place]];
    let told = title.map(hash_of);
    let head = 0..first_prose;
    let with_site = |place: usize| {
        let text = page.text(alive.order[place]);
        SITE_MARKS.iter().filter_map(|mark| text.rsplit_once(mark)).map(|(title, _)| hash_of(title)).next()
    };
    let mut claimed = Vec::new();
    for place in head.clone().filter(|&p| line(p).shape.words >= TITLE_WORDS_MIN) {
        let hash = line(place).hash;
        let earlier = (0..place).any(|p| line(p).hash == hash);
        let bare =
            with_site(place).is_some_and(|bare| Some(bare) == told || head.clone().any(|p| p != place && line(p).hash == bare));
        if earlier || (bare && told != Some(hash)) {
            claimed.push(place);
        }
    }
    // Lines that repeat in their own right, as a refrain's do, are no title's.
    let mut titles: Vec<u64> = claimed
        .iter()
        .map(|&p| with_site(p).filter(|_| !head.clone().any(|q| q < p && line(q).hash == line(p).hash)).unwrap_or(line(p).hash))
        .collect();
    titles.dedup();
    if told.is_none() && titles.iter().any(|t| *t != titles[0]) {
        return Vec::new();
    }
    // A record's title alone takes nothing: one line of the page has to go on saying it.
    claimed.retain(|&place| {
        let bare = with_site(place);
        head.clone().any(|p| p != place && (line(p).hash == line(place).hash || Some(line(p).hash) == bare))
    });
    let reason = Reason {
        stage: Stage::Title,
        rule: Arc::from(TITLE_RULE),
        category: Category::Duplicate,
        confidence: Confidence::Likely,
        evidence: Arc::from("says the title again"),
    };
    let claim = |place: usize| Claim {
        extent: Extent::Places(place..place + 1),
        cause: Cause { reason: reason.clone(), layer: 0 },
        candidate: None,
        asks_region: true,
    };
    claimed.into_iter().map(claim).collect()
}
