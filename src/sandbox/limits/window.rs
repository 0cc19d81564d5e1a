//! Counts within a sliding time, on the sandbox's clock.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Calls of the last so many seconds, kept by bucket and oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Window {
    seconds: i64,
    bucket: i64,
    counts: VecDeque<(i64, i64)>,
}

impl Window {
    /// An empty window; times within a bucket count as one.
    #[must_use]
    pub fn new(seconds: i64, bucket: i64) -> Self {
        Self { seconds, bucket, counts: VecDeque::new() }
    }

    /// What is counted at a moment.
    pub fn total(&mut self, now: i64) -> i64 {
        while self.counts.front().is_some_and(|(start, _)| start + self.seconds <= now) {
            self.counts.pop_front();
        }
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// Counts one.
    pub fn add(&mut self, now: i64) {
        let start = now - now.rem_euclid(self.bucket);
        match self.counts.back_mut().filter(|(last, _)| *last == start) {
            Some((_, count)) => *count += 1,
            None => self.counts.push_back((start, 1)),
        }
    }

    /// Seconds until the oldest of it is forgotten.
    #[must_use]
    pub fn frees_in(&self, now: i64) -> i64 {
        self.counts.front().map_or(0, |(start, _)| (start + self.seconds - now).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_the_window_is_forgotten() {
        let mut window = Window::new(3_600, 60);
        for second in [0, 59, 60, 1_800] {
            window.add(second);
        }
        assert_eq!((window.total(1_800), window.frees_in(1_800)), (4, 1_800));
        assert_eq!(window.total(3_600), 2);
        assert_eq!((window.total(5_400), window.frees_in(5_400)), (0, 0));
    }
}
