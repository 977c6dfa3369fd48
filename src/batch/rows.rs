//! Pages of one container written in another: as objects of JSON Lines, or as texts that end in NUL.

use super::Job;
use super::clean::Page;
use super::done::Done;
use super::form::Form;
use crate::names::Container;

impl Job<'_> {
    /// Writes a page as a record with these fields and its text, or as the text alone.
    pub(super) fn put_row(&self, fields: &[(&str, &str)], page: &Page<'_>, form: &Form, done: &mut Done) {
        done.is_changed = true;
        let text = page.new_text();
        if form.to == Container::Text {
            done.bytes.extend_from_slice(text.as_bytes());
            done.bytes.push(0);
            return;
        }
        let verdict = self.verdict_field.as_deref().map(|field| (field, page.cleaned.verdict.name()));
        let title = page.title.as_deref().map(|title| ("title", title));
        let own = [("text", &*text)];
        self.put_json(fields.iter().copied().chain(title).chain(own).chain(verdict), done);
    }

    /// Writes an object.
    pub(super) fn put_json<'f>(&self, fields: impl Iterator<Item = (&'f str, &'f str)>, done: &mut Done) {
        done.is_changed = true;
        done.bytes.push(b'{');
        for (i, (name, value)) in fields.enumerate() {
            if i > 0 {
                done.bytes.extend_from_slice(b", ");
            }
            put_string(name, &mut done.bytes);
            done.bytes.extend_from_slice(b": ");
            put_string(value, &mut done.bytes);
        }
        done.bytes.extend_from_slice(b"}\n");
    }
}

fn put_string(text: &str, out: &mut Vec<u8>) {
    // Writing a string to memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}
