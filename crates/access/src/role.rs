//! Who may use which route of the control plane: one table. Routers and tests are made from it.

mod route;

use postern_domain::key::Role;

pub use route::ControlRoute;

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub route: ControlRoute,
    pub method: &'static str,
    /// With `{name}` for a variable segment.
    pub path: &'static str,
    pub full: bool,
    /// Agent keys read what concerns themselves, and nothing else.
    pub agent: bool,
    /// Whoever is signed in as a person. What only they may do no key does, whatever its role.
    pub operator: bool,
}

const fn line(
    route: ControlRoute,
    method: &'static str,
    path: &'static str,
    full: bool,
    agent: bool,
) -> Line {
    Line {
        route,
        method,
        path,
        full,
        agent,
        operator: false,
    }
}

impl Line {
    const fn and_operators(self) -> Line {
        Line {
            operator: true,
            ..self
        }
    }
}

pub const TABLE: &[Line] = {
    use ControlRoute as R;
    &[
        //   route                   method    path                                        full  agent
        line(R::UserRead, "GET", "/user", true, true),
        line(R::AppsList, "GET", "/apps", true, true),
        line(R::KeysList, "GET", "/keys", true, false),
        line(R::KeyCreate, "POST", "/keys", true, false),
        line(R::KeyRead, "GET", "/keys/{key_id}", true, false),
        line(R::KeyChange, "PATCH", "/keys/{key_id}", true, false),
        line(R::KeyRevoke, "DELETE", "/keys/{key_id}", true, false),
        line(R::KeyRotate, "POST", "/keys/{key_id}/rotate", true, false),
        line(
            R::AllowanceRead,
            "GET",
            "/keys/{key_id}/allowance",
            true,
            true,
        ),
        line(R::ConnectionsList, "GET", "/connections", true, true),
        line(R::ConnectionCreate, "POST", "/connections", true, false),
        line(
            R::ConnectionRead,
            "GET",
            "/connections/{connection_id}",
            true,
            true,
        ),
        line(
            R::ConnectionChange,
            "PATCH",
            "/connections/{connection_id}",
            true,
            false,
        ),
        line(
            R::ConnectionDelete,
            "DELETE",
            "/connections/{connection_id}",
            true,
            false,
        ),
        line(
            R::ConnectionReconnect,
            "POST",
            "/connections/{connection_id}/reconnect",
            true,
            false,
        ),
        line(
            R::ConnectionVerify,
            "POST",
            "/connections/{connection_id}/verify",
            true,
            false,
        ),
        line(
            R::ConnectionHook,
            "POST",
            "/connections/{connection_id}/hook",
            true,
            false,
        ),
        line(R::AccountsList, "GET", "/accounts", true, false),
        line(R::AccountCreate, "POST", "/accounts", true, false),
        line(R::AccountRead, "GET", "/accounts/{account_id}", true, false),
        line(
            R::AccountChange,
            "PATCH",
            "/accounts/{account_id}",
            true,
            false,
        ),
        line(
            R::AccountCredit,
            "POST",
            "/accounts/{account_id}/credit",
            true,
            false,
        ),
        line(
            R::AccountKeyRotate,
            "POST",
            "/accounts/{account_id}/key",
            true,
            false,
        ),
        line(
            R::TransferRead,
            "GET",
            "/accounts/{account_id}/transfers/{source}",
            true,
            false,
        ),
        line(
            R::TransferTake,
            "POST",
            "/accounts/{account_id}/transfers/{source}",
            true,
            false,
        ),
        line(R::AuditChainRead, "GET", "/audit/chain", true, false),
        line(R::AuditRead, "GET", "/audit/{audit_id}", true, false),
        line(R::VaultRotate, "POST", "/vault/rotate", true, false),
        line(R::PepperRotate, "POST", "/vault/pepper/rotate", true, false),
        line(R::AlertsList, "GET", "/alerts", true, false),
        line(
            R::AlertEndpointsList,
            "GET",
            "/alerts/endpoints",
            true,
            false,
        ),
        line(
            R::AlertEndpointCreate,
            "POST",
            "/alerts/endpoints",
            true,
            false,
        ),
        line(
            R::AlertEndpointDelete,
            "DELETE",
            "/alerts/endpoints/{endpoint_id}",
            true,
            false,
        ),
        line(
            R::AlertEndpointTest,
            "POST",
            "/alerts/endpoints/{endpoint_id}/test",
            true,
            false,
        ),
        line(
            R::AlertTriesList,
            "GET",
            "/alerts/endpoints/{endpoint_id}/tries",
            true,
            false,
        ),
        line(
            R::AlertReplay,
            "POST",
            "/alerts/endpoints/{endpoint_id}/replay",
            true,
            false,
        ),
        line(R::UsageRead, "GET", "/usage", true, false).and_operators(),
        line(R::WebhooksList, "GET", "/webhooks", true, false).and_operators(),
        line(R::PushesList, "GET", "/webhooks/pushes", true, false).and_operators(),
        line(
            R::PushRead,
            "GET",
            "/webhooks/pushes/{push_id}",
            true,
            false,
        )
        .and_operators(),
        line(
            R::PushReplay,
            "POST",
            "/webhooks/pushes/{push_id}/replay",
            true,
            false,
        )
        .and_operators(),
        line(R::LimitsRead, "GET", "/limits", true, false),
        line(R::LimitsPut, "PUT", "/limits", true, false),
        line(R::FreezesList, "GET", "/freeze", true, false),
        line(R::Freeze, "POST", "/freeze", true, false),
        line(R::Unfreeze, "DELETE", "/freeze", true, false),
        line(R::AuditList, "GET", "/audit", true, false),
        line(R::AuditKeyRead, "GET", "/audit/key", true, false),
        line(R::AuditExport, "GET", "/audit/export", true, false),
        line(R::SendsList, "GET", "/sends", true, true).and_operators(),
        line(R::SendRead, "GET", "/sends/{send_id}", true, true).and_operators(),
        line(
            R::SendResolve,
            "POST",
            "/sends/{send_id}/resolve",
            true,
            false,
        )
        .and_operators(),
        line(R::EventsRead, "GET", "/events", true, true),
        line(R::InboxRead, "GET", "/inbox", true, true),
        line(R::InboxEmpty, "DELETE", "/inbox", true, false),
        line(R::InboxReply, "POST", "/inbox/replies", true, false),
        line(R::ChaosRead, "GET", "/inbox/chaos", true, false).and_operators(),
        line(R::ChaosChange, "PATCH", "/inbox/chaos", true, false).and_operators(),
        line(R::ChaosReset, "DELETE", "/inbox/chaos", true, false).and_operators(),
        line(R::HandsetsList, "GET", "/inbox/handsets", true, false).and_operators(),
        line(
            R::HandsetPut,
            "PUT",
            "/inbox/handsets/{number}",
            true,
            false,
        )
        .and_operators(),
        line(
            R::WaitingHandle,
            "POST",
            "/inbox/waiting/{message_id}",
            true,
            false,
        )
        .and_operators(),
        line(R::ClockRead, "GET", "/inbox/clock", true, false).and_operators(),
        line(R::ClockSet, "POST", "/inbox/clock", true, false).and_operators(),
        line(R::ClockReset, "DELETE", "/inbox/clock", true, false).and_operators(),
        line(R::ApprovalsList, "GET", "/approvals", true, true).and_operators(),
        line(
            R::ApprovalSecret,
            "GET",
            "/approvals/webhook-secret",
            true,
            false,
        ),
        line(
            R::ApprovalRead,
            "GET",
            "/approvals/{approval_id}",
            true,
            true,
        )
        .and_operators(),
        // No key decides, whatever its role: whoever asks must not be able to grant it.
        line(
            R::ApprovalApprove,
            "POST",
            "/approvals/{approval_id}/approve",
            false,
            false,
        )
        .and_operators(),
        line(
            R::ApprovalDeny,
            "POST",
            "/approvals/{approval_id}/deny",
            false,
            false,
        )
        .and_operators(),
        line(R::OperatorsList, "GET", "/operators", true, false).and_operators(),
        line(R::OperatorCreate, "POST", "/operators", true, false),
        line(R::OperatorChange, "PATCH", "/operators/{name}", true, false),
        line(
            R::OperatorPassword,
            "POST",
            "/operators/{name}/password",
            true,
            false,
        ),
        line(
            R::OperatorLink,
            "POST",
            "/operators/{name}/link",
            true,
            false,
        ),
    ]
};

/// Whether a route is one for people who are signed in.
pub fn allowed_to_operators(route: ControlRoute) -> bool {
    TABLE
        .iter()
        .any(|line| line.route == route && line.operator)
}

/// A route that is not in the table is allowed to no key.
pub fn allowed(route: ControlRoute, role: Role) -> bool {
    TABLE.iter().any(|line| {
        line.route == route
            && match role {
                Role::Full => line.full,
                Role::Agent => line.agent,
            }
    })
}

#[cfg(test)]
mod tests;
