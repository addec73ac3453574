//! Chance that is the same on every machine: what the demonstration invents comes out alike.

/// A generator of numbers (SplitMix64), begun by what it is for.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// One for a purpose: the same words and number give the same chance.
    pub fn of(purpose: &str, number: u64) -> Self {
        // FNV-1a: short words far apart.
        let hash = purpose
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        let mut chance = Self(hash ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1, 1 left out.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Whether something of that likelihood happens.
    pub fn happens(&mut self, likelihood: f64) -> bool {
        self.unit() < likelihood
    }

    /// From one number to another, the other left out; the first one when nothing lies between.
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        from + self.unit() * (to - from)
    }

    /// A place in a list of that length; 0 of an empty one.
    pub fn below(&mut self, length: usize) -> usize {
        ((self.unit() * length as f64) as usize).min(length.saturating_sub(1))
    }

    /// The place of one of the weights, by its weight.
    pub fn weighed(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().sum::<f64>();
        let last = weights.clone().count().saturating_sub(1);
        weights
            .enumerate()
            .find(|(_, weight)| {
                left -= weight;
                left < 0.0
            })
            .map_or(last, |(place, _)| place)
    }

    /// A waiting time or a size whose mean is that: most are small, few are large.
    pub fn around(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_the_same_again_and_fair() {
        let draw = |number| Chance::of("essai", number).unit();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let mut chance = Chance::of("essai", 3);
        let mean = (0..20_000).map(|_| chance.around(5.0)).sum::<f64>() / 20_000.0;
        assert!((mean - 5.0).abs() < 0.2, "{mean}");
        let heavy = (0..10_000).filter(|_| chance.weighed([1.0, 3.0].into_iter()) == 1);
        assert!((7_200..7_800).contains(&heavy.count()));
        assert_eq!(chance.below(0), 0);
    }
}
