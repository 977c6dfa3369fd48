//! Where records end, told byte by byte as a stream comes in.

use super::csv::CsvCutter;
use super::warc::WarcCutter;

/// Finds the ends of records. Every byte is shown to it once, in chunks of any size.
pub enum Cutter {
    /// A byte ends a record: a line end, or NUL.
    Byte(u8),
    /// The stream is one page.
    Whole,
    /// Rows of a table.
    Csv(CsvCutter),
    /// Records of a crawl.
    Warc(Box<WarcCutter>),
}

impl Cutter {
    /// The place in `bytes` one past the first record that ends there; `None` if none does. What stands behind the place is shown
    /// again in the next call, and nothing else is. The place may lie up to [`back_max`](Cutter::back_max) bytes before `bytes`, for
    /// some records end only where another begins.
    pub fn end(&mut self, bytes: &[u8]) -> Option<isize> {
        match self {
            Cutter::Byte(byte) => memchr::memchr(*byte, bytes).map(|at| at as isize + 1),
            Cutter::Whole => None,
            Cutter::Csv(cutter) => cutter.end(bytes).map(|end| end as isize),
            Cutter::Warc(cutter) => cutter.end(bytes),
        }
    }

    /// How far an end may lie behind what was shown.
    pub fn back_max(&self) -> usize {
        if matches!(self, Cutter::Warc(_)) { WarcCutter::BACK_MAX } else { 0 }
    }

    /// The records of a piece that begins with a record.
    pub fn records(mut self, bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
        let mut rest = bytes;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            // Nothing was shown before, so no end lies there.
            let end = self.end(rest).map_or(rest.len(), |end| end.unsigned_abs());
            let (record, behind) = rest.split_at(end);
            rest = behind;
            Some(record)
        })
    }
}
