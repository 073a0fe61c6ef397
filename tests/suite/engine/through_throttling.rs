//! A file of `fixtures/intake` in a Canvas that throttles every fourth request and loses replies.

use gradepush::domain::UserIdOrigin;
use gradepush::engine::{Selection, verify};
use gradepush::sandbox::{Faults, Options, World};

use super::university::University;

#[tokio::test(start_paused = true)]
async fn all_that_can_be_written_is_written_once_and_holds() {
    let text = |path: &str| fs_err::read_to_string(crate::repository().join("fixtures").join(path)).expect("a fixture");
    let world = World::from_json(&text("worlds/intake.json")).expect("a world");
    let faults = Faults::read(&crate::repository().join("fixtures/worlds/throttle.toml")).expect("faults");
    let university = University::served(world, Options { faults, ..Options::default() }, |settings| {
        settings.user_id_origin = UserIdOrigin::Internal;
    });
    university.sync().await;
    let plan = university.plan(&university.sheet(&text("intake/s01-all-kinds.csv"))).await;
    let run = university.push(&plan).await;
    assert_eq!((run.counts.planned, run.counts.written), (27, 27), "{run:?}");
    let verified = verify(&university.session, run.run, &Selection::default()).await.expect("verified");
    assert_eq!((verified.checked, verified.holding), (27, 27), "{verified:?}");
}
