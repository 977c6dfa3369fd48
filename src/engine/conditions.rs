//! Whether a rule's conditions hold for a match, at its place among the lines that are still there.

use super::page::{Alive, Page};
use super::scan::{Candidate, Engine, RuleRef};
use super::verify::is_forbidden;
use crate::names::Region;
use crate::rules::rule::{Near, Rule, WINDOW_LINES};

/// What is known of the page as a whole.
#[derive(Debug, Clone, Default)]
pub struct PageKnown {
    /// Its host, in small letters.
    pub host: Option<String>,
    /// Its language.
    pub lang: Option<String>,
}

/// Conditions of a rule that have held in some round, a bit each. A condition that held once stays so: a line is judged by the
/// page as it was and as it is.
pub type Held = u16;

/// The conditions, in the order of their bits.
const NAMES: [&str; 10] =
    ["words-max", "words-min", "region", "near", "repeats", "hosts", "lang", "count", "markup", "one word of its language"];

/// All conditions hold.
pub const ALL_HELD: Held = (1 << NAMES.len()) - 1;

/// The conditions that do not hold, by name.
pub fn missing(held: Held) -> impl Iterator<Item = &'static str> {
    NAMES.iter().enumerate().filter(move |(i, _)| held >> i & 1 == 0).map(|(_, name)| *name)
}

/// The conditions that have held of a candidate, given those that held `before`. What the line and the page as a whole fail does not
/// change from round to round, so nothing more is asked of such a candidate.
pub fn held_more(
    engine: &Engine,
    page: &Page<'_>,
    alive: &Alive,
    place: usize,
    candidate: &Candidate,
    known: &PageKnown,
    before: Held,
) -> Held {
    if before == ALL_HELD || !candidate.words_fit {
        return before;
    }
    let rule = &engine.rule(candidate.rule).rule;
    let when = &rule.when;
    let asks_page = !when.hosts.is_empty() || !when.lang.is_empty() || when.count.is_some() || !when.markup.is_empty();
    let asks_place = when.region.is_some() || when.near.is_some() || when.repeats.is_some();
    let is_bare =
        !rule.lang.is_empty() && is_foreign(candidate, known) && !rule.lang.iter().any(|lang| known.lang.as_ref() == Some(lang));
    if !asks_page && !asks_place && !is_bare {
        return ALL_HELD;
    }
    // A bare word needs a longer match of its language, which has to stand somewhere.
    if is_bare && !rule.lang.iter().any(|lang| page.longer_langs.contains(lang)) {
        return before;
    }
    before | held(engine, page, alive, place, candidate, known)
}

/// The conditions of a candidate's rule that hold at a place.
pub fn held(engine: &Engine, page: &Page<'_>, alive: &Alive, place: usize, candidate: &Candidate, known: &PageKnown) -> Held {
    let rule = &engine.rule(candidate.rule).rule;
    let when = &rule.when;
    let index = alive.order[place];
    let line = &page.lines[index];
    let region = when.region.is_none_or(|region| match region {
        Region::Head => alive.begins(place),
        Region::Tail => alive.ends(place),
        Region::Edge => alive.begins(place) || alive.ends(place),
    });
    let repeats = || {
        when.repeats.is_none_or(|n| {
            alive.order.iter().filter(|&&i| page.lines[i].hash == line.hash).take(n as usize).count() >= n as usize
        })
    };
    let count = || {
        when.count.as_ref().is_none_or(|count| {
            let n = page.text(index).chars().filter(|c| *c == count.of).count() as u32;
            (count.at_least..=count.at_most).contains(&n)
        })
    };
    let lang_is = |lang: &String| known.lang.as_ref() == Some(lang);
    let bits = [
        when.words_max.is_none_or(|max| line.shape.words <= max),
        when.words_min.is_none_or(|min| line.shape.words >= min),
        region,
        when.near.as_ref().is_none_or(|near| is_near(engine, page, alive, place, near)),
        repeats(),
        when.hosts.is_empty() || known.host.as_ref().is_some_and(|host| when.hosts.iter().any(|h| is_within(host, h))),
        when.lang.is_empty() || when.lang.iter().any(lang_is),
        count(),
        when.markup.is_empty() || page.seen(index).is_some_and(|seen| when.markup.iter().any(|word| seen.has(word))),
        rule.lang.is_empty()
            || rule.lang.iter().any(lang_is)
            || !is_foreign(candidate, known)
            || has_longer_hit(engine, page, alive, place, rule),
    ];
    bits.iter().enumerate().fold(0, |held, (i, &holds)| held | Held::from(holds) << i)
}

/// Whether a host is another one or a subdomain of it.
fn is_within(host: &str, of: &str) -> bool {
    host.strip_suffix(of).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

fn is_near(engine: &Engine, page: &Page<'_>, alive: &Alive, place: usize, near: &Near) -> bool {
    let categories = near.categories.iter().fold(0, |bits, c| bits | 1u32 << *c as u32);
    let by_id = |index: usize| {
        !near.ids.is_empty()
            && page.lines[index]
                .candidates
                .clone()
                .any(|c| page.tells[c] && near.ids.iter().any(|id| *id == *engine.rule(page.candidates[c].rule).id))
    };
    let matches = |place: &usize| {
        let index = alive.order[*place];
        page.lines[index].categories & categories != 0 || by_id(index)
    };
    let at_least = near.at_least as usize;
    alive.around(place, near.lines as usize).filter(matches).take(at_least).count() >= at_least
}

/// Whether a match says too little to act on a page that is not known to be in its language: one bare word, or one word beside
/// slots (`Tip: …`) where the page is known to be in another.
fn is_foreign(candidate: &Candidate, known: &PageKnown) -> bool {
    candidate.one_word || (candidate.rests_on_a_word && known.lang.is_some())
}

/// Whether a line near by holds a match of more than one word of a rule of the same language.
fn has_longer_hit(engine: &Engine, page: &Page<'_>, alive: &Alive, place: usize, rule: &Rule) -> bool {
    let longer = |c: &Candidate| c.is_longer() && engine.rule(c.rule).rule.lang.iter().any(|l| rule.lang.contains(l));
    alive
        .around(place, WINDOW_LINES as usize)
        .filter(|p| page.lines[alive.order[*p]].has_longer)
        .any(|p| page.candidates[page.lines[alive.order[p]].candidates.clone()].iter().any(longer))
}

/// Whether one of the rule's `not` phrases stands in the line.
pub fn forbidden(engine: &Engine, page: &Page<'_>, index: usize, rule: RuleRef) -> bool {
    let of_line = &page.candidates[page.lines[index].candidates.clone()];
    match of_line.iter().find(|c| c.rule == rule && c.words_fit) {
        Some(known) => known.held_back,
        None => is_forbidden(engine, rule, page.text(index), &mut None),
    }
}
