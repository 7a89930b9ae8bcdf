//! A bad connection between a laptop and its server: it breaks off in the middle of a part, or
//! changes what it carries.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Bytes of a part that still pass before the connection breaks.
const PIECE: usize = 20_000;

#[derive(Default)]
struct Weather {
    /// Parts that pass whole; those after break off.
    parts: usize,
    /// What letters come down with one byte changed.
    spoils: bool,
    /// First lines of the parts' requests.
    asked: Vec<String>,
    /// Connections that broke off.
    cuts: usize,
}

pub struct Relay {
    pub address: SocketAddr,
    weather: Arc<Mutex<Weather>>,
}

impl Relay {
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let weather = Arc::new(Mutex::new(Weather { parts: usize::MAX, ..Weather::default() }));
        let shared = Arc::clone(&weather);
        std::thread::spawn(move || {
            for laptop in listener.incoming().flatten() {
                // A server that is away answers nobody.
                let Ok(server) = TcpStream::connect(server) else { continue };
                let (down, back) = (laptop.try_clone().unwrap(), server.try_clone().unwrap());
                let spoils = Arc::new(Mutex::new(false));
                let (up, letter) = (Arc::clone(&shared), Arc::clone(&spoils));
                std::thread::spawn(move || upwards(laptop, server, &up, &letter));
                std::thread::spawn(move || downwards(back, down, &spoils));
            }
        });
        Self { address, weather }
    }

    /// So many more parts pass whole; those after break off in the middle.
    pub fn parts(&self, number: usize) {
        self.weather.lock().unwrap().parts = number;
    }

    /// Whether letters come down changed.
    pub fn spoils(&self, spoils: bool) {
        self.weather.lock().unwrap().spoils = spoils;
    }

    pub fn cuts(&self) -> usize {
        self.weather.lock().unwrap().cuts
    }

    /// Parts that were begun at a byte.
    pub fn begun_at(&self, offset: usize) -> usize {
        let end = format!("?offset={offset} HTTP/1.1");
        self.weather.lock().unwrap().asked.iter().filter(|line| line.ends_with(&end)).count()
    }
}

fn upwards(mut from: TcpStream, mut to: TcpStream, weather: &Mutex<Weather>, letter: &Mutex<bool>) {
    let mut chunk = vec![0; 16 << 10];
    let mut left: Option<usize> = None;
    while let Ok(count @ 1..) = from.read(&mut chunk) {
        let mut bytes = chunk[..count].to_vec();
        let head = String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().to_owned();
        if head.ends_with(" HTTP/1.1") {
            let mut weather = weather.lock().unwrap();
            left = None;
            if head.starts_with("PUT ") {
                weather.asked.push(head.clone());
                match weather.parts.checked_sub(1) {
                    Some(parts) => weather.parts = parts,
                    None => left = Some(PIECE),
                }
            }
            let spoiled = weather.spoils && head.starts_with("GET /v1/attachments/");
            *letter.lock().unwrap() = spoiled;
            if spoiled {
                // So that a changed byte is a changed byte of the letter.
                bytes = String::from_utf8(bytes).unwrap().replace("zstd", "none").into_bytes();
            }
        }
        if let Some(left) = &mut left {
            bytes.truncate(*left);
            *left -= bytes.len();
        }
        if to.write_all(&bytes).is_err() {
            break;
        }
        if left == Some(0) {
            weather.lock().unwrap().cuts += 1;
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

fn downwards(mut from: TcpStream, mut to: TcpStream, letter: &Mutex<bool>) {
    let mut chunk = vec![0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut chunk) {
        if *letter.lock().unwrap() && !chunk.starts_with(b"HTTP/1.1") {
            chunk[count - 1] ^= 1;
        }
        if to.write_all(&chunk[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
