"""What a script with canvasapi does: one bulk request per course. It checks nothing, before or after.

CANVAS_TOKEN=… python bulk.py URL CELLS.csv
"""

import os
import sys
import time

from canvasapi import Canvas
from cells import scores_by_course


def push(course, scores):
    """Writes the scores of a course and waits for the job."""
    users = {user.login_id: user.id for user in course.get_users(enrollment_type=["student"], per_page=100)}
    grades = {}
    for score in scores:
        grades.setdefault(score.assignment, {})[users[score.login]] = {"posted_grade": score.text}
    job, pause = course.submissions_bulk_update(grade_data=grades).query(), 0.05
    while job.workflow_state not in ("completed", "failed"):
        time.sleep(pause)
        pause = min(pause * 2, 2)
        job = job.query()
    if job.workflow_state == "failed":
        sys.exit(f"the job failed: {job.message}")


def main(url, path):
    canvas = Canvas(url, os.environ["CANVAS_TOKEN"])
    for course, scores in scores_by_course(path).items():
        push(canvas.get_course(course), scores)


if __name__ == "__main__":
    main(*sys.argv[1:3])
