//! Standard error: errors, notes and the end of a run. All that is printed here is made safe for a terminal.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::batch::{Event, Summary};
use crate::error::Error;
use crate::input::Skipped;
use crate::names::Verdict;
use crate::render::visible;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default().bold();

/// Speaks to the person who runs the command.
pub struct Say {
    /// Whether to use colours.
    pub colour: bool,
    /// How many notes are printed.
    pub notes_max: usize,
    notes: usize,
}

impl Say {
    pub fn new(colour: bool) -> Self {
        Say { colour, notes_max: usize::MAX, notes: 0 }
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
        }
    }

    /// What is only known at the end.
    pub fn end(&self, summary: &Summary, mut skipped: Skipped) {
        if self.notes > self.notes_max {
            self.note(format_args!("{} more notes; `--set notes-max=N` shows them", self.notes - self.notes_max));
        }
        skipped.not_text += summary.not_text;
        if skipped != Skipped::default() {
            self.note(format_args!("skipped in folders: {skipped}"));
        }
        if !summary.dropped.is_empty() {
            let count = |verdict: &Verdict| summary.dropped.iter().filter(|v| *v == verdict).count();
            let counts = Verdict::ALL.iter().filter(|v| count(v) > 0).map(|v| format!("{} {v}", count(v)));
            self.note(format_args!("left out by verdict: {}", counts.collect::<Vec<_>>().join(", ")));
        }
    }

    fn line(&self, style: Style, word: &str, text: impl Display) {
        let style = if self.colour { style } else { Style::new() };
        let text = visible(&text.to_string());
        // Where standard error is closed there is nobody to tell.
        let _ = writeln!(io::stderr().lock(), "{style}{word}{style:#}: {text}");
    }
}
