//! `unchaff compare --a … --b … PATH…`: the pages and lines that two sets of rules or settings treat differently.

use std::io::{self, BufWriter, Write};

use super::flags::{CompareCommand, Flags};
use super::say::Say;
use super::{Ending, colour, pages, run};
use crate::cleaner::Cleaner;
use crate::error::{Error, Result};
use crate::html;
use crate::render::{Difference, comparison};
use crate::sink::{Place, WholeFile};

/// Compares.
pub fn compare(command: &CompareCommand, flags: &Flags, say: &mut Say) -> Result<Ending> {
    if let Some(stray) = flags.only_for_cleaning() {
        return Err(Error::usage(format!("`{stray}` is for cleaning, not for `compare`")));
    }
    let options = run::options(flags, say)?;
    let with = |typed: &[String]| {
        let mut options = options.clone();
        typed.iter().try_for_each(|typed| options.set_typed(typed))?;
        Cleaner::new(options.settings)
    };
    let (a, b) = (with(&command.a)?, with(&command.b)?);
    let colour = colour(flags.running.color, &io::stdout());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut difference = Difference::default();
    let limits = options.settings.limits;
    let failed = pages::each(&command.paths, &options.fields, limits.page_bytes_max, &mut |page| {
        let (text, facts) = match html::is_html(options.content, None, &page.text) {
            true => {
                let html = html::to_text(&page.text, &limits);
                let facts = page.facts.with_page(&html);
                (html.text, facts)
            }
            false => (page.text, page.facts),
        };
        let (in_a, in_b) = (a.clean(&text, &facts), b.clean(&text, &facts));
        let shown = difference.page(&page.name, &text, [&in_a, &in_b], colour);
        out.write_all(shown.as_bytes()).map_err(|error| Error::io("<stdout>", "writing", &error))
    });
    let written = out.write_all(difference.summary().as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Error::io("<stdout>", "writing", &error))?;
    failed.iter().for_each(|error| say.error(error));
    if let Some(path) = &command.report {
        let page = comparison(&difference, [&command.a.join(", "), &command.b.join(", ")]);
        let write = || {
            let mut file = WholeFile::create(&Place::File(path.clone()))?;
            file.write_all(page.as_bytes())?;
            file.finish(true)
        };
        write().map_err(|error| Error::io(path, "writing", &error))?;
    }
    Ok(if failed.is_empty() { Ending::Done } else { Ending::SomeFailed })
}
