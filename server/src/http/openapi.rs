//! The OpenAPI document, made from [`super::routes`].

use serde_json::{Map, Value, json};

use super::routes::{PROBLEM, QUERIES, ROUTES, Route, Shape};

/// Makes it.
#[must_use]
pub fn build() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas: Map<String, Value> = Map::new();
    schemas.insert(type_name(&PROBLEM), schema(&PROBLEM));
    for route in ROUTES {
        for shape in route.takes.iter().chain(&route.gives) {
            schemas.insert(type_name(shape), schema(shape));
        }
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Dunlin server",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Rows, commands and policies inside these bodies are those of the protocol crate.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(route: &Route) -> Value {
    let content = |shape: Option<&'static Shape>| match shape {
        Some(shape) => json!({ "application/json": { "schema": reference(shape) } }),
        None => json!({}),
    };
    let parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .chain(queries(route))
        .collect();
    let mut operation = json!({
        "summary": route.what,
        "parameters": parameters,
        "responses": {
            "200": { "description": "Done", "content": content(route.gives) },
            "default": { "description": "Not done", "content": content(Some(&PROBLEM)) },
        },
    });
    if route.takes.is_some() {
        operation["requestBody"] = json!({ "required": true, "content": content(route.takes) });
    }
    if !route.who.is_empty() {
        operation["security"] = json!([{ "token": [] }]);
        operation["description"] = json!(format!("Roles: {}.", route.who));
    }
    operation
}

fn queries(route: &Route) -> impl Iterator<Item = Value> {
    let taken = QUERIES.iter().filter(|(method, path, _)| (*method, *path) == (route.method, route.path));
    taken.flat_map(|(_, _, fields)| *fields).map(|(name, of)| {
        let plain = of.trim_end_matches('?');
        json!({ "name": name, "in": "query", "required": plain == *of, "schema": { "type": plain } })
    })
}

fn reference(shape: &Shape) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", type_name(shape)) })
}

/// `ENROL_REQUEST` as `EnrolRequest`.
fn type_name(shape: &Shape) -> String {
    shape.name.split('_').fold(String::new(), |name, word| name + &word[..1] + &word[1..].to_ascii_lowercase())
}

fn schema(shape: &Shape) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, of) in shape.fields {
        let plain = of.trim_end_matches('?');
        if plain == *of {
            required.push(*name);
        }
        properties.insert((*name).to_owned(), json!({ "type": plain }));
    }
    json!({ "type": "object", "properties": properties, "required": required })
}
