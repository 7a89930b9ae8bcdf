//! One adapter for each command of the contract: off the UI thread, into the app, back.

use std::sync::Arc;

use app::Desk;
#[expect(clippy::wildcard_imports, reason = "the macro names every type of the contract")]
use contract::*;
use tauri::{State, Wry, ipc::Invoke};

type Shared<'a> = State<'a, Arc<Desk>>;

fn stopped(error: &tokio::task::JoinError) -> ApiError {
    ApiError::new(
        ErrorCode::Failed,
        format!("Dunlin stopped working on this: {error}"),
        "Try again; what you recorded before is safe.",
    )
}

macro_rules! adapters {
    ($($name:ident($input:ty) -> $output:ty: $doc:literal;)*) => {
        $(
            #[doc = $doc]
            #[tauri::command]
            async fn $name(desk: Shared<'_>, input: $input) -> Result<$output, ApiError> {
                let desk = Arc::clone(&desk);
                tokio::task::spawn_blocking(move || desk.$name(input))
                    .await
                    .unwrap_or_else(|error| Err(stopped(&error)))
            }
        )*

        /// Routes every command of the contract.
        pub fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}

contract::for_each_command!(adapters);
