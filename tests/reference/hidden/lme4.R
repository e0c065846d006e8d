# Fits by R's package lme4, as JSON on standard output. Called by figures.py, in the root of the repository.
#
# Run: Rscript tests/reference/hidden/lme4.R   (needs lme4 and jsonlite)
#
# Estimates bear the names of the model's parameters. Standard errors of fixed effects are lme4's: for linear mixed models given the estimated
# standard deviations, for others from a numerical Hessian of the deviance. log_likelihood is what logLik gives: for nAGQ > 1 it lacks constants.
suppressPackageStartupMessages({ library(lme4); library(jsonlite) })

read <- function(path, ...) {
  table <- read.csv(path)
  for (column in c(...)) table[[column]] <- factor(table[[column]])
  table
}

tight_linear <- lmerControl(optimizer = "nloptwrap", optCtrl = list(algorithm = "NLOPT_LN_BOBYQA", xtol_abs = 1e-13, xtol_rel = 0, ftol_abs = 0,
                            ftol_rel = 0, maxeval = 20000), check.conv.singular = "ignore")
tight <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 100000), tolPwrss = 1e-13, check.conv.grad = "ignore")

# What is taken from a fit: `fixed` and `deviations` name the model's parameters, in lme4's order.
figures <- function(fit, fixed, deviations) {
  components <- as.data.frame(VarCorr(fit))
  values <- components$sdcor
  rows <- as.data.frame(ranef(fit, condVar = TRUE))
  rows$key <- paste(rows$grpvar, rows$term)
  effects <- lapply(split(rows, factor(rows$key, unique(rows$key))), function(r)
    list(levels = as.character(r$grp), mean = r$condval, sd = r$condsd))
  list(log_likelihood = as.numeric(logLik(fit)), parameters = as.list(setNames(c(fixef(fit), values), c(fixed, deviations))),
       std_errors = as.list(setNames(sqrt(diag(as.matrix(vcov(fit)))), fixed)),
       effects = effects)
}

linear <- function(formula, table, fixed, deviations)
  figures(lmer(formula, table, REML = FALSE, control = tight_linear), fixed, deviations)

# By Laplace's approximation, and by adaptive quadrature where the block of a hidden variable is one number.
other <- function(formula, table, family, fixed, deviations, points = c(1, 9, 25))
  lapply(setNames(points, ifelse(points == 1, "laplace", paste0("agh:", points))), function(k)
    figures(glmer(formula, table, family = family, nAGQ = k, control = tight), fixed, deviations))

here <- "tests/reference/hidden"
sleep <- read("models/sleepstudy/data.csv", "subject")
ticks <- read("models/ticks/data.csv", "brood", "year", "chick", "location")
years <- paste0("level[", levels(ticks$year), "]")
herd <- read("models/herd/data.csv", "herd", "period")
visits <- read(file.path(here, "binary_visits.csv"), "patient")

out <- list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), lme4 = as.character(packageVersion("lme4"))),
  dyestuff = list(exact = linear(yield ~ 1 + (1 | batch), read("models/dyestuff/data.csv", "batch"), "overall", c("s_batch", "s"))),
  dyestuff2 = list(exact = linear(yield ~ 1 + (1 | batch), read(file.path(here, "dyestuff2.csv"), "batch"), "overall", c("s_batch", "s"))),
  sleepstudy = list(exact = linear(reaction ~ days + (days | subject), sleep, c("intercept", "slope"),
                                   c("s_intercept", "s_slope", "correlation", "s"))),
  sleepstudy_independent = list(exact = linear(reaction ~ days + (days || subject), sleep, c("intercept", "slope"),
                                               c("s_intercept", "s_slope", "s"))),
  penicillin = list(exact = linear(diameter ~ 1 + (1 | dish) + (1 | sample), read("models/penicillin/data.csv", "dish", "sample"),
                                   "overall", c("s_dish", "s_sample", "s"))),
  pastes = list(exact = linear(strength ~ 1 + (1 | cask) + (1 | batch), read("models/pastes/data.csv", "batch", "cask"),
                               "overall", c("s_cask", "s_batch", "s"))),
  herd = other(cbind(incidence, size - incidence) ~ 0 + period + (1 | herd), herd, binomial, paste0("level[", 1:4, "]"), "s_herd"),
  ticks = other(ticks ~ 0 + year + I((height - 460) / 100) + (1 | brood), ticks, poisson, c(years, "rise"), "s_brood"),
  ticks_layers = other(ticks ~ 0 + year + I((height - 460) / 100) + (1 | chick) + (1 | brood) + (1 | location), ticks, poisson, c(years, "rise"),
                       c("s_chick", "s_brood", "s_location"), 1),
  binary_visits = other(there ~ month + month:treated + (1 | patient), visits, binomial, c("base", "fall", "more"), "s_patient")
)
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = FALSE))
