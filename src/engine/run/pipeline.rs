//! Pushes a course's cells chunk by chunk, so that its job never waits: while one runs, the next chunk is looked at and the
//! last one is read back. Cells that are written alone, and everything after an answer that was lost, go one after another.

use std::pin::pin;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::watch;

use super::chunk::{ChunkEnd, Ended, Next, Outgoing, SendMode, Unread, sent};
use super::course::CoursePush;
use super::jobs::{JobSeen, JobStage};
use super::prepare::{Following, Prepared, Turn};
use super::read_back::Found;
use super::send::{Answer, Working, lost, not_sent};
use crate::engine::live::{Halt, StopReason};

/// So many chunks are read back side by side before the next one waits.
const READ_AT_ONCE: usize = 4;

/// Chunks on their way.
#[derive(Default)]
struct Flow<'a> {
    /// The next one, which was looked at.
    ready: Option<Prepared>,
    /// Those whose job has ended, and that are being read back.
    reading: FuturesUnordered<LocalBoxFuture<'a, Result<(Unread, Found), Halt>>>,
    /// What is left to do of those that were read back.
    end: ChunkEnd,
}

impl<'a> CoursePush<'a> {
    /// Pushes all cells that are left.
    pub(super) async fn push_all(&mut self) -> Result<(), Halt> {
        let mut flow = Flow::default();
        let outcome = Box::pin(self.push_chunks(&mut flow)).await;
        if let Err(Halt::Stopped) = &outcome
            && self.run.context.remote.stop.reason() != Some(StopReason::Interrupted)
        {
            self.read_all_back(&mut flow).await?;
        }
        outcome
    }

    async fn push_chunks(&mut self, flow: &mut Flow<'a>) -> Result<(), Halt> {
        loop {
            self.run.context.remote.may_go_on()?;
            while flow.reading.len() >= READ_AT_ONCE {
                self.take_one(flow).await?;
            }
            let Some(prepared) = self.next_prepared(flow).await? else {
                if flow.reading.is_empty() && flow.end.is_empty() {
                    return Ok(());
                }
                self.drain(flow).await?;
                continue;
            };
            let Prepared { outgoing, settled, freshness, took } = prepared;
            self.last_look = took;
            self.record(settled)?;
            if outgoing.is_empty() {
                continue;
            }
            self.run.context.remote.may_go_on()?;
            let end = match self.meanwhile(self.run.post(&outgoing, &freshness), flow).await?? {
                Answer::Taken(working) => {
                    Box::pin(self.while_it_works(working, outgoing, flow)).await?;
                    continue;
                }
                Answer::Lost => lost(outgoing),
                Answer::Late(error) => not_sent(outgoing, Next::Late(error)),
                Answer::Away => not_sent(outgoing, Next::Look),
                Answer::Refused(_) => not_sent(outgoing, Next::Refused),
            };
            self.drain(flow).await?;
            self.follow(end, flow).await?;
        }
    }

    /// The next chunk, looked at; `None` if there is none.
    async fn next_prepared(&mut self, flow: &mut Flow<'a>) -> Result<Option<Prepared>, Halt> {
        match flow.ready.take() {
            Some(prepared) if prepared.freshness.holds() => return Ok(Some(prepared)),
            Some(old) => self.queue.put_back(old.into_tasks()),
            None => {}
        }
        if self.queue.is_empty() {
            return Ok(None);
        }
        self.run.settle_open_jobs(&self.queue.columns()).await?;
        let chunk = self.queue.next_chunk();
        Ok(Some(self.meanwhile(self.looks.prepare(chunk), flow).await??))
    }

    /// Waits for the end of a job; meanwhile looks at the next chunk.
    async fn while_it_works(
        &mut self,
        working: Working,
        outgoing: Vec<Outgoing>,
        flow: &mut Flow<'a>,
    ) -> Result<(), Halt> {
        let Working { job, progress, request_id, since } = working;
        let cells = sent(&outgoing).count();
        let expected = self.queue.size.expected(cells);
        let next = self.queue.next_chunk();
        let stage = watch::Sender::default();
        let turn = Turn::of(expected, self.last_look, self.last_queue);
        let preparing = self.looks.prepare_in_time(next, stage.subscribe(), turn);
        let run = self.run;
        let working = async {
            let end = run.see_end(job, progress, expected, &stage).await;
            stage.send_replace(JobStage::Ended);
            end
        };
        let both = Box::pin(async { tokio::join!(working, preparing) });
        let (seen, following) = self.meanwhile(both, flow).await?;
        let JobSeen { progress, queued, worked } = seen?;
        self.last_queue = queued;
        let ended = Ended { end: progress.end(), request_id, since };
        if ended.end.completed {
            self.run.context.note_speed(self.queue.size.ended(cells, worked));
        }
        let is_clean = ended.came_to_all() && flow.end.is_empty();
        flow.reading.push(self.looks.look_back(Unread::new(outgoing, ended, SendMode::Bulk)).boxed_local());
        match following? {
            Following::Ready(prepared) => flow.ready = Some(prepared),
            Following::Waiting(tasks) => self.queue.put_back(tasks),
        }
        if is_clean { Ok(()) } else { self.drain(flow).await }
    }

    /// Awaits something, and meanwhile decides what is read back. Where that fails, the other is awaited all the same: it
    /// may be a request, whose answer belongs on disk.
    async fn meanwhile<T>(&mut self, work: impl Future<Output = T>, flow: &mut Flow<'a>) -> Result<T, Halt> {
        let mut work = pin!(work);
        let mut outcome = Ok(());
        loop {
            tokio::select! {
                biased;
                done = &mut work => return outcome.map(|()| done),
                Some(read) = flow.reading.next(), if outcome.is_ok() => {
                    outcome = read.and_then(|(unread, found)| self.take(unread, &found, flow));
                }
            }
        }
    }

    /// Waits for one chunk to be read back.
    async fn take_one(&mut self, flow: &mut Flow<'a>) -> Result<(), Halt> {
        match flow.reading.next().await {
            Some(read) => {
                let (unread, found) = read?;
                self.take(unread, &found, flow)
            }
            None => Ok(()),
        }
    }

    fn take(&mut self, unread: Unread, found: &Found, flow: &mut Flow<'a>) -> Result<(), Halt> {
        let mut read = self.decide(unread, found)?;
        if let Some(later) = read.later.take() {
            flow.reading.push(self.looks.look_back(later).boxed_local());
        }
        flow.end.add(read);
        Ok(())
    }

    /// Reads back what was sent, and does what is to be done about it.
    async fn drain(&mut self, flow: &mut Flow<'a>) -> Result<(), Halt> {
        self.read_all_back(flow).await?;
        let end = std::mem::take(&mut flow.end);
        self.follow(end, flow).await
    }

    async fn read_all_back(&mut self, flow: &mut Flow<'a>) -> Result<(), Halt> {
        while !flow.reading.is_empty() {
            self.take_one(flow).await?;
        }
        Ok(())
    }

    /// Does what is left to do after a chunk. Nothing of the course is on its way.
    async fn follow(&mut self, end: ChunkEnd, flow: &mut Flow<'a>) -> Result<(), Halt> {
        let ChunkEnd { again, alone, next } = end;
        if !again.is_empty() {
            // It may be decided with those that are written alone now.
            self.queue.put_back(flow.ready.take().map(Prepared::into_tasks).unwrap_or_default());
        }
        self.push_alone(alone).await?;
        match next {
            Next::Same => self.isolate(again, false).await?,
            Next::Died => {
                self.queue.size.failed();
                self.isolate(again, false).await?;
            }
            Next::Refused => {
                self.queue.size.failed();
                self.isolate(again, true).await?;
            }
            Next::Late(error) => {
                if self.queue.size.was_late() {
                    self.run.context.remote.wait_until_available(error).await?;
                }
                self.queue.put_back(again);
            }
            Next::Look => self.queue.put_back(again),
        }
        Ok(())
    }
}
