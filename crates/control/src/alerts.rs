//! `/alerts`: what an operator should hear of, and the endpoints that are told. For keys that are not narrowed and see live data.

mod create;
mod delete;
mod list;
mod test;
mod tries;

pub(crate) use create::create_endpoint;
pub(crate) use delete::delete_endpoint;
pub(crate) use list::{list_alerts, list_endpoints};
pub(crate) use test::test_endpoint;
pub(crate) use tries::{list_tries, replay};

use postern_store::alerts::{Endpoint, FIELD, sealing_owner};
use postern_store::settings::TENANT;
use postern_vault::{Aad, OpenError, Sealed, Vault};
use postern_wire::control::AlertEndpoint;

use crate::instant::written;
use crate::refusal::Refusal;

fn shown(endpoint: &Endpoint) -> AlertEndpoint {
    AlertEndpoint {
        endpoint_id: endpoint.endpoint_id.clone(),
        url: endpoint.url.clone(),
        created_at: written(endpoint.created_at),
        tried_at: endpoint.tried_at.map(written),
        problem: endpoint.problem.clone(),
    }
}

fn not_found(endpoint_id: &str) -> Refusal {
    let message = format!("there is no alert endpoint `{endpoint_id}`");
    Refusal::not_found("endpoint_not_found", message).hint("`GET /alerts/endpoints` lists them")
}

/// Moves a secret under the newest vault key; `None`: it is there.
pub(crate) fn rewrap_secret(
    vault: &Vault,
    endpoint: &Endpoint,
) -> Result<Option<Sealed>, OpenError> {
    let owner = sealing_owner(&endpoint.endpoint_id);
    let aad = Aad {
        tenant: TENANT,
        owner: &owner,
        field: FIELD,
    };
    vault.rewrap(&aad, &endpoint.secret_sealed)
}
