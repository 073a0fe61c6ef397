"""The scores that a peer is to write, by course."""

import csv
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """One row of the sheet, with Canvas's id of the assignment."""

    assignment: int
    login: str
    text: str


def scores_by_course(path):
    courses = {}
    with open(path, newline="") as table:
        for row in csv.DictReader(table):
            score = Score(int(row["assignment"]), row["login"], row["score"])
            courses.setdefault(int(row["course"]), []).append(score)
    return courses
