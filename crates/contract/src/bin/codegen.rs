//! Prints the generated TypeScript.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(dunlin_contract::typescript::generate().as_bytes())
}
