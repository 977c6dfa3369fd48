//! Rows on several threads: shared out by their bytes, put together in their order.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, unbounded};

use super::fault::Fault;

/// Fewer bytes are not worth a thread.
const PART_BYTES_MIN: usize = 32 << 10;
/// Nor are larger parts shared out evenly.
const PART_BYTES_MAX: usize = 1 << 20;
/// How often it is looked whether the user wants to stop.
const SIGNALS_EVERY: Duration = Duration::from_millis(50);

/// What `row` gives for each row. `bytes` is how long a row is; `tick` is called now and then by the thread that waits.
pub fn rows<T: Send>(
    count: usize,
    threads: usize,
    bytes: &dyn Fn(usize) -> usize,
    row: &(dyn Fn(usize) -> Result<T, Fault> + Sync),
    tick: &mut dyn FnMut() -> Result<(), Fault>,
) -> Result<Vec<T>, Fault> {
    let parts = parts(count, threads, bytes);
    if parts.len() <= 1 {
        return (0..count).map(row).collect();
    }
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (back, here) = unbounded();
    let work = |back: crossbeam_channel::Sender<(usize, Result<Vec<T>, Fault>)>| {
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)).filter(|_| !stop.load(Ordering::Relaxed)) {
            let until_stopped = part.clone().take_while(|_| !stop.load(Ordering::Relaxed));
            // Whoever waits has gone only if it has stopped.
            let _ = back.send((part.start, until_stopped.map(row).collect()));
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.min(parts.len()) {
            let back = back.clone();
            scope.spawn(|| work(back));
        }
        drop(back);
        let mut done = Vec::with_capacity(parts.len());
        let ended = loop {
            match here.recv_timeout(SIGNALS_EVERY) {
                Ok((start, Ok(part))) => done.push((start, part)),
                Ok((_, Err(fault))) => break Err(fault),
                Err(RecvTimeoutError::Disconnected) => break Ok(()),
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(fault) = tick() {
                        break Err(fault);
                    }
                }
            }
        };
        stop.store(true, Ordering::Relaxed);
        ended?;
        done.sort_unstable_by_key(|(start, _)| *start);
        Ok(done.into_iter().flat_map(|(_, part)| part).collect())
    })
}

/// Ranges of rows of about the same bytes, several for each thread.
fn parts(count: usize, threads: usize, bytes: &dyn Fn(usize) -> usize) -> Vec<Range<usize>> {
    let total: usize = (0..count).map(bytes).sum();
    let part_bytes = (total / (threads * 8)).clamp(PART_BYTES_MIN, PART_BYTES_MAX);
    let (mut parts, mut start, mut held) = (Vec::new(), 0, 0);
    for row in 0..count {
        held += bytes(row);
        if held >= part_bytes {
            parts.push(start..row + 1);
            (start, held) = (row + 1, 0);
        }
    }
    if start < count {
        parts.push(start..count);
    }
    parts
}
