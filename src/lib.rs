//! Puts scores into Canvas gradebooks in bulk, and accounts for every row.
//!
#![doc = include_str!("../ARCHITECTURE.md")]

pub mod canvas;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod limited;
pub mod report;
pub mod sandbox;
pub mod scores;
pub mod store;

#[cfg(doc)]
#[doc = include_str!("../docs/canvas-contract.md")]
pub mod canvas_contract {}

#[cfg(doc)]
#[doc = include_str!("../docs/tegrity-connector.md")]
pub mod tegrity_connector {}
