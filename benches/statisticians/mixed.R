# Linear and generalised mixed models: Rscript mixed.R SPEC.json FOLDER
#
# The reference is fitted in convenient units (columns centred and scaled, a Gaussian outcome too)
# and transformed to the raw ones by algebra, so that it does not depend on how well R does there;
# how well it does is told beside it.

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
source(file.path(here, "common.R"))
arguments <- commandArgs(TRUE)
spec <- fromJSON(arguments[1], simplifyVector = TRUE, simplifyDataFrame = FALSE)
folder <- arguments[2]
gaussian_family <- spec$family == "gaussian"

# Data, response, columns of both designs, groups.
d <- as.data.frame(eval(parse(text = spec$data)))
fixed <- as.formula(spec$fixed)
frame <- model.frame(fixed, d)
d <- d[rownames(frame), , drop = FALSE]
y <- unname(eval(fixed[[2]], d))
X <- model.matrix(fixed, d)
intercept <- "(Intercept)" %in% colnames(X)
# Columns that are combinations of others are left out, as lme4 does.
rank <- qr(X)
X <- X[, sort(rank$pivot[seq_len(rank$rank)]), drop = FALSE]
X <- X[, colnames(X) != "(Intercept)", drop = FALSE]
colnames(X) <- words(colnames(X))
M <- X
terms <- lapply(spec$terms, function(term) {
  Z <- model.matrix(as.formula(paste("~", term$columns)), d)
  colnames(Z)[colnames(Z) == "(Intercept)"] <- "one"
  colnames(Z) <- words(colnames(Z))
  for (name in setdiff(colnames(Z), c("one", colnames(M)))) {
    M <<- cbind(M, Z[, name, drop = FALSE])
  }
  parts <- strsplit(term$group, ":")[[1]]
  group <- do.call(paste, c(lapply(parts, function(p) as.character(d[[p]])), sep = ":"))
  list(name = paste0("by_", words(term$group)), group = group, columns = colnames(Z),
       correlated = isTRUE(term$correlated) && ncol(Z) > 1)
})
labels <- paste0("x_", seq_len(ncol(M)))
offset <- if (is.null(spec$offset)) NULL else unname(eval(parse(text = spec$offset), d))
trials <- if (is.null(spec$trials)) NULL else unname(eval(parse(text = spec$trials), d))

# Which columns may be shifted without another model: numbers in the fixed part beside an
# intercept, whose random slopes, if any, are correlated with a random intercept.
shiftable <- vapply(colnames(M), function(name) {
  free <- vapply(terms, function(t) {
    !(name %in% t$columns) || (t$correlated && "one" %in% t$columns)
  }, NA)
  intercept && name %in% colnames(X) && length(unique(M[, name])) > 2 && all(free)
}, NA)
scaleable <- vapply(colnames(M), function(name) length(unique(M[, name])) > 2, NA)
spread <- apply(M, 2, sd)
m0 <- ifelse(shiftable, colMeans(M), 0)
s0 <- ifelse(scaleable, spread, 1)
my <- if (gaussian_family && intercept) mean(y) else 0
sy <- if (gaussian_family) sd(y) else 1

table_of <- function(y, M) {
  out <- data.frame(y = y)
  for (j in seq_len(ncol(M))) out[[colnames(M)[j]]] <- M[, j]
  for (t in terms) out[[t$name]] <- t$group
  if (!is.null(offset)) out$offset <- offset
  if (!is.null(trials)) out$trials <- trials
  out
}

formula_of <- function(bars = "|") {
  tick <- function(names) sprintf("`%s`", names)
  right <- c(if (intercept) "1" else "0", tick(colnames(X)))
  if (!ncol(X)) right <- "1"
  for (t in terms) {
    inner <- c(if ("one" %in% t$columns) "1" else "0",
               if (length(setdiff(t$columns, "one"))) tick(setdiff(t$columns, "one")))
    bar <- if (t$correlated || length(t$columns) == 1) "|" else "||"
    right <- c(right, sprintf("(%s %s %s)", paste(inner, collapse = " + "), bar, t$name))
  }
  if (!is.null(offset)) right <- c(right, "offset(offset)")
  left <- if (is.null(trials)) "y" else "cbind(y, trials - y)"
  as.formula(paste(left, "~", paste(right, collapse = " + ")))
}

checks <- list(check.nobs.vs.nlev = "ignore", check.nobs.vs.rankZ = "ignore",
               check.nobs.vs.nRE = "ignore", check.nlev.gtr.1 = "ignore")
careful <- do.call(lmerControl, c(checks, list(
  optimizer = "bobyqa", check.conv.singular = "ignore", check.conv.grad = "ignore",
  check.conv.hess = "ignore", optCtrl = list(rhobeg = 0.2, rhoend = 1e-10, maxfun = 1e6))))

# The best of several starts, as the deviance of small spreads can have more than one minimum.
best_of_starts <- function(data) {
  fit <- attempt(lmer(formula_of(), data, REML = FALSE, control = careful))$fit
  theta0 <- ifelse(lme4::getME(fit, "lower") == 0, 1, 0)
  starts <- if (nrow(data) > 8000) list() else list(0.2 * theta0, 4 * theta0)
  for (start in starts) {
    other <- attempt(lmer(formula_of(), data, REML = FALSE, control = careful, start = start))$fit
    if (!is.null(other) && logLik(other) > logLik(fit)) fit <- other
  }
  fit
}

scalar <- length(terms) == 1 && length(terms[[1]]$columns) == 1

with_tmb <- function(data) {
  family <- switch(spec$family, gaussian = gaussian(), poisson = poisson(), binomial = binomial(),
                   nbinom2 = nbinom2(), zip = poisson())
  zero <- if (spec$family == "zip") ~1 else ~0
  glmmTMB(formula_of(), data = data, family = family, ziformula = zero)
}

# Random effects of a fit in the order of `terms`: covariance matrices over their columns.
covariances <- function(fit) {
  all <- if (inherits(fit, "glmmTMB")) VarCorr(fit)$cond else VarCorr(fit)
  lapply(terms, function(t) {
    wanted <- ifelse(t$columns == "one", "(Intercept)", t$columns)
    G <- matrix(0, length(wanted), length(wanted))
    for (i in grep(paste0("^", t$name, "(\\.[0-9]+)?$"), names(all))) {
      found <- match(gsub("`", "", colnames(all[[i]])), wanted)
      if (!anyNA(found)) G[found, found] <- as.matrix(all[[i]])
    }
    G
  })
}

# What lme4 leaves out of the log likelihood with nAGQ > 1: that of the saturated model.
saturated <- function() {
  if (spec$family == "poisson") return(sum(dpois(y, y, TRUE)))
  n <- if (is.null(trials)) 1 else trials
  sum(dbinom(y, n, y / n, TRUE))
}

reference <- function(data) {
  tmb <- if (nrow(data) <= 8000) attempt(with_tmb(data)) else list(fit = NULL)
  out <- list()
  if (gaussian_family) {
    fit <- best_of_starts(data)
    out <- list(ll = as.numeric(logLik(fit)), beta = fixef(fit), G = covariances(fit),
                sigma = sigma(fit), program = "lme4")
  } else if (spec$family %in% c("poisson", "binomial") && scalar) {
    control <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e6))
    family <- if (spec$family == "poisson") poisson() else binomial()
    fit <- attempt(glmer(formula_of(), data, family = family, nAGQ = 25, control = control))$fit
    out <- list(ll = as.numeric(logLik(fit)) + saturated(), beta = fixef(fit), G = covariances(fit),
                program = "lme4, nAGQ = 25", V = as.matrix(vcov(fit)))
  } else {
    fit <- tmb$fit
    out <- list(ll = as.numeric(logLik(fit)), beta = fixef(fit)$cond, G = covariances(fit),
                program = "glmmTMB, Laplace")
    if (spec$family == "nbinom2") out$size <- sigma(fit)
    if (spec$family == "zip") out$zero <- unname(plogis(fixef(fit)$zi))
  }
  # The whole Hessian, spreads among the parameters, as pgmc's; lme4 holds spreads fixed.
  if (!is.null(tmb$fit) && is.null(out$V)) {
    V <- attempt(vcov(tmb$fit, full = TRUE))$fit
    n <- length(out$beta)
    good <- !is.null(V) && all(is.finite(diag(V))) && all(diag(V) > 0)
    same <- abs(as.numeric(logLik(tmb$fit)) - out$ll) < 1e-3
    if (good && same) {
      out$V <- V[seq_len(n), seq_len(n), drop = FALSE]
      names <- colnames(V)
      if (gaussian_family) {
        beta_d <- grep("^(d~|disp)", names)
        if (length(beta_d) == 1) out$sigma_se <- 0.5 * out$sigma * sqrt(V[beta_d, beta_d])
      }
      single <- vapply(terms, function(t) length(t$columns) == 1, NA)
      thetas <- grep("^theta_", names)
      if (all(single) && length(thetas) == length(terms)) {
        out$sd_se <- mapply(function(G, i) sqrt(G[1, 1]) * sqrt(V[i, i]), out$G, thetas)
      }
    }
    out$tmb_ll <- as.numeric(logLik(tmb$fit))
  }
  names(out$beta) <- gsub("`", "", names(out$beta))
  out
}

# From convenient to other units: columns x = (m, s), outcome (centre, scale).
transformed <- function(std, m, s, centre, scale) {
  names <- names(std$beta)
  k <- length(names)
  A <- diag(k)
  for (i in seq_len(k)) {
    if (names[i] == "(Intercept)") {
      for (j in seq_len(k)[-i]) A[i, j] <- -m[names[j]] / s[names[j]]
    } else {
      A[i, i] <- 1 / s[names[i]]
    }
  }
  A <- scale * A
  beta <- as.vector(A %*% std$beta) + ifelse(names == "(Intercept)", centre, 0)
  se <- if (is.null(std$V)) rep(NA, k) else sqrt(diag(A %*% std$V %*% t(A)))
  names <- ifelse(names == "(Intercept)", "one", names)
  random <- Map(function(t, G) {
    q <- length(t$columns)
    B <- diag(q)
    for (i in seq_len(q)) {
      if (t$columns[i] == "one") {
        for (j in seq_len(q)[-i]) B[i, j] <- -m[t$columns[j]] / s[t$columns[j]]
      } else {
        B[i, i] <- 1 / s[t$columns[i]]
      }
    }
    H <- scale^2 * B %*% G %*% t(B)
    spreads <- sqrt(pmax(diag(H), 0))
    R <- H / outer(ifelse(spreads > 0, spreads, 1), ifelse(spreads > 0, spreads, 1))
    # A spread below this moves no outcome by much.
    s_of <- ifelse(t$columns == "one", 1, s[t$columns])
    floor <- 1e-2 * (if (is.null(std$sigma)) 1 else std$sigma) * scale / s_of
    list(sd = as.list(spreads), correlation = R, floor = as.list(unname(floor)),
         singular = min(eigen(cov2cor_safe(G))$values) < 1e-4 || any(diag(G) < 1e-8))
  }, terms, std$G)
  list(
    log_likelihood = std$ll - if (gaussian_family) length(y) * log(scale) else 0,
    beta = setNames(as.list(beta), names), se = setNames(as.list(se), names),
    random = unname(random),
    sigma = if (is.null(std$sigma)) NULL else std$sigma * scale,
    sigma_se = if (is.null(std$sigma_se)) NULL else std$sigma_se * scale,
    sd_se = if (is.null(std$sd_se)) NULL else as.list(unname(std$sd_se * scale)),
    size = std$size, zero = std$zero, program = std$program
  )
}

cov2cor_safe <- function(G) {
  spreads <- sqrt(diag(G))
  spreads[spreads == 0] <- 1
  G / outer(spreads, spreads)
}

# What somebody has who types the call with these numbers.
own <- function(data) {
  tried <- if (gaussian_family) {
    control <- do.call(lmerControl, checks)
    attempt(lmer(formula_of(), data, REML = FALSE, control = control))
  } else if (spec$family %in% c("poisson", "binomial")) {
    family <- if (spec$family == "poisson") poisson() else binomial()
    attempt(glmer(formula_of(), data, family = family, nAGQ = if (scalar) 25 else 1))
  } else {
    attempt(with_tmb(data))
  }
  ll <- if (is.null(tried$fit)) NA else as.numeric(logLik(tried$fit))
  if (scalar && spec$family %in% c("poisson", "binomial")) ll <- ll + saturated()
  list(log_likelihood = ll, seconds = tried$seconds, said = as.list(tried$said))
}

std_M <- sweep(sweep(M, 2, m0), 2, s0, "/")
std <- reference(table_of((y - my) / sy, std_M))

units <- list(raw = list(y = 1, shift = 0, scale = 1))
if (gaussian_family) {
  units$`y*1e6` <- list(y = 1e6, shift = 0, scale = 1)
  units$`y*1e-6` <- list(y = 1e-6, shift = 0, scale = 1)
}
if (any(shiftable)) units$`x+1000sd` <- list(y = 1, shift = 1000, scale = 1)
if (any(scaleable)) units$`x*1e4` <- list(y = 1, shift = 0, scale = 1e4)

results <- lapply(names(units), function(name) {
  u <- units[[name]]
  c <- ifelse(shiftable, u$shift * spread, 0)
  k <- ifelse(scaleable, u$scale, 1)
  data <- table_of(y * u$y, sweep(sweep(M, 2, c, "+"), 2, k, "*"))
  file <- paste0(gsub("[^a-z0-9]", "_", name), ".csv")
  write_table(data, file.path(folder, file))
  list(units = name, data = file, own = own(data),
       reference = transformed(std, k * (m0 + c), k * s0, my * u$y, sy * u$y))
})

write_result(list(
  rows = length(y), intercept = intercept || !ncol(X), columns = as.list(colnames(X)),
  inputs = as.list(colnames(M)), tmb_log_likelihood = std$tmb_ll,
  standard_log_likelihood = std$ll, family = spec$family,
  offset = !is.null(offset), trials = !is.null(trials),
  terms = lapply(terms, function(t) {
    list(name = t$name, columns = as.list(t$columns), correlated = t$correlated)
  }),
  results = results
), file.path(folder, "reference.json"))
