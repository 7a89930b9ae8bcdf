//! Two servers behind `HAProxy` on one PostgreSQL, one of which dies.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::laptop::{Laptop, central};

struct HaProxy(Child);

impl Drop for HaProxy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn haproxy() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // Where Debian has it, and an ordinary user's path does not.
    folders.push("/usr/sbin".into());
    let found = folders.into_iter().map(|folder| folder.join("haproxy")).find(|program| program.is_file());
    if found.is_none() {
        println!("SKIPPED: haproxy is not here; Debian's package of that name brings it (cargo xtask setup).");
    }
    found
}

#[test]
fn two_servers_behind_a_proxy_are_one_and_one_may_die() {
    let Some(program) = haproxy() else { return };
    let mut first = central("");
    let second = first.beside();
    let host = |address: &str| address.trim_start_matches("http://").to_owned();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("haproxy.cfg");
    let text = format!(
        "global\n  maxconn 200\ndefaults\n  mode http\n  timeout connect 2s\n  timeout client 30s\n  timeout server 30s\n  \
         option redispatch\n  retries 2\nfrontend dunlin\n  bind 127.0.0.1:{port}\n  default_backend servers\n\
         backend servers\n  balance roundrobin\n  option httpchk GET /health/ready\n  \
         server one {} check inter 200ms fall 1 rise 1\n  server two {} check inter 200ms fall 1 rise 1\n",
        host(first.address()),
        host(second.address())
    );
    std::fs::write(&file, text).unwrap();
    let process = Command::new(program).arg("-f").arg(&file).arg("-db").stderr(Stdio::null()).spawn().unwrap();
    let _running = HaProxy(process);
    let mut laptops: Vec<Laptop> = ["ana", "bob", "cyd"].map(|login| Laptop::of(&first, login)).into();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for laptop in &mut laptops {
            laptop.address = format!("http://127.0.0.1:{port}");
            let stop = &stop;
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    laptop.push(5);
                    laptop.pull();
                }
            });
        }
        std::thread::sleep(Duration::from_millis(1_500));
        first.kill();
        std::thread::sleep(Duration::from_secs(2));
        stop.store(true, Ordering::Relaxed);
    });
    for laptop in &laptops {
        let numbers: Vec<u64> = laptop.told.iter().map(|result| result.device_seq).collect();
        assert!(numbers.len() > 10 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    }
    let decided: usize = laptops.iter().map(|laptop| laptop.told.len()).sum();
    assert!(first.run(&["verify", "example"]).contains("the chain holds"), "after {decided} commands");
}
