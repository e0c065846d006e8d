//! The terminal as the world of a fit: its clock, its Ctrl-C, and the progress it shows.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use pgmc::fit::{News, World};
use pgmc::inference::Progress;
use pgmc::report::Page;
use pgmc::report::progress::on_standard_error;

use super::session::{Session, say};

/// Seconds since a start, excluding what should not count.
pub struct Clock {
    start: Instant,
    apart: Duration,
}

impl Clock {
    pub fn start() -> Self {
        Self { start: Instant::now(), apart: Duration::ZERO }
    }

    /// Does something whose time does not count.
    pub fn apart<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let result = work();
        self.apart += begin.elapsed();
        result
    }

    pub fn seconds(&self) -> f64 {
        self.start.elapsed().saturating_sub(self.apart).as_secs_f64()
    }
}

/// Processor seconds of this thread; None if the system does not report them.
pub fn processor_seconds() -> Option<f64> {
    ThreadTime::try_now().ok().map(|time| time.as_duration().as_secs_f64())
}

/// The world of a fit that was started in a terminal.
pub struct Terminal<'a> {
    session: &'a Session,
    page: Page<'a>,
    clock: Clock,
    stop: Arc<AtomicBool>,
    /// No progress and no notes; nothing on standard output but JSON.
    quiet: bool,
    json: bool,
    /// Shows the progress of chains while they run.
    progress: RwLock<Option<Box<dyn Progress + Send + Sync>>>,
}

impl<'a> Terminal<'a> {
    /// Ctrl-C asks the work to stop and keeps the results so far; a second one ends it immediately.
    pub fn new(
        session: &'a Session,
        page: Page<'a>,
        clock: Clock,
        (quiet, json): (bool, bool),
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = stop.clone();
        let handler = move || {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        };
        // If no handler can be set, the default one ends the program: only the draws are lost.
        drop(ctrlc::set_handler(handler));
        Self { session, page, clock, stop, quiet, json, progress: RwLock::new(None) }
    }

    fn set_progress(&self, progress: Option<Box<dyn Progress + Send + Sync>>) {
        *self.progress.write().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}

impl World for Terminal<'_> {
    fn seconds(&self) -> f64 {
        self.clock.seconds()
    }

    fn processor_seconds(&self) -> Option<f64> {
        processor_seconds()
    }

    fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn hear(&self, news: News<'_>) {
        match news {
            News::Compiled(overview) if !self.quiet && !self.json => {
                say(&self.page.introduction(overview));
            }
            News::Note(note) if !self.quiet && !self.json => {
                self.session.show(std::slice::from_ref(note));
            }
            News::Sampling { chains, transitions } if !self.quiet => {
                let stop = self.stop.clone();
                self.set_progress(Some(on_standard_error(chains, transitions, stop)));
            }
            News::Step(update) => {
                let shown = self.progress.read();
                shown.iter().flat_map(|shown| shown.iter()).for_each(|p| p.update(update));
            }
            News::Sampled => self.set_progress(None),
            News::Compiled(_) | News::Note(_) | News::Sampling { .. } => {}
        }
    }
}
