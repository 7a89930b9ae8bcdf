//! The server's hints that there is something to pull: a stream that is read in a thread of its own,
//! and begun again, after a random pause, when it ends. Without it the engine looks every minute.

use std::io::BufRead as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::link::Message;
use super::net::Net;

/// Listening, until it is dropped.
pub struct Hints(Arc<AtomicBool>);

impl Drop for Hints {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Hints {
    /// Starts to listen.
    pub fn listen(net: Arc<Net>, to: Sender<Message>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&over);
        // Without the thread the engine still looks by itself.
        let _ = std::thread::Builder::new().name("hints".to_owned()).spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                hear(&net, &to, &stop);
                let mut dice = [0];
                let _ = getrandom::fill(&mut dice);
                // Twenty to forty seconds, in steps short enough to end with the desk.
                for _ in 0..(200 + u32::from(dice[0])) {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    std::thread::sleep(Duration::from_millis(100));
                }
            }
        });
        Self(over)
    }
}

fn hear(net: &Net, to: &Sender<Message>, stop: &AtomicBool) {
    let Ok(stream) = net.listen() else {
        return;
    };
    for line in stream.lines() {
        let Ok(line) = line else {
            return;
        };
        if stop.load(Ordering::Relaxed) || (line.starts_with("data:") && to.send(Message::Woken).is_err()) {
            return;
        }
    }
}
