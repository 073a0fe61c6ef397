//! Twenty callers' worth of work against a bucket at its defaults: nothing fails, and next to nothing is refused.

use std::fmt::Write as _;
use std::time::Duration;

use gradepush::domain::Outcome;
use gradepush::engine::{PushOptions, SyncRequest, SyncSource};
use gradepush::sandbox::{Bucket, Dialect, Generate, Options, World};

use super::university::University;

/// Courses that are pushed side by side.
const CALLERS: usize = 20;

/// A score for everybody in every column, and one more column to create in every course.
fn scores(world: &World) -> String {
    let mut sheet = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
    for (place, course) in world.course_ids().into_iter().enumerate() {
        let mut columns: Vec<String> = world.assignments_of(course).into_iter().map(|(_, name)| name).collect();
        columns.push("Lecture 99".to_owned());
        for (at, user) in world.students_of(course).into_iter().enumerate() {
            for (number, column) in columns.iter().enumerate() {
                let possible = if number % 4 == 1 { 100 } else { 10 };
                let score = possible - (place + at + number) % 2;
                writeln!(sheet, "{course},{column},{possible},{user},{score}").expect("a string takes every write");
            }
        }
    }
    sheet
}

/// Syncs, plans and pushes; the requests, and how many of them were refused by the rate limit.
async fn term(dialect: Dialect, cost: f64, in_flight: usize) -> (u64, u64) {
    let world = World::generate(&Generate { courses: CALLERS, students: 200, assignments: 3, seed: 3 });
    let sheet = scores(&world);
    let bucket = Bucket { cost_per_request: cost, ..Bucket::default() };
    let options = Options {
        dialect,
        bucket: Some(bucket),
        latency: Duration::from_millis(80),
        job_cells_per_second: Some(50),
        ..Options::default()
    };
    let university = University::behind(world, options, in_flight, |settings| {
        settings.user_id_origin = gradepush::domain::UserIdOrigin::Internal;
        settings.course_id_origin = gradepush::domain::CourseIdOrigin::Internal;
    });
    for source in [SyncSource::Report, SyncSource::Rest] {
        let request = SyncRequest { source, ..SyncRequest::default() };
        gradepush::engine::sync(&university.session, &request).await.expect("a sync");
    }
    let sheet = university.sheet(&sheet);
    let plan =
        university.plan_with(&sheet, |options| options.on_conflict = gradepush::domain::OnConflict::Overwrite).await;
    assert_eq!(plan.counts.cells, sheet.scores.len() as u64);
    assert_eq!((plan.counts.blocked, plan.counts.unresolved, plan.counts.conflict), (0, 0, 0), "{:?}", plan.counts);
    let options = PushOptions { courses_at_once: Some(CALLERS), chunk: 50, ..PushOptions::default() };
    let run = university.push_with(&plan, &options).await.expect("a push");
    assert_eq!(run.counts.written + run.counts.already, plan.counts.planned(), "{run:?}");
    let failed = university.records(run.run).into_iter().find(|record| record.outcome != Outcome::Written);
    assert!(failed.is_none(), "{failed:?}");
    (university.session.requests(), university.session.traffic().throttled)
}

#[tokio::test(start_paused = true)]
async fn a_term_ends_without_a_failed_row_and_almost_unthrottled_in_both_dialects() {
    // What answers cost on a quiet and on a busy Canvas; the second fills faster than the bucket drains.
    for (dialect, cost, in_flight) in [
        (Dialect::Hosted, Bucket::default().cost_per_request, 4),
        (Dialect::SelfHosted, Bucket::default().cost_per_request, 4),
        (Dialect::Hosted, Bucket::default().cost_per_request, 10),
        (Dialect::SelfHosted, 4.0, 10),
    ] {
        let (requests, throttled) = term(dialect, cost, in_flight).await;
        assert!(requests > 300, "{requests} requests are no work");
        let limit = format!("{dialect:?}, cost {cost}, {in_flight} in flight: {throttled} of {requests}");
        assert!(throttled * 100 <= requests, "{limit} were throttled");
    }
}
