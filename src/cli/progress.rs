//! How far a run is, on a terminal: pages and bytes a second, share, time left.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::flags::When;
use crate::batch::Event;
use crate::input::Found;

/// Of more files the sizes are not asked for: the share goes by their number.
const SIZED_FILES_MAX: usize = 100_000;

/// How often the line is drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// A line that is drawn anew while the run goes on.
pub struct Progress {
    bar: ProgressBar,
    /// Whether the length is in bytes; else in files.
    is_sized: bool,
    read_count: Arc<AtomicU64>,
    began: Instant,
    /// When a line was last written, where there is no terminal to draw on.
    line: Option<Instant>,
}

impl Progress {
    /// Begins to show it, if that is wanted and there is a terminal; `None` if not. Standard output that is watched has the terminal for
    /// itself.
    pub fn new(when: When, is_watched: bool, found: &Found, read_count: Arc<AtomicU64>) -> Option<Progress> {
        let is_terminal = io::stderr().is_terminal();
        if when == When::Never || (when == When::Auto && (is_watched || !is_terminal)) {
            return None;
        }
        let sizes =
            if found.sources.len() > SIZED_FILES_MAX { None } else { found.sources.iter().map(|s| Some(s.stamp()?.bytes)).sum() };
        let length: Option<u64> =
            sizes.or_else(|| found.sources.iter().all(|s| s.path.is_some()).then_some(found.sources.len() as u64));
        let bar = ProgressBar::with_draw_target(
            length,
            if is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() },
        );
        let template = ProgressStyle::with_template(if length.is_some() { SHARED } else { OPEN });
        bar.set_style(template.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(TICK);
        let now = Instant::now();
        Some(Progress { bar, is_sized: sizes.is_some(), read_count, began: now, line: (!is_terminal).then_some(now) })
    }

    /// The line itself, above which others are printed.
    pub fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }

    /// Takes over where the run is.
    pub fn event(&mut self, event: &Event) {
        let Event::At { pages, sources } = event else { return };
        let read = self.read_count.load(Ordering::Relaxed);
        self.bar.set_position(if self.is_sized { read } else { *sources });
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        let rate = indicatif::DecimalBytes((read as f64 / seconds) as u64);
        let message = format!("{pages} pages, {:.0} pages/s, {rate}/s", *pages as f64 / seconds);
        if let Some(line) = self.line.as_mut().filter(|line| line.elapsed() >= LINE_EVERY) {
            *line = Instant::now();
            let share = self.bar.length().map(|length| format!("{} %, ", 100 * self.bar.position() / length.max(1)));
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(io::stderr().lock(), "{}{message}", share.unwrap_or_default());
        }
        self.bar.set_message(message);
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

const SHARED: &str = "{bar:24} {percent:>3} %, {msg}, {eta} left";
const OPEN: &str = "{spinner} {msg}, {elapsed}";
