//! Steps with their names and times, so that a slow or failing one is seen at a glance.

use std::time::Instant;

use crate::run::Failed;

/// Runs a named step and says how long it took.
pub fn step(name: &str, work: impl FnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
    println!("\n== {name}");
    let began = Instant::now();
    let done = work();
    let seconds = began.elapsed().as_secs_f32();
    match &done {
        Ok(()) => println!("== {name}: ok ({seconds:.1} s)"),
        Err(_) => println!("== {name}: FAILED ({seconds:.1} s)"),
    }
    done
}
