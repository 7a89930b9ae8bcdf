//! The house rules that a compiler does not know.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Failed, root};

/// Who may use whom, by package folder: the arrows of the architecture.
const ARROWS: &[(&str, &[&str])] = &[
    ("crates/domain", &[]),
    ("crates/heap", &[]),
    ("crates/protocol", &["domain"]),
    ("crates/sync", &["domain", "protocol"]),
    ("crates/contract", &[]),
    ("crates/intake", &["domain"]),
    ("crates/store", &["domain"]),
    ("crates/simulator", &["domain", "protocol", "store", "sync"]),
    ("crates/letters", &["domain"]),
    ("crates/mail", &["domain"]),
    ("crates/app", &["domain", "heap", "protocol", "sync", "contract", "intake", "store", "letters", "mail"]),
    ("crates/headless", &["app", "domain", "contract", "intake", "store", "letters", "mail"]),
    ("crates/fleet", &["app", "contract", "domain", "intake", "protocol", "server"]),
    ("src-tauri", &["app", "contract"]),
    ("server", &["domain", "intake", "protocol"]),
    ("xtask", &[]),
];

/// Libraries that would bring IO, clocks or randomness into the domain.
const NOT_IN_DOMAIN: &[&str] =
    &["tokio", "rusqlite", "reqwest", "ureq", "lettre", "printpdf", "rand", "tauri", "keyring"];

const LONGEST: usize = 400;

/// Checks every rule; reports every breach.
pub fn check() -> Result<(), Failed> {
    let mut breaches = Vec::new();
    arrows(&mut breaches)?;
    for path in sources()? {
        let text = fs::read_to_string(&path)?;
        let shown = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        file(&shown, &text, &mut breaches);
    }
    for breach in &breaches {
        eprintln!("tidy: {breach}");
    }
    if breaches.is_empty() { Ok(()) } else { Err(Failed(format!("{} breaches of the house rules", breaches.len()))) }
}

fn arrows(breaches: &mut Vec<String>) -> Result<(), Failed> {
    let names =
        ["domain", "protocol", "sync", "intake", "store", "letters", "mail", "contract", "app", "headless", "server"];
    for (folder, allowed) in ARROWS {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml"))?;
        for (section, line) in dependencies(&manifest) {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default().trim_matches('"');
            let name = name.strip_prefix("dunlin-").unwrap_or(name);
            // Tests may borrow what production code must not.
            if section.contains("dev-dependencies") {
                continue;
            }
            if names.contains(&name) && !allowed.contains(&name) {
                breaches.push(format!("{folder} must not use {name}: the arrow does not exist (docs/architecture.md)"));
            }
            if *folder == "crates/domain" && NOT_IN_DOMAIN.contains(&name) {
                breaches.push(format!("the domain must not use {name}: it has no IO, clock or randomness"));
            }
        }
    }
    Ok(())
}

fn dependencies(manifest: &str) -> impl Iterator<Item = (String, &str)> {
    let mut section = String::new();
    manifest.lines().filter_map(move |line| {
        let line = line.trim();
        if line.starts_with('[') {
            line.clone_into(&mut section);
            None
        } else {
            (section.contains("dependencies") && !line.is_empty() && !line.starts_with('#'))
                .then(|| (section.clone(), line))
        }
    })
}

fn file(shown: &str, text: &str, breaches: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > LONGEST && !shown.ends_with("lib/contract.ts") {
        breaches.push(format!("{shown} has {lines} lines; more than {LONGEST} are two ideas"));
    }
    if !has_extension(shown, "rs") {
        return;
    }
    if !text.trim_start().starts_with("//!") && !shown.contains("/ui-fail/") {
        breaches.push(format!("{shown} does not open with //! and why it exists"));
    }
    let for_tests = shown.contains("/tests/") || shown.contains("test") || shown.contains("/benches/");
    let production = text.split("#[cfg(test)]").next().unwrap_or(text);
    let may_speak_sql =
        shown.starts_with("crates/store/") || shown.starts_with("server/") || shown.starts_with("xtask/");
    if !for_tests && !may_speak_sql {
        for word in ["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE FROM", "PRAGMA "] {
            if production.contains(word) {
                breaches
                    .push(format!("{shown} speaks SQL ({}); SQL lives in the store", word.trim_matches(['"', ' '])));
            }
        }
    }
    if shown.starts_with("crates/domain/src") && !for_tests {
        for word in ["Utc::now", "Local::now", "SystemTime::now", "Instant::now", "std::fs", "std::net"] {
            if production.contains(word) {
                breaches.push(format!("{shown} uses {word}; time and IO are the caller's"));
            }
        }
    }
    for word in ["todo!(", "unimplemented!(", "dbg!("] {
        if production.contains(word) && !shown.starts_with("xtask/") {
            breaches.push(format!("{shown} still has {word}"));
        }
    }
}

fn sources() -> Result<Vec<PathBuf>, Failed> {
    let mut found = Vec::new();
    for folder in ["crates", "server", "src-tauri", "xtask", "tests", "ui/src"] {
        walk(&root().join(folder), &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failed> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist", "gen"].contains(&name.as_str()) {
                walk(&path, found)?;
            }
        } else if ["rs", "ts", "svelte"].iter().any(|extension| has_extension(&name, extension)) {
            found.push(path);
        }
    }
    Ok(())
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
