//! Which rules do not act at all: disabled by id, or replaced by a layer above.

use std::collections::HashMap;

use crate::config::Settings;
use crate::engine::scan::{Engine, RuleRef};
use crate::error::{Error, Result};

/// Rules that never act: disabled by id, or replaced by a user's pack.
pub fn off(engine: &Engine, settings: &Settings) -> Result<Vec<RuleRef>> {
    let users = engine.books().len() > 1;
    if settings.disable.is_empty() && !users {
        return Ok(Vec::new());
    }
    let mut by_id: HashMap<&str, RuleRef> = HashMap::new();
    let (mut off, mut errors) = (Vec::new(), Vec::new());
    for rule in engine.rules() {
        let builtin = by_id.insert(engine.book(rule).id(rule.rule as usize), rule);
        if rule.book == 0 {
            continue;
        }
        let ready = engine.rule(rule);
        match (builtin, ready.rule.replaces) {
            (Some(builtin), true) => off.push(builtin),
            (Some(_), false) => {
                let error = ready.rule.error(format!("id `{}` is a built-in rule's", ready.id));
                errors.push(error.help("say `replaces = true` to take its place, or choose another id"));
            }
            (None, true) => {
                let error = ready.rule.error(format!("`replaces = true`, but no built-in rule has the id `{}`", ready.id));
                errors.push(error.meant(&ready.id, by_id.keys().copied().filter(|id| **id != *ready.id)));
            }
            (None, false) => {}
        }
    }
    for id in &settings.disable {
        match by_id.get(id.as_str()) {
            Some(rule) => off.push(*rule),
            None => errors.push(Error::usage(format!("unknown rule `{id}`")).meant(id, by_id.keys().copied())),
        }
    }
    match Error::join(errors) {
        Some(error) => Err(error),
        None => Ok(off),
    }
}
