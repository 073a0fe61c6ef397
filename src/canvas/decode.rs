//! JSON into values; a failure names the path in the JSON.

use serde::de::DeserializeOwned;

use super::error::{CanvasError, Context};

/// Decodes a body. The slow decoder that tracks the path runs only after the fast one failed.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8], context: &Context) -> Result<T, CanvasError> {
    serde_json::from_slice(body).map_err(|plain| {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let (at, source) = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
            Ok(_) => (".".to_owned(), plain),
            Err(error) => (error.path().to_string(), error.into_inner()),
        };
        CanvasError::Decode { at, context: context.clone(), source }
    })
}

#[cfg(test)]
mod tests {
    use super::super::Method;
    use super::super::model::Section;
    use super::*;

    #[test]
    fn a_failed_decode_names_the_path() {
        let context = Context { method: Method::Get, path: "/x".to_owned(), status: Some(200), request_id: None };
        for (body, expected) in [
            (r#"[{"id":1,"course_id":2},{"id":"x","course_id":2}]"#, "[1].id"),
            (r#"[{"id":1,"course_id":2}"#, "."),
            ("<html>", "."),
            (r#"[{"id":1,"course_id":2}] {}"#, "."),
        ] {
            let error = decode::<Vec<Section>>(body.as_bytes(), &context).expect_err(body);
            let CanvasError::Decode { at, .. } = error else { panic!("{error}") };
            assert_eq!(at, expected, "{body}");
        }
    }
}
