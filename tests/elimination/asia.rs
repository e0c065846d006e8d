//! The chest-clinic network (Lauritzen and Spiegelhalter 1988, J. R. Statist. Soc. B 50, section
//! 2): eight binary variables.

use pgmc::pipeline::DiscretePosterior;

use super::model::lowered;

/// `seen`: what is observed.
fn text(seen: &[&str]) -> String {
    let word = |name: &str| if seen.contains(&name) { "observe" } else { "latent" };
    let line = |name: &str, p: &str| format!("{} {name} : bool ~ Bernoulli({p})\n", word(name));
    [
        line("visit", "0.01"),
        line("tuberculosis", "if visit then 0.05 else 0.01"),
        line("smoker", "0.5"),
        line("cancer", "if smoker then 0.1 else 0.01"),
        line("bronchitis", "if smoker then 0.6 else 0.3"),
        line("either", "if tuberculosis or cancer then 1 else 0"),
        line("xray", "if either then 0.98 else 0.05"),
        line(
            "dyspnoea",
            "if either then (if bronchitis then 0.9 else 0.7) else (if bronchitis \
            then 0.8 else 0.1)",
        ),
    ]
    .concat()
}

const NAMES: [&str; 8] =
    ["visit", "tuberculosis", "smoker", "cancer", "bronchitis", "either", "xray", "dyspnoea"];

/// The probability of all eight values, written out.
fn joint(v: [bool; 8]) -> f64 {
    let [visit, tuberculosis, smoker, cancer, bronchitis, either, xray, dyspnoea] = v;
    let p = |holds: bool, p: f64| if holds { p } else { 1.0 - p };
    p(visit, 0.01)
        * p(tuberculosis, if visit { 0.05 } else { 0.01 })
        * p(smoker, 0.5)
        * p(cancer, if smoker { 0.1 } else { 0.01 })
        * p(bronchitis, if smoker { 0.6 } else { 0.3 })
        * p(either, if tuberculosis || cancer { 1.0 } else { 0.0 })
        * p(xray, if either { 0.98 } else { 0.05 })
        * p(
            dyspnoea,
            match (either, bronchitis) {
                (true, true) => 0.9,
                (true, false) => 0.7,
                (false, true) => 0.8,
                (false, false) => 0.1,
            },
        )
}

fn all() -> impl Iterator<Item = [bool; 8]> {
    (0..256u32).map(|bits| std::array::from_fn(|k| bits >> k & 1 == 1))
}

#[test]
fn marginals_given_evidence_are_those_of_enumeration() {
    let evidence: [&[(&str, bool)]; 4] = [
        &[],
        &[("visit", true), ("dyspnoea", true)],
        &[("visit", true), ("dyspnoea", true), ("xray", false)],
        &[("smoker", false), ("xray", true), ("dyspnoea", true), ("bronchitis", false)],
    ];
    for seen in evidence {
        let names: Vec<&str> = seen.iter().map(|(name, _)| *name).collect();
        let data: Vec<String> =
            seen.iter().map(|(name, value)| format!("\"{name}\": {}", u8::from(*value))).collect();
        let content =
            if seen.is_empty() { String::new() } else { format!("{{{}}}", data.join(", ")) };
        let lowered = lowered(&text(&names), "data.json", &content);
        let mut states =
            DiscretePosterior::new(&lowered).expect("a small network").expect("hidden variables");
        let found = states.probabilities(&[]);
        let holds = |v: &[bool; 8]| {
            seen.iter()
                .all(|(name, value)| v[NAMES.iter().position(|n| n == name).unwrap()] == *value)
        };
        let total: f64 = all().filter(holds).map(joint).sum();
        assert_eq!(states.variables.len(), 8 - seen.len());
        for variable in states.variables.clone() {
            let k = NAMES.iter().position(|n| *n == variable.layout.name).unwrap();
            let expected = all().filter(|v| holds(v) && v[k]).map(joint).sum::<f64>() / total;
            let here = found[variable.probes.start + 1];
            assert!(
                (here - expected).abs() < 1e-12,
                "{} given {seen:?}: {here} instead of {expected}",
                NAMES[k]
            );
        }
        let together = states.most_probable(&[]);
        let most = all().filter(holds).map(joint).fold(0.0, f64::max);
        let mut values: [bool; 8] =
            std::array::from_fn(|k| seen.iter().any(|(name, value)| NAMES[k] == *name && *value));
        for (variable, position) in states.variables.iter().zip(together) {
            values[NAMES.iter().position(|n| *n == variable.layout.name).unwrap()] = position == 1;
        }
        assert!(
            (joint(values) - most).abs() < 1e-12 * most,
            "{values:?} given {seen:?}: {} instead of {most}",
            joint(values)
        );
    }
}
