# Curves with Gaussian noise, one parameter of which may differ between groups:
# Rscript curve.R SPEC.json FOLDER
#
# The reference is the closed form: the varying parameter enters the mean linearly (which is
# checked), so that the outcomes of a group are jointly normal. It is maximised from what nls or
# nlme found in raw units, and its Hessian is by Richardson's extrapolation (numDeriv).

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
source(file.path(here, "common.R"))
arguments <- commandArgs(TRUE)
spec <- fromJSON(arguments[1], simplifyVector = TRUE, simplifyDataFrame = FALSE)
folder <- arguments[2]

d <- as.data.frame(eval(parse(text = spec$data)))
y <- unname(eval(parse(text = spec$response), d))
inputs <- lapply(spec$inputs, function(text) unname(as.numeric(eval(parse(text = text), d))))
mixed <- !is.null(spec$group)
group <- if (mixed) as.character(eval(parse(text = spec$group), d)) else NULL
mean_of <- parse(text = spec$mean)[[1]]
names <- names(spec$parameters)
start <- vapply(spec$parameters, function(p) p$start, 0)

value <- function(p, inputs) eval(mean_of, c(as.list(p), inputs))

# Of theta = parameters, log s, and log tau.
minus_log_likelihood <- function(theta, y, inputs) {
  p <- setNames(theta[seq_along(names)], names)
  s2 <- exp(2 * theta[length(names) + 1])
  residual <- y - value(p, inputs)
  if (!mixed) {
    return(0.5 * length(y) * log(2 * pi * s2) + 0.5 * sum(residual^2) / s2)
  }
  tau2 <- exp(2 * theta[length(names) + 2])
  up <- p
  step <- max(abs(p[spec$varies]), 1e-300)
  up[spec$varies] <- p[spec$varies] + step
  g <- (value(up, inputs) - value(p, inputs)) / step
  gg <- rowsum(g^2, group)
  gr <- rowsum(g * residual, group)
  0.5 * (length(y) * log(2 * pi * s2) + sum(log1p(tau2 * gg / s2)) +
           (sum(residual^2) - sum(tau2 * gr^2 / (s2 + tau2 * gg))) / s2)
}

linear <- function(p) {
  at <- function(x) { q <- p; q[spec$varies] <- x; value(q, inputs) }
  a <- p[[spec$varies]]
  bend <- at(a * 1.5) - 2 * at(a) + at(a * 0.5)
  stopifnot(max(abs(bend)) < 1e-8 * max(abs(at(a * 1.5) - at(a))))
}

# With what R has for it, from these starting values.
own_fit <- function(y, inputs, start) {
  data <- data.frame(y = y)
  for (name in names(inputs)) data[[name]] <- inputs[[name]]
  model <- as.formula(call("~", as.name("y"), mean_of))
  if (!mixed) return(attempt(nls(model, data, start = as.list(start))))
  data$group <- factor(group)
  fixed <- lapply(names, function(n) as.formula(paste(n, "~ 1")))
  random <- as.formula(paste(spec$varies, "~ 1 | group"))
  attempt(nlme(model, data, fixed = fixed, random = random, start = unname(start), method = "ML"))
}

own <- own_fit(y, inputs, start)
stopifnot(!is.null(own$fit))
p <- if (mixed) fixef(own$fit) else coef(own$fit)
p <- p[names]
s <- sqrt(mean((y - value(p, inputs))^2))
theta <- c(p, log(s), if (mixed) log(s))
if (mixed) {
  linear(p)
  found <- as.numeric(VarCorr(own$fit)[, "StdDev"])
  theta[length(names) + 1:2] <- log(pmax(rev(found), 1e-6 * s))
}
size <- pmax(abs(theta), 1e-3)
objective <- function(theta) minus_log_likelihood(theta, y, inputs)
for (round in 1:5) {
  best <- nlminb(theta, objective, scale = 1 / size,
                 control = list(rel.tol = 1e-15, x.tol = 1e-12, eval.max = 5000, iter.max = 5000))
  theta <- best$par
}
scaled <- function(z) objective(theta * 0 + z * size)
H <- numDeriv::hessian(scaled, theta / size)
V <- tryCatch(solve(H), error = function(e) matrix(NA, length(theta), length(theta)))
se <- sqrt(diag(V)) * size
k <- seq_along(names)
sigma <- exp(theta[length(k) + 1])
base <- list(log_likelihood = -best$objective, estimates = as.list(setNames(theta[k], names)),
             se = as.list(setNames(se[k], names)), sigma = sigma, sigma_se = sigma * se[length(k) + 1])
if (mixed) {
  base$tau <- exp(theta[length(k) + 2])
  base$tau_se <- base$tau * se[length(k) + 2]
}

# `start` and estimates move by a factor, or by its logarithm.
moved <- function(values, u, log_too = TRUE) {
  out <- values
  for (name in names(values)) {
    p <- spec$parameters[[name]]
    factor <- u$y^p$y * u$x^p$x
    out[[name]] <- if (isTRUE(p$log)) (if (log_too) values[[name]] + log(factor) else values[[name]])
                   else values[[name]] * factor
  }
  out
}

units <- list(raw = list(y = 1, x = 1), `y*1e6` = list(y = 1e6, x = 1),
              `y*1e-6` = list(y = 1e-6, x = 1), `x*1e4` = list(y = 1, x = 1e4))
results <- lapply(names(units), function(name) {
  u <- units[[name]]
  scaled_inputs <- inputs
  for (i in spec$scaled) scaled_inputs[[i]] <- inputs[[i]] * u$x
  data <- data.frame(y = y * u$y)
  for (i in names(inputs)) data[[i]] <- scaled_inputs[[i]]
  if (mixed) data$by_group <- group
  file <- paste0(gsub("[^a-z0-9]", "_", name), ".csv")
  write_table(data, file.path(folder, file))
  tried <- own_fit(y * u$y, scaled_inputs, unlist(moved(as.list(start), u)))
  ll <- if (is.null(tried$fit)) NA else as.numeric(logLik(tried$fit))
  reference <- list(log_likelihood = base$log_likelihood - length(y) * log(u$y),
                    estimates = moved(base$estimates, u), se = moved(base$se, u, FALSE),
                    sigma = base$sigma * u$y, sigma_se = base$sigma_se * u$y, program = "closed form")
  if (mixed) {
    factor <- moved(setNames(list(1), spec$varies), u)[[1]]
    reference$tau <- base$tau * factor
    reference$tau_se <- base$tau_se * factor
  }
  list(units = name, data = file, reference = reference,
       own = list(log_likelihood = ll, seconds = tried$seconds, said = as.list(tried$said)))
})
write_result(list(rows = length(y), results = results), file.path(folder, "reference.json"))
