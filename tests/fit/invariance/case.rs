//! A model with data in two systems of units, and how its parameters move from one to the other.

use std::fmt::Write as _;

use crate::support::random::Random;

/// A model, with the same data in convenient units (`reference`) and in others (`raw`).
pub struct Case {
    pub text: String,
    pub columns: Vec<Column>,
    /// What the log likelihood loses in the other units: the log of each factor of each outcome.
    pub jacobian: f64,
    pub moves: Vec<Move>,
}

/// A column of the data.
pub struct Column {
    pub name: String,
    pub reference: Vec<f64>,
    pub raw: Vec<f64>,
}

/// A parameter in the other units: factor · it + Σ coefficient · another + constant.
pub struct Move {
    pub name: String,
    pub factor: f64,
    pub others: Vec<(String, f64)>,
    pub constant: f64,
}

impl Move {
    pub fn scaled(name: impl Into<String>, factor: f64) -> Self {
        Self { name: name.into(), factor, others: Vec::new(), constant: 0.0 }
    }

    /// Whether its standard error moves by the factor alone.
    pub fn keeps_error(&self) -> bool {
        self.others.iter().all(|(_, coefficient)| *coefficient == 0.0)
    }
}

/// Other units: x becomes scale · (x + shift).
#[derive(Clone, Copy)]
pub struct Units {
    pub shift: f64,
    pub scale: f64,
}

impl Units {
    pub const SAME: Self = Self { shift: 0.0, scale: 1.0 };

    /// A shift of up to so many standard deviations, and a scale from 1e-6 to 1e6. One in four keeps
    /// its place, one in four its scale.
    pub fn any(random: &mut Random, furthest: f64) -> Self {
        let Self { scale, .. } = Self::scale(random);
        let far = log_uniform(random, 0.1, furthest);
        let sign = if random.below(2) == 0 { -1.0 } else { 1.0 };
        let shift = if random.below(4) == 0 { 0.0 } else { sign * far };
        Self { shift, scale }
    }

    /// A scale alone.
    pub fn scale(random: &mut Random) -> Self {
        let scale = log_uniform(random, 1e-6, 1e6);
        Self { shift: 0.0, scale: if random.below(4) == 0 { 1.0 } else { scale } }
    }

    fn apply(self, values: &[f64]) -> Vec<f64> {
        values.iter().map(|x| self.scale * (x + self.shift)).collect()
    }
}

/// A number whose logarithm is uniform.
pub fn log_uniform(random: &mut Random, lower: f64, upper: f64) -> f64 {
    random.between(lower.ln(), upper.ln()).exp()
}

/// So many standard normal numbers.
pub fn normals(random: &mut Random, count: usize) -> Vec<f64> {
    (0..count).map(|_| random.normal()).collect()
}

/// A count with this mean, which is moderate: by inversion.
pub fn poisson(random: &mut Random, mean: f64) -> f64 {
    let (u, mut k, mut mass) = (random.uniform(), 0.0, (-mean).exp());
    let mut below = mass;
    while below < u && k < 1e3 {
        k += 1.0;
        mass *= mean / k;
        below += mass;
    }
    k
}

impl Case {
    pub fn of(text: String) -> Self {
        Self { text, columns: Vec::new(), jacobian: 0.0, moves: Vec::new() }
    }

    /// Adds a column that is the same in both.
    #[must_use]
    pub fn plain(self, name: impl Into<String>, values: Vec<f64>) -> Self {
        self.column(name, values, Units::SAME)
    }

    #[must_use]
    pub fn column(mut self, name: impl Into<String>, values: Vec<f64>, units: Units) -> Self {
        let raw = units.apply(&values);
        self.columns.push(Column { name: name.into(), reference: values, raw });
        self
    }

    /// Adds an outcome, whose density is per unit of it.
    #[must_use]
    pub fn outcome(mut self, name: impl Into<String>, values: Vec<f64>, units: Units) -> Self {
        self.jacobian += values.len() as f64 * units.scale.ln();
        self.column(name, values, units)
    }

    #[must_use]
    pub fn moves(mut self, moves: impl IntoIterator<Item = Move>) -> Self {
        self.moves.extend(moves);
        self
    }

    #[must_use]
    pub fn scales(mut self, name: &str, factor: f64) -> Self {
        self.moves.push(Move::scaled(name, factor));
        self
    }

    /// The data as CSV, with all digits.
    pub fn csv(&self, raw: bool) -> String {
        let names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
        let mut out = names.join(",") + "\n";
        let values = |c: &Column| if raw { c.raw.clone() } else { c.reference.clone() };
        let columns: Vec<Vec<f64>> = self.columns.iter().map(values).collect();
        for i in 0..columns[0].len() {
            let cells: Vec<String> = columns.iter().map(|c| format!("{:?}", c[i])).collect();
            writeln!(out, "{}", cells.join(",")).expect("a string");
        }
        out
    }
}

/// A linear predictor: an intercept and slopes of columns, in text, in data, and how they move.
pub struct Predictor {
    pub names: Vec<String>,
    pub values: Vec<Vec<f64>>,
    pub units: Vec<Units>,
    pub slopes: Vec<f64>,
}

impl Predictor {
    pub fn new(random: &mut Random, rows: usize, most: usize, furthest: f64) -> Self {
        let count = 1 + random.below(most);
        let mut of = || {
            let values = normals(random, rows);
            (values, Units::any(random, furthest), 0.7 * random.normal())
        };
        let mut made = Self { names: vec![], values: vec![], units: vec![], slopes: vec![] };
        for j in 1..=count {
            let (values, units, slope) = of();
            made.names.push(format!("x{j}"));
            made.values.push(values);
            made.units.push(units);
            made.slopes.push(slope);
        }
        made
    }

    /// `input` and `param` of the slopes.
    pub fn declared(&self) -> String {
        let all = |prefix: &str, end: &str| {
            let names: Vec<String> =
                self.names.iter().map(|name| format!("{prefix}{name}{end}")).collect();
            names.join(", ")
        };
        format!("input {}\nparam {} : real\n", all("", "[rows]"), all("b_", ""))
    }

    /// `b_x1 * x1 + ...`.
    pub fn sum(&self) -> String {
        let terms: Vec<String> = self.names.iter().map(|x| format!("b_{x} * {x}")).collect();
        terms.join(" + ")
    }

    /// Without the intercept.
    pub fn at(&self, row: usize) -> f64 {
        self.slopes.iter().zip(&self.values).map(|(b, x)| b * x[row]).sum()
    }

    pub fn columns(&self, case: Case) -> Case {
        let all = self.names.iter().zip(&self.values).zip(&self.units);
        all.fold(case, |case, ((name, x), units)| case.column(name, x.clone(), *units))
    }

    /// How slopes move where the predictor is in units of `outcome`.
    pub fn slopes_move(&self, outcome: Units) -> Vec<Move> {
        let all = self.names.iter().zip(&self.units);
        all.map(|(x, u)| Move::scaled(format!("b_{x}"), outcome.scale / u.scale)).collect()
    }

    /// How an intercept moves with the places of columns and outcome: `sign` is 1 for an intercept,
    /// and -1 for what the sum is subtracted from.
    pub fn intercept_moves(&self, name: &str, outcome: Units, sign: f64) -> Move {
        let of = |(x, u): (&String, &Units)| (format!("b_{x}"), -sign * outcome.scale * u.shift);
        Move {
            name: name.to_owned(),
            factor: outcome.scale,
            others: self.names.iter().zip(&self.units).map(of).collect(),
            constant: outcome.scale * outcome.shift,
        }
    }
}
