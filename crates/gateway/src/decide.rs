//! From a head to a permit, in the order of the design: who, how fast, which connection, what does it do, may it.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use postern_access::{Caller, Connection};
use postern_apps::{NormalPath, names_parameter, normal_path};
use postern_domain::connection::Status;
use postern_domain::effect::Effect;
use postern_domain::key::Role;
use postern_guard::Ticket;

use crate::facts::Facts;
use crate::gateway::Gateway;
use crate::ledger::may_send;
use crate::refusal::Refusal;
use crate::request_log::Record;

/// Proof that a call was judged and may be forwarded.
pub(crate) struct Permit<'a> {
    pub(crate) caller: Caller,
    pub(crate) connection: Arc<Connection>,
    /// The form that was judged is the form that is sent.
    pub(crate) path: NormalPath<'a>,
    /// `None`: a full key calls something that nobody knows.
    pub(crate) effect: Option<Effect>,
    /// Whoever limits a send. `None`: nobody, or it is no send.
    pub(crate) ticket: Option<Ticket>,
}

/// Longer presented credentials are no keys of ours.
const PRESENTED_BYTES_MAX: usize = 512;

impl Gateway {
    /// Everything between the head and the first byte to the upstream. What becomes known is noted in `record`.
    pub(crate) fn decide<'a>(
        &self,
        facts: &Facts<'a>,
        app: &str,
        native: &'a str,
        peer: IpAddr,
        record: &mut Record,
    ) -> Result<Permit<'a>, Refusal> {
        let caller = self.authenticate(facts, peer)?;
        record.at = Some(caller.at);
        record.caller = Some(caller.clone());
        caller.admit().map_err(|throttled| Refusal::Throttled {
            retry_after_seconds: throttled.retry_after_seconds,
        })?;
        let known = self
            .registry
            .get(app)
            .ok_or_else(|| Refusal::UnknownApp(app.chars().take(64).collect()))?;
        record.app = Some(known.clone());
        let path = normal_path(native).map_err(Refusal::Path)?;
        let chosen = facts.connection.map(std::str::from_utf8).transpose();
        let chosen = chosen.map_err(|_| Refusal::Ambiguous("the connection's id is not text"))?;
        let connection = self
            .directory
            .connection(&caller, app, chosen)
            .map_err(Refusal::Connection)?;
        record.connection = Some(connection.clone());
        let judged = known.effect(facts.method, &path);
        record.operation = judged.and_then(|judged| judged.operation).cloned();
        let effect = self.judge(facts, &caller, &path, judged.as_ref())?;
        record.effect = effect;
        let ticket = match may_send(effect, facts.method) {
            true => self.plan(&caller, &connection)?,
            false => None,
        };
        Ok(Permit {
            caller,
            connection,
            path,
            effect,
            ticket,
        })
    }

    /// Who limits a send, if it is not frozen.
    fn plan(&self, caller: &Caller, connection: &Connection) -> Result<Option<Ticket>, Refusal> {
        let plan = self.directory.plan(caller, connection);
        match plan.frozen {
            Some(frozen) => Err(Refusal::Frozen(frozen)),
            None => Ok(plan.ticket),
        }
    }

    fn judge(
        &self,
        facts: &Facts<'_>,
        caller: &Caller,
        path: &NormalPath<'_>,
        judged: Option<&postern_apps::Judged<'_>>,
    ) -> Result<Option<Effect>, Refusal> {
        // OPTIONS asks about a resource and carries no credential.
        if *facts.method == Method::OPTIONS && judged.is_none() {
            return Ok(Some(Effect::Read));
        }
        if caller.role == Role::Agent && facts.query.is_some_and(overrides_method) {
            return Err(Refusal::MethodOverride);
        }
        caller
            .judge(facts.method, path, judged)
            .map_err(Refusal::NotPermitted)
    }

    fn authenticate(&self, facts: &Facts<'_>, peer: IpAddr) -> Result<Caller, Refusal> {
        let value = facts.authorization.ok_or(Refusal::MissingKey)?;
        let space = memchr::memchr(b' ', value).ok_or(Refusal::Scheme)?;
        let (scheme, credentials) = (&value[..space], value[space + 1..].trim_ascii());
        if scheme.eq_ignore_ascii_case(b"bearer") {
            let key = std::str::from_utf8(credentials).map_err(|_| Refusal::Scheme)?;
            return self
                .directory
                .authenticate(key, peer)
                .map_err(Refusal::Denied);
        }
        if !scheme.eq_ignore_ascii_case(b"basic") {
            return Err(Refusal::Scheme);
        }
        // Clients that know only user name and password: the key is the password.
        let mut pair = [0; PRESENTED_BYTES_MAX];
        let length = STANDARD
            .decode_slice(credentials, &mut pair)
            .map_err(|_| Refusal::Scheme)?;
        let colon = memchr::memchr(b':', &pair[..length]).ok_or(Refusal::Scheme)?;
        let key = std::str::from_utf8(&pair[colon + 1..length]).map_err(|_| Refusal::Scheme)?;
        self.directory
            .authenticate(key, peer)
            .map_err(Refusal::Denied)
    }
}

impl Refusal {
    /// The connection that might work again: its upstream refused the credential some time ago.
    pub(crate) fn failed_connection(&self) -> Option<&str> {
        use postern_access::NoConnection::{None as Missing, NotActive};
        match self {
            Self::Connection(
                NotActive {
                    id,
                    status: Status::Failed,
                    ..
                }
                | Missing {
                    waiting: Some((id, Status::Failed)),
                    ..
                },
            ) => Some(id),
            _ => None,
        }
    }
}

/// Whether a framework behind the upstream could read another method out of the query.
fn overrides_method(query: &str) -> bool {
    query
        .split('&')
        .any(|pair| names_parameter(pair, "_method"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_in_the_query_is_seen() {
        for query in [
            "_method=DELETE",
            "a=1&_METHOD=PUT",
            "%5fmethod=PUT",
            "_%6Dethod",
        ] {
            assert!(overrides_method(query), "{query}");
        }
        for query in ["", "method=PUT", "a=_method", "_methods=1", "%5f=1"] {
            assert!(!overrides_method(query), "{query}");
        }
    }
}
