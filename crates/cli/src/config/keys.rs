//! Every setting by name: its key in `postern.toml`, its variable, and the form of its value.

/// How the text of a variable or flag becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    Integer,
    /// Items separated by commas.
    List,
}

#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub path: &'static str,
    pub variable: &'static str,
    pub form: Form,
}

const fn text(path: &'static str, variable: &'static str) -> Key {
    Key {
        path,
        variable,
        form: Form::Text,
    }
}

const fn integer(path: &'static str, variable: &'static str) -> Key {
    Key {
        path,
        variable,
        form: Form::Integer,
    }
}

const fn list(path: &'static str, variable: &'static str) -> Key {
    Key {
        path,
        variable,
        form: Form::List,
    }
}

/// `[apps.NAME]` is the one setting that only the file can hold.
pub const KEYS: &[Key] = &[
    text("data_dir", "POSTERN_DATA_DIR"),
    text("public_url", "POSTERN_PUBLIC_URL"),
    text("listen.gateway", "POSTERN_LISTEN"),
    text("listen.platform", "POSTERN_PLATFORM_LISTEN"),
    text("listen.operations", "POSTERN_OPS_LISTEN"),
    text("store.database_url_file", "POSTERN_DATABASE_URL_FILE"),
    text("store.ca_file", "POSTERN_STORE_CA_FILE"),
    text("vault.key_file", "POSTERN_VAULT_KEY_FILE"),
    text("vault.passphrase_file", "POSTERN_VAULT_PASSPHRASE_FILE"),
    text("tls.cert", "POSTERN_TLS_CERT"),
    text("tls.key", "POSTERN_TLS_KEY"),
    text("hosts.gateway", "POSTERN_HOSTS_GATEWAY"),
    text("hosts.control", "POSTERN_HOSTS_CONTROL"),
    text("hosts.connect", "POSTERN_HOSTS_CONNECT"),
    integer("gateway.threads", "POSTERN_GATEWAY_THREADS"),
    text("platform.credit", "POSTERN_PLATFORM_CREDIT"),
    text("platform.currency", "POSTERN_PLATFORM_CURRENCY"),
    text("platform.country", "POSTERN_PLATFORM_COUNTRY"),
    text("platform.prices_file", "POSTERN_PLATFORM_PRICES_FILE"),
    text("platform.public_url", "POSTERN_PLATFORM_PUBLIC_URL"),
    text("platform.short_url", "POSTERN_PLATFORM_SHORT_URL"),
    text(
        "platform.voice_prices_file",
        "POSTERN_PLATFORM_VOICE_PRICES_FILE",
    ),
    text(
        "platform.mms_prices_file",
        "POSTERN_PLATFORM_MMS_PRICES_FILE",
    ),
    text("platform.senders", "POSTERN_PLATFORM_SENDERS"),
    text("platform.shared_sender", "POSTERN_PLATFORM_SHARED_SENDER"),
    integer(
        "platform.repeat_window_ms",
        "POSTERN_PLATFORM_REPEAT_WINDOW_MS",
    ),
    integer(
        "simulator.delivered_after_min_ms",
        "POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS",
    ),
    integer(
        "simulator.delivered_after_max_ms",
        "POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS",
    ),
    list("egress.allow", "POSTERN_EGRESS_ALLOW"),
    text("egress.ca_file", "POSTERN_EGRESS_CA_FILE"),
    integer(
        "egress.idle_connections_per_host",
        "POSTERN_EGRESS_IDLE_CONNECTIONS_PER_HOST",
    ),
    integer(
        "approvals.expires_minutes",
        "POSTERN_APPROVALS_EXPIRES_MINUTES",
    ),
    text("approvals.webhook_url", "POSTERN_APPROVALS_WEBHOOK_URL"),
    text("approvals.email", "POSTERN_APPROVALS_EMAIL"),
    integer("audit.retention_days", "POSTERN_AUDIT_RETENTION_DAYS"),
    integer("limits.body_bytes", "POSTERN_LIMITS_BODY_BYTES"),
    integer("limits.head_bytes", "POSTERN_LIMITS_HEAD_BYTES"),
    integer("limits.head_lines", "POSTERN_LIMITS_HEAD_LINES"),
    integer("limits.http2_streams", "POSTERN_LIMITS_HTTP2_STREAMS"),
    integer("limits.connections", "POSTERN_LIMITS_CONNECTIONS"),
    integer("limits.rate_per_second", "POSTERN_LIMITS_RATE_PER_SECOND"),
    integer("limits.rate_burst", "POSTERN_LIMITS_RATE_BURST"),
    integer(
        "timeouts.handshake_seconds",
        "POSTERN_TIMEOUTS_HANDSHAKE_SECONDS",
    ),
    integer("timeouts.head_seconds", "POSTERN_TIMEOUTS_HEAD_SECONDS"),
    integer(
        "timeouts.client_stall_seconds",
        "POSTERN_TIMEOUTS_CLIENT_STALL_SECONDS",
    ),
    integer(
        "timeouts.connect_seconds",
        "POSTERN_TIMEOUTS_CONNECT_SECONDS",
    ),
    integer(
        "timeouts.response_seconds",
        "POSTERN_TIMEOUTS_RESPONSE_SECONDS",
    ),
    integer(
        "timeouts.body_idle_seconds",
        "POSTERN_TIMEOUTS_BODY_IDLE_SECONDS",
    ),
    integer(
        "timeouts.upstream_idle_seconds",
        "POSTERN_TIMEOUTS_UPSTREAM_IDLE_SECONDS",
    ),
    integer("timeouts.verify_seconds", "POSTERN_TIMEOUTS_VERIFY_SECONDS"),
    integer(
        "timeouts.reverify_seconds",
        "POSTERN_TIMEOUTS_REVERIFY_SECONDS",
    ),
    integer("timeouts.drain_seconds", "POSTERN_TIMEOUTS_DRAIN_SECONDS"),
    text("log.format", "POSTERN_LOG_FORMAT"),
    text("log.level", "POSTERN_LOG_LEVEL"),
];

/// Variables of ours that are no settings of the server: secrets, and what the other commands read.
pub const OTHER_VARIABLES: &[&str] = &[
    "POSTERN_CONFIG",
    "POSTERN_DATABASE_URL",
    "POSTERN_VAULT_KEY",
    "POSTERN_VAULT_PASSPHRASE",
    "POSTERN_URL",
    "POSTERN_API_KEY",
    "POSTERN_API_KEY_FILE",
    "POSTERN_CONNECTION",
    "POSTERN_PROFILE",
    "POSTERN_CA_FILE",
];

pub fn by_path(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

/// The name of ours nearest to what was written, for "did you mean".
pub fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (distance(written, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len() / 3)
        .map(|(_, name)| name)
}

/// Levenshtein's, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
