//! Simulated data, the same on every run.

/// A generator of its own (SplitMix64), so that data and points stay the same.
pub struct Random(pub u64);

impl Random {
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (2.0 * std::f64::consts::PI * v).cos()
    }
}

/// A table with these columns.
pub fn table(names: &[&str], columns: &[Vec<f64>]) -> String {
    let mut text = names.join(",") + "\n";
    for row in 0..columns[0].len() {
        text += &columns.iter().map(|c| format!("{:?}", c[row])).collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
}
