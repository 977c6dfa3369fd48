//! Repairing one line, round by round, until nothing in it reads better decoded.
//!
//! Each round takes the code page that gains most. What was damaged twice comes out in two rounds; each makes the line shorter, so
//! there is an end. A line that takes more rounds than anything real is left alone.

use super::judge::{self, Reading, Run, Speaks, Topic};
use super::pages::{self, of_pair, role};
use super::runs::{self, Cell, How, Unit};
use super::{controls, double_byte};

/// So often was nothing real damaged.
const ROUNDS_MAX: usize = 12;

/// A place in the line as it came, and the page on which it looks damaged.
type Place = (usize, usize, Option<usize>);

/// A line, repaired as far as can be.
pub(super) struct Mended {
    pub cells: Vec<Cell>,
    /// Places that look damaged and stay: bytes of the line as it came, and the page if it is one.
    pub suspects: Vec<Place>,
}

/// Repairs a line; `None` if it finds no end, or ends in garble.
pub(super) fn mend(line: &str, topic: &Topic<'_>) -> Option<Mended> {
    mend_cells(line, runs::cells(line), topic)
}

fn mend_cells(line: &str, mut cells: Vec<Cell>, topic: &Topic<'_>) -> Option<Mended> {
    let whole = Speaks::new(line);
    for _ in 0..ROUNDS_MAX {
        if double_byte::as_latin_1(&mut cells) {
            continue;
        }
        let reading = judge::best(&cells, pages_of(&cells), &whole, topic);
        match reading {
            Some(reading) if !reading.repaired.is_empty() => cells = decode(&cells, &reading),
            reading => {
                if !double_byte::mend(&mut cells) && !controls::mend(&mut cells) {
                    if is_garble(line, &cells) {
                        return None;
                    }
                    let suspects = suspects(&cells, reading.as_ref());
                    return Some(Mended { cells, suspects });
                }
            }
        }
    }
    None
}

/// The pages on which the line holds a leading character beside a following one.
fn pages_of(cells: &[Cell]) -> u32 {
    let (mut pages, mut lead) = (0, 0);
    for cell in cells {
        let found = role(cell.c as u32);
        pages |= of_pair(lead, found.more);
        if lead & LATIN != 0 && matches!(cell.c, ' ' | '?') {
            pages |= LATIN;
        }
        lead = found.lead;
    }
    pages
}

/// The page on which `Ã ` alone is worth a look.
const LATIN: u32 = 1 << pages::CP1252;

/// The line with the runs of a reading decoded.
fn decode(cells: &[Cell], reading: &Reading) -> Vec<Cell> {
    let mut out = Vec::with_capacity(cells.len());
    let mut from = 0;
    for unit in reading.repaired.iter().flat_map(|run| &run.units) {
        out.extend_from_slice(&cells[from..unit.start]);
        out.push(decoded(&cells[unit.start..unit.end], unit, reading.page));
        from = unit.end;
    }
    out.extend_from_slice(&cells[from..]);
    out
}

/// One cell for the cells of a sequence.
fn decoded(cells: &[Cell], unit: &Unit, page: usize) -> Cell {
    let before = cells.iter().map(|cell| cell.how).fold(How::default(), How::and);
    let how = How { ways: before.ways | 1 << page | unit.ways, times: before.times.saturating_add(1) };
    let ends = cells.first().map_or(0, |c| c.start)..cells.last().map_or(0, |c| c.end);
    Cell { c: unit.c, start: ends.start, end: ends.end, how }
}

/// So odd a repaired stretch must be to count as garble, in half points.
const GARBLE: i32 = 24;

/// Whether a stretch of non-ASCII is hardly less odd after its repair: then it was damaged in a way that nothing here undoes (case
/// was changed, bytes were dropped), and what was repaired in it was chance.
fn is_garble(line: &str, cells: &[Cell]) -> bool {
    let stretches = cells.chunk_by(|a, b| !a.c.is_ascii() && !b.c.is_ascii());
    stretches.filter(|cells| cells.iter().any(|cell| cell.how.times > 0)).any(|cells| {
        let after = judge::cost_of(cells.iter().map(|cell| cell.c));
        let taken = cells.first().map_or(0, |c| c.start)..cells.last().map_or(0, |c| c.end);
        after >= GARBLE && 3 * after > judge::cost_of(line[taken].chars())
    })
}

fn suspects(cells: &[Cell], reading: Option<&Reading>) -> Vec<Place> {
    let span = |run: &Run| (cells[run.start()].start, cells[run.end() - 1].end);
    let by_page = reading.into_iter().flat_map(|r| r.suspects.iter().map(|run| (span(run).0, span(run).1, Some(r.page))));
    let pairs = double_byte::suspects(cells).into_iter().map(|(start, end)| (start, end, None));
    let mut all: Vec<Place> = by_page.chain(pairs).collect();
    all.sort_by_key(|place| (place.0, place.1));
    all.dedup_by(|next, last| next.0 < last.1);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Dice, SEED};

    /// Lines whose words far from all damage are left out are repaired as whole ones are.
    #[test]
    fn words_far_away_make_no_difference() {
        const PARTS: [&str; 22] = [
            "caf\u{c3}\u{a9}",
            "\u{e2}\u{20ac}\u{2122}",
            "“\u{c3}\u{a9}”",
            "&quot;\u{c3}\u{a9}&quot;",
            "\u{c3} ",
            "\u{c3} quele",
            "it\u{e2}s",
            "don\u{e2}t",
            "\u{92}",
            "Coatl\u{87}n",
            "é",
            "Ã",
            "¢",
            "√π",
            "ÃÂ©",
            "鈥檚",
            "縺",
            "word",
            "some words of plain text that go on and on. ",
            " ",
            "mojibake, ",
            "averyveryverylongwordwithoutanyspace",
        ];
        let mut dice = Dice(SEED);
        let all = |line: &str| {
            let how = How::default();
            line.char_indices().map(|(start, c)| Cell { c, start, end: start + c.len_utf8(), how }).collect::<Vec<_>>()
        };
        let said = |mended: Option<Mended>| {
            let touched = |cell: &&Cell| cell.how != How::default();
            let cells = |m: &Mended| m.cells.iter().filter(touched).map(|c| (c.c, c.start, c.end, c.how)).collect::<Vec<_>>();
            mended.map(|m| (cells(&m), m.suspects))
        };
        let mut shorter = 0;
        for _ in 0..4000 {
            let count = dice.below(24) + 1;
            let line: String = (0..count)
                .map(|_| PARTS[if dice.below(2) == 0 { 17 + dice.below(3) } else { dice.below(PARTS.len()) }])
                .collect();
            let topic = Topic::new(&line);
            shorter += usize::from(runs::cells(&line).len() < all(&line).len());
            assert_eq!(said(mend(&line, &topic)), said(mend_cells(&line, all(&line), &topic)), "{line:?}");
        }
        assert!(shorter > 500);
    }
}
