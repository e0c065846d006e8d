//! How long reading a CSV file takes, and how much memory: a million rows of 20 numbers, one column
//! of 100 MB, labels among numbers.

use std::fmt::Write as _;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use pgmc::base::Sources;
use pgmc::data::{DataFile, read};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn main() {
    let numbers = file(1_000_000, 20, 0);
    print_peak(&numbers);
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion, "1M rows of 20 numbers", numbers);
    measure(&mut criterion, "10M rows of 1 number", file(10_000_000, 1, 0));
    measure(&mut criterion, "1M rows of 10 numbers and 10 labels", file(1_000_000, 20, 10));
    criterion.final_summary();
}

fn measure(criterion: &mut Criterion, name: &str, bytes: Vec<u8>) {
    let mut group = criterion.benchmark_group("csv");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(20))
        .throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter_batched(|| bytes.clone(), load, BatchSize::PerIteration)
    });
    group.finish();
}

/// Reads a file; the text stays, as it does in the command.
fn load(bytes: Vec<u8>) -> (Sources, DataFile) {
    let mut sources = Sources::new();
    let file = read(&mut sources, "t.csv", None, bytes).expect("the file has no mistake");
    (sources, file)
}

/// A CSV file whose cells have 10 bytes with their separator, the first `labels` columns labels out
/// of 85.
fn file(rows: usize, columns: usize, labels: usize) -> Vec<u8> {
    let mut text = String::with_capacity(10 * columns * (rows + 1));
    (0..columns).for_each(|column| {
        write!(text, "x{column}{}", if column + 1 == columns { '\n' } else { ',' })
            .expect("a string takes all")
    });
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..rows {
        for column in 0..columns {
            let end = if column + 1 == columns { '\n' } else { ',' };
            let cell = if column < labels {
                write!(text, "label_{:03}{end}", random.random_range(0..85))
            } else {
                write!(text, "0.{:07}{end}", random.random_range(0..10_000_000))
            };
            cell.expect("a string takes all");
        }
    }
    text.into_bytes()
}

/// Prints the memory at the highest point of reading one file, the copy that stays here left out.
/// Nothing where the system does not tell.
fn print_peak(bytes: &[u8]) {
    let file = load(bytes.to_vec());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<usize>().ok()
    });
    if let Some(kilobytes) = peak {
        let ratio = (1024.0 * kilobytes as f64 - bytes.len() as f64) / bytes.len() as f64;
        println!("peak memory: {ratio:.2} times the file's {} MB", bytes.len() / 1_000_000);
    }
    drop(file);
}
