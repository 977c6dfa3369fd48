//! Whether a rule's conditions hold for a match, at its place among the lines that are still there.

use super::alive::Alive;
use super::book::Ready;
use super::page::Page;
use super::scan::{Candidate, Engine, RuleRef};
use crate::names::{Category, Region};
use crate::rules::rule::{Near, Rule, WINDOW_LINES};

/// What is known of the page as a whole.
#[derive(Debug, Clone, Default)]
pub struct PageKnown {
    /// Its host, in small letters.
    pub host: Option<String>,
    /// Its language.
    pub lang: Option<String>,
}

/// Conditions of a rule, a bit each in the order of their names.
pub type Conditions = u16;

const NAMES: [&str; 10] =
    ["words-max", "words-min", "region", "near", "repeats", "hosts", "lang", "count", "markup", "one word of its language"];

/// The bit of `region`, the only condition that asks where the page's prose is.
pub const REGION: Conditions = 1 << 2;
const NEAR: Conditions = 1 << 3;
const REPEATS: Conditions = 1 << 4;
const ONE_WORD: Conditions = 1 << 9;

/// The conditions that do not hold, by name.
pub fn missing(held: Conditions) -> impl Iterator<Item = &'static str> {
    NAMES.iter().enumerate().filter(move |(i, _)| held >> i & 1 == 0).map(|(_, name)| *name)
}

/// What a rule asks of a page on which it may come to act, found once for all its matches.
#[derive(Debug)]
pub struct Asked<'r> {
    rule: &'r Rule,
    known: &'r PageKnown,
    /// The conditions that depend on which lines are still there.
    open: Conditions,
    /// Whether the page is in a language of the rule.
    is_own: bool,
    /// The bits of its languages among those that longer matches tell.
    longer_langs: u64,
    /// The rules that its `near` names, as far as they tell what a line of the page is.
    near: Vec<RuleRef>,
}

impl<'r> Asked<'r> {
    /// Of a rule.
    pub fn new(engine: &Engine, page: &Page<'_>, ready: &'r Ready, known: &'r PageKnown) -> Asked<'r> {
        let (rule, when) = (&ready.rule, &ready.rule.when);
        let near = page.telling(engine, &ready.near_hashes);
        let bit = |asks: bool, bit| if asks { bit } else { 0 };
        let open = bit(when.region.is_some(), REGION) | bit(when.near.is_some(), NEAR) | bit(when.repeats.is_some(), REPEATS);
        Asked { rule, known, open, is_own: is_of(&rule.lang, known), longer_langs: page.bits_of(&rule.lang), near }
    }

    /// Whether the page as a whole fails one of its conditions for good.
    pub fn is_ruled_out(&self, page: &Page<'_>) -> bool {
        let when = &self.rule.when;
        // Lines of the categories and rules that a rule asks for have to stand somewhere.
        let has_neighbours = |near: &Near| page.categories & bits_of(&near.categories) != 0 || !self.near.is_empty();
        when.near.as_ref().is_some_and(|near| near.at_least > 0 && !has_neighbours(near))
            || !is_hosts(self.rule, self.known)
            || !is_of(&when.lang, self.known)
    }

    /// The conditions of a match that depend on which lines are still there; `None` if its line fails one for good. How many words the
    /// line has is known of the candidate.
    pub fn open(&self, page: &Page<'_>, line: usize, candidate: &Candidate) -> Option<Conditions> {
        let is_bare = is_foreign(candidate, self.known) && !self.is_own;
        // A bare word needs a longer match of its language.
        let holds = (self.longer_langs != 0 || !is_bare) && has_count(self.rule, page, line) && has_markup(self.rule, page, line);
        holds.then_some(self.open | if is_bare { ONE_WORD } else { 0 })
    }

    /// Those of the `open` conditions that hold at a place; what depends on the line or the page as a whole is not asked here.
    pub fn holding(&self, engine: &Engine, page: &Page<'_>, alive: &Alive, place: usize, open: Conditions) -> Conditions {
        let when = &self.rule.when;
        let region = |region: Region| match region {
            Region::Head => alive.begins(place),
            Region::Tail => alive.ends(place),
            Region::Edge => alive.begins(place) || alive.ends(place),
        };
        let has_copies = |n: u32| alive.copies(page, page.lines[alive.line(place)].hash) >= n;
        let holds = |bit: Conditions, holds: &dyn Fn() -> bool| if open & bit != 0 && holds() { bit } else { 0 };
        holds(REGION, &|| when.region.is_none_or(region))
            | holds(NEAR, &|| when.near.as_ref().is_none_or(|near| self.is_near(page, alive, place, near)))
            | holds(REPEATS, &|| when.repeats.is_none_or(has_copies))
            | holds(ONE_WORD, &|| self.has_longer_hit(engine, page, alive, place))
    }

    fn is_near(&self, page: &Page<'_>, alive: &Alive, place: usize, near: &Near) -> bool {
        let (at_least, lines) = (near.at_least as usize, near.lines as usize);
        let (before, after) = alive.told_around(page, place, lines);
        // Lines of a kind stand together, so the first few tell most often.
        let has_enough = |wanted: u64| {
            let mut left = at_least;
            for told in [before, after] {
                for told in told {
                    if told & wanted != 0 {
                        left = left.saturating_sub(1);
                        if left == 0 {
                            return true;
                        }
                    }
                }
            }
            left == 0
        };
        let categories = bits_of(&near.categories);
        let has_categories = has_enough(categories.into());
        if self.near.is_empty() || has_categories {
            return has_categories;
        }
        let rules = self.near.iter().fold(0, |bits, rule| bits | rule.bit());
        if !has_enough(u64::from(rules) << 32 | u64::from(categories)) {
            return false;
        }
        // Rules share their bits.
        let is_named = |c: usize| page.tells[c] && self.near.contains(&page.candidates[c].rule);
        let matches = |place: &usize| {
            let line = &page.lines[alive.line(*place)];
            line.categories & categories != 0 || (line.rules & rules != 0 && line.candidates().any(is_named))
        };
        alive.around(place, lines).filter(matches).take(at_least).count() >= at_least
    }

    /// Whether a line near by holds a match of more than one word of a rule of the same language.
    fn has_longer_hit(&self, engine: &Engine, page: &Page<'_>, alive: &Alive, place: usize) -> bool {
        // A bit may stand for more than one language.
        let longer = |c: &Candidate| c.is_longer() && engine.rule(c.rule).rule.lang.iter().any(|l| self.rule.lang.contains(l));
        alive
            .around(place, WINDOW_LINES as usize)
            .map(|place| alive.line(place))
            .filter(|line| page.longer_in(*line) & self.longer_langs != 0)
            .any(|line| page.candidates[page.lines[line].candidates()].iter().any(longer))
    }
}

/// The conditions of a candidate's rule that hold at a place.
pub fn held(
    engine: &Engine,
    page: &Page<'_>,
    alive: &Alive,
    place: usize,
    candidate: &Candidate,
    known: &PageKnown,
) -> Conditions {
    let ready = engine.rule(candidate.rule);
    let (rule, when, index) = (&ready.rule, &ready.rule.when, alive.line(place));
    let words = page.lines[index].shape.words;
    let asked = REGION | NEAR | REPEATS | ONE_WORD;
    let of_place = Asked::new(engine, page, ready, known).holding(engine, page, alive, place, asked);
    let of_place = |bit: Conditions| of_place & bit != 0;
    let bits = [
        when.words_max.is_none_or(|max| words <= max),
        when.words_min.is_none_or(|min| words >= min),
        of_place(REGION),
        of_place(NEAR),
        of_place(REPEATS),
        is_hosts(rule, known),
        is_of(&when.lang, known),
        has_count(rule, page, index),
        has_markup(rule, page, index),
        is_of(&rule.lang, known) || !is_foreign(candidate, known) || of_place(ONE_WORD),
    ];
    bits.iter().enumerate().fold(0, |held, (i, &holds)| held | Conditions::from(holds) << i)
}

/// Whether a page is in one of these languages, or none is asked for.
fn is_of(langs: &[String], known: &PageKnown) -> bool {
    langs.is_empty() || langs.iter().any(|lang| known.lang.as_ref() == Some(lang))
}

fn is_hosts(rule: &Rule, known: &PageKnown) -> bool {
    let hosts = &rule.when.hosts;
    hosts.is_empty() || known.host.as_ref().is_some_and(|host| hosts.iter().any(|h| is_within(host, h)))
}

fn has_count(rule: &Rule, page: &Page<'_>, line: usize) -> bool {
    rule.when.count.as_ref().is_none_or(|count| {
        let n = page.text(line).chars().filter(|c| *c == count.of).count() as u32;
        (count.at_least..=count.at_most).contains(&n)
    })
}

fn has_markup(rule: &Rule, page: &Page<'_>, line: usize) -> bool {
    let words = &rule.when.markup;
    words.is_empty() || page.seen(line).is_some_and(|seen| words.iter().any(|word| seen.has(word)))
}

/// Whether a host is another one or a subdomain of it.
fn is_within(host: &str, of: &str) -> bool {
    host.strip_suffix(of).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// A bit for each category.
fn bits_of(categories: &[Category]) -> u32 {
    categories.iter().fold(0, |bits, c| bits | 1 << *c as u32)
}

/// Whether a match says too little to act on a page that is not known to be in its language: one bare word, or one word beside
/// slots (`Tip: …`) where the page is known to be in another.
fn is_foreign(candidate: &Candidate, known: &PageKnown) -> bool {
    candidate.one_word || (candidate.rests_on_a_word && known.lang.is_some())
}
