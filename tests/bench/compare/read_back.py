"""Reads every grade back with a token of its own and Python's own HTTP client, and compares it with what was asked."""

import csv
import http.client
import json

from world import CHECK_TOKEN

STUDENTS_PER_PAGE = 100


def wanted(world):
    """The scores by course."""
    courses = {}
    with world.cells.open(newline="") as table:
        for row in csv.DictReader(table):
            cells = courses.setdefault(int(row["course"]), {})
            cells[int(row["assignment"]), int(row["user"])] = float(row["score"])
    return courses


def shown(connection, course, columns):
    """The scores that Canvas shows."""
    cells, page = {}, 1
    query = "".join(f"&assignment_ids[]={column}" for column in columns)
    while True:
        path = f"/api/v1/courses/{course}/students/submissions?grouped=1&student_ids[]=all"
        path += f"&per_page={STUDENTS_PER_PAGE}&page={page}{query}"
        head = {"Authorization": f"Bearer {CHECK_TOKEN}", "User-Agent": "read-back"}
        connection.request("GET", path, headers=head)
        students = json.loads(connection.getresponse().read())
        for student in students:
            for cell in student["submissions"]:
                cells[cell["assignment_id"], cell["user_id"]] = cell["score"]
        if len(students) < STUDENTS_PER_PAGE:
            return cells
        page += 1


def wrong_grades(port, world):
    """How many cells do not show their score."""
    connection, wrong = http.client.HTTPConnection("127.0.0.1", port), 0
    for course, cells in wanted(world).items():
        found = shown(connection, course, sorted({column for column, _ in cells}))
        wrong += sum(found.get(cell) != score for cell, score in cells.items())
    return wrong
