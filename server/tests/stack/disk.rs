//! A full disk under PostgreSQL: nothing is acknowledged that is not kept, nobody's command is set
//! aside for it, and everything goes on when there is room again.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tests::central::Central;

use crate::laptop::{Laptop, NOW};

/// A small file system; gone with the test.
struct Small(std::path::PathBuf);

impl Small {
    fn mount(folder: &Path) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", "size=150m,mode=755", "tmpfs"]).arg(folder);
        let mounted = command.output().is_ok_and(|output| output.status.success());
        if !mounted {
            println!("SKIPPED: a small file system can't be mounted here; it takes root.");
        }
        mounted.then(|| Self(folder.to_owned()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_costs_time_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let Some(small) = Small::mount(&folder.path().join("disk")) else { return };
    let mut central = Central::within(&small.0, Path::new(env!("CARGO_BIN_EXE_dunlin-server")), Some(NOW), "");
    central.run(&["import-sample", "example", "12"]);
    let mut laptop = Laptop::of(&central, "ana");
    laptop.push(5);

    let ballast = small.0.join("ballast");
    let filled = Command::new("dd").arg("if=/dev/zero").arg(format!("of={}", ballast.display())).arg("bs=64k").output();
    assert!(!filled.unwrap().status.success(), "the disk is full now");
    // The write-ahead log has some room of its own; then nothing goes any more.
    let began = Instant::now();
    let stuck = loop {
        let batch = laptop.batch(100);
        match laptop.try_push(&batch) {
            Some(Ok(response)) => {
                assert!(response.results.iter().all(|result| result.outcome.is_accepted()), "none is set aside");
                laptop.told.extend(response.results);
            }
            Some(Err(problem)) => panic!("a full disk is no fault of a command: {problem:?}"),
            None => break batch,
        }
        assert!(began.elapsed() < Duration::from_secs(40), "it is never full");
    };
    std::fs::remove_file(&ballast).unwrap();
    let began = Instant::now();
    let response = loop {
        match laptop.try_push(&stuck) {
            Some(Ok(response)) => break response,
            Some(Err(problem)) => panic!("{problem:?}"),
            None => std::thread::sleep(Duration::from_millis(200)),
        }
        if began.elapsed() > Duration::from_secs(5) {
            // As an operator does: what stopped for want of room is started again.
            central.postgres().kill();
            central.postgres().restart().unwrap();
        }
        assert!(began.elapsed() < Duration::from_secs(40), "it does not go on:\n{}", central.said());
    };
    laptop.told.extend(response.results);
    laptop.check();
    assert!(central.run(&["verify", "example"]).contains("the chain holds"));
    drop(central);
}
