"""The best client that we can write by hand with the guarantees of gradepush, on asyncio and aiohttp.

    CANVAS_TOKEN=… python equal.py URL CELLS.csv

It decides by a look at the whole course, looks at each chunk again before it is sent and leaves out what has moved,
reads every cell back, and finds in the change log what was overwritten in between. While a job runs, the next chunk is
looked at and the last one is read back. It keeps no journal, knows no group assignments, comments or grading periods,
and explains nothing: all of that is in its favour.
"""

import asyncio
import os
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from canvas import Canvas
from cells import scores_by_course
from change_log import ChangeLog

COURSES_AT_ONCE = 16
CELLS_PER_CHUNK = 4_000
STUDENTS_PER_LIST = 100
LOOK_LASTS = 60  # seconds
SLIM = "".join(
    f"&exclude_response_fields[]={name}" for name in ("attachments", "preview_url", "body", "discussion_entries")
)


@dataclass
class Found:
    """What is to be told at the end."""

    written: int = 0
    held: int = 0
    wrong: int = 0
    overwrote: int = 0
    changed_since: int = 0


@dataclass
class Chunk:
    """Cells that were looked at, and since when by Canvas's clock."""

    users: list
    before: dict
    since: datetime
    began: float
    sent: dict = field(default_factory=dict)

    def is_fresh(self):
        return time.monotonic() - self.began < LOOK_LASTS


class CoursePush:
    def __init__(self, canvas, course, scores, operator, found):
        self.canvas, self.course, self.scores = canvas, course, scores
        self.operator, self.found = operator, found
        self.log = ChangeLog(canvas, course)
        self.columns = list(dict.fromkeys(score.assignment for score in scores))

    def path(self, rest=""):
        return f"/api/v1/courses/{self.course}{rest}"

    async def look(self, users):
        """These people's cells, and when the first answer came, by Canvas's clock."""
        path = self.path("/students/submissions?grouped=1&per_page=100") + SLIM
        path += "".join(f"&assignment_ids[]={column}" for column in self.columns)
        lists = [users[start : start + STUDENTS_PER_LIST] for start in range(0, len(users), STUDENTS_PER_LIST)]
        of = lambda some: path + "".join(f"&student_ids[]={user}" for user in some)
        answers = await asyncio.gather(*(self.canvas.get(of(some)) for some in lists))
        rows = (row for answer in answers for student in answer.data for row in student["submissions"])
        return {(row["assignment_id"], row["user_id"]): row for row in rows}, min(answer.at for answer in answers)

    async def plan(self):
        """Who the sheet means, which columns can be written, and what the cells show."""
        people = len({score.login for score in self.scores})
        roster, _, assignments, left = await asyncio.gather(
            self.canvas.list(self.path("/users?enrollment_type[]=student"), people),
            self.canvas.get(self.path()),
            self.canvas.list(self.path("/assignments"), 1),
            self.canvas.list(self.path("/enrollments?type[]=StudentEnrollment&state[]=inactive&state[]=completed"), 1),
        )
        gone = {enrollment["user_id"] for enrollment in left}
        open_columns = {one["id"] for one in assignments if one["published"]}
        ids = {user["login_id"]: user["id"] for user in roster}
        wanted = {(score.assignment, ids[score.login]): score.text for score in self.scores}
        self.wanted = {cell: score for cell, score in wanted.items() if cell[0] in open_columns and cell[1] not in gone}
        self.users = sorted({user for _, user in self.wanted})
        self.planned, _ = await self.look(self.users)

    async def prepare(self, users):
        """Looks at a chunk and decides what is sent of it."""
        began = time.monotonic()
        before, at = await self.look(users)
        # Canvas's clock is known by its answers, in whole seconds.
        took = time.monotonic() - began
        chunk = Chunk(users, before, at - timedelta(seconds=took + 1), began)
        for user in users:
            for column in self.columns:
                cell = column, user
                score = self.wanted.get(cell)
                if score is None or before[cell]["score"] == float(score):
                    continue
                if before[cell]["score"] != self.planned[cell]["score"]:
                    self.found.held += 1
                    continue
                chunk.sent[cell] = score
        return chunk

    async def write(self, chunk):
        """Sends a chunk and waits for its job."""
        grades = {}
        for (column, user), score in chunk.sent.items():
            grades.setdefault(str(column), {})[str(user)] = {"posted_grade": score}
        path = self.path("/submissions/update_grades")
        job, pause = (await self.canvas.call("POST", path, {"grade_data": grades})).data, 0.025
        while job["workflow_state"] not in ("completed", "failed"):
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2)
            job = (await self.canvas.get(f"/api/v1/progress/{job['id']}")).data

    async def read_back(self, chunk):
        """Compares every cell with what was sent, and the log with what was seen before."""
        after, _ = await self.look(chunk.users)
        events = await self.log.since(chunk.since, self.columns, len(chunk.sent))
        for cell, score in chunk.sent.items():
            of_cell = events.get(cell, [])
            ours = [place for place, event in enumerate(of_cell) if event["links"]["grader"] == self.operator]
            if not ours or after[cell]["score"] != float(score):
                self.found.wrong += 1
                continue
            self.found.written += 1
            first, before = of_cell[ours[0]], chunk.before[cell]
            is_as_seen = first["grade_before"] == before["grade"] and first["excused_before"] == bool(before["excused"])
            self.found.overwrote += not is_as_seen
            self.found.changed_since += any(event["links"]["grader"] != self.operator for event in of_cell[ours[0] :])

    async def push(self):
        """The next chunk is looked at and the last one read back while a job runs."""
        await self.plan()
        await self.canvas.list(self.path("/assignments"), 1)
        size = max(1, CELLS_PER_CHUNK // len(self.columns))
        chunks = [self.users[start : start + size] for start in range(0, len(self.users), size)]
        following, backs = asyncio.create_task(self.prepare(chunks[0])), []
        for place in range(len(chunks)):
            chunk = await following
            if not chunk.is_fresh():
                chunk = await self.prepare(chunk.users)
            if place + 1 < len(chunks):
                following = asyncio.create_task(self.prepare(chunks[place + 1]))
            if chunk.sent:
                await self.write(chunk)
                backs.append(asyncio.create_task(self.read_back(chunk)))
        await asyncio.gather(*backs)


async def main(url, path):
    found, gate = Found(), asyncio.Semaphore(COURSES_AT_ONCE)
    async with Canvas(url, os.environ["CANVAS_TOKEN"]) as canvas:
        operator = str((await canvas.get("/api/v1/users/self")).data["id"])

        async def one(course, scores):
            async with gate:
                await CoursePush(canvas, course, scores, operator, found).push()

        await asyncio.gather(*(one(course, scores) for course, scores in scores_by_course(path).items()))
    print(found)
    if found.wrong:
        sys.exit(1)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
