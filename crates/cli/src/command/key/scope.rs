//! What a key may do and until when, as `key create` and `key change` take it.

use postern_wire::control::Rule;

use super::rule;
use crate::clock;
use crate::exit::Outcome;
use crate::moment;

#[derive(clap::Args, Debug)]
pub struct ScopeFlags {
    /// Only this app; may be repeated
    #[arg(long = "app", value_name = "APP")]
    pub apps: Vec<String>,

    /// Only this connection; may be repeated
    #[arg(long = "connection", value_name = "ID")]
    pub connections: Vec<String>,

    /// Allow this, such as "POST /v3/sms/send", "read" or "PUT /v3/recharge/** spend"; may be repeated
    #[arg(long = "rule", value_name = "RULE", value_parser = rule::parse)]
    pub rules: Vec<Rule>,

    /// Only from these addresses, such as 10.1.0.0/16; may be repeated
    #[arg(long, value_name = "CIDR")]
    pub cidr: Vec<String>,

    /// Requests a second
    #[arg(long, value_name = "N")]
    pub rate: Option<i64>,

    /// When it ends: 30d, 12h, a date, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
}

impl ScopeFlags {
    /// RFC 3339.
    pub fn expires_at(&self) -> Outcome<Option<String>> {
        let expires = self.expires.as_deref();
        let read = |text| moment::parse(text, clock::now(), "--expires");
        Ok(expires.map(read).transpose()?.map(|at| at.to_string()))
    }
}
