//! Random small networks: text and data.

use crate::support::random::Random;

/// A network of binary and three-valued variables: single ones, copies over rows, trees over rows,
/// chains of order 1 and 2.
pub struct Network {
    pub text: String,
    pub data: String,
}

struct Writer<'r> {
    random: &'r mut Random,
    text: String,
    /// Names of variables without plates, over rows, over steps.
    single: Vec<String>,
    rows: Vec<String>,
    steps: Vec<String>,
    /// The logarithm of the number of combinations, and its bound.
    bits: f64,
}

const ROWS: usize = 3;
const STEPS: usize = 4;
const MOST_BITS: f64 = 11.0;

pub fn network(random: &mut Random) -> Network {
    let mut writer = Writer {
        random,
        text: String::new(),
        single: Vec::new(),
        rows: Vec::new(),
        steps: Vec::new(),
        bits: 0.0,
    };
    writer.text += "plate rows\nplate steps\ninput g[rows] : rows\ninput up[rows] : int\nparam a, \
        b ~ Normal(0, 1)\n";
    let wanted = 2 + writer.random.below(5);
    for number in 0..wanted {
        writer.variable(number);
    }
    let mean = |w: &mut Writer, place: &str| format!("{} + {}", w.linear(place), w.linear(place));
    let (y, v) = (mean(&mut writer, "r"), mean(&mut writer, "t"));
    writer.text += &format!(
        "observe y[r in rows] ~ Normal({y}, exp(0.3 * a))\nobserve v[t in steps] ~ Normal({v}, 1)\n"
    );
    let numbers = |random: &mut Random, n: usize| {
        (0..n).map(|_| format!("{:.3}", random.normal())).collect::<Vec<_>>().join(", ")
    };
    let groups: Vec<String> =
        (0..ROWS).map(|_| (1 + writer.random.below(ROWS)).to_string()).collect();
    let up: Vec<String> = (0..ROWS).map(|i| writer.random.below(i + 1).to_string()).collect();
    let (y, v) = (numbers(writer.random, ROWS), numbers(writer.random, STEPS));
    let data = format!(
        "{{\"g\": [{}], \"up\": [{}], \"y\": [{y}], \"v\": [{v}]}}",
        groups.join(", "),
        up.join(", ")
    );
    Network { text: writer.text, data }
}

impl Writer<'_> {
    /// Over what a variable of so many values is, as far as the bound allows.
    fn kind(&mut self, size: f64) -> (&'static str, usize) {
        match self.random.below(4) {
            0 | 1 if self.bits + ROWS as f64 * size.log2() <= MOST_BITS => ("rows", ROWS),
            2 if self.bits + STEPS as f64 * size.log2() <= MOST_BITS => ("steps", STEPS),
            _ => ("single", 1),
        }
    }

    fn variable(&mut self, number: usize) {
        let name = format!("z{number}");
        let three = self.random.below(3) == 0;
        let size: f64 = if three { 3.0 } else { 2.0 };
        let (kind, elements) = self.kind(size);
        if self.bits + elements as f64 * size.log2() > MOST_BITS {
            return;
        }
        self.bits += elements as f64 * size.log2();
        let place = match kind {
            "rows" => "r",
            "steps" => "t",
            _ => "",
        };
        // Now and then a value that cannot be, by another variable.
        let gate = (self.random.below(4) == 0 && !three).then(|| self.parent(place)).flatten();
        let family = |p: String| {
            if let Some(gate) = &gate {
                format!("Bernoulli(inv_logit({p}) * min(1, {gate}))")
            } else if three {
                format!("Binomial(2, inv_logit({p}))")
            } else {
                format!("Bernoulli(inv_logit({p}))")
            }
        };
        let (head, distribution) = match kind {
            "single" => (name.clone(), family(self.linear(""))),
            "rows" if self.random.below(3) == 0 => {
                let (root, child) = (self.linear("r"), self.linear("r"));
                let child =
                    format!("{child} + {:.2} * b * {name}[int(up[r])]", 2.0 * self.random.normal());
                (
                    format!("{name}[r in rows]"),
                    format!("if up[r] == 0 then {} else {}", family(root), family(child)),
                )
            }
            "rows" => (format!("{name}[r in rows]"), family(self.linear("r"))),
            _ => self.chain(&name, family),
        };
        let ty = if three { " : int(0, 2)" } else { "" };
        self.text += &format!("latent {head}{ty} ~ {distribution}\n");
        match kind {
            "single" => self.single.push(name),
            "rows" => self.rows.push(name),
            _ => self.steps.push(name),
        }
    }

    /// The head and the distribution of a variable that depends on itself one or two steps before.
    fn chain(&mut self, name: &str, family: impl Fn(String) -> String) -> (String, String) {
        let order = 1 + self.random.below(2);
        let (begin, then) = (self.linear("t"), self.linear("t"));
        let mut then = format!("{then} + {:.2} * a * {name}[t-1]", 2.0 * self.random.normal());
        if order == 2 {
            then += &format!(" + {:.2} * {name}[t-2]", 2.0 * self.random.normal());
        }
        let distribution = format!("if t <= {order} then {} else {}", family(begin), family(then));
        (format!("{name}[t in steps]"), distribution)
    }

    /// A sum with up to two discrete variables in it. `place`: the index at hand.
    fn linear(&mut self, place: &str) -> String {
        let mut text = format!("{:.2}", self.random.normal());
        for _ in 0..1 + self.random.below(2) {
            let Some(parent) = self.parent(place) else { continue };
            let c = 1.5 * self.random.normal();
            text += &match self.random.below(3) {
                0 => format!(" + {c:.2} * {parent}"),
                1 => format!(" + {c:.2} * a * {parent}"),
                _ => format!(" + (if {parent} == 1 then {c:.2} else b)"),
            };
        }
        text
    }

    fn parent(&mut self, place: &str) -> Option<String> {
        let local = match place {
            "r" => &self.rows,
            "t" => &self.steps,
            _ => &self.single,
        };
        let local = (!local.is_empty()).then(|| local[self.random.below(local.len())].clone());
        let single = (!self.single.is_empty())
            .then(|| self.single[self.random.below(self.single.len())].clone());
        let other = self.random.below(4);
        match (place, local) {
            ("r", Some(name)) if other == 0 => Some(format!("{name}[g[r]]")),
            ("r", Some(name)) if other < 3 => Some(format!("{name}[r]")),
            ("t", Some(name)) if other < 3 => Some(format!("{name}[t]")),
            _ => single.map(|name| format!("(1 * {name})")),
        }
    }
}
