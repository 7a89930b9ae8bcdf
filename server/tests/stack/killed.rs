//! `kill -9` of the server and of PostgreSQL, again and again, while laptops push: what was
//! acknowledged is there, once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::laptop::{Laptop, central};

#[test]
fn what_was_acknowledged_survives_every_kill_and_nothing_is_done_twice() {
    let mut central = central("");
    let mut laptops: Vec<Laptop> = ["ana", "bob"].map(|login| Laptop::of(&central, login)).into();
    let stop = AtomicBool::new(false);
    let mut kills = 0;
    std::thread::scope(|scope| {
        for laptop in &mut laptops {
            let stop = &stop;
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    laptop.push(7);
                }
            });
        }
        for round in 0..8 {
            std::thread::sleep(Duration::from_millis(350));
            if round % 2 == 0 {
                central.kill();
            } else {
                central.postgres().kill();
                central.postgres().restart().unwrap();
            }
            if round % 2 == 0 {
                central.serve();
            }
            kills += 1;
        }
        std::thread::sleep(Duration::from_millis(500));
        stop.store(true, Ordering::Relaxed);
    });
    for laptop in &mut laptops {
        assert!(laptop.told.len() > 20, "{} commands in {kills} lives", laptop.told.len());
        laptop.check();
    }
    assert!(central.run(&["verify", "example"]).contains("the chain holds"));
}
