"""The grade change log of a course, read as it grows: each part of it once, columns side by side.

`gradepush` reads it in the same way (`src/engine/live/course_log.rs`): what it finds are edits that fell between the
look before a job and the job (`docs/canvas-contract.md`, I3).
"""

import asyncio
from datetime import datetime, timedelta

OVERLAP = timedelta(seconds=3)
# A log of more pages is asked for by column.
MOST_PAGES = 8


class ChangeLog:
    def __init__(self, canvas, course):
        self.canvas, self.course = canvas, course
        self.read_until = {}  # by column: the time of its newest known event
        self.known = set()
        self.events = {}  # by cell, oldest first
        self.reading = asyncio.Lock()

    async def since(self, start, columns, cells):
        """The events of these columns since a time, by cell. So many cells are in question."""
        async with self.reading:
            if cells <= 100 * MOST_PAGES:
                froms = [self.begin(column, start) for column in columns]
                events = await self.read(min(froms), "", MOST_PAGES)
                if events is not None:
                    self.add(columns, events)
                    return self.events
            parts = (self.read(self.begin(column, start), f"&assignment_id={column}") for column in columns)
            for column, events in zip(columns, await asyncio.gather(*parts)):
                self.add([column], events)
            return self.events

    def begin(self, column, start):
        return max(start, self.read_until.get(column, start) - OVERLAP)

    async def read(self, start, only, most=None):
        """The events since a time, newest first, until one page is known; `None` if there are more pages than that."""
        path = f"/api/v1/audit/grade_change?course_id={self.course}{only}&per_page=100"
        path += f"&start_time={start:%Y-%m-%dT%H:%M:%SZ}"
        events, pages = [], 0
        while path:
            answer = await self.canvas.get(path)
            page, path, pages = answer.data["events"], answer.next, pages + 1
            events += page
            if page and all(event["id"] in self.known for event in page):
                break
            if path and pages == most:
                return None
        return events

    def add(self, columns, events):
        for event in reversed(events):
            if event["id"] not in self.known:
                self.known.add(event["id"])
                cell = event["links"]["assignment"], int(event["links"]["student"])
                self.events.setdefault(cell, []).append(event)
        if events:
            newest = max(datetime.fromisoformat(event["created_at"]) for event in events)
            self.read_until |= dict.fromkeys(columns, newest)
