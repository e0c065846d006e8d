# The everyday commands, for https://just.systems. Each is a line: without `just`, copy it.

# What there is.
default:
    @just --list

# The command, with optimisation.
build:
    cargo build --release

# Fits a model of models/: just fit eight_schools --seed 1
fit MODEL *OPTIONS:
    cargo run --release -- fit models/{{MODEL}}/model.pgm models/{{MODEL}}/data.csv {{OPTIONS}}

# Shows a stage: just explain eight_schools program
explain MODEL STAGE:
    cargo run -- explain models/{{MODEL}}/model.pgm models/{{MODEL}}/data.csv --stage {{STAGE}}

# All tests.
test:
    cargo test

# The tests with NAME in their path: just test-one elimination::chains
test-one NAME:
    cargo test {{NAME}}

# Writes snapshots and texts of tests as they are found; read `git diff` afterwards.
bless NAME="":
    INSTA_UPDATE=always PGMC_BLESS=1 cargo test {{NAME}}

# Format and lints.
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# The documentation of the library.
doc:
    cargo doc --no-deps --open

# A benchmark: gradient, csv, elimination, em, integration, noise.
bench NAME="gradient":
    cargo bench --bench {{NAME}}

# Everything that must hold of a commit.
ci:
    bash .ci/run
