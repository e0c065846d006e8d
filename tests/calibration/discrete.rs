//! Models with hidden discrete variables: parameters by NUTS, the discrete variables by joint
//! draws.
//!
//! Independent values on condition of their order are not simulated by `ordered`; those of one
//! distribution are the same values sorted, and are simulated so.

use super::model::{Case, Data, calibrated, column};

#[test]
fn mixture_with_ordered_levels() {
    calibrated(&Case {
        text: "plate rows = 25
plate clusters = 2
param weight : simplex[clusters] ~ Dirichlet(3)
param level : ordered[clusters] ~ Normal(0, 3)
param spread[clusters] ~ Gamma(5, 5)
latent z[rows] ~ Categorical(weight)
observe y[rows] ~ Normal(level[z], spread[z])
report fit = sum(i in rows: log_density(Mixture(weight, Normal(level, spread)), y[i]))
report second = sum(i in rows: if z[i] == 2 then 1 else 0)",
        simulated: Some(
            "plate rows = 25
plate clusters = 2
param weight : simplex[clusters] ~ Dirichlet(3)
param drawn[clusters] ~ Normal(0, 3)
report level : vector[clusters] = [min(drawn), max(drawn)]
param spread[clusters] ~ Gamma(5, 5)
latent z[rows] ~ Categorical(weight)
observe y[rows] ~ Normal(level[z], spread[z])
report fit = sum(i in rows: log_density(Mixture(weight, Normal(level, spread)), y[i]))
report second = sum(i in rows: if z[i] == 2 then 1 else 0)",
        ),
        quantities: &["weight[1]", "level", "spread", "z[1]", "second", "fit"],
        has_discrete: true,
        ..Case::default()
    });
}

#[test]
fn hidden_markov_model() {
    calibrated(&Case {
        text: "plate time = 25
plate states = 2
param start : simplex[states] ~ Dirichlet(2)
param trans[states] : simplex[states] ~ Dirichlet([3, 2])
param level : ordered[states] ~ Normal(1, 1.5)
latent s[t in time] ~ if t == 1 then Categorical(start) else Categorical(trans[s[t-1]])
observe y[time] ~ Normal(level[s], 1)
report changes = sum(t in time: if t > 1 and s[max(t - 1, 1)] != s[t] then 1 else 0)",
        simulated: Some(
            "plate time = 25
plate states = 2
param start : simplex[states] ~ Dirichlet(2)
param trans[states] : simplex[states] ~ Dirichlet([3, 2])
param drawn[states] ~ Normal(1, 1.5)
report level : vector[states] = [min(drawn), max(drawn)]
latent s[t in time] ~ if t == 1 then Categorical(start) else Categorical(trans[s[t-1]])
observe y[time] ~ Normal(level[s], 1)
report changes = sum(t in time: if t > 1 and s[max(t - 1, 1)] != s[t] then 1 else 0)",
        ),
        quantities: &["start[1]", "trans[1,1]", "trans[2,1]", "level", "s[1]", "s[13]", "changes"],
        has_discrete: true,
        ..Case::default()
    });
}

/// Animals that are marked at the first visit; later ones are seen with a chance, as long as they
/// live.
#[test]
fn capture_and_recapture() {
    calibrated(&Case {
        text: "plate animals = 12
plate visits = 5
param survival, seen ~ Beta(3, 2)
latent alive[a in animals, v in visits] ~ if v == 1 then Bernoulli(1) else Bernoulli(if alive[a, v-1] then survival else 0)
observe caught[a in animals, v in visits] ~ Bernoulli(if alive then (if v == 1 then 1 else seen) else 0)
report living = sum(a in animals: if alive[a, 5] then 1 else 0)",
        quantities: &["survival", "seen", "alive[1,3]", "living"],
        has_discrete: true,
        ..Case::default()
    });
}

/// Raters of different skill judge items of which the truth is not known.
#[test]
fn truth_of_items() {
    calibrated(&Case {
        text: "plate judgements = 40
plate items = 10
plate raters = 4
plate kinds = 2
input item[judgements] : items
input rater[judgements] : raters
param share : simplex[kinds] ~ Dirichlet([3, 2])
param skill[raters] ~ Beta(6, 2)
latent truth[items] ~ Categorical(share)
observe judged[judgements] ~ Bernoulli(if truth[item] == 2 then skill[rater] else 1 - skill[rater])
report seconds = sum(i in items: if truth[i] == 2 then 1 else 0)",
        quantities: &["share[1]", "skill", "truth[1]", "seconds"],
        inputs: || {
            let judgements = || (0..40).map(|i| (i % 4, i / 4));
            let rater = judgements().map(|(rater, _)| f64::from(rater + 1));
            let item = judgements().map(|(_, item)| f64::from(item + 1));
            Data::from([("rater".to_owned(), column(rater)), ("item".to_owned(), column(item))])
        },
        has_discrete: true,
        ..Case::default()
    });
}
