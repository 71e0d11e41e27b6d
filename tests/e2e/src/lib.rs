//! What the end-to-end tests stand on: the real binary in a folder of its own, and the clients and origins around it.
//!
//! A test that needs a program which may be missing lies in a module named after it (`with_nginx`, `with_sdk6`, …):
//! `cargo xtask test` installs them, and leaves such a module out, loudly, where it cannot. Run without it, the test fails.

pub mod api;
pub mod browser;
pub mod environment;
pub mod faulty;
pub mod origin;
pub mod peers;
pub mod raw;
pub mod script;
pub mod server;

pub use api::{Answer, Api};
pub use server::{Home, Server};
