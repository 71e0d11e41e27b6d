//! Every command that a person or CI runs on this repository.
fn main() {}
