//! The cut: which lines to keep, given how likely each is the article's.
//!
//! Lines are taken by falling probability, as many as promise the best F1 of the page's words: twice the expected words of the article
//! among those taken, by the words taken and the article's expected words together. The best set for an expected F measure is always
//! such a prefix (Lewis, "Evaluating and optimizing autonomous text classification systems", 1995; Ye et al., "Optimizing F-measure",
//! 2012). A bias turns F1 into F-beta.

/// The lines to keep, and what F measure that promises.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cut {
    /// For each line, whether it stays.
    pub keep: Vec<bool>,
    /// The F measure that is expected.
    pub expected: f32,
}

/// Finds the best cut. `bias` is the logarithm of beta to the base of two: above zero recall counts for more, below zero precision.
pub fn best(probabilities: &[f32], words: &[u32], bias: f32) -> Cut {
    let beta2 = 4f64.powf(f64::from(bias));
    let mut order: Vec<u32> = (0..probabilities.len() as u32).collect();
    order.sort_by(|a, b| probabilities[*b as usize].total_cmp(&probabilities[*a as usize]));
    let expected_words = |line: u32| f64::from(probabilities[line as usize]) * f64::from(words[line as usize]);
    let all: f64 = order.iter().map(|line| expected_words(*line)).sum();
    let (mut best, mut count, mut taken, mut good) = (0.0, 0, 0.0, 0.0);
    for (place, line) in order.iter().enumerate() {
        taken += f64::from(words[*line as usize]);
        good += expected_words(*line);
        let expected = (1.0 + beta2) * good / (taken + beta2 * all);
        // Lines of the same probability go together, so that the order of lines decides nothing.
        let is_last = order.get(place + 1).is_none_or(|next| probabilities[*next as usize] < probabilities[*line as usize]);
        if is_last && expected > best {
            (best, count) = (expected, place + 1);
        }
    }
    let mut keep = vec![false; probabilities.len()];
    order[..count].iter().for_each(|line| keep[*line as usize] = true);
    Cut { keep, expected: best as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts() {
        for (probabilities, bias, keep) in [
            (&[0.9f32, 0.1, 0.8][..], 0.0, &[true, false, true][..]),
            (&[0.9, 0.45, 0.8], 0.0, &[true, true, true]),
            (&[0.9, 0.45, 0.8], -2.0, &[true, false, true]),
            (&[0.9, 0.2, 0.8], 3.0, &[true, true, true]),
            (&[0.2, 0.2, 0.2], 0.0, &[true, true, true]),
            (&[0.0, 0.0], 0.0, &[false, false]),
            (&[], 0.0, &[]),
        ] {
            assert_eq!(best(probabilities, &vec![10; probabilities.len()], bias).keep, keep, "{probabilities:?} {bias}");
        }
    }
}
