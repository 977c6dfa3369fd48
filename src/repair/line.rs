//! Repairing one line, round by round, until nothing in it reads better decoded.
//!
//! Each round takes the code page that gains most. What was damaged twice comes out in two rounds; each makes the line shorter, so
//! there is an end. A line that takes more rounds than anything real is left alone.

use super::judge::{self, Reading, Run, Topic};
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
    let mut cells = runs::cells(line);
    for _ in 0..ROUNDS_MAX {
        if double_byte::as_latin_1(&mut cells) {
            continue;
        }
        let reading = judge::best(&cells, pages_of(&cells), topic);
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
