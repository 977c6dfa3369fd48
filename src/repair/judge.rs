//! Whether a run of UTF-8 sequences was meant as what it decodes to.
//!
//! A run is weighed by how odd it looks against how odd it would look decoded, its neighbours included. A run that is certain lends
//! certainty to others of its line on the same page; above all where nothing else in the line is beyond ASCII.

use std::cell::OnceCell;

use super::look::{EDGE, Kind, LATIN, Look, is_letter, look, odd};
use super::pages;
use super::runs::{Cell, How, Unit, units};
use crate::char_table::is_alphanumeric;

/// From here on a run is repaired without help.
const CERTAIN: i32 = 6;
/// So much weigh three runs or more that are certain together, if all beyond ASCII in the line is theirs.
const TOGETHER: i32 = 12;
/// From here on it is, if another run of the line is certain.
const HELPED: i32 = 1;
/// From here on it is, if another run is certain and all beyond ASCII in the line belongs to sequences.
const ALONG: i32 = -8;
/// From here on it is, if nothing beyond ASCII stands between it and a certain one.
const AMONG: i32 = -2;
/// From here on a run that stays is reported.
const SUSPECT: i32 = 4;

/// How much better a page must read than an earlier one, by how rarely it was the one.
const RARITY: [i32; pages::COUNT] = [0, 0, 1, 2, 2, 2, 2, 3, 2, 3, 2, 2];

/// What a C1 control costs that will become a character.
const CONTROL: i32 = 10;

/// Sequences without a gap.
#[derive(Debug)]
pub(super) struct Run {
    pub units: Vec<Unit>,
    /// Its weight, in half points.
    pub weight: i32,
    /// It stands in quotes of its own: somebody shows what mojibake looks like.
    pub quoted: bool,
}

impl Run {
    /// Its first cell.
    pub(super) fn start(&self) -> usize {
        self.units.first().map_or(0, |u| u.start)
    }

    /// One past its last.
    pub(super) fn end(&self) -> usize {
        self.units.last().map_or(0, |u| u.end)
    }
}

/// What a page makes of a line.
#[derive(Debug)]
pub(super) struct Reading {
    pub page: usize,
    /// The runs to repair.
    pub repaired: Vec<Run>,
    /// The runs that look damaged and stay.
    pub suspects: Vec<Run>,
    /// How much better the line would read.
    pub gain: i32,
}

/// The best reading of a line, of all pages.
pub(super) fn best(cells: &[Cell], pages: u32, whole: &Speaks<'_>, topic: &Topic<'_>) -> Option<Reading> {
    let readings = (0..pages::COUNT).filter(|page| pages >> page & 1 == 1).map(|page| read(cells, page, whole, topic));
    // Of readings that are as good the first one is taken: the commonest page.
    readings.reduce(|best, next| if (next.gain, next.suspects.len()) > (best.gain, best.suspects.len()) { next } else { best })
}

fn read(cells: &[Cell], page: usize, whole: &Speaks<'_>, topic: &Topic<'_>) -> Reading {
    let runs = runs(cells, page, whole, topic);
    let certain: Vec<bool> = runs.iter().map(|run| run.weight >= CERTAIN && !run.quoted && !undecidable(run, cells)).collect();
    let mut reading = Reading { page, repaired: Vec::new(), suspects: Vec::new(), gain: -RARITY[page] };
    let gaps = segments(cells, &runs, &vec![true; runs.len()]);
    let all = gaps.iter().all(|segment| *segment == Some(runs.len())) && is_all(cells, &runs);
    // Letters that hardly any language has prove little alone, and much together.
    let together =
        all && runs.len() >= 3 && runs.iter().filter(|run| !run.quoted).map(|run| run.weight.max(0)).sum::<i32>() >= TOGETHER;
    let hopeless = !(together || certain.contains(&true)) || is_line_art(&runs, page);
    let segments = segments(cells, &runs, &certain);
    let whole = all && !hopeless;
    for (run, segment) in runs.into_iter().zip(segments) {
        let least = match segment {
            _ if whole => ALONG,
            Some(_) => AMONG,
            None => HELPED,
        };
        if !hopeless && run.weight >= least && !undecidable(&run, cells) {
            reading.gain += run.weight.max(0) + run.units.len() as i32;
            reading.repaired.push(run);
        } else if run.weight >= SUSPECT {
            reading.suspects.push(run);
        }
    }
    reading
}

/// For each run, how many runs stand with it without anything beyond ASCII between them, if one of those is certain.
fn segments(cells: &[Cell], runs: &[Run], certain: &[bool]) -> Vec<Option<usize>> {
    let mut found = Vec::with_capacity(runs.len());
    while found.len() < runs.len() {
        let first = found.len();
        let joined = |pair: &[Run]| cells[pair[0].end()..pair[1].start()].iter().all(|cell| is_plain(cell.c));
        let more = runs[first..].windows(2).take_while(|pair| joined(pair)).count();
        let sure = certain[first..=first + more].contains(&true);
        found.extend(std::iter::repeat_n(sure.then_some(more + 1), more + 1));
    }
    found
}

/// Whether nothing beyond ASCII stands before the first run and behind the last.
fn is_all(cells: &[Cell], runs: &[Run]) -> bool {
    let ends = runs.first().map_or(0, Run::start)..runs.last().map_or(0, Run::end);
    cells[..ends.start].iter().chain(&cells[ends.end..]).all(|cell| is_plain(cell.c))
}

/// ASCII, and U+FFFD, which may have been anything.
fn is_plain(c: char) -> bool {
    c.is_ascii() || c == '\u{fffd}'
}

/// The runs of a line on a page, weighed.
fn runs(cells: &[Cell], page: usize, whole: &Speaks<'_>, topic: &Topic<'_>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for unit in units(cells, page) {
        match runs.last_mut() {
            Some(run) if run.end() == unit.start => run.units.push(unit),
            _ => runs.push(Run { units: vec![unit], weight: 0, quoted: false }),
        }
    }
    // Asked at most once a reading.
    let speaks = OnceCell::new();
    let speaks =
        || *speaks.get_or_init(|| whole.of_encodings() || speaks_of_encodings(cells.iter().map(|cell| cell.c).collect()));
    for run in &mut runs {
        run.weight = weigh(cells, run, page);
        run.quoted = is_shown(cells, run, &speaks) || is_shown_word(cells, run, topic);
    }
    runs
}

fn look_at(cells: &[Cell], at: usize) -> Look {
    cells.get(at).map_or(EDGE, |cell| look(cell.c))
}

/// How a decoded character looks: a C1 control will become what windows-1252 has in its place.
fn look_decoded(c: char) -> Look {
    match c {
        '\u{80}'..='\u{9f}' => {
            let mended = pages::char_of(pages::CP1252, c as u8).map_or(EDGE, look);
            Look { cost: mended.cost + CONTROL, ..mended }
        }
        c => look(c),
    }
}

/// How much better a run reads decoded.
fn weigh(cells: &[Cell], run: &Run, page: usize) -> i32 {
    let (start, end) = (run.start(), run.end());
    let before = start.checked_sub(1).map_or(EDGE, |at| look_at(cells, at));
    let after = look_at(cells, end);
    let as_it_is = cost(before, cells[start..end].iter().map(|cell| look(cell.c)), after);
    let decoded = cost(before, run.units.iter().map(|unit| look_decoded(unit.c)), after);
    let decoded = decoded.min(decoded_again(run, before, after, page));
    // What does not look odd at all is no mojibake, whatever it decodes to.
    let proof = structure(run).min(as_it_is);
    as_it_is - decoded + proof + again(cells, run) + grave(run, before, after) - case(cells, run, after) - formula(cells, run)
}

/// What a run costs that is damaged twice, decoded to the end.
fn decoded_again(run: &Run, before: Look, after: Look, page: usize) -> i32 {
    let once: Vec<Cell> = run.units.iter().map(|unit| Cell { c: unit.c, start: 0, end: 0, how: How::default() }).collect();
    let again = |page: usize| {
        let units = units(&once, page);
        if units.is_empty() {
            return i32::MAX;
        }
        let mut row: Vec<Look> = Vec::new();
        let mut from = 0;
        for unit in &units {
            row.extend(once[from..unit.start].iter().map(|cell| look_decoded(cell.c)));
            row.push(look_decoded(unit.c));
            from = unit.end;
        }
        row.extend(once[from..].iter().map(|cell| look_decoded(cell.c)));
        cost(before, row.into_iter(), after)
    };
    again(page).min(again(pages::CP1252))
}

/// What an earlier round made is likely damaged once more, unless it is letters, and a byte is lost.
fn again(cells: &[Cell], run: &Run) -> i32 {
    let cells = &cells[run.start()..run.end()];
    let made = |cell: &Cell| cell.c.is_ascii() || cell.how.times > 0 || cell.c == '\u{fffd}';
    let lossy = run.units.iter().any(|unit| unit.lossy);
    let spaced = run.units.iter().any(|unit| unit.spaced);
    let mut shown = cells.iter().filter(|cell| cell.c != '\u{fffd}').map(|cell| look(cell.c));
    let first = shown.next().unwrap_or(EDGE);
    let mut letters = || is_letter(first) && shown.all(|next| next.kind == first.kind);
    6 * i32::from(!spaced && cells.iter().all(made) && (!lossy || !letters()))
}

/// `Ã` and a no-break space are `à`, unless the word is in capitals.
fn grave(run: &Run, before: Look, after: Look) -> i32 {
    let [unit] = &run.units[..] else { return 0 };
    4 * i32::from(unit.c == 'à' && !unit.spaced && (before.kind != Kind::Upper || after.kind == Kind::Lower))
}

/// `k√π` is a formula, as a word before the root would have more letters.
fn formula(cells: &[Cell], run: &Run) -> i32 {
    let start = run.start();
    let letter = |back: usize| start.checked_sub(back).is_some_and(|at| is_letter(look_at(cells, at)));
    let root = cells[start].c == '√' && cells.get(start + 1).is_some_and(|cell| cell.c == 'π');
    4 * i32::from(root && letter(1) && !letter(2))
}

/// What a row of characters costs between two others.
fn cost(before: Look, row: impl Iterator<Item = Look>, after: Look) -> i32 {
    let (mut sum, mut last) = (0, before);
    for next in row {
        // Text of a rare script is as good as any, once it is text.
        let cost = if next.cost > 4 && next.script == last.script && next.script > LATIN { 1 } else { next.cost };
        sum += odd(last, next) + cost;
        last = next;
    }
    sum + odd(last, after)
}

/// What a stretch of characters costs, its ends left out.
pub(super) fn cost_of(chars: impl Iterator<Item = char>) -> i32 {
    cost(EDGE, chars.map(look), EDGE)
}

/// How unlikely it is that meant characters form such sequences by chance.
fn structure(run: &Run) -> i32 {
    let mut sum = 0;
    for (i, unit) in run.units.iter().enumerate() {
        sum += match unit.c.len_utf8() {
            // Letters and U+FFFD are no sequence to speak of.
            _ if unit.lossy && unit.end - unit.start > 2 => -4,
            _ if unit.lossy => 0,
            4 => 6,
            3 => 2,
            _ => 0,
        };
        // A letter out of three bytes, the space among them, needs company.
        let lone = run.units.len() == 1 && unit.c.len_utf8() > 2 && is_letter(look(unit.c));
        sum += 2 * i32::from(i > 0) - (if lone { 8 } else { 2 }) * i32::from(unit.spaced);
    }
    sum
}

/// A small letter after capitals: `AHř` for `AHÅ™`.
fn case(cells: &[Cell], run: &Run, after: Look) -> i32 {
    let upper = |at: Option<usize>| at.is_some_and(|at| look_at(cells, at).kind == Kind::Upper);
    let small = run.units.first().is_some_and(|unit| look_decoded(unit.c).kind == Kind::Lower && unit.c != 'ß');
    let start = run.start();
    let capitals = upper(start.checked_sub(1)) && (upper(start.checked_sub(2)) || after.kind == Kind::Upper);
    // `DEARBHÃš`: here the small letter is what is read, not what it says.
    let last = look_at(cells, run.end().saturating_sub(1)).kind == Kind::Lower && upper(Some(start));
    let word = capitals && run.units.len() == 1 && after.kind != Kind::Lower && !small;
    4 * i32::from(small && capitals) - 2 * i32::from(last && word)
}

/// Quotes and code marks in which something is shown.
const OPENING: &str = "“\"‘'«„`‹";
const CLOSING: &str = "”\"’'»“`›";

/// Whether a run of one sequence, or of signs alone, is shown as an example: in quotes or code marks of its own, or as a word of its
/// own in a line that speaks of encodings.
fn is_shown(cells: &[Cell], run: &Run, speaks: &impl Fn() -> bool) -> bool {
    let letters = run.units.iter().filter(|unit| is_letter(look(unit.c))).count();
    if run.units.len() > 1 && (letters > 0 || run.units.len() > 3) {
        return false;
    }
    let before = run.start().checked_sub(1).and_then(|at| cells.get(at)).map_or(' ', |cell| cell.c);
    let after = cells.get(run.end()).map_or(' ', |cell| cell.c);
    let entity = |cells: &[Cell]| cells.iter().map(|cell| cell.c).eq("&quot;".chars());
    let entities =
        cells[..run.start()].rchunks(6).next().is_some_and(entity) && cells[run.end()..].chunks(6).next().is_some_and(entity);
    let quotes = OPENING.contains(before) && CLOSING.contains(after);
    let word = " (,;:/".contains(before) && " ),;:/.".contains(after);
    quotes || entities || (word && speaks())
}

/// Whether a run stands in a quoted word of its own, on a page that speaks of encodings: `“cafÃ©”`.
fn is_shown_word(cells: &[Cell], run: &Run, topic: &Topic<'_>) -> bool {
    let in_word = |cell: &&Cell| is_alphanumeric(cell.c);
    let letters = |row: &mut dyn Iterator<Item = &Cell>| row.take_while(in_word).count();
    let before = run.start() - letters(&mut cells[..run.start()].iter().rev());
    let after = run.end() + letters(&mut cells[run.end()..].iter());
    let at = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or(' ', |cell| cell.c);
    OPENING.contains(at(before.checked_sub(1))) && CLOSING.contains(at(Some(after))) && topic.is_encodings()
}

/// Whether a text speaks of encodings.
pub(super) struct Speaks<'t> {
    text: &'t str,
    /// Asked at most once.
    of_encodings: OnceCell<bool>,
}

impl<'t> Speaks<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Speaks { text, of_encodings: OnceCell::new() }
    }

    fn of_encodings(&self) -> bool {
        *self.of_encodings.get_or_init(|| speaks_of_encodings(self.text.to_owned()))
    }
}

/// What a page is about, as far as repairs ask.
pub(super) struct Topic<'t> {
    pub text: &'t str,
    speaks: Speaks<'t>,
}

impl<'t> Topic<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Topic { text, speaks: Speaks::new(text) }
    }

    fn is_encodings(&self) -> bool {
        self.speaks.of_encodings()
    }

    /// Whether what the page is about has made a difference.
    pub(super) fn was_asked(&self) -> bool {
        self.speaks.of_encodings.get().is_some()
    }
}

/// Words that an article about mojibake does not do without.
const SPEAKS: [&str; 10] =
    ["utf-8", "utf8", "latin-1", "latin1", "iso-8859", "windows-125", "cp125", "mojibake", "charset", "encoding"];

fn speaks_of_encodings(mut text: String) -> bool {
    text.make_ascii_lowercase();
    SPEAKS.iter().any(|word| text.contains(word))
}

/// Whether lines and corners were drawn: read back they are letters here and rubbish there.
fn is_line_art(runs: &[Run], page: usize) -> bool {
    page >= pages::FIRST_WITH_BOXES && runs.iter().map(|run| run.weight).sum::<i32>() < CERTAIN
}

/// A letter and the sign of a currency, alone in a line whose other signs are whole: `DrÃ¥ber` beside `–` may be of Latin-1 or of
/// MacRoman, and need not be mojibake at all.
fn undecidable(run: &Run, cells: &[Cell]) -> bool {
    let [unit] = &run.units[..] else { return false };
    let last = cells[unit.end - 1].c;
    let outside = || cells[..unit.start].iter().chain(&cells[unit.end..]).map(|cell| cell.c).filter(|c| !c.is_ascii());
    "¢£¥€".contains(last) && cells[unit.start].c == 'Ã' && outside().next().is_some() && outside().all(|c| !c.is_alphabetic())
}
