//! Reports that Canvas wrote, and whose files do not arrive whole.

use std::io::Write;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use gradepush::canvas::{Carrier, CarryError, CarryErrorKind, Request, Response};
use gradepush::domain::TermId;
use gradepush::engine::{EngineError, FromLists, Session, SyncPart, SyncRequest, SyncSource, Synced};

use super::super::university::University;
use super::terms::{FALL, courses, university};
use crate::client_in_process::InProcess;

/// What becomes of a file on its way.
#[derive(Debug, Clone, Copy)]
enum Spoilt {
    Status(u16),
    CutOff,
    HalfOfIt,
    Empty,
    Page,
    /// A whole ZIP of other tables.
    OtherTables,
}

/// Carries everything but the file of one report.
struct Spoiling {
    inner: InProcess,
    report: i64,
    how: Spoilt,
    /// Whether Canvas says how large the file is.
    sized: bool,
}

impl Carrier for Spoiling {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        Box::pin(async move {
            let mut response = self.inner.carry(request).await?;
            if !self.sized {
                let text = String::from_utf8_lossy(&response.body).replace("\"size\"", "\"no_size\"");
                response.body = text.into_bytes();
            }
            Ok(response)
        })
    }

    fn fetch<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(String, String)],
        sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        if !url.contains(&format!("/storage/{}/", self.report)) {
            return self.inner.fetch(url, headers, sink);
        }
        Box::pin(async move {
            let mut whole = Vec::new();
            let mut response = self.inner.fetch(url, headers, &mut whole).await?;
            let mut write = |bytes: &[u8]| sink.write_all(bytes).expect("a temporary file takes bytes");
            match self.how {
                Spoilt::Status(status) => response.status = status,
                Spoilt::CutOff => {
                    write(&whole[..whole.len() / 2]);
                    return Err(CarryError { kind: CarryErrorKind::Reset, sent: true, source: None });
                }
                Spoilt::HalfOfIt => write(&whole[..whole.len() / 2]),
                Spoilt::Empty => {}
                Spoilt::Page => write(b"<html><body>Please sign in</body></html>"),
                Spoilt::OtherTables => write(&zip_of_terms()),
            }
            Ok(response)
        })
    }
}

fn zip_of_terms() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("terms.csv", zip::write::SimpleFileOptions::default()).expect("an entry");
    zip.write_all(b"canvas_term_id\n1\n").expect("written");
    zip.finish().expect("a ZIP").into_inner()
}

/// The session whose n-th report arrives like this.
fn spoiling(university: &University, report: i64, how: Spoilt, sized: bool) -> Session {
    let carrier = Spoiling { inner: InProcess::of(&university.sandbox), report, how, sized };
    university.session_through(gradepush::sandbox::DEMO_TOKEN, Arc::new(carrier), |_| {})
}

/// With what is said where Canvas says how large the file is, and of the file of a term where it does not.
const WAYS: [(Spoilt, &str, &str); 7] = [
    (Spoilt::Status(500), "status 500", "status 500"),
    (Spoilt::Status(403), "status 403", "status 403"),
    (Spoilt::CutOff, "Canvas is unavailable", "Canvas is unavailable"),
    (Spoilt::HalfOfIt, " bytes have arrived", "cannot read the downloaded report: "),
    (Spoilt::Empty, "0 of its ", "has no column `canvas_"),
    (Spoilt::Page, "40 of its ", "has no column `canvas_"),
    (Spoilt::OtherTables, " bytes have arrived", "its file has no table `"),
];

#[tokio::test(start_paused = true)]
async fn a_term_whose_file_does_not_arrive_whole_comes_from_the_lists() {
    let both = WAYS.into_iter().flat_map(|(how, sized, unknown)| [(how, true, sized), (how, false, unknown)]);
    for (how, sized, why) in both {
        let university = university();
        // The people come first, then the terms by their ids.
        let session = spoiling(&university, 3, how, sized);
        let Synced { status, from_lists, .. } =
            gradepush::engine::sync(&session, &SyncRequest::default()).await.expect("a sync");
        let [FromLists { part, reason }] = from_lists.as_slice() else { panic!("{how:?}: {from_lists:?}") };
        assert_eq!(*part, SyncPart::Term { id: TermId(FALL), name: Some("Fall 2026".to_owned()) });
        assert!(reason.contains(why), "{how:?}: {reason}");
        assert_eq!(courses(&university), ["C-DEFAULT", "C-FALL"], "{how:?}");
        assert_eq!((status.users, status.logins, status.enrollments), (3, 4, 4), "{how:?}");
        assert_eq!((status.source.as_str(), status.complete_logins), ("report", true), "{how:?}");
        assert_eq!(university.sandbox.world(|world| world.reports_left()), 0, "{how:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_file_of_the_people_they_come_from_the_lists() {
    for (how, _, _) in WAYS {
        let university = university();
        let session = spoiling(&university, 1, how, true);
        let Synced { status, from_lists, .. } =
            gradepush::engine::sync(&session, &SyncRequest::default()).await.expect("a sync");
        let parts: Vec<SyncPart> = from_lists.into_iter().map(|one| one.part).collect();
        assert_eq!(parts, [SyncPart::People], "{how:?}");
        assert_eq!((status.users, status.enrollments, status.complete_logins), (3, 4, false), "{how:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_no_lists_may_follow_the_cache_stays() {
    for (how, why, _) in WAYS {
        let university = university();
        let before = university.sync().await;
        let session = spoiling(&university, 6, how, true);
        let strict = SyncRequest { source: SyncSource::Report, ..SyncRequest::default() };
        let error = gradepush::engine::sync(&session, &strict).await.expect_err("its file is spoilt");
        assert!(matches!(&error, EngineError::ReportFailed { reason, .. } if reason.contains(why)), "{how:?}: {error}");
        let host = &university.session.settings.host;
        assert_eq!(university.session.store().cache_status(host).expect("readable"), Some(before), "{how:?}");
    }
}

/// A network that wants somebody to sign in first: every answer is its page, with status 200.
struct SignInPage;

impl Carrier for SignInPage {
    fn carry(&self, _: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        Box::pin(async { Ok(sign_in_page()) })
    }

    fn fetch<'a>(
        &'a self,
        _: &'a str,
        _: &'a [(String, String)],
        _: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        Box::pin(async { Ok(sign_in_page()) })
    }
}

fn sign_in_page() -> Response {
    let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
    Response { status: 200, headers, body: b"<!DOCTYPE html><title>Campus WiFi</title>".to_vec() }
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_page_is_not_canvas_and_the_cache_stays() {
    let university = university();
    let before = university.sync().await;
    for source in [SyncSource::Auto, SyncSource::Rest, SyncSource::Report] {
        let session = university.session_through(gradepush::sandbox::DEMO_TOKEN, Arc::new(SignInPage), |_| {});
        let request = SyncRequest { source, ..SyncRequest::default() };
        let error = gradepush::engine::sync(&session, &request).await.expect_err("nobody signed in");
        assert!(matches!(&error, EngineError::Canvas(_)), "{error}");
        let host = &university.session.settings.host;
        assert_eq!(
            university.session.store().cache_status(host).expect("readable"),
            Some(before.clone()),
            "{source:?}"
        );
    }
}
