//! Who and what each row means, end to end: world, sync, resolve, plan, push.

mod cut_off;
mod merged;
mod odd_rows;
mod oracle;
mod origins;
mod refused;
mod side_by_side;
mod sources;
mod spoiled_files;
mod terms;
mod world;
