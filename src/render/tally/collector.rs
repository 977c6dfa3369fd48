//! Takes down pages on any thread, and adds them up on one.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use super::Tally;
use super::page::{PageTally, Seen, Thresholds};
use crate::cleaner::Cleaner;

/// Takes down pages on any thread, and adds them up on one.
#[derive(Debug)]
pub struct Collector {
    thresholds: Thresholds,
    tally: Mutex<Tally>,
    has_samples: bool,
}

impl Collector {
    /// Begins a tally, with sampled pages if they are asked for.
    pub fn new(cleaner: &Cleaner, has_samples: bool) -> Self {
        Self::of(Tally::new(cleaner), has_samples)
    }

    /// Goes on with a tally.
    pub(super) fn of(tally: Tally, has_samples: bool) -> Self {
        Collector { thresholds: Thresholds::new(has_samples), tally: Mutex::new(tally), has_samples }
    }

    /// What pages have to be below now.
    #[cfg(test)]
    pub(super) fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// Takes down a page.
    pub fn page(&self, seen: Seen<'_>) -> PageTally {
        PageTally::new(seen, &self.thresholds)
    }

    /// Adds pages, in their order.
    pub fn add(&self, pages: &mut Vec<PageTally>) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        for page in pages.drain(..) {
            let is_sampled = page.sample.is_some();
            tally.add(page);
            if is_sampled && self.has_samples {
                let samples = &tally.samples;
                self.thresholds.all.store(samples.all.below(), Ordering::Relaxed);
                let each = [(&self.thresholds.categories[..], &samples.categories[..])];
                let each = each.into_iter().chain([(&self.thresholds.verdicts[..], &samples.verdicts[..])]);
                for (thresholds, lowest) in each.flat_map(|(t, l)| t.iter().zip(l)) {
                    thresholds.store(lowest.below(), Ordering::Relaxed);
                }
            }
        }
    }

    /// The whole run.
    pub fn finish(self) -> Tally {
        self.tally.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
