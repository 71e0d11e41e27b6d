//! `cargo xtask bench …`: builds the server and the bench program with optimisation and hands over.
//!
//! The bench program is a package of its own, because a load generator built without optimisation measures itself.

use crate::peers::{Installer, Peer};
use crate::process::{cargo, succeeds};
use crate::workspace;
use anyhow::{Result, bail};
use std::ffi::OsString;
use std::process::Command;

pub fn run(args: Vec<OsString>) -> Result<bool> {
    let installer = Installer::new(true);
    let what = args.first().and_then(|word| word.to_str());
    let peers: &[Peer] = match what {
        Some("send") => &[Peer::KANNEL],
        // The same server without limits is what it is held against.
        Some("guard") => &[],
        _ => &[Peer::NGINX, Peer::HAPROXY],
    };
    for peer in peers {
        if let Err(why) = installer.provide(peer) {
            eprintln!("!! {} takes no part: {why:#}", peer.name);
        }
    }
    if !succeeds(&mut cargo(&[
        "build",
        "--release",
        "--package",
        "postern",
        "--package",
        "postern-bench",
    ]))? {
        bail!("the release build failed");
    }
    let mut command = Command::new(workspace::target().join("release/postern-bench"));
    command.args(args).current_dir(workspace::root());
    succeeds(&mut command)
}
