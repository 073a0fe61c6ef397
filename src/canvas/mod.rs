//! The remote, client side: the only module that knows HTTP.
