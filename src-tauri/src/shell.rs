//! What the app asks of the desktop: events, file dialogs, the browser.

use std::path::PathBuf;

use app::Shell;
use contract::{PickFile, Progress};
use tauri::{AppHandle, Emitter as _};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

/// The window.
pub struct Window {
    handle: AppHandle,
}

impl Window {
    /// Over a running Tauri app.
    pub fn new(handle: AppHandle) -> Self {
        Self { handle }
    }
}

impl Shell for Window {
    fn progress(&self, progress: &Progress) {
        // A closed window has nobody to tell.
        let _ = self.handle.emit("progress", progress);
    }

    fn changed(&self, what: &str) {
        let _ = self.handle.emit("changed", what);
    }

    fn pick_file(&self, ask: &PickFile) -> Option<PathBuf> {
        let extensions: Vec<&str> = ask.extensions.iter().map(String::as_str).collect();
        let mut dialog = self.handle.dialog().file().set_title(&ask.title);
        if !extensions.is_empty() {
            dialog = dialog.add_filter(ask.extensions.join(", "), &extensions);
        }
        if let Some(name) = &ask.name {
            dialog = dialog.set_file_name(name);
        }
        let picked = if ask.mode == "save" { dialog.blocking_save_file() } else { dialog.blocking_pick_file() };
        picked.and_then(|path| path.into_path().ok())
    }

    fn open_in_browser(&self, url: &str) -> Result<(), String> {
        self.handle.opener().open_url(url, None::<&str>).map_err(|error| error.to_string())
    }
}
