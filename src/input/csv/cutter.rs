//! Where records of a table end, told as the stream comes in.

use memchr::{memchr, memchr2, memchr3};

use super::Dialect;

/// Finds the ends of records: line ends outside quotes. Every byte is shown to it once, in chunks of any size.
#[derive(Debug, Clone)]
pub struct CsvCutter {
    dialect: Dialect,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A field begins here, if anything comes.
    Start,
    /// Inside a field, where a quote is text.
    Field,
    /// Inside quotes.
    Quoted,
    /// Behind a quote inside quotes: the first of two, or the end.
    Quote,
    /// Behind the line feed that ends the record.
    End,
    /// Behind a carriage return, which ends the record, perhaps with a line feed.
    Return,
}

impl CsvCutter {
    /// Begins with a record.
    pub fn new(dialect: Dialect) -> Self {
        CsvCutter { dialect, state: State::Start }
    }

    /// The place in `bytes` one past the first record that ends there, its line end (LF, CRLF, CR) included; `None` if none does.
    ///
    /// What stands behind the place is shown again in the next call, and nothing else is. The place is 0 where a carriage return
    /// was the last byte shown before and no line feed follows it.
    pub fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                State::Return => (self.state, at) = (State::End, at + usize::from(bytes[at] == b'\n')),
                State::End => {}
                State::Start if Some(bytes[at]) == self.dialect.quote => (self.state, at) = (State::Quoted, at + 1),
                State::Start => self.state = State::Field,
                State::Quoted => match self.find_quote(&bytes[at..]) {
                    Some(i) => (self.state, at) = (State::Quote, at + i + 1),
                    None => return None,
                },
                State::Quote if Some(bytes[at]) == self.dialect.quote => (self.state, at) = (State::Quoted, at + 1),
                State::Quote => self.state = State::Field,
                State::Field => at = self.pass_field(bytes, at),
            }
            if self.state == State::End {
                self.state = State::Start;
                return Some(at);
            }
        }
        None
    }

    fn find_quote(&self, bytes: &[u8]) -> Option<usize> {
        memchr(self.dialect.quote?, bytes)
    }

    /// Goes on to where a field begins in quotes, or behind a line end.
    fn pass_field(&mut self, bytes: &[u8], from: usize) -> usize {
        let Dialect { delimiter, quote } = self.dialect;
        let mut at = from;
        loop {
            let rest = &bytes[at..];
            let found = quote.map_or_else(|| memchr2(b'\n', b'\r', rest), |quote| memchr3(b'\n', b'\r', quote, rest));
            let Some(i) = found else { break };
            let begins_field = at + i > from && bytes[at + i - 1] == delimiter;
            self.state = match rest[i] {
                b'\n' => State::End,
                b'\r' => State::Return,
                _ if begins_field => State::Quoted,
                _ => State::Field,
            };
            at += i + 1;
            if self.state != State::Field {
                return at;
            }
        }
        if bytes.len() > from && bytes.last() == Some(&delimiter) {
            self.state = State::Start;
        }
        bytes.len()
    }
}
