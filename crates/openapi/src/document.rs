//! From operations to a document of OpenAPI 3.1.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::operation::{Answer, Content, Operation, Shape};
use crate::parameter::Parameter;
use crate::schemas::Schemas;

/// A group of operations, a page of the documentation.
pub(crate) struct Tag {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) operations: Vec<Operation>,
}

/// What differs between the surfaces.
pub(crate) trait Surface {
    /// A parameter of a path, by its name.
    fn path_parameter(&self, operation: &Operation, name: &str) -> Parameter;

    /// Everything that the operation may refuse with: status, sentence and schema.
    fn refusals(&self, operation: &Operation) -> Vec<(u16, String, Value)>;

    /// What refusals refer to.
    fn always(&self) -> &[Shape] {
        &[]
    }

    /// Headers of answers with this status, as they are referred to.
    fn headers(&self, operation: &Operation, status: u16) -> Map<String, Value>;

    /// `security` and what else belongs to the operation alone.
    fn finish(&self, operation: &Operation, made: &mut Map<String, Value>);

    /// Changes a schema of a request, known by its name.
    fn request_schema(&self, name: &str, schema: &mut Value);
}

pub(crate) fn assemble(mut document: Value, surface: &impl Surface, tags: Vec<Tag>) -> Value {
    let mut schemas = Schemas::new();
    for shape in surface.always() {
        schemas.answered(*shape);
    }
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let described: Vec<Value> = tags
        .iter()
        .map(|tag| {
            // Paths are sorted by name; people read what matters first.
            let order = tag.operations.iter().map(|operation| operation.id);
            let order: Vec<&str> = order.collect();
            json!({"name": tag.name, "description": tag.description, "x-operations": order})
        })
        .collect();
    for tag in tags {
        for operation in &tag.operations {
            let made = one(surface, tag.name, operation, &mut schemas);
            let methods = paths.entry(operation.path).or_default();
            let before = methods.insert(operation.method.to_lowercase(), made);
            let (method, path) = (operation.method, operation.path);
            assert!(before.is_none(), "{method} {path} is described twice");
        }
    }
    document["openapi"] = json!("3.1.0");
    document["tags"] = json!(described);
    document["paths"] = json!(paths);
    share_responses(&mut document);
    let named = schemas.finish(&mut document, |name, schema| {
        surface.request_schema(name, schema)
    });
    document["components"]["schemas"] = json!(named);
    document
}

fn one(surface: &impl Surface, tag: &str, operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut made = Map::new();
    made.insert("operationId".to_owned(), json!(operation.id));
    made.insert("tags".to_owned(), json!([tag]));
    made.insert("summary".to_owned(), json!(operation.summary));
    if !operation.description.is_empty() {
        made.insert("description".to_owned(), json!(operation.description));
    }
    let in_path = holes(operation.path).map(|name| surface.path_parameter(operation, name));
    let parameters: Vec<Value> = in_path
        .chain(operation.parameters.iter().cloned())
        .map(|parameter| parameter.to_json())
        .collect();
    if !parameters.is_empty() {
        made.insert("parameters".to_owned(), json!(parameters));
    }
    if let Some(body) = &operation.body {
        let schema = schemas.asked(body.shape);
        let content = json!({"schema": schema, "example": body.example});
        let media = body.media.iter().map(|media| (*media, content.clone()));
        let media: BTreeMap<&str, Value> = media.collect();
        let body = json!({"required": body.required, "content": media});
        made.insert("requestBody".to_owned(), body);
    }
    made.insert(
        "responses".to_owned(),
        responses(surface, operation, schemas),
    );
    surface.finish(operation, &mut made);
    Value::Object(made)
}

fn responses(surface: &impl Surface, operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut responses = BTreeMap::new();
    let mut add = |status: u16, description: &str, content: Option<(&str, Value)>| {
        let mut response = json!({"description": description});
        let headers = surface.headers(operation, status);
        if !headers.is_empty() {
            response["headers"] = json!(headers);
        }
        if let Some((media, schema)) = content {
            response["content"] = json!({media: {"schema": schema}});
        }
        responses.insert(status.to_string(), response);
    };
    for Answer {
        status,
        description,
        content,
    } in &operation.answers
    {
        let content = content.as_ref().map(|content| match content {
            Content::Json(shape) => ("application/json", schemas.answered(*shape)),
            Content::Other(media) => (*media, json!({"type": "string"})),
        });
        add(*status, description, content);
    }
    for (status, description, schema) in surface.refusals(operation) {
        add(status, &description, Some(("application/json", schema)));
    }
    json!(responses)
}

/// Refusals that several operations have in common are written once, under `components`.
fn share_responses(document: &mut Value) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    each_response(document, &mut |_, response| {
        *uses.entry(response.to_string()).or_default() += 1;
    });
    let mut shared = Map::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    each_response(document, &mut |status, response| {
        let written = response.to_string();
        if !status.starts_with(['4', '5']) || uses[&written] < 2 {
            return;
        }
        let name = names.entry(written).or_insert_with(|| {
            let before = shared.keys().filter(|name| name.contains(status)).count();
            let name = match before {
                0 => format!("Refused{status}"),
                more => format!("Refused{status}_{}", more + 1),
            };
            shared.insert(name.clone(), response.clone());
            name
        });
        *response = json!({"$ref": format!("#/components/responses/{name}")});
    });
    document["components"]["responses"] = json!(shared);
}

fn each_response(document: &mut Value, change: &mut impl FnMut(&str, &mut Value)) {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (_, methods) in paths {
        for (_, operation) in methods.as_object_mut().into_iter().flatten() {
            let responses = operation["responses"].as_object_mut();
            for (status, response) in responses.into_iter().flatten() {
                change(status, response);
            }
        }
    }
}

/// The names of a path's variable segments.
pub(crate) fn holes(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}
