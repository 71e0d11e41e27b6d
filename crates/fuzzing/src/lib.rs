//! What must hold for any bytes whatever: one function for each reader of input that nobody has checked before. They panic when it does
//! not hold. `fuzz/` drives them with coverage (`cargo xtask soak fuzz`), the tests of this crate with a seeded slice of the same inputs.

pub mod h1_chunked;
pub mod h1_head;
pub mod lenient_json;
pub mod normal_path;
pub mod slice;

/// A check by the name of its fuzz target and of its folder in `fuzz/seeds`.
pub type Check = (&'static str, fn(&[u8]));

/// All of them.
pub const CHECKS: [Check; 4] = [
    ("h1_head", h1_head::check),
    ("h1_chunked", h1_chunked::check),
    ("lenient_json", lenient_json::check),
    ("normal_path", normal_path::check),
];
