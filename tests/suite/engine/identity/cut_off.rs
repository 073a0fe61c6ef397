//! A sync that is cut off, whenever that happens, leaves the previous cache as it was.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;
use gradepush::canvas::{Carrier, CarryError, Request, Response};
use gradepush::domain::UserIdOrigin;
use gradepush::engine::{Session, SyncRequest, SyncSource};
use gradepush::sandbox::{DEMO_TOKEN, World};
use tokio::sync::Notify;

use super::super::university::University;
use super::world::{resolve, sheet};
use crate::client_in_process::InProcess;

/// Carries so many requests, then says so and never answers again.
struct CutOff {
    inner: InProcess,
    left: AtomicU64,
    reached: Arc<Notify>,
}

impl CutOff {
    async fn count(&self) {
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
            self.reached.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

impl Carrier for CutOff {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        Box::pin(async move {
            self.count().await;
            self.inner.carry(request).await
        })
    }

    fn fetch<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(String, String)],
        sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        Box::pin(async move {
            self.count().await;
            self.inner.fetch(url, headers, sink).await
        })
    }
}

/// The session with a line that goes dead after so many requests.
fn dying(university: &University, after: u64) -> (Session, Arc<Notify>) {
    let reached = Arc::new(Notify::new());
    let inner = InProcess::of(&university.sandbox);
    let carrier = CutOff { inner, left: AtomicU64::new(after), reached: Arc::clone(&reached) };
    (university.session_through(DEMO_TOKEN, Arc::new(carrier), |_| {}), reached)
}

#[tokio::test(start_paused = true)]
async fn a_sync_cut_off_at_any_request_leaves_the_previous_cache() {
    for source in [SyncSource::Rest, SyncSource::Report] {
        let university = University::with(World::demo(), |settings| settings.user_id_origin = UserIdOrigin::Login);
        university.sync().await;
        let host = university.session.settings.host.clone();
        let sheet = sheet(&university, &[("BIO-101-F26", "jlindstrom1"), ("ECON-102-F26", "nobody404")]);
        let state = || {
            let status = university.session.store().cache_status(&host).expect("readable");
            (status, resolve(&university, &sheet))
        };
        let known = state();
        let mut requests = 0;
        loop {
            let (session, reached) = dying(&university, requests);
            let request = SyncRequest { source, ..SyncRequest::default() };
            tokio::select! {
                done = gradepush::engine::sync(&session, &request) => {
                    done.expect("it had all the requests it wanted");
                    break;
                }
                () = reached.notified() => requests += 1,
            }
            assert_eq!(state(), known, "{source:?} cut off after {requests} requests");
        }
        assert!(requests >= 5, "{source:?} needs only {requests} requests");
        assert_ne!(state().0, known.0, "the last one came through");
    }
}
