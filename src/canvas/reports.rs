//! Account reports: the bulk source of who and what there is (`canvas-contract §F`).

use std::sync::Arc;

use super::address::AccountRef;
use super::carrier::Method;
use super::download::download;
use super::error::CanvasError;
use super::model::{Attachment, Report, ReportParameters};
use super::path::Path;
use super::report_archive::ReportArchive;
use super::transport::{Call, Transport};

/// Starts, watches, fetches and deletes account reports. Changes no course.
#[derive(Clone)]
pub struct Reports {
    transport: Arc<Transport>,
}

impl std::fmt::Debug for Reports {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Reports")
    }
}

impl Reports {
    pub(super) fn new(transport: Arc<Transport>) -> Self {
        Self { transport }
    }

    /// Starts a report such as `provisioning_csv`, or takes over an equal one that still waits (`canvas-contract §F`).
    /// [`CanvasError::NotFound`]: the institution does not offer it.
    pub async fn start(
        &self,
        account: &AccountRef,
        report: &'static str,
        parameters: &ReportParameters,
    ) -> Result<Report, CanvasError> {
        let call = Call::send(Method::Post, path(account, report), parameters.to_json());
        let call = Call { conflict_answers: true, ..call };
        self.transport.write(&call).await.map(|(report, _)| report)
    }

    /// Looks how far a report is. It may stay created for long behind other reports of the institution.
    pub async fn poll(&self, account: &AccountRef, report: &'static str, id: i64) -> Result<Report, CanvasError> {
        self.transport.get(path(account, report).id(id)).await
    }

    /// Deletes a report in Canvas, student data included.
    pub async fn delete(&self, account: &AccountRef, report: &'static str, id: i64) -> Result<(), CanvasError> {
        let call = Call::delete(path(account, report).id(id));
        self.transport.call(&call).await.map(|_| ())
    }

    /// Fetches the file of a finished report into a temporary file, which goes away with the archive.
    /// [`CanvasError::Archive`]: it is no report, or has another size than Canvas says.
    pub async fn download(&self, attachment: &Attachment) -> Result<ReportArchive, CanvasError> {
        let file = download(&self.transport, &attachment.url).await?;
        let arrived = file.metadata().map_err(CanvasError::archive)?.len();
        match attachment.size {
            // A table that ends early would look like a shorter one.
            Some(size) if size != arrived => {
                Err(CanvasError::archive(format!("{arrived} of its {size} bytes have arrived")))
            }
            _ => ReportArchive::open(file),
        }
    }
}

fn path(account: &AccountRef, report: &'static str) -> Path {
    Path::api().account(account).word("reports").word(report)
}
