# What the R programs of this folder share: fits that are timed, with what R says about them, and
# results as JSON.

suppressMessages({
  library(lme4); library(nlme); library(glmmTMB); library(jsonlite)
})
options(contrasts = c("contr.treatment", "contr.treatment"), warn = 1)

# A fit, its processor seconds, and every warning and message. An error is a result too.
attempt <- function(expression) {
  said <- character()
  listen <- function(condition) {
    said <<- c(said, trimws(gsub("[[:space:]]+", " ", conditionMessage(condition))))
    if (inherits(condition, "warning")) invokeRestart("muffleWarning")
    invokeRestart("muffleMessage")
  }
  taken <- system.time(
    fit <- tryCatch(
      withCallingHandlers(expression, warning = listen, message = listen),
      error = function(e) { said <<- c(said, paste("error:", conditionMessage(e))); NULL }
    )
  )
  list(fit = fit, seconds = taken[["user.self"]] + taken[["sys.self"]], said = unique(said))
}

words <- function(text) gsub("^_|_$", "", gsub("[^A-Za-z0-9]+", "_", text))

write_result <- function(result, path) {
  writeLines(toJSON(result, auto_unbox = TRUE, digits = NA, na = "null", null = "null"), path)
}

write_table <- function(table, path) {
  con <- file(path, "w")
  on.exit(close(con))
  exact <- table
  for (name in names(exact)) {
    if (is.numeric(exact[[name]])) exact[[name]] <- sprintf("%.17g", exact[[name]])
  }
  quoted <- which(vapply(table, function(x) !is.numeric(x), NA))
  write.csv(exact, con, row.names = FALSE, quote = quoted)
}
