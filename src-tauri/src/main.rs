//! Dunlin's window: adapts the desktop to the app. No decision lives here.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod adapters;
mod keychain;
mod shell;

use std::sync::Arc;

use app::{Desk, SystemClock};
use tauri::Manager as _;

fn main() {
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .setup(|tauri| {
            let folder = tauri.path().app_data_dir()?;
            let shell = Arc::new(shell::Window::new(tauri.handle().clone()));
            let desk = Desk::new(&folder, shell, Arc::new(keychain::OsKeychain), Arc::new(SystemClock));
            let desk = Arc::new(desk);
            desk.start();
            desk.watch_team();
            tauri.manage(desk);
            Ok(())
        })
        .invoke_handler(adapters::handler())
        .run(tauri::generate_context!());
    if let Err(error) = built {
        eprintln!("Dunlin could not open its window: {error}");
        std::process::exit(1);
    }
}
