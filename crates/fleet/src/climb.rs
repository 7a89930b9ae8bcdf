//! Commands a second as clients grow: each pushes the next when the last is decided.

use std::time::{Duration, Instant};

use hyper::Method;
use serde_json::json;

use crate::Failure;
use crate::http::{Answer, Http};
use crate::light::Light;

/// How many clients.
pub const CLIENTS: [usize; 4] = [1, 8, 32, 128];

/// Each number of clients pushes for so long.
const LONG: Duration = Duration::from_secs(5);

/// What one number of clients brought about.
#[derive(Clone, Copy, Default)]
pub struct Step {
    /// Commands decided.
    pub commands: usize,
    /// In so long.
    pub took: Duration,
    /// How often a client was asked to come later, and did.
    pub later: usize,
}

impl Step {
    /// Commands a second.
    pub fn rate(self) -> f64 {
        let commands = u32::try_from(self.commands).unwrap_or(u32::MAX);
        f64::from(commands) / self.took.as_secs_f64().max(1e-9)
    }
}

/// So many clients, so many commands a push.
pub async fn push(clients: Vec<Light>, together: usize) -> Result<(Vec<Light>, Step), Failure> {
    let start = Instant::now();
    let until = start + LONG;
    let one = |mut client: Light| async move {
        let mut step = Step::default();
        while Instant::now() < until {
            match client.push(together).await? {
                Answer::Given(_) => step.commands += together,
                Answer::Later(ms) => {
                    step.later += 1;
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                }
                Answer::Error(why) => return Err(why.into()),
            }
        }
        Ok::<_, Failure>((client, step))
    };
    let tasks: Vec<_> = clients.into_iter().map(|client| tokio::spawn(one(client))).collect();
    let (mut back, mut whole) = (Vec::with_capacity(tasks.len()), Step::default());
    for task in tasks {
        let (client, step) = task.await??;
        back.push(client);
        whole.commands += step.commands;
        whole.later += step.later;
    }
    whole.took = start.elapsed();
    Ok((back, whole))
}

/// So many clients, each putting one document after another into PouchDB's server.
pub async fn put(base: &str, clients: usize) -> Result<Step, Failure> {
    let http = Http::to(base);
    let start = Instant::now();
    let until = start + LONG;
    let one = |http: Http, client: usize| async move {
        let mut done = 0;
        while Instant::now() < until {
            let path = format!("/rows/climb:{clients}:{client}:{done}");
            let body = json!({ "table": "command", "act": { "note": "asked for a copy of the latest invoice" } });
            let (status, _) = http.send(Method::PUT, &path, None, &body).await?;
            if !status.is_success() {
                return Err(format!("PouchDB's server answered {status}").into());
            }
            done += 1;
        }
        Ok::<_, Failure>(done)
    };
    let tasks: Vec<_> = (0..clients).map(|client| tokio::spawn(one(http.clone(), client))).collect();
    let mut commands = 0;
    for task in tasks {
        commands += task.await??;
    }
    Ok(Step { commands, took: start.elapsed(), later: 0 })
}
