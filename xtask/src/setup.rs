//! What a fresh machine lacks: installed where that is possible, named with its command where not.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::postgres;
use crate::run::{Failed, cargo, npm, program, root, run};

/// To compile what has no window (C compiler and perl for the encrypted database's OpenSSL).
const COMPILE: &[(&str, &str)] = &[("cc", "gcc"), ("make", "make"), ("perl", "perl")];

/// To compile and open the window.
const WINDOW: &[&str] =
    &["libwebkit2gtk-4.1-dev", "librsvg2-dev", "libxdo-dev", "libayatana-appindicator3-dev", "libc6-dev", "pkg-config"];

/// To test in a real window, with a real Secret Service, and to check PDF pages and barcodes.
const TEST: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "libsecret-tools",
    "fonts-dejavu-core",
    "poppler-utils",
    "qpdf",
    "zbar-tools",
    "openssl",
    "sqlite3",
    "imagemagick",
    "procps",
];

/// For tests of the server that are skipped without them. Only named: Debian starts both as services when
/// they are installed, which not everybody wants.
const PROXIES: &[(&str, &str)] = &[("haproxy", "/usr/sbin/haproxy"), ("pgbouncer", "/usr/sbin/pgbouncer")];

/// Disk that a first run of every check takes, GB.
const FIRST_BUILD: u64 = 15;

/// Cargo tools: program, package, version.
const TOOLS: &[(&str, &str, &str)] =
    &[("cargo-nextest", "cargo-nextest", "0.9.143"), ("cargo-deny", "cargo-deny", "0.20.2")];

fn on_path(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| {
            folder.join(name).is_file()
                || folder.join(format!("{name}.exe")).is_file()
                || folder.join(format!("{name}.cmd")).is_file()
        })
    })
}

fn quiet(name: &str, args: &[&str]) -> bool {
    Command::new(name)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${Status}", package])
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| output.stdout.starts_with(b"install ok"))
}

/// Installs Debian packages, or names the command that would.
fn debian(packages: &[&str], what_for: &str) -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if !on_path("dpkg-query") {
        println!("Needed {what_for} (names as Debian has them): {}", packages.join(" "));
        return Ok(());
    }
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("sudo apt-get install --no-install-recommends {}", missing.join(" "));
    let sudo: &[&str] = if quiet("test", &["-w", "/var/lib/dpkg"]) {
        &[]
    } else if quiet("sudo", &["-n", "true"]) {
        &["sudo", "-n"]
    } else {
        return Err(Failed(format!("missing {what_for}; run: {by_hand}")));
    };
    println!("Installing {what_for}: {}", missing.join(" "));
    let apt = |args: &[&str]| {
        let words: Vec<&str> = sudo
            .iter()
            .chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"].iter())
            .chain(args)
            .copied()
            .collect();
        run(program(words[0], &words[1..]).stdout(Stdio::null()))
    };
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], missing.as_slice()].concat())
        .map_err(|Failed(why)| Failed(format!("{why}; run: {by_hand}")))
}

/// What compiling without a window needs.
pub fn to_compile() -> Result<(), Failed> {
    let missing: Vec<&str> = COMPILE.iter().filter(|(name, _)| !on_path(name)).map(|(_, package)| *package).collect();
    if missing.is_empty() || cfg!(windows) { Ok(()) } else { debian(&missing, "to compile") }
}

/// What compiling and opening the window needs.
pub fn to_build() -> Result<(), Failed> {
    to_compile()?;
    debian(WINDOW, "to build the window")?;
    if !on_path("node") || !on_path("npm") {
        return Err(Failed(
            "Node.js 20 or newer and npm are missing; install them from nodejs.org or your system's packages"
                .to_owned(),
        ));
    }
    let told = Command::new("node").arg("--version").output();
    let version = told.map_or_else(|_| String::new(), |told| String::from_utf8_lossy(&told.stdout).trim().to_owned());
    let major: Option<u32> = version.trim_start_matches('v').split('.').next().and_then(|part| part.parse().ok());
    if major.is_none_or(|major| major < 20) {
        return Err(Failed(format!(
            "Node.js {version} is too old to build the window; install 20 or newer from nodejs.org or your system's packages"
        )));
    }
    Ok(())
}

/// Installs a folder's npm packages when its lock file is newer than the last time.
pub fn node_modules(folder: &str) -> Result<(), Failed> {
    let path = root().join(folder);
    let stamp = path.join("node_modules/.package-lock.json");
    let time = |path: PathBuf| std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let newer = |stamp, lock| Some(time(stamp)? >= time(lock)?);
    if newer(stamp, path.join("package-lock.json")) == Some(true) {
        return Ok(());
    }
    npm(folder, &["ci", "--no-fund", "--no-audit", "--loglevel=error"])
}

fn tools() -> Result<(), Failed> {
    for (name, package, version) in TOOLS {
        if !on_path(name) {
            println!("Installing {package} {version}");
            cargo(&["install", "--quiet", "--locked", package, "--version", version])?;
        }
    }
    Ok(())
}

/// What runs a PostgreSQL to throw away: the programs, no service.
pub fn postgresql() -> Result<(), Failed> {
    if postgres::binaries().is_some() { Ok(()) } else { debian(&[postgres::PACKAGE], "for the server's database") }
}

/// What the whole test needs.
pub fn to_test() -> Result<(), Failed> {
    to_build()?;
    room();
    postgresql()?;
    debian(TEST, "to test in a real window")?;
    let without = |(name, path): &&(&str, &str)| !on_path(name) && !std::path::Path::new(path).is_file();
    let missing: Vec<&str> = PROXIES.iter().filter(without).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        let missing = missing.join(" ");
        println!("Tests of the server behind {missing} are skipped; to run them: sudo apt-get install {missing}");
    }
    node_modules("ui")?;
    node_modules("tests/peers")?;
    tools()
}

/// Says so where a first build of everything would fill the disk: the linker's own words tell nobody why it ended.
fn room() {
    let first = !crate::run::target().join("debug/deps").is_dir();
    let free = Command::new("df").args(["-Pk", "."]).current_dir(root()).stderr(Stdio::null()).output();
    let free = free.ok().and_then(|told| {
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        told.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()
    });
    if let Some(free) = free.map(|kb| kb >> 20).filter(|free| first && *free < FIRST_BUILD) {
        println!("Only {free} GB are free here; a first build of everything takes about {FIRST_BUILD} GB.");
    }
}

/// All of it.
pub fn everything() -> Result<(), Failed> {
    to_test()?;
    println!("Everything is in place.");
    Ok(())
}
