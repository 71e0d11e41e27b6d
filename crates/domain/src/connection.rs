//! A connection: an app together with the credential that is kept for it.

use crate::words::words;

words! {
    pub enum Status {
        Active = "ACTIVE",
        /// Created, but nobody has spent the connect link yet.
        Pending = "PENDING",
        /// The upstream refused the credential when it was checked again.
        Failed = "FAILED",
    }
}

words! {
    /// How the app wants to be shown who calls.
    pub enum Method {
        ApiKey = "API_KEY",
        Basic = "BASIC",
        Jwt = "JWT",
        OAuth1 = "OAUTH1",
        OAuth2 = "OAUTH2",
        Mcp = "MCP",
    }
}
