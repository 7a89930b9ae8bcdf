//! JSON kept as the very bytes it was written with.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON text whose bytes stay as they are, so that a digest over it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Json {}

impl Json {
    /// Of a value.
    pub fn of<T: Serialize>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self)
    }

    /// `null`.
    #[must_use]
    pub fn null() -> Self {
        Self(RawValue::NULL.to_owned())
    }

    /// Of a text, which must be JSON.
    pub fn parse(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// The value, and whether it said more than `T` knows: the path of the first field that `T` would
    /// have dropped. Works through tagged enums too, which hide unknown fields from serde.
    pub fn strict<T: DeserializeOwned + Serialize>(&self) -> Result<(T, Option<String>), serde_json::Error> {
        let value: T = serde_json::from_str(self.text())?;
        let again = serde_json::to_string(&value)?;
        if again == self.text() {
            return Ok((value, None));
        }
        let (before, after) = (serde_json::from_str(self.text())?, serde_json::from_str(&again)?);
        let dropped = dropped(&before, &after, "");
        Ok((value, dropped))
    }
}

/// The path of the first field of `before` that is not in `after`.
fn dropped(before: &Value, after: &Value, path: &str) -> Option<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => before.iter().find_map(|(name, value)| {
            let path = format!("{path}.{name}");
            match after.get(name) {
                Some(kept) => dropped(value, kept, &path),
                // What is left out when it says nothing was known all the same.
                None if is_nothing(value) => None,
                None => Some(path.trim_start_matches('.').to_owned()),
            }
        }),
        (Value::Array(before), Value::Array(after)) => before
            .iter()
            .zip(after)
            .enumerate()
            .find_map(|(at, (before, after))| dropped(before, after, &format!("{path}[{at}]"))),
        _ => None,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// The text with every object's keys in order: what a checksum is taken over.
pub(crate) fn canonical(value: &Value, into: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            into.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    into.push(',');
                }
                into.push_str(&Value::String(key.clone()).to_string());
                into.push(':');
                canonical(&map[key], into);
            }
            into.push('}');
        }
        Value::Array(list) => {
            into.push('[');
            for (at, item) in list.iter().enumerate() {
                if at > 0 {
                    into.push(',');
                }
                canonical(item, into);
            }
            into.push(']');
        }
        other => into.push_str(&other.to_string()),
    }
}
