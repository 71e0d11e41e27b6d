//! What the operator decided: defaults < `postern.toml` < `POSTERN_*` < flags, checked before anything starts.

pub mod keys;
mod layers;
mod load;
mod model;
mod reader;
mod secrets;
#[cfg(test)]
mod tests;

pub use layers::{Layers, Origin};
pub use load::{Sources, default_data_dir, lay, load};
pub use model::{
    AppsText, Config, Egress, Gateway, Hosts, Limits, Listen, Log, LogFormat, Platform, Simulator,
    StoreUrl, Timeouts, Tls, VaultSource,
};
