//! Everything that CI checks, cheapest first.

use crate::report::step;
use crate::run::{Failed, build_ui, cargo, codegen, npm, program, run};
use crate::{setup, tidy};

/// Journeys run on a virtual screen, with a session bus and an unlocked Secret Service of their own.
const SESSION: &str = r#"
set -e
export HOME="$(mktemp -d)" XDG_RUNTIME_DIR="$(mktemp -d)"
chmod 700 "$XDG_RUNTIME_DIR"
trap 'rm -rf "$HOME" "$XDG_RUNTIME_DIR"' EXIT
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME
printf 'journeys' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
"$@"
"#;

/// Runs every check; `--fast` leaves out the journeys.
pub fn all(args: &[String]) -> Result<(), Failed> {
    let fast = args.iter().any(|arg| arg == "--fast");
    step("set-up", setup::to_test)?;
    step("format", || cargo(&["fmt", "--all", "--check"]))?;
    step("tidy", tidy::check)?;
    step("TypeScript is up to date", || codegen(true))?;
    step("UI types", || npm("ui", &["run", "--silent", "check"]))?;
    step("UI lint", || npm("ui", &["run", "--silent", "lint"]))?;
    step("UI unit tests", || npm("ui", &["run", "--silent", "test"]))?;
    step("UI build", build_ui)?;
    step("licences, sources and bans", || cargo(&["deny", "--workspace", "check", "bans", "licenses", "sources"]))?;
    step("advisories", advisories)?;
    step("clippy", || cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    // Another choice of packages would be another choice of features, and compile every library again:
    // the tests, the app and the journeys are built together. That the app needs nothing which only the
    // others ask for is checked without building it twice.
    step("the app by itself", || cargo(&["check", "--package", "dunlin", "--quiet"]))?;
    step("build", || cargo(&["build", "--workspace", "--bins", "--tests", "--quiet"]))?;
    step("Rust tests", || cargo(&nextest("not binary(~journeys)")))?;
    if !fast {
        step("journeys in the real window", || in_session(&nextest("binary(~journeys)"), &[]))?;
    }
    println!("\nAll checks passed.");
    Ok(())
}

/// Needs the advisory database, which is not everywhere within reach: said aloud where it is not.
fn advisories() -> Result<(), Failed> {
    let reachable = program(env!("CARGO"), &["deny", "fetch", "db"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if reachable {
        cargo(&["deny", "--workspace", "check", "advisories"])
    } else {
        println!("SKIPPED: the advisory database can't be fetched here.");
        Ok(())
    }
}

fn nextest(which: &str) -> [&str; 8] {
    ["nextest", "run", "--workspace", "--cargo-quiet", "--profile", "ci", "-E", which]
}

/// The release build's start in the real window. The journeys' own hands open it.
pub fn window_bench() -> Result<(), Failed> {
    setup::to_test()?;
    build_ui()?;
    cargo(&["build", "--release", "--package", "dunlin", "--quiet"])?;
    let app = crate::run::target().join("release/dunlin");
    let test = [
        "test",
        "--quiet",
        "--package",
        "dunlin-tests",
        "--test",
        "journeys",
        "--",
        "--ignored",
        "measured",
        "--nocapture",
    ];
    in_session(&test, &[("DUNLIN_BIN", &app.display().to_string())])
}

/// Cargo with a screen, a session bus and a keychain of its own.
fn in_session(words: &[&str], variables: &[(&str, &str)]) -> Result<(), Failed> {
    // HOME changes inside; Cargo and rustup must still find theirs.
    let home = std::env::var("HOME").unwrap_or_default();
    let keep = |name: &str, below: &str| std::env::var(name).unwrap_or_else(|_| format!("{home}/{below}"));
    let mut command = program(
        "xvfb-run",
        &["-a", "-s", "-screen 0 1280x800x24", "dbus-run-session", "--", "bash", "-c", SESSION, "journeys"],
    );
    command
        .arg(env!("CARGO"))
        .args(words)
        .envs(variables.iter().copied())
        .env("CARGO_HOME", keep("CARGO_HOME", ".cargo"))
        .env("RUSTUP_HOME", keep("RUSTUP_HOME", ".rustup"))
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    run(&mut command)
}
