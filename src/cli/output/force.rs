//! The flag that lets an output replace what this tool has not made.

/// Whether outputs may replace files that this tool has not made.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct Force {
    /// Let the output replace a file that gradepush has not made; never what it reads or lives on
    #[arg(long)]
    pub(crate) force: bool,
}
