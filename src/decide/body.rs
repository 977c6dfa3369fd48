//! What becomes of the body finder's cut: claims on the lines that it does not keep, and what it says to unsure rules.

use std::sync::Arc;

use super::Cause;
use super::claims::{Claim, Extent};
use crate::body::Finding;
use crate::edit::Reason;
use crate::engine::alive::Alive;
use crate::names::{Category, Confidence, Stage};

/// The id of this stage in audits.
const CUT_RULE: &str = "body.cut";

/// The finding on a page, if it says anything: whether a cut should be made is known by then.
pub(crate) struct Evidence<'f> {
    finding: Option<&'f Finding>,
    /// For each line that the cut takes, the reason.
    causes: Vec<Option<Arc<Cause>>>,
}

impl<'f> Evidence<'f> {
    /// Takes a finding over; it says something only of a raw page.
    pub fn new(finding: Option<&'f Finding>) -> Evidence<'f> {
        let finding = finding.filter(|f| f.is_raw);
        Evidence { finding, causes: finding.map(causes).unwrap_or_default() }
    }

    /// No finding.
    pub fn none() -> Evidence<'static> {
        Evidence { finding: None, causes: Vec::new() }
    }

    /// Whether the cut takes any line.
    pub fn takes_any(&self) -> bool {
        self.causes.iter().any(Option::is_some)
    }

    /// Whether the cut takes a line of the page.
    pub fn takes(&self, line: usize) -> bool {
        self.causes.get(line).is_some_and(Option::is_some)
    }

    /// Whether a line is rather no part of the article, so that an unsure rule is right about it.
    pub fn agrees(&self, line: usize) -> bool {
        self.finding.is_some_and(|f| f.probabilities[line] < AGREES_BELOW)
    }

    /// Whether hardly anything of the page is an article: even the best cut promises little.
    pub fn is_mostly_boilerplate(&self) -> bool {
        self.finding.is_some_and(|f| f.expected < BOILERPLATE_BELOW)
    }

    /// Claims on the lines that the cut takes.
    pub fn claims<'a>(&'a self, alive: &'a Alive) -> impl Iterator<Item = Claim> + 'a {
        let claim = |(place, &line): (usize, &u32)| {
            let cause = self.causes.get(line as usize)?.clone()?;
            Some(Claim { extent: Extent::Places(place..place + 1), cause, candidate: None, asks_region: true })
        };
        alive.order.iter().enumerate().filter_map(claim)
    }
}

/// Below which promised F1 a page is mostly boilerplate.
const BOILERPLATE_BELOW: f32 = 0.35;

/// Below which probability the finder agrees with an unsure rule.
const AGREES_BELOW: f32 = 0.5;

/// A reason for each line that goes; lines of a run have one, with the least and the largest probability.
fn causes(finding: &Finding) -> Vec<Option<Arc<Cause>>> {
    let mut causes = Vec::with_capacity(finding.keep.len());
    for run in finding.keep.chunk_by(|a, b| a == b) {
        let of_run = &finding.probabilities[causes.len()..causes.len() + run.len()];
        let cause = (!run[0]).then(|| Arc::new(cause(of_run)));
        causes.resize(causes.len() + run.len(), cause);
    }
    causes
}

fn cause(probabilities: &[f32]) -> Cause {
    let least = probabilities.iter().copied().fold(1.0, f32::min);
    let most = probabilities.iter().copied().fold(0.0, f32::max);
    let range = if least == most { format!("{most:.2}") } else { format!("{least:.2} to {most:.2}") };
    let reason = Reason {
        stage: Stage::Body,
        rule: Arc::from(CUT_RULE),
        category: Category::Body,
        confidence: Confidence::Likely,
        evidence: Arc::from(format!("probability {range}")),
    };
    Cause { reason, layer: 0 }
}
