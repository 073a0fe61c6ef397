//! Who can reach a sandbox, and with which token: only this machine, unless the user asks for more.

use std::net::SocketAddr;

use super::Arguments;
use crate::cli::error::CliError;
use crate::sandbox::{DEMO_TOKEN, is_well_known_token};

/// Who can reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Programs on this machine.
    ThisMachine,
    /// Every machine that finds a way to the address.
    Others,
}

/// Who can reach it, and the account admin's token.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) reach: Reach,
    pub(super) token: String,
}

impl Access {
    /// What the flags ask for.
    ///
    /// # Errors
    /// A usage error when other machines would reach it without `--listen-publicly`, or with the well-known token.
    pub(super) fn of(arguments: &Arguments) -> Result<Self, CliError> {
        let Arguments { addr, listen_publicly, token, .. } = arguments;
        match (addr.ip().to_canonical().is_loopback(), listen_publicly) {
            (true, false) => {
                let token = token.as_deref().unwrap_or(DEMO_TOKEN).to_owned();
                Ok(Self { reach: Reach::ThisMachine, token })
            }
            (false, true) => Ok(Self { reach: Reach::Others, token: own_token(token.as_deref())? }),
            (false, false) => Err(unasked(*addr)),
            (true, true) => {
                Err(CliError::usage(format!("--listen-publicly: nobody but this machine can reach {addr}"))
                    .hint("name an address that others can reach, such as --addr 0.0.0.0:8765, or leave the flag out"))
            }
        }
    }
}

fn unasked(addr: SocketAddr) -> CliError {
    CliError::usage(format!(
        "other machines can reach {addr}, and whoever has a token reads and writes the sandbox from there"
    ))
    .hint("if that is what you want: add --listen-publicly; without --token a token is made that nobody knows")
    .hint(format!("else listen on this machine only: --addr 127.0.0.1:{}", addr.port()))
}

fn own_token(given: Option<&str>) -> Result<String, CliError> {
    match given {
        Some(token) if is_well_known_token(token) => Err(CliError::usage(
            "--listen-publicly: everybody knows this token, and other machines can reach the sandbox",
        )
        .hint("choose another one with --token, or leave --token out: then one is made")),
        Some(token) => Ok(token.to_owned()),
        None => made_secret(),
    }
}

/// 32 letters that nobody knows.
pub(super) fn made_secret() -> Result<String, CliError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| CliError::internal("the system gives no random numbers for a secret").caused_by(error))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
