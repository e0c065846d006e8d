//! JSON text → values; numbers in rectangular lists are packed as they are read.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value of a JSON file.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`: a missing value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; always finite.
    Number(f64),
    /// A text. `"NaN"`, `"Infinity"` and the like are texts here; among numbers, [`Json::array`]
    /// reads them as numbers.
    Text(String),
    /// A rectangular list, nested to any depth, of only numbers and `null`; also the empty list.
    /// Each number takes 8 bytes.
    Numbers {
        /// The length of each axis, outermost first.
        shape: Vec<usize>,
        /// The numbers, the last index varying fastest; NaN where there is a `null`, and only
        /// there.
        values: Vec<f64>,
    },
    /// Any other list.
    List(Vec<Json>),
    /// An object nested in the file's own. Nothing in the language takes one, so its content is not
    /// kept.
    Object,
}

/// The entries of a whole file, in order; names may repeat.
pub(super) struct Entries(pub Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor).map(Self)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Vec<(String, Json)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json, A::Error> {
        let mut list = ListDraft::default();
        while let Some(element) = sequence.next_element()? {
            list.push(element);
        }
        Ok(list.finish())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Json::Object)
    }
}

/// A list that is being read.
enum ListDraft {
    /// So far `count` elements, all numbers (or `null`) or all packed lists of this shape.
    Packed { shape: Vec<usize>, count: usize, values: Vec<f64> },
    /// Elements of any other kind.
    General(Vec<Json>),
}

impl Default for ListDraft {
    fn default() -> Self {
        Self::Packed { shape: Vec::new(), count: 0, values: Vec::new() }
    }
}

impl ListDraft {
    fn push(&mut self, element: Json) {
        match self {
            Self::Packed { shape, count, values } => match extend(shape, *count, values, element) {
                Ok(()) => *count += 1,
                Err(element) => {
                    let mut list = unpack(shape, *count, values);
                    list.push(element);
                    *self = Self::General(list);
                }
            },
            Self::General(list) => list.push(element),
        }
    }

    fn finish(self) -> Json {
        match self {
            Self::Packed { mut shape, count, mut values } => {
                shape.insert(0, count);
                values.shrink_to_fit();
                Json::Numbers { shape, values }
            }
            Self::General(list) => Json::List(list),
        }
    }
}

/// Adds an element to a packed list of `count` elements, or hands it back where its shape differs.
fn extend(
    shape: &mut Vec<usize>,
    count: usize,
    values: &mut Vec<f64>,
    element: Json,
) -> Result<(), Json> {
    match element {
        Json::Null if shape.is_empty() => values.push(f64::NAN),
        Json::Number(value) if shape.is_empty() => values.push(value),
        Json::Numbers { shape: inner, values: more } if count == 0 || *shape == inner => {
            *shape = inner;
            values.extend(more);
        }
        Json::Null
        | Json::Bool(_)
        | Json::Number(_)
        | Json::Text(_)
        | Json::Numbers { .. }
        | Json::List(_)
        | Json::Object => {
            return Err(element);
        }
    }
    Ok(())
}

/// The elements of a packed list, one by one.
fn unpack(shape: &[usize], count: usize, values: &[f64]) -> Vec<Json> {
    if shape.is_empty() {
        return values
            .iter()
            .map(|&value| if value.is_nan() { Json::Null } else { Json::Number(value) })
            .collect();
    }
    let size = values.len() / count.max(1);
    (0..count)
        .map(|index| Json::Numbers {
            shape: shape.to_vec(),
            values: values[index * size..(index + 1) * size].to_vec(),
        })
        .collect()
}
