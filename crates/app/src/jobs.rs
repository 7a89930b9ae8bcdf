//! Long work: progress that is told a few times a second, and a cancel that is heard at each step.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use contract::Progress;

use crate::seams::Shell;

/// Long jobs by the name that the window gave them.
#[derive(Default)]
pub struct Jobs(Mutex<HashMap<String, Arc<AtomicBool>>>);

impl Jobs {
    /// Starts a job; it is forgotten when the handle is dropped.
    pub fn start<'a>(&'a self, name: &str, shell: &'a dyn Shell) -> Job<'a> {
        let cancelled = Arc::new(AtomicBool::new(false));
        self.held().insert(name.to_owned(), Arc::clone(&cancelled));
        Job { jobs: self, name: name.to_owned(), cancelled, shell, told: None }
    }

    /// Asks a job to stop; false when there is none of that name.
    pub fn cancel(&self, name: &str) -> bool {
        self.held().get(name).is_some_and(|flag| {
            flag.store(true, Ordering::Relaxed);
            true
        })
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<AtomicBool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running job.
pub struct Job<'a> {
    jobs: &'a Jobs,
    name: String,
    cancelled: Arc<AtomicBool>,
    shell: &'a dyn Shell,
    told: Option<(String, Instant)>,
}

impl Job<'_> {
    /// Tells how far it came, ten times a second at most; breaks when the person cancelled.
    pub fn step(&mut self, label: &str, done: u64, total: u64) -> ControlFlow<()> {
        if self.cancelled.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let due =
            self.told.as_ref().is_none_or(|(before, at)| before != label || at.elapsed() > Duration::from_millis(100));
        if due {
            self.told = Some((label.to_owned(), Instant::now()));
            self.shell.progress(&Progress {
                job: self.name.clone(),
                label: label.to_owned(),
                done: u32::try_from(done).unwrap_or(u32::MAX),
                total: u32::try_from(total).unwrap_or(u32::MAX),
            });
        }
        ControlFlow::Continue(())
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        self.jobs.held().remove(&self.name);
        heap::give_back();
    }
}
