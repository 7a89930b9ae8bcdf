//! The size of the release binary, if one was built, beside the installer's bar.

use std::path::Path;

use super::table::Row;

/// The rows on size.
pub fn rows() -> Vec<Row> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), std::path::PathBuf::from);
    let release = target.join("release");
    let name = format!("dunlin{}", std::env::consts::EXE_SUFFIX);
    let mut rows = vec![match std::fs::metadata(release.join(&name)) {
        Ok(file) => Row::new("release binary", megabytes(file.len())),
        Err(_) => Row::skipped("release binary", "not built: cargo build --release -p dunlin"),
    }];
    let bundles = ["bundle/deb", "bundle/rpm", "bundle/nsis", "bundle/dmg"].map(|folder| release.join(folder));
    for entry in bundles.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten() {
        let Ok(file) = entry.metadata() else { continue };
        if file.is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            rows.push(
                Row::new(format!("installer {name}"), megabytes(file.len())).bar("<= 15 MB", file.len() <= 15_000_000),
            );
        }
    }
    rows
}

#[expect(clippy::cast_precision_loss, reason = "a size shown with one decimal")]
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
