//! `search_apps`, `search_actions`, `get_action`, `run_action`: everything that an app can do, found by words.

use http::Method;
use postern_access::role::ControlRoute;
use postern_apps::url_encoded;
use postern_domain::effect::Effect;
use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::outgoing::derived_key;
use super::{PAGE_ROWS_MAX, api, rows};
use crate::actions::{Action, of_key};
use crate::advice::Trouble;
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::{Ask, Visit};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchApps {
    /// Words that its name or title has. Left out: all.
    query: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchActions {
    /// Words, such as `sms history` or `list contacts`. Left out: all.
    query: Option<String>,
    /// Only of this app.
    app: Option<String>,
    /// How many at most, up to 100.
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetAction {
    /// As search_actions gave it, such as `clicksend.sms.history.list`.
    id: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunAction {
    /// As search_actions gave it.
    id: String,
    /// As get_action describes them: the parts of the path by name, `query` and `body`.
    args: Option<JsonObject>,
    /// For actions that send: names this send. The same key again means the same send and sends nothing twice. Left out: made from the action and its arguments.
    idempotency_key: Option<String>,
}

fn shown(action: &Action) -> Value {
    json!({
        "id": action.id,
        "app": action.app,
        "method": action.method,
        "path": action.path,
        "effect": action.effect.as_str(),
    })
}

/// All words, or as many as any action has: the best first.
fn found(visit: &Visit, wish: &SearchActions) -> Vec<Action> {
    let query = wish.query.as_deref().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let of_app = |action: &Action| wish.app.as_ref().is_none_or(|app| *app == action.app);
    let mut scored: Vec<(usize, Action)> = of_key(&visit.registry, &visit.caller)
        .filter(of_app)
        .map(|action| {
            let text = format!("{} {} {}", action.id, action.path, action.effect.as_str());
            let score = words
                .iter()
                .filter(|word| text.contains(word.trim_end_matches('s')))
                .count();
            (score, action)
        })
        .filter(|(score, _)| words.is_empty() || *score > 0)
        .collect();
    // Of equals the shorter is the more general.
    scored.sort_by_key(|(score, action)| (std::cmp::Reverse(*score), action.id.len()));
    scored.into_iter().map(|(_, action)| action).collect()
}

fn action(visit: &Visit, id: &str) -> Result<Action, Trouble> {
    let mut known = of_key(&visit.registry, &visit.caller);
    known.find(|action| action.id == id).ok_or_else(|| {
        Trouble::arguments(format!(
            "`id`: there is no action `{id}` that this key may run; search_actions lists them."
        ))
    })
}

/// What `args` of an action looks like.
fn args_schema(action: &Action) -> Value {
    let mut properties = json!({"query": {"type": "object", "description": "Query parameters. Lists take page and limit."}});
    let holes: Vec<&str> = action.holes().collect();
    for hole in &holes {
        properties[*hole] = json!({"type": ["string", "integer"]});
    }
    if action.takes_body() {
        properties["body"] =
            json!({"description": "The JSON body, as the app's own API documentation has it."});
    }
    json!({"type": "object", "properties": properties, "required": holes, "additionalProperties": false})
}

/// The call that an action with these arguments is.
fn call(action: &Action, mut args: JsonObject) -> Result<Ask, Trouble> {
    let mut filled = Vec::new();
    for hole in action.holes() {
        let value = match args.remove(hole) {
            Some(Value::String(text)) if !text.is_empty() => text,
            Some(Value::Number(number)) => number.to_string(),
            _ => {
                return Err(Trouble::arguments(format!(
                    "`args.{hole}` is missing, or is not a text or a number."
                )));
            }
        };
        filled.push((hole.to_owned(), url_encoded(&value)));
    }
    let target = action.target(|hole| {
        let value = filled.iter().find(|(name, _)| name == hole);
        value.map_or_else(String::new, |(_, value)| value.clone())
    });
    let method: Method = action
        .method
        .parse()
        .map_err(|_| Trouble::arguments("`id`: it cannot be called."))?;
    let mut ask = Ask::new(method, target);
    if let Some(query) = args.remove("query") {
        ask = api::with_query(ask, &query, "args.query")?;
    }
    if let Some(body) = args.remove("body") {
        if !action.takes_body() {
            return Err(Trouble::arguments("`args.body`: this action takes none."));
        }
        ask = ask.body(body);
    }
    match args.keys().next() {
        Some(unknown) => Err(Trouble::arguments(format!(
            "`args.{unknown}` is not one of its arguments: parameters go into `args.query`, fields into `args.body`."
        ))),
        None => Ok(ask),
    }
}

async fn run(visit: Visit, arguments: JsonObject) -> Result<Value, Trouble> {
    let wish: RunAction = read(arguments)?;
    let action = action(&visit, &wish.id)?;
    let args = wish.args.unwrap_or_default();
    let named = wish
        .idempotency_key
        .unwrap_or_else(|| derived_key(&visit, &action.id, &Value::Object(args.clone())));
    let mut ask = call(&action, args)?;
    if action.effect == Effect::Send {
        ask = ask.once(&named);
    }
    let answer = visit.make(ask).await?;
    Ok(api::shown(&answer))
}

pub(super) fn tools() -> Vec<Tool> {
    let actions = json!({
        "actions": {"type": "array", "items": {"type": "object"}, "description": "id, app, method, path, effect (read, write, send, spend or credential)"},
        "more": {"type": "boolean", "description": "There are more than these; narrow the query."},
    });
    vec![
        Tool::new::<SearchApps>(
            "search_apps",
            "Search apps",
            "The apps that this key may call. `clicksend` is the one for messages.",
            Kind::Reads,
            Needs::Route(ControlRoute::AppsList),
            output(
                json!({"apps": {"type": "array", "items": {"type": "object"}}}),
                &["apps"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let SearchApps { query } = read(arguments)?;
                    let query = query.unwrap_or_default().to_lowercase();
                    let mut answer = visit.make(Ask::get("/apps")).await?.json();
                    if let Some(Value::Array(apps)) = answer.get_mut("apps") {
                        apps.retain(|app| {
                            format!("{} {}", app["name"], app["title"])
                                .to_lowercase()
                                .contains(&query)
                        });
                    }
                    Ok(answer)
                })
            },
        ),
        Tool::new::<SearchActions>(
            "search_actions",
            "Search actions",
            "Finds what can be done beyond the tools for messages: lists, statistics, uploads, campaigns, e-mail and so on. Only what this key may run is found. Use \
             get_action and run_action with an `id` from here.",
            Kind::Reads,
            Needs::Something,
            output(actions, &["actions", "more"]),
            |visit, arguments| {
                Box::pin(async move {
                    let wish: SearchActions = read(arguments)?;
                    let found = found(&visit, &wish);
                    let limit = rows(wish.limit).min(PAGE_ROWS_MAX) as usize;
                    let actions: Vec<Value> = found.iter().take(limit).map(shown).collect();
                    Ok(json!({"actions": actions, "more": found.len() > limit}))
                })
            },
        ),
        Tool::new::<GetAction>(
            "get_action",
            "Get an action",
            "What an action does and which arguments run_action takes for it.",
            Kind::Reads,
            Needs::Something,
            output(
                json!({
                    "action": {"type": "object"},
                    "args": {"type": "object", "description": "JSON Schema of run_action's `args`"},
                    "note": {"type": "string"},
                }),
                &["action", "args"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let GetAction { id } = read(arguments)?;
                    let action = action(&visit, &id)?;
                    let note = match action.effect {
                        Effect::Send => {
                            "It sends: preview it with preview_message if it is about texts, and never run it again after an error that does not say so."
                        }
                        Effect::Spend | Effect::Credential => {
                            "It spends money or shows secrets: ask the person first."
                        }
                        _ => "It sends nothing.",
                    };
                    Ok(
                        json!({"action": shown(&action), "args": args_schema(&action), "note": note}),
                    )
                })
            },
        ),
        Tool::new::<RunAction>(
            "run_action",
            "Run an action",
            "Runs an action by its id. For single texts, pictures and calls use send_message instead. An action that sends is made once: the same call again is answered with the \
             first result for 24 hours.",
            Kind::Anything,
            Needs::Something,
            api::answer_schema(),
            |visit, arguments| Box::pin(run(visit, arguments)),
        ),
    ]
}
