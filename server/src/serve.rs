//! The listening socket: TLS by rustls, the certificate read again on SIGHUP, a shutdown that lets
//! running batches end.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use chrono::{DateTime, Utc};
use hyper_util::rt::TokioTimer;

use crate::app::App;
use crate::certificate;
use crate::http::router;
use crate::migrate;
use crate::orders;

/// How long running requests get to end.
const GRACE: Duration = Duration::from_secs(10);

/// How long a request's head may take, and a connection rest between two requests.
const SLOW: Duration = Duration::from_secs(30);

/// Why the server stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address or the certificate can't be used.
    #[error("{0}: {1}; {hint}", hint = hint(.1))]
    Io(String, std::io::Error),
    /// The database is not what it should be.
    #[error(transparent)]
    Server(#[from] crate::error::ServerError),
}

fn hint(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::AddrInUse => "another program listens there: stop it, or choose another address with listen",
        ErrorKind::AddrNotAvailable => "no network card of this machine has that address: correct listen",
        ErrorKind::PermissionDenied => {
            "the user that runs the server may not: ports below 1024 are root's, and so may be the files"
        }
        ErrorKind::NotFound => "correct the path under [tls]",
        _ => "the chain goes to certificate, its own certificate first, and the key that belongs to it to key",
    }
}

/// Serves until the handle says stop.
pub async fn serve(app: Arc<App>, handle: Handle<SocketAddr>) -> Result<(), ServeError> {
    migrate::check(&app.db).await?;
    let background = tokio::spawn(keep_house(app.clone()));
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let address = app.config.listen;
    let failed = |error| ServeError::Io(address.to_string(), error);
    let done = match &app.config.tls {
        None => {
            // Nothing to read again; but it must not end the server.
            let renewing = tokio::spawn(renew(None, app.clone()));
            let mut server = axum_server::bind(address).handle(handle);
            patient(server.http_builder());
            let done = server.serve(service).await.map_err(failed);
            renewing.abort();
            done
        }
        Some(files) => {
            let tls = RustlsConfig::from_pem_file(&files.certificate, &files.key).await.map_err(|error| {
                ServeError::Io(format!("TLS: {} and {}", files.certificate.display(), files.key.display()), error)
            })?;
            let renewing = tokio::spawn(renew(Some((tls.clone(), files.clone())), app.clone()));
            let watching = tokio::spawn(watch_certificate(app.clone(), files.certificate.clone()));
            let mut server = axum_server::bind_rustls(address, tls).handle(handle);
            patient(server.http_builder());
            let done = server.serve(service).await.map_err(failed);
            renewing.abort();
            watching.abort();
            done
        }
    };
    background.abort();
    done
}

/// Whoever connects and says nothing, or says it drop by drop, does not hold a connection for long.
fn patient(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(SLOW);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(SLOW)
        .keep_alive_timeout(SLOW)
        .max_concurrent_streams(100);
}

async fn keep_house(app: Arc<App>) {
    let sweep = async {
        loop {
            tokio::time::sleep(Duration::from_mins(10)).await;
            app.limits.sweep();
            app.wake.sweep();
        }
    };
    let releases = async {
        loop {
            tokio::time::sleep(Duration::from_secs(app.config.orders.look_seconds.max(1))).await;
            if let Err(error) = orders::release_all(&app).await {
                tracing::warn!(%error, "service orders wait");
            }
        }
    };
    tokio::join!(app.wake.watch(&app.db), sweep, releases);
}

/// Says at the start, and once a day, when the certificate is about to end.
async fn watch_certificate(app: Arc<App>, file: PathBuf) {
    loop {
        warn_of(&file, app.now());
        tokio::time::sleep(Duration::from_hours(24)).await;
    }
}

fn warn_of(certificate: &Path, now: DateTime<Utc>) {
    if let Some(said) = certificate::remark(certificate, now) {
        tracing::warn!("{said}");
    }
}

/// Stops at SIGTERM or Ctrl-C.
pub async fn stop_on_signal(handle: Handle<SocketAddr>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM is not heard");
                let _ = tokio::signal::ctrl_c().await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
    tracing::info!("stopping");
    handle.graceful_shutdown(Some(GRACE));
}

#[cfg(unix)]
async fn renew(tls: Option<(RustlsConfig, crate::config::Tls)>, app: Arc<App>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        let Some((tls, files)) = &tls else {
            tracing::info!("there is no certificate to read again");
            continue;
        };
        match tls.reload_from_pem_file(&files.certificate, &files.key).await {
            Ok(()) => {
                tracing::info!("the certificate was read again");
                warn_of(&files.certificate, app.now());
            }
            Err(error) => tracing::error!(%error, "the certificate can't be read; the old one stays"),
        }
    }
}

#[cfg(not(unix))]
async fn renew(_: Option<(RustlsConfig, crate::config::Tls)>, _: Arc<App>) {}
