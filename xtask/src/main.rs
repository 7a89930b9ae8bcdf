//! A contributor's scripts.
fn main() {}
