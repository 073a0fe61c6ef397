//! The local database: the only module that knows SQL.
