//! The `gradepush` binary: everything happens in [`gradepush::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    gradepush::cli::main()
}
