//! Progress: lines where there is no terminal, bars where there is one, a stop.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use indicatif::{ProgressDrawTarget, TermLike};
use pgmc::inference::{Progress, Update};
use pgmc::report::progress::{Bars, Lines, Stop};

fn update(chain: usize, done: usize) -> Update {
    Update { chain, done, total: 2000, step_size: 0.4123, divergences: 2, warmup: done <= 1000 }
}

fn stop() -> Stop {
    Arc::new(AtomicBool::new(false))
}

#[test]
fn a_line_for_each_tenth() {
    let lines = Lines::new(2, Vec::new(), stop());
    for done in 1..=2000 {
        lines.update(update(0, done));
    }
    lines.update(update(1, 1234));
    let text = String::from_utf8(lines.into_inner()).unwrap();
    let all: Vec<&str> = text.lines().collect();
    assert_eq!(all.len(), 11);
    assert_eq!(all[0], "chain 1: 10% (200/2,000), warm-up, step 0.41, 2 div");
    assert_eq!(all[9], "chain 1: 100% (2,000/2,000), sampling, step 0.41, 2 div");
    assert_eq!(all[10], "chain 2: 60% (1,234/2,000), sampling, step 0.41, 2 div");
}

/// A terminal that remembers what was written to it.
#[derive(Clone, Debug, Default)]
struct Paper(Arc<Mutex<String>>);

impl TermLike for Paper {
    fn width(&self) -> u16 {
        100
    }

    fn move_cursor_up(&self, _n: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _n: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _n: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _n: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)?;
        self.write_str("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.lock().unwrap().push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str("\n")
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_bar_for_each_chain() {
    let paper = Paper::default();
    let bars = Bars::new(
        2,
        2000,
        ProgressDrawTarget::term_like_with_hz(Box::new(paper.clone()), 255),
        stop(),
    );
    bars.update(update(1, 1500));
    bars.update(update(1, 1501));
    bars.update(update(0, 2000));
    let written = paper.0.lock().unwrap().clone();
    let found = |line: &str| written.contains(line);
    assert!(
        found("  chain 1  ━━━━━━━━━━━━━━━━━━━━━━━━  2000/2000  step 0.41   2 div"),
        "{written}"
    );
    assert!(
        found("  chain 2  ━━━━━━━━━━━━━━━━━━╸─────  1500/2000  step 0.41   2 div   "),
        "{written}"
    );
    assert!(!written.contains("1501"), "{written}");
}

#[test]
fn a_stop_is_passed_on() {
    let flag = stop();
    let quiet = Lines::new(1, Vec::new(), Arc::clone(&flag));
    quiet.update(update(0, 1));
    assert!(!quiet.stop_requested());
    flag.store(true, Ordering::Relaxed);
    assert!(quiet.stop_requested());
    assert!(Lines::new(1, Vec::new(), flag).stop_requested());
}
