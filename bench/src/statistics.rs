//! Medians and ranges: on a shared machine a mean says little and one reading nothing.

/// The readings of one figure, one for each round.
#[derive(Clone, Debug, Default)]
pub struct Readings(pub Vec<f64>);

impl Readings {
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match sorted.len() {
            0 => f64::NAN,
            count if count % 2 == 1 => sorted[count / 2],
            count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
        }
    }

    pub fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::NAN, f64::min)
    }

    pub fn max(&self) -> f64 {
        self.0.iter().copied().fold(f64::NAN, f64::max)
    }

    /// This against another, round by round: what both had to bear in one round cancels out.
    pub fn against(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .zip(&other.0)
                .map(|(mine, theirs)| mine / theirs)
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Readings;

    #[test]
    fn medians_ranges_and_ratios() {
        let readings = Readings(vec![3.0, 1.0, 2.0]);
        assert_eq!(
            (readings.median(), readings.min(), readings.max()),
            (2.0, 1.0, 3.0)
        );
        assert_eq!(Readings(vec![4.0, 1.0, 2.0, 3.0]).median(), 2.5);
        let ratio = readings.against(&Readings(vec![6.0, 1.0, 1.0]));
        assert_eq!(ratio.0, [0.5, 1.0, 2.0]);
        assert!(Readings::default().median().is_nan());
    }
}
