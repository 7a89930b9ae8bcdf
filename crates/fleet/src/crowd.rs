//! Many clients at once, each with its own connection, token and customers: all at the same moment, and
//! as laptops come, each in its own time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::Method;
use protocol::PullResponse;
use serde_json::Value;

use crate::Failure;
use crate::http::{Answer, Http};
use crate::light::Light;
use crate::table::Times;

/// Pulls of each client when all come at once.
const ROUNDS: u32 = 10;

/// As laptops come: a pull every so often, for so many times.
const EVERY: Duration = Duration::from_secs(5);
const TURNS: u32 = 4;

/// What became of many requests.
pub struct Met {
    /// How long each took.
    pub times: Times,
    /// How many a second.
    pub rate: f64,
    /// Those that did not bring what was asked for, with the first one's words.
    pub errors: u32,
    /// Its words.
    pub first: String,
}

impl Met {
    fn of(all: &[Result<Duration, Failure>], took: Duration) -> Self {
        let errors: Vec<&Failure> = all.iter().filter_map(|one| one.as_ref().err()).collect();
        let (count, first) = (errors.len(), errors.first().map(ToString::to_string).unwrap_or_default());
        let times: Vec<Duration> = all.iter().filter_map(|one| one.as_ref().ok().copied()).collect();
        let answered = u32::try_from(times.len()).unwrap_or(u32::MAX);
        Self {
            rate: f64::from(answered) / took.as_secs_f64().max(1e-9),
            times: Times::new(times),
            errors: u32::try_from(count).unwrap_or(u32::MAX),
            first,
        }
    }
}

async fn pull(client: Arc<Light>) -> Result<Duration, Failure> {
    let start = Instant::now();
    match client.pull().await {
        Answer::Given(PullResponse::Page(_)) => Ok(start.elapsed()),
        Answer::Given(_) => Err("no page came".into()),
        Answer::Later(ms) => Err(format!("busy for {ms} ms").into()),
        Answer::Error(why) => Err(why.into()),
    }
}

async fn all(tasks: Vec<tokio::task::JoinHandle<Vec<Result<Duration, Failure>>>>) -> Result<Met, Failure> {
    let start = Instant::now();
    let mut met = Vec::new();
    for task in tasks {
        met.extend(task.await?);
    }
    Ok(Met::of(&met, start.elapsed()))
}

/// All at the same moment, again and again.
pub async fn at_once(clients: &[Arc<Light>]) -> Result<Met, Failure> {
    let one = |client: Arc<Light>| async move {
        let mut done = Vec::new();
        for _ in 0..ROUNDS {
            done.push(pull(client.clone()).await);
        }
        done
    };
    all(clients.iter().map(|client| tokio::spawn(one(client.clone()))).collect()).await
}

/// Each in its own time.
pub async fn in_time(clients: &[Arc<Light>]) -> Result<Met, Failure> {
    let one = |client: Arc<Light>, first: f64| async move {
        tokio::time::sleep(EVERY.mul_f64(first)).await;
        let mut turns = tokio::time::interval(EVERY);
        let mut done = Vec::new();
        for _ in 0..TURNS {
            turns.tick().await;
            done.push(pull(client.clone()).await);
        }
        done
    };
    all(clients.iter().map(|client| tokio::spawn(one(client.clone(), fastrand::f64()))).collect()).await
}

/// As many asking PouchDB's server for what is new, all at the same moment.
pub async fn of_pouch(base: &str, clients: u32, since: &Value) -> Result<Met, Failure> {
    let http = Http::to(base);
    let path = format!("/rows/_changes?limit=100&since={since}");
    let one = |http: Http, path: String| async move {
        let mut done = Vec::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            done.push(match http.send(Method::GET, &path, None, &Value::Null).await {
                Ok((status, _)) if status.is_success() => Ok(start.elapsed()),
                Ok((status, _)) => Err(status.to_string().into()),
                Err(error) => Err(error),
            });
        }
        done
    };
    all((0..clients).map(|_| tokio::spawn(one(http.clone(), path.clone()))).collect()).await
}
