//! The language's own library of families, embedded; a file is parsed when a model first uses its
//! family.

/// A family's name and the text of its file.
macro_rules! families {
    ($($name:literal $file:literal)*) => {
        /// The name, the path as users see it, and the text.
        pub const FAMILIES: &[(&str, &str, &str)] = &[
            $(($name, concat!("library/families/", $file), include_str!(concat!("../../library/families/", $file)))),*
        ];
    };
}

families! {
    "Bernoulli" "bernoulli.pgm"
    "Beta" "beta.pgm"
    "Binomial" "binomial.pgm"
    "Categorical" "categorical.pgm"
    "Cauchy" "cauchy.pgm"
    "ChiSquare" "chi_square.pgm"
    "Dirichlet" "dirichlet.pgm"
    "DirichletMultinomial" "dirichlet_multinomial.pgm"
    "DiscreteUniform" "discrete_uniform.pgm"
    "Exponential" "exponential.pgm"
    "Gamma" "gamma.pgm"
    "Geometric" "geometric.pgm"
    "Gumbel" "gumbel.pgm"
    "HalfCauchy" "half_cauchy.pgm"
    "HalfNormal" "half_normal.pgm"
    "HalfStudentT" "half_student_t.pgm"
    "InverseGamma" "inverse_gamma.pgm"
    "InverseWishart" "inverse_wishart.pgm"
    "LKJ" "lkj.pgm"
    "LKJCholesky" "lkj_cholesky.pgm"
    "Laplace" "laplace.pgm"
    "LogNormal" "log_normal.pgm"
    "Logistic" "logistic.pgm"
    "Multinomial" "multinomial.pgm"
    "MultivariateNormal" "multivariate_normal.pgm"
    "MultivariateStudentT" "multivariate_student_t.pgm"
    "NegativeBinomial" "negative_binomial.pgm"
    "Normal" "normal.pgm"
    "Pareto" "pareto.pgm"
    "Poisson" "poisson.pgm"
    "StudentT" "student_t.pgm"
    "Uniform" "uniform.pgm"
    "VonMises" "von_mises.pgm"
    "Weibull" "weibull.pgm"
    "Wishart" "wishart.pgm"
}

/// The text of the family `name`, with its path.
pub fn text(name: &str) -> Option<(&'static str, &'static str)> {
    FAMILIES.iter().find(|(n, _, _)| *n == name).map(|(_, path, text)| (*path, *text))
}
