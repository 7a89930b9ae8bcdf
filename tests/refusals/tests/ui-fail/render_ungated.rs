//! A letter printed without a clearance.

use domain::letter::Letter;

fn print(letter: &Letter) {
    let _ = letters::render(letter, letters::Style::default());
}

fn main() {
    let _ = print;
}
