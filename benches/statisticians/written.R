# Models that are written out in both languages: Rscript written.R SPEC.json FOLDER
#
# The reference is R's fit in the units of the data, with tight tolerances.

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
source(file.path(here, "common.R"))
arguments <- commandArgs(TRUE)
spec <- fromJSON(arguments[1], simplifyVector = TRUE, simplifyDataFrame = FALSE)
folder <- arguments[2]

d <- as.data.frame(eval(parse(text = spec$data)))
columns <- lapply(spec$columns, function(text) unname(eval(parse(text = text), d)))
table <- as.data.frame(lapply(columns, function(x) if (is.factor(x)) as.character(x) else x))
fit_of <- function(table) attempt(eval(parse(text = spec$call), list(d = table)))
base <- fit_of(table)
stopifnot(!is.null(base$fit))
found <- lapply(spec$found, function(text) unname(eval(parse(text = text), list(fit = base$fit))))
factors <- function(u) vapply(spec$powers, function(p) u^p, 0)

units <- list(raw = 1, `y*1e6` = 1e6, `y*1e-6` = 1e-6)
results <- lapply(names(units), function(name) {
  u <- units[[name]]
  scaled <- table
  scaled$y <- table$y * u
  file <- paste0(gsub("[^a-z0-9]", "_", name), ".csv")
  write_table(scaled, file.path(folder, file))
  own <- fit_of(scaled)
  ll <- if (is.null(own$fit)) NA else as.numeric(logLik(own$fit))
  estimates <- Map(function(x, k) x * k, found, factors(u)[names(found)])
  list(units = name, data = file,
       own = list(log_likelihood = ll, seconds = own$seconds, said = as.list(own$said)),
       reference = list(log_likelihood = as.numeric(logLik(base$fit)) - nrow(table) * log(u),
                        estimates = estimates, program = "nlme"))
})
write_result(list(rows = nrow(table), results = results), file.path(folder, "reference.json"))
