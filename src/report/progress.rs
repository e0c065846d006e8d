//! Shows a running sampler as progress bars on a terminal, or as lines elsewhere.

use std::io::{IsTerminal as _, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::base::numbers::{significant, thousands};
use crate::inference::{Progress, Update};

/// Set from outside to ask the work to stop.
pub type Stop = Arc<AtomicBool>;

/// Shows running chains on standard error: bars on a terminal, lines elsewhere.
#[must_use]
pub fn on_standard_error(
    chains: usize,
    transitions: usize,
    stop: Stop,
) -> Box<dyn Progress + Send + Sync> {
    let errors = std::io::stderr();
    if errors.is_terminal() {
        Box::new(Bars::new(chains, transitions, ProgressDrawTarget::stderr(), stop))
    } else {
        Box::new(Lines::new(chains, errors, stop))
    }
}

/// One bar per chain.
pub struct Bars {
    bars: Vec<ProgressBar>,
    stop: Stop,
    _all: MultiProgress,
}

/// How often a bar is updated over its run: often enough to look smooth, rarely enough to cost
/// nothing.
const TOUCHES: usize = 200;

impl Bars {
    /// Bars for `chains` chains of `transitions` transitions each, drawn on `target`, normally
    /// standard error.
    #[must_use]
    pub fn new(chains: usize, transitions: usize, target: ProgressDrawTarget, stop: Stop) -> Self {
        let all = MultiProgress::with_draw_target(target);
        let style = ProgressStyle::with_template("  chain {prefix}  {bar:24}  {pos}/{len}  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━╸─");
        let bar = |chain: usize| {
            let bar = all.add(ProgressBar::new(transitions as u64));
            bar.set_style(style.clone());
            bar.set_prefix((chain + 1).to_string());
            bar
        };
        Self { bars: (0..chains).map(bar).collect(), stop, _all: all }
    }
}

impl Progress for Bars {
    fn update(&self, update: Update) {
        let every = (update.total / TOUCHES).max(1);
        let Some(bar) = self.bars.get(update.chain) else { return };
        if !update.done.is_multiple_of(every) && update.done != update.total {
            return;
        }
        bar.set_position(update.done as u64);
        let left = if update.done == update.total {
            String::new()
        } else {
            format!("   {:.1} s left", bar.eta().as_secs_f64())
        };
        bar.set_message(format!(
            "step {}   {} div{left}",
            significant(update.step_size, 2),
            update.divergences
        ));
        if update.done == update.total {
            bar.abandon();
        }
    }

    fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// One line for each tenth of a chain.
pub struct Lines<W> {
    out: Mutex<W>,
    tenths: Vec<AtomicUsize>,
    stop: Stop,
}

impl<W: Write + Send> Lines<W> {
    /// Lines for `chains` chains, written to `out`.
    #[must_use]
    pub fn new(chains: usize, out: W, stop: Stop) -> Self {
        Self {
            out: Mutex::new(out),
            tenths: (0..chains).map(|_| AtomicUsize::new(0)).collect(),
            stop,
        }
    }

    /// Returns the writer.
    pub fn into_inner(self) -> W {
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Write + Send> Progress for Lines<W> {
    fn update(&self, update: Update) {
        let tenth = 10 * update.done / update.total.max(1);
        let Some(last) = self.tenths.get(update.chain) else { return };
        if tenth <= last.swap(tenth, Ordering::Relaxed) {
            return;
        }
        let phase = if update.warmup { "warm-up" } else { "sampling" };
        let line = format!(
            "chain {}: {}% ({}/{}), {phase}, step {}, {} div\n",
            update.chain + 1,
            10 * tenth,
            thousands(update.done as u64),
            thousands(update.total as u64),
            significant(update.step_size, 2),
            update.divergences
        );
        // If nobody is listening, the work continues.
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        drop(out.write_all(line.as_bytes()));
    }

    fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
