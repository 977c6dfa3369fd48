//! Standard error: errors, notes and the end of a run. All that is printed here is made safe for a terminal.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;

use crate::batch::Event;
use crate::error::Error;
use crate::input::Skipped;
use crate::names::Verdict;
use crate::render::{Counts, visible};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default().bold();

/// Speaks to the person who runs the command.
pub struct Say {
    /// Whether to use colours.
    pub colour: bool,
    /// How many notes are printed.
    pub notes_max: usize,
    notes: usize,
    /// What shows how far the run is; lines are printed above it.
    pub bar: Option<ProgressBar>,
}

impl Say {
    pub fn new(colour: bool) -> Self {
        Say { colour, notes_max: usize::MAX, notes: 0, bar: None }
    }

    /// An error; several that were found together get a line each.
    pub fn error(&self, error: &Error) {
        for line in error.to_string().lines() {
            self.line(ERROR, "error", line);
        }
    }

    /// Something a person should know that is no fault.
    pub fn note(&self, note: impl Display) {
        self.line(NOTE, "note", note);
    }

    /// Lines without a word before them, as they are but safe.
    pub fn plain(&self, text: &str) {
        // Where standard error is closed there is nobody to tell.
        let _ = writeln!(io::stderr().lock(), "{}", visible(text));
    }

    /// What happens to pages; of notes only so many.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Failed(error) => self.error(error),
            Event::Note(note) => {
                self.notes += 1;
                if self.notes <= self.notes_max {
                    self.note(note);
                }
            }
            Event::At { .. } => {}
        }
    }

    /// What is only known at the end.
    pub fn end(&self, counts: &Counts, mut skipped: Skipped) {
        if self.notes > self.notes_max {
            self.note(format_args!("{} more notes; `--set notes-max=N` shows them", self.notes - self.notes_max));
        }
        skipped.not_text += counts.not_text as usize;
        if skipped != Skipped::default() {
            self.note(format_args!("skipped in folders: {skipped}"));
        }
        let dropped =
            Verdict::ALL.iter().zip(counts.dropped).filter(|(_, n)| *n > 0).map(|(verdict, n)| format!("{n} {verdict}"));
        let dropped: Vec<_> = dropped.collect();
        if !dropped.is_empty() {
            self.note(format_args!("left out by verdict: {}", dropped.join(", ")));
        }
    }

    fn line(&self, style: Style, word: &str, text: impl Display) {
        let style = if self.colour { style } else { Style::new() };
        let text = visible(&text.to_string());
        let line = format!("{style}{word}{style:#}: {text}");
        match &self.bar {
            Some(bar) if !bar.is_hidden() => bar.println(line),
            // Where standard error is closed there is nobody to tell.
            _ => drop(writeln!(io::stderr().lock(), "{line}")),
        }
    }
}
