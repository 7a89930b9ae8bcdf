//! What stands before the server and knows what is under way, so that a laptop can be killed at a
//! moment that counts: before a request arrives, when it was answered and the answer is still on its
//! way, or a little after the answer.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// When a laptop is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The request was sent, and the server never sees it.
    Unheard,
    /// The server answered, and the answer never arrives.
    Unanswered,
    /// So many milliseconds after the answer.
    After(u64),
}

/// At which request a laptop is killed.
#[derive(Clone, Debug)]
pub struct Aim {
    /// How the request's first line begins.
    pub begins: &'static str,
    /// How it ends, without the version.
    pub ends: &'static str,
    /// So many of these pass first.
    pub pass: u32,
    pub when: When,
}

pub struct Gate {
    pub address: SocketAddr,
    aim: Arc<Mutex<Option<Aim>>>,
    fired: Mutex<Receiver<When>>,
}

/// What a connection's two directions share.
#[derive(Default)]
struct Way {
    /// The answer under way is aimed at.
    aimed: Mutex<Option<When>>,
}

impl Gate {
    pub fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let aim: Arc<Mutex<Option<Aim>>> = Arc::default();
        let (fire, fired) = channel();
        let shared = Arc::clone(&aim);
        std::thread::spawn(move || {
            for laptop in listener.incoming().flatten() {
                // A server that is away answers nobody.
                let Ok(server) = TcpStream::connect(server) else { continue };
                let (down, back) = (laptop.try_clone().unwrap(), server.try_clone().unwrap());
                let way = Arc::new(Way::default());
                let (aim, fire, fire_too, way_too) =
                    (Arc::clone(&shared), fire.clone(), fire.clone(), Arc::clone(&way));
                std::thread::spawn(move || upwards(laptop, server, &aim, &way, &fire));
                std::thread::spawn(move || downwards(back, down, &way_too, &fire_too));
            }
        });
        Self { address, aim, fired: Mutex::new(fired) }
    }

    /// Waits for such a request; what is found is told to [`Gate::fired`].
    pub fn aim(&self, aim: Aim) {
        let fired = self.fired.lock().unwrap();
        while fired.try_recv().is_ok() {}
        *self.aim.lock().unwrap() = Some(aim);
    }

    /// Whether it came to that moment within a while.
    pub fn fired(&self, within: Duration) -> bool {
        self.fired.lock().unwrap().recv_timeout(within).is_ok()
    }

    /// Everything passes again.
    pub fn let_be(&self) {
        *self.aim.lock().unwrap() = None;
    }
}

/// Whether this request is the one; then nothing more is aimed at.
fn hit(head: &str, aim: &Mutex<Option<Aim>>) -> Option<When> {
    let mut aim = aim.lock().unwrap();
    let one = aim.as_mut()?;
    let line = head.strip_suffix(" HTTP/1.1")?;
    if !line.starts_with(one.begins) || !line.ends_with(one.ends) {
        return None;
    }
    if one.pass > 0 {
        one.pass -= 1;
        return None;
    }
    aim.take().map(|one| one.when)
}

fn upwards(mut from: TcpStream, mut to: TcpStream, aim: &Mutex<Option<Aim>>, way: &Way, fire: &Sender<When>) {
    let mut chunk = vec![0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut chunk) {
        let bytes = &chunk[..count];
        let line = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
        match hit(&String::from_utf8_lossy(line), aim) {
            Some(When::Unheard) => {
                let _ = fire.send(When::Unheard);
                return hold(from, &to);
            }
            when @ Some(_) => *way.aimed.lock().unwrap() = when,
            None => {}
        }
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

/// Nothing passes any more, until the laptop is dead: it waits, and never knows.
fn hold(mut laptop: TcpStream, server: &TcpStream) {
    let mut chunk = vec![0; 16 << 10];
    while let Ok(1..) = laptop.read(&mut chunk) {}
    let _ = server.shutdown(Shutdown::Both);
}

fn downwards(mut from: TcpStream, mut to: TcpStream, way: &Way, fire: &Sender<When>) {
    let mut chunk = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut chunk) {
        let aimed = way.aimed.lock().unwrap().take();
        if aimed == Some(When::Unanswered) {
            let _ = fire.send(When::Unanswered);
            return hold(to, &from);
        }
        let passed = to.write_all(&chunk[..count]);
        if let Some(when) = aimed {
            let _ = fire.send(when);
        }
        if passed.is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
