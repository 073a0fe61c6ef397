//! Files to score sheet and back: decoding, format recognition, one file per format, the canonical CSV.
