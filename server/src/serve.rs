//! The listening socket: TLS by rustls, the certificate read again on SIGHUP, a shutdown that lets
//! running batches end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;

use crate::app::App;
use crate::http::router;
use crate::migrate;
use crate::orders;

/// How long running requests get to end.
const GRACE: Duration = Duration::from_secs(10);

/// Why the server stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address or the certificate can't be used.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
    /// The database is not what it should be.
    #[error(transparent)]
    Server(#[from] crate::error::ServerError),
}

/// Serves until the handle says stop.
pub async fn serve(app: Arc<App>, handle: Handle<SocketAddr>) -> Result<(), ServeError> {
    migrate::check(&app.db).await?;
    let background = tokio::spawn(keep_house(app.clone()));
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let address = app.config.listen;
    let failed = |error| ServeError::Io(address.to_string(), error);
    let done = match &app.config.tls {
        None => axum_server::bind(address).handle(handle).serve(service).await.map_err(failed),
        Some(files) => {
            let tls = RustlsConfig::from_pem_file(&files.certificate, &files.key)
                .await
                .map_err(|error| ServeError::Io(files.certificate.display().to_string(), error))?;
            let renewing = tokio::spawn(renew(tls.clone(), files.clone()));
            let done = axum_server::bind_rustls(address, tls).handle(handle).serve(service).await.map_err(failed);
            renewing.abort();
            done
        }
    };
    background.abort();
    done
}

async fn keep_house(app: Arc<App>) {
    let sweep = async {
        loop {
            tokio::time::sleep(Duration::from_mins(10)).await;
            app.limits.sweep();
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
async fn renew(tls: RustlsConfig, files: crate::config::Tls) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        match tls.reload_from_pem_file(&files.certificate, &files.key).await {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the certificate can't be read; the old one stays"),
        }
    }
}

#[cfg(not(unix))]
async fn renew(_: RustlsConfig, _: crate::config::Tls) {}
