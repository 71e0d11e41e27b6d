//! Audit records of the control plane.

use postern_access::role::ControlRoute;
use postern_access::time_ordered;
use postern_domain::time::UnixMicros;
use postern_store::audit::Entry;
use serde_json::Value;

use crate::guard::Context;

/// The word a use of the route is on record under.
pub(crate) fn action(route: ControlRoute) -> &'static str {
    match route {
        ControlRoute::UserRead => "user.read",
        ControlRoute::AppsList => "app.list",
        ControlRoute::KeysList => "key.list",
        ControlRoute::KeyCreate => "key.create",
        ControlRoute::KeyRead => "key.read",
        ControlRoute::KeyChange => "key.change",
        ControlRoute::KeyRevoke => "key.revoke",
        ControlRoute::KeyRotate => "key.rotate",
        ControlRoute::AllowanceRead => "key.allowance",
        ControlRoute::ConnectionsList => "connection.list",
        ControlRoute::ConnectionCreate => "connection.create",
        ControlRoute::ConnectionRead => "connection.read",
        ControlRoute::ConnectionChange => "connection.change",
        ControlRoute::ConnectionDelete => "connection.delete",
        ControlRoute::ConnectionReconnect => "connection.reconnect",
        ControlRoute::ConnectionVerify => "connection.verify",
        ControlRoute::ConnectionHook => "connection.hook",
        ControlRoute::AccountsList => "account.list",
        ControlRoute::AccountCreate => "account.create",
        ControlRoute::AccountRead => "account.read",
        ControlRoute::AccountChange => "account.change",
        ControlRoute::AccountCredit => "account.credit",
        ControlRoute::AccountKeyRotate => "account.rotate_key",
        ControlRoute::AlertsList => "alert.list",
        ControlRoute::AlertEndpointsList => "alert_endpoint.list",
        ControlRoute::AlertEndpointCreate => "alert_endpoint.create",
        ControlRoute::AlertEndpointDelete => "alert_endpoint.delete",
        ControlRoute::AlertEndpointTest => "alert_endpoint.test",
        ControlRoute::AlertTriesList => "alert_endpoint.tries",
        ControlRoute::AlertReplay => "alert_endpoint.replay",
        ControlRoute::UsageRead => "usage.read",
        ControlRoute::WebhooksList => "webhook.list",
        ControlRoute::PushesList => "push.list",
        ControlRoute::PushRead => "push.read",
        ControlRoute::PushReplay => "push.replay",
        ControlRoute::LimitsRead => "limits.read",
        ControlRoute::LimitsPut => "limits.put",
        ControlRoute::FreezesList => "freeze.list",
        ControlRoute::Freeze => "freeze.pull",
        ControlRoute::Unfreeze => "freeze.release",
        ControlRoute::AuditList => "audit.list",
        ControlRoute::AuditKeyRead => "audit.key",
        ControlRoute::AuditChainRead => "audit.chain",
        ControlRoute::AuditRead => "audit.read",
        ControlRoute::AuditExport => "audit.export",
        ControlRoute::SendsList => "send.list",
        ControlRoute::SendRead => "send.read",
        ControlRoute::SendResolve => "send.resolve",
        ControlRoute::EventsRead => "event.list",
        ControlRoute::InboxRead => "inbox.read",
        ControlRoute::InboxEmpty => "inbox.empty",
        ControlRoute::InboxReply => "inbox.reply",
        ControlRoute::TransferRead => "account.transfer_places",
        ControlRoute::TransferTake => "account.transfer",
        ControlRoute::VaultRotate => "vault.rotate",
        ControlRoute::PepperRotate => "pepper.rotate",
        ControlRoute::ApprovalsList => "approval.list",
        ControlRoute::ChaosRead => "chaos.read",
        ControlRoute::ChaosChange => "chaos.change",
        ControlRoute::ChaosReset => "chaos.reset",
        ControlRoute::HandsetsList => "handset.list",
        ControlRoute::HandsetPut => "handset.put",
        ControlRoute::WaitingHandle => "handset.handle",
        ControlRoute::ClockRead => "clock.read",
        ControlRoute::ClockSet => "clock.set",
        ControlRoute::ClockReset => "clock.reset",
        ControlRoute::ApprovalRead => "approval.read",
        ControlRoute::ApprovalApprove => "approval.approve",
        ControlRoute::ApprovalDeny => "approval.deny",
        ControlRoute::ApprovalSecret => "approval.secret",
        ControlRoute::OperatorsList => "operator.list",
        ControlRoute::OperatorCreate => "operator.create",
        ControlRoute::OperatorChange => "operator.change",
        ControlRoute::OperatorPassword => "operator.password",
        ControlRoute::OperatorLink => "operator.link",
    }
}

/// What a change is on record as. `detail` never holds a secret.
pub(crate) fn change(
    context: &Context,
    now: UnixMicros,
    object: (&str, &str),
    detail: &Value,
) -> Entry {
    Entry {
        actor_kind: match context.is_operator {
            true => "operator",
            false => "key",
        }
        .to_owned(),
        actor_id: context.caller.id.clone(),
        object_kind: object.0.to_owned(),
        object_id: object.1.to_owned(),
        request_id: context.request_id.to_string(),
        peer: context.peer.to_string(),
        detail: detail.to_string(),
        outcome: Some("done".to_owned()),
        closed_at: Some(now),
        ..Entry::new(time_ordered(now), now, action(context.route))
    }
}

/// A change that a key tried and may not make.
pub(crate) fn refused(context: &Context, now: UnixMicros, code: &str) -> Entry {
    Entry {
        decision: "refused".to_owned(),
        code: Some(code.to_owned()),
        outcome: None,
        ..change(
            context,
            now,
            ("", ""),
            &Value::Object(serde_json::Map::new()),
        )
    }
}
