//! Running other programs from the workspace's root.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::setup;

/// Why a step failed; empty when the program that failed has said it already.
pub struct Failed(pub String);

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// The workspace's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Where Cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program to be run from the root.
pub fn program(name: &str, args: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(args).current_dir(root());
    // What Cargo says of this very program. Build scripts ask for the same names: with these, half of the
    // libraries would be compiled again whenever somebody uses Cargo by itself in between.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs to its end; fails if it fails.
pub fn run(command: &mut Command) -> Result<(), Failed> {
    let shown = format!(
        "{} {}",
        command.get_program().to_string_lossy(),
        command.get_args().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" ")
    );
    let status = command.status().map_err(|error| Failed(format!("{shown} did not start: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failed(format!("{shown} failed ({status})"))) }
}

/// Cargo with arguments.
pub fn cargo(args: &[&str]) -> Result<(), Failed> {
    run(&mut program(env!("CARGO"), args))
}

/// npm in a folder.
pub fn npm(folder: &str, args: &[&str]) -> Result<(), Failed> {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(program(name, args).current_dir(root().join(folder)))
}

/// Builds the window's HTML if its sources are newer than the last build.
pub fn build_ui() -> Result<(), Failed> {
    setup::node_modules("ui")?;
    npm("ui", &["run", "--silent", "build"])
}

/// Sets everything up, builds the app and opens it.
pub fn app(args: &[String]) -> Result<(), Failed> {
    setup::to_build()?;
    build_ui()?;
    let mut command = program(env!("CARGO"), &["run", "--package", "dunlin", "--"]);
    // Saves some 60 MiB on Linux, and draws without a GPU.
    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1").args(args);
    run(&mut command)
}

/// Of one minor version with the tauri crate, as in the release workflow.
const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";

/// The installer of this system (on Debian a package), from a release build.
pub fn installer() -> Result<(), Failed> {
    setup::to_build()?;
    build_ui()?;
    let kind = if cfg!(target_os = "windows") {
        "nsis"
    } else if cfg!(target_os = "macos") {
        "dmg"
    } else {
        "deb"
    };
    // Not among the window's packages: it is a program for each system, and only this command needs it. The
    // bundler looks for src-tauri from the folder where it starts.
    npm(".", &["exec", "--yes", "--package", TAURI_CLI, "--", "tauri", "build", "--bundles", kind])?;
    let folder = target().join("release/bundle").join(kind);
    for file in std::fs::read_dir(&folder)?.filter_map(Result::ok).filter(|file| file.path().is_file()) {
        if kind == "deb" {
            pack_smaller(&file.path())?;
        }
        println!("{}: {:.1} MB", file.path().display(), megabytes(std::fs::metadata(file.path())?.len()));
    }
    Ok(())
}

/// The bundler's packages are gzip; Debian's own are xz, a quarter smaller.
fn pack_smaller(package: &Path) -> Result<(), Failed> {
    let unpacked = package.with_extension("unpacked");
    if unpacked.exists() {
        std::fs::remove_dir_all(&unpacked)?;
    }
    let (from, to) = (package.to_string_lossy(), unpacked.to_string_lossy());
    run(&mut program("dpkg-deb", &["--raw-extract", &from, &to]))?;
    run(&mut program("dpkg-deb", &["--root-owner-group", "-Zxz", "--build", &to, &from]))?;
    Ok(std::fs::remove_dir_all(&unpacked)?)
}

#[expect(clippy::cast_precision_loss, reason = "a size shown with one decimal")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Random histories through the compliance gate, each clearance judged by the second checker.
pub fn histories(count: &str) -> Result<(), Failed> {
    if count.parse::<u64>().is_err() {
        return Err(Failed(format!("histories: \"{count}\" is not a number")));
    }
    setup::to_compile()?;
    let test = ["test", "--release", "--package", "dunlin-domain", "--test", "gate_checker", "--"];
    let mut command = program(env!("CARGO"), &test);
    run(command.args(["nothing_cleared", "--nocapture"]).env("DUNLIN_HISTORIES", count))
}

/// A command of the headless binary, with its own exit code and paths relative to the caller.
pub fn headless(name: &str, args: &[String], release: bool) -> Result<(), Failed> {
    let words: Vec<String> = std::iter::once(name.to_owned()).chain(args.iter().cloned()).collect();
    binary("dunlin-headless", &words, release)
}

/// A package's only binary, with its own exit code and paths relative to the caller.
pub fn binary(package: &str, args: &[String], release: bool) -> Result<(), Failed> {
    setup::to_compile()?;
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--manifest-path"]).arg(root().join("Cargo.toml")).args(["--package", package]);
    if release {
        command.arg("--release");
    }
    let status = command.arg("--").args(args).status()?;
    if status.success() { Ok(()) } else { Err(Failed(String::new())) }
}

/// Generates the TypeScript side of the contract, or checks that it is up to date.
pub fn codegen(check: bool) -> Result<(), Failed> {
    let output = program(env!("CARGO"), &["run", "--quiet", "--package", "dunlin-contract", "--bin", "codegen"])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(Failed("the contract's generator failed".to_owned()));
    }
    let path = root().join("ui/src/lib/contract.ts");
    if check {
        let present = std::fs::read(&path)?;
        if present != output.stdout {
            return Err(Failed(
                "ui/src/lib/contract.ts is not what crates/contract generates; run cargo xtask codegen".to_owned(),
            ));
        }
    } else {
        std::fs::write(&path, &output.stdout)?;
    }
    Ok(())
}
