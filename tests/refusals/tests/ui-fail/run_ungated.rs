//! A run of letters without clearances.

use domain::letter::Letter;

fn print(batch: &[Letter]) {
    let _ = letters::Run::new(batch, letters::Style::default());
}

fn main() {
    let _ = print;
}
