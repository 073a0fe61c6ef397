//! Pushes a course's cells chunk by chunk, so that its job never waits: while one runs, the next chunk is looked at and the
//! last one is read back (`docs/pace.md`). Cells that are written alone, and everything after an answer that was lost, go
//! one after another.

use futures_util::future::try_join_all;
use tokio::sync::Notify;

use super::chunk::{ChunkEnd, Ended, Next, Outgoing, SendMode, Settled, Unread, sent};
use super::course::CoursePush;
use super::jobs::JobSeen;
use super::prepare::{Following, Prepared};
use super::send::{Answer, Working, not_sent};
use crate::engine::live::{Halt, StopReason};

/// Chunks between their turns.
#[derive(Default)]
struct Flow {
    /// The next one, which was looked at.
    ready: Option<Prepared>,
    /// Those whose job has ended, and that are to be read back.
    unread: Vec<Unread>,
}

impl CoursePush<'_> {
    /// Pushes all cells that are left.
    pub(super) async fn push_all(&mut self) -> Result<(), Halt> {
        let mut flow = Flow::default();
        let outcome = self.push_chunks(&mut flow).await;
        if let Err(Halt::Stopped) = &outcome
            && self.run.context.remote.stop.reason() != Some(StopReason::Interrupted)
        {
            self.read_all_back(&mut flow).await?;
        }
        outcome
    }

    async fn push_chunks(&mut self, flow: &mut Flow) -> Result<(), Halt> {
        loop {
            self.run.context.remote.may_go_on()?;
            let Some(prepared) = self.next_prepared(flow).await? else {
                if flow.unread.is_empty() {
                    return Ok(());
                }
                self.drain(flow).await?;
                continue;
            };
            let Prepared { outgoing, settled, freshness, took } = prepared;
            self.last_look = took;
            self.record_prepared(&outgoing, settled)?;
            if outgoing.is_empty() {
                continue;
            }
            let end = match self.post(&outgoing, &freshness).await? {
                Answer::Taken(working) => {
                    self.while_it_works(working, outgoing, flow).await?;
                    continue;
                }
                Answer::Lost => self.lost(outgoing),
                Answer::Late(error) => not_sent(outgoing, Next::Late(error)),
                Answer::Away => not_sent(outgoing, Next::Look),
                Answer::Refused(_) => not_sent(outgoing, Next::Refused),
            };
            self.drain(flow).await?;
            self.follow(end, flow).await?;
        }
    }

    /// The next chunk, looked at; `None` if there is none.
    async fn next_prepared(&mut self, flow: &mut Flow) -> Result<Option<Prepared>, Halt> {
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
        Ok(Some(self.prepare(chunk).await?))
    }

    /// Records what is decided of a chunk without being sent. What is sent was looked at.
    pub(super) fn record_prepared(&mut self, outgoing: &[Outgoing], settled: Vec<Settled>) -> Result<(), Halt> {
        let tasks = outgoing.iter().map(|one| &one.task).chain(settled.iter().map(|(task, _)| task));
        for task in tasks {
            self.unseen.remove(&task.index);
        }
        self.record(settled)
    }

    /// Waits for the end of a job; meanwhile looks at the next chunk and reads the last ones back.
    async fn while_it_works(&mut self, working: Working, outgoing: Vec<Outgoing>, flow: &mut Flow) -> Result<(), Halt> {
        let Working { job, progress, request_id, since } = working;
        let cells = sent(&outgoing).count();
        let expected = self.queue.size.expected(cells);
        let next = self.queue.next_chunk();
        let unread = std::mem::take(&mut flow.unread);
        let has_ended = Notify::new();
        let this = &*self;
        let working = async {
            let end = this.run.see_end(job, progress, expected).await;
            has_ended.notify_one();
            end
        };
        let (working, following, found) = tokio::join!(
            working,
            this.prepare_in_time(next, &has_ended, expected),
            try_join_all(unread.iter().map(|one| this.look_back(one))),
        );
        let mut end = ChunkEnd::default();
        for (one, found) in unread.into_iter().zip(found?) {
            let mut read = self.decide(one, &found)?;
            flow.unread.extend(read.later.take());
            end.add(read);
        }
        let JobSeen { progress, worked } = working?;
        let ended = Ended { end: progress.end(), request_id, since };
        if ended.end.completed {
            self.run.context.note_speed(self.queue.size.ended(cells, worked));
        }
        let came_to_all = ended.came_to_all();
        flow.unread.push(Unread::new(outgoing, ended, SendMode::Bulk));
        match following? {
            Following::Ready(prepared) => flow.ready = Some(prepared),
            Following::Waiting(tasks) => self.queue.put_back(tasks),
        }
        if !came_to_all {
            self.drain(flow).await?;
        }
        self.follow(end, flow).await
    }

    /// Reads back what was sent, and does what is to be done about it.
    async fn drain(&mut self, flow: &mut Flow) -> Result<(), Halt> {
        let end = self.read_all_back(flow).await?;
        self.follow(end, flow).await
    }

    /// Reads back what was sent.
    async fn read_all_back(&mut self, flow: &mut Flow) -> Result<ChunkEnd, Halt> {
        let mut end = ChunkEnd::default();
        for unread in std::mem::take(&mut flow.unread) {
            for read in self.read_back(unread).await? {
                end.add(read);
            }
        }
        Ok(end)
    }

    /// Does what is left to do after a chunk. No job of the course is open, unless its answer was lost.
    async fn follow(&mut self, end: ChunkEnd, flow: &mut Flow) -> Result<(), Halt> {
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
