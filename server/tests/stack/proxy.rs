//! A proxy that lies: requests that never arrive, requests that arrive twice, answers that are lost
//! after the commit, late ones, and ones cut in the middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::laptop::{Laptop, central};

/// How often it did each thing.
#[derive(Default)]
struct Done {
    requests: AtomicU32,
    lost: AtomicU32,
    unanswered: AtomicU32,
    doubled: AtomicU32,
    cut: AtomicU32,
}

/// A whole request or answer: head, and as many bytes as it says.
async fn message(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut bytes, mut part) = (Vec::new(), vec![0; 16 << 10]);
    loop {
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let length = text.split("content-length:").nth(1).and_then(|rest| rest.lines().next());
            let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
            let chunked = text.contains("transfer-encoding: chunked");
            if !chunked && bytes.len() >= head + length || chunked && bytes.ends_with(b"\r\n0\r\n\r\n") {
                return Ok(bytes);
            }
        }
        let count = stream.read(&mut part).await?;
        if count == 0 {
            return Ok(bytes);
        }
        bytes.extend(&part[..count]);
    }
}

async fn ask(server: &str, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(request).await?;
    message(&mut stream).await
}

async fn handle(mut client: TcpStream, server: &str, done: &Done) -> std::io::Result<()> {
    let request = message(&mut client).await?;
    match done.requests.fetch_add(1, Ordering::Relaxed) % 6 {
        0 => {
            done.lost.fetch_add(1, Ordering::Relaxed);
        }
        1 => {
            ask(server, &request).await?;
            done.unanswered.fetch_add(1, Ordering::Relaxed);
        }
        2 => {
            done.doubled.fetch_add(1, Ordering::Relaxed);
            let (first, second) = tokio::join!(ask(server, &request), ask(server, &request));
            client.write_all(&first.or(second)?).await?;
        }
        3 => {
            let answer = ask(server, &request).await?;
            done.cut.fetch_add(1, Ordering::Relaxed);
            client.write_all(&answer[..answer.len() / 2]).await?;
        }
        4 => {
            tokio::time::sleep(Duration::from_millis(120)).await;
            client.write_all(&ask(server, &request).await?).await?;
        }
        _ => client.write_all(&ask(server, &request).await?).await?,
    }
    client.shutdown().await
}

#[test]
fn a_proxy_that_loses_doubles_delays_and_cuts_changes_nothing() {
    let central = central("");
    let mut laptop = Laptop::of(&central, "ana");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let server = central.address().trim_start_matches("http://").to_owned();
    let done = Arc::new(Done::default());
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    laptop.address = format!("http://{}", listener.local_addr().unwrap());
    let counted = done.clone();
    runtime.spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (server, done) = (server.clone(), counted.clone());
            tokio::spawn(async move {
                // A connection that breaks is what this is about.
                let _ = handle(client, &server, &done).await;
            });
        }
    });
    for _ in 0..12 {
        laptop.push(5);
        laptop.pull();
    }
    for count in [&done.lost, &done.unanswered, &done.doubled, &done.cut] {
        assert!(count.load(Ordering::Relaxed) > 2);
    }
    let mut numbers: Vec<u64> = laptop.told.iter().map(|result| result.device_seq).collect();
    assert!(numbers.is_sorted());
    numbers.dedup();
    assert_eq!(numbers.len(), 60, "each acknowledged once");
    assert_eq!(central.run(&["seq", "example"]).parse::<u64>().unwrap(), laptop.told.last().unwrap().seq);
}
