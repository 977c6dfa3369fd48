//! The reading end of a run: sources become tasks, as fast as they are taken.
//!
//! Text files are only opened here and read by the workers; streams, whose pieces must stay in order, are read here.

use super::in_order::{Stopped, Tasks};
use super::{Back, Job, Numbered, Task};
use crate::error::Error;
use crate::input::{Kind, Opened, Piece, Pieces, Separator, Sniff, Source};

type Queue<'t> = Tasks<'t, Numbered<Task>, Numbered<Back>>;

type Pushed = Result<(), Stopped>;

impl Job<'_> {
    /// Makes tasks of all sources, until there are no more or nobody waits for them.
    pub(super) fn read_all(&self, sources: &[Source], tasks: &Queue) {
        for (i, source) in sources.iter().enumerate() {
            if self.read(i, source, tasks).is_err() {
                return;
            }
        }
    }

    fn read(&self, i: usize, source: &Source, tasks: &Queue) -> Pushed {
        let page_bytes_max = self.page_bytes_max();
        let sniff = Sniff { asked: self.kind, fields: &self.fields, line_bytes_max: page_bytes_max, null: self.null };
        let opened = match sniff.open(source) {
            Ok(opened) => opened,
            Err(error) => return tasks.push((i, Task::Failed(Error::io(source.label(), "reading", &error))), 0),
        };
        if opened.kind == Kind::NotText && source.in_folder {
            return tasks.push((i, Task::NotText), 0);
        }
        let separator = match opened.kind {
            Kind::Records => Separator::Newline,
            _ if self.null && source.path.is_none() => Separator::Nul,
            _ => Separator::End,
        };
        match opened.bytes {
            Some(bytes) if separator == Separator::End => {
                // A file that is too long is never held.
                let held = if bytes <= page_bytes_max as u64 { bytes as usize } else { 0 };
                tasks.push((i, Task::File(opened)), held)
            }
            _ => self.read_stream(i, source, opened, separator, tasks),
        }
    }

    fn read_stream(&self, i: usize, source: &Source, opened: Opened, separator: Separator, tasks: &Queue) -> Pushed {
        tasks.push((i, Task::Open(opened.kind)), 0)?;
        let passes = opened.kind == Kind::Records && opened.utf16;
        if passes {
            let error = Error::page("UTF-16, expected UTF-8 for JSON Lines; passed unchanged").in_file(source.label());
            tasks.push((i, Task::Failed(error)), 0)?;
        }
        let mut pieces = Pieces::new(opened.reader, separator, self.page_bytes_max());
        let read_all = loop {
            match pieces.next() {
                Ok(Some(piece)) => {
                    let bytes = piece.bytes.len();
                    let overlong = if passes { Some(false) } else { piece.overlong };
                    tasks.push((i, Task::Piece(Piece { overlong, ..piece }, separator)), bytes)?;
                }
                Ok(None) => break true,
                Err(error) => {
                    tasks.push((i, Task::Failed(Error::io(source.label(), "reading", &error))), 0)?;
                    break false;
                }
            }
        };
        tasks.push((i, Task::Close(read_all)), 0)
    }
}
