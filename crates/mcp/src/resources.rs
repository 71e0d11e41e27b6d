//! What can be read without calling a tool: history and templates. Bounded like the tools' pages.

use http::Method;
use postern_access::Caller;
use postern_apps::{Registry, url_encoded};
use rmcp::model::{Resource, ResourceTemplate};

use crate::tool::may;
use crate::tools::{Channel, history, list_templates};
use crate::visit::Ask;

const JSON: &str = "application/json";
const TEMPLATES: &str = "postern://templates";

fn history_uri(channel: Channel) -> String {
    format!("postern://history/{}", channel.as_str())
}

/// Those that this key may read.
pub(crate) fn listed(caller: &Caller, registry: &Registry) -> Vec<Resource> {
    let histories = Channel::ALL.into_iter().filter_map(|channel| {
        let name = channel.as_str();
        may(caller, registry, "GET", &format!("/v3/{name}/history")).then(|| {
            Resource::new(history_uri(channel), format!("{name} history"))
                .with_description(format!(
                    "The 20 newest {name} messages of the account, with their status."
                ))
                .with_mime_type(JSON)
        })
    });
    let templates = may(caller, registry, "GET", "/v3/sms/templates").then(|| {
        Resource::new(TEMPLATES, "templates")
            .with_description("The first 20 text templates of the account.")
            .with_mime_type(JSON)
    });
    histories.chain(templates).collect()
}

/// What else can be read, by filling in.
pub(crate) fn templated(caller: &Caller, registry: &Registry) -> Vec<ResourceTemplate> {
    let template = |uri: &str, name: &str, about: &str| {
        ResourceTemplate::new(uri, name)
            .with_description(about)
            .with_mime_type(JSON)
    };
    let mut templates = Vec::new();
    if may(caller, registry, "GET", "/v3/sms/history") {
        templates.push(template(
            "postern://history/{channel}{?page}",
            "history",
            "A page of what was sent by sms, mms or voice.",
        ));
    }
    if may(caller, registry, "GET", "/v3/sms/templates/{template_id}") {
        templates.push(template(
            "postern://templates{?page}",
            "templates",
            "A page of the templates.",
        ));
        templates.push(template(
            "postern://templates/{template_id}",
            "template",
            "One template.",
        ));
    }
    templates
}

/// The call that reads a resource; `None` when there is no such resource.
pub(crate) fn ask(uri: &str) -> Option<Ask> {
    let rest = uri.strip_prefix("postern://")?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let page = match query.strip_prefix("page=") {
        Some(number) => Some(number.parse().ok()?),
        None if query.is_empty() => None,
        None => return None,
    };
    match path.split_once('/') {
        None if path == "templates" => Some(list_templates(page, None)),
        Some(("history", name)) => {
            let mut channels = Channel::ALL.into_iter();
            let channel = channels.find(|channel| channel.as_str() == name)?;
            Some(history(channel, page, None))
        }
        Some(("templates", id)) if !id.is_empty() && page.is_none() => {
            let path = format!("/v3/sms/templates/{}", url_encoded(id));
            Some(Ask::account(Method::GET, &path))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_calls_and_nowhere_else() {
        for (uri, path) in [
            ("postern://history/sms", "/clicksend/v3/sms/history"),
            (
                "postern://history/voice?page=2",
                "/clicksend/v3/voice/history",
            ),
            ("postern://templates", "/clicksend/v3/sms/templates"),
            ("postern://templates/7", "/clicksend/v3/sms/templates/7"),
            (
                "postern://templates/..%2F",
                "/clicksend/v3/sms/templates/..%252F",
            ),
        ] {
            let ask = ask(uri).unwrap_or_else(|| panic!("{uri}"));
            assert_eq!((ask.path(), ask.method()), (path, &Method::GET), "{uri}");
        }
        for uri in [
            "",
            "postern://",
            "file:///etc/passwd",
            "postern://history/fax",
            "postern://history/sms?page=x",
            "postern://history/sms?q=1",
            "postern://templates/",
        ] {
            assert!(ask(uri).is_none(), "{uri}");
        }
    }
}
