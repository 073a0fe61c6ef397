"""Worlds of an exact size in which nothing is graded yet, and scores for every cell of them."""

import csv
import json
import random
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

PUSH_TOKEN = "gradepush-demo-token"
CHECK_TOKEN = "check-token"

FIRST_NAMES = ["Amara", "Kiana", "Grace", "Ayşe", "João", "Ewan", "Catrin", "Tanisha", "Wei", "Björn", "Zoë", "Imani"]
LAST_NAMES = ["Okafor", "MacLeod", "Haddad", "García", "Volkova", "Dlamini", "Yılmaz", "Nguyen", "Novák", "Rossi"]
SUBJECTS = ["BIO", "CHEM", "HIST", "PHIL", "CS", "STAT", "MATH", "ART", "ECON", "LAW"]

ADMIN, TEACHER, FIRST_STUDENT, FIRST_COURSE = 900_001, 1_001, 100_001, 20_001
FIRST_SECTION, FIRST_ASSIGNMENT, FIRST_GROUP, FIRST_ENROLLMENT = 5_000_001, 3_000_001, 1_020_001, 20_000_001


@dataclass(frozen=True)
class Size:
    """How large a world is. Without `people`, nobody is in two courses."""

    courses: int
    students: int
    assignments: int
    people: int = 0

    @property
    def cells(self):
        return self.courses * self.students * self.assignments

    def __str__(self):
        courses = f"{self.courses:,} courses × " if self.courses > 1 else ""
        return f"{courses}{self.students:,} × {self.assignments}"


@dataclass(frozen=True)
class World:
    """The files of a world."""

    size: Size
    world: Path  # for the sandbox
    scores: Path  # for gradepush: SIS ids of courses, titles, logins
    cells: Path  # for other clients: Canvas's ids of courses, assignments and people, logins
    users: Path  # logins and Canvas's ids
    courses: Path  # SIS ids and Canvas's ids


def person(place, name, login, sis_id):
    return {
        "id": place,
        "name": name,
        "logins": [{"id": place + 10_000_000, "unique_id": login, "sis_user_id": sis_id}],
    }


def students(count, chance):
    """So many invented people."""
    for place in range(count):
        first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
        ascii_name = last.encode("ascii", "ignore").decode()
        login = f"{first[0]}{ascii_name[:4]}{place}".lower()
        yield person(FIRST_STUDENT + place, f"{first} {last}", login, f"00{place:07}")


def course(place, size, members):
    """A course with these students and its assignments."""
    enrollments = [{"user_id": TEACHER, "course_section_id": 0, "kind": "TeacherEnrollment"}]
    enrollments += [{"user_id": member["id"], "course_section_id": FIRST_SECTION + place} for member in members]
    for number, enrollment in enumerate(enrollments):
        enrollment |= {"id": FIRST_ENROLLMENT + place * (size.students + 1) + number, "state": "active"}
    assignments = [
        {
            "id": FIRST_ASSIGNMENT + place * size.assignments + number,
            "name": f"Lecture {number + 1}",
            "points_possible": 10.0,
            "grading_type": "points",
            "state": "published",
            "assignment_group_id": 0,
            "submission_types": ["none"],
        }
        for number in range(size.assignments)
    ]
    code = f"{SUBJECTS[place % len(SUBJECTS)]} {100 + place % 400}"
    sis_id = f"{code.replace(' ', '-')}-F26-{place:05}"
    return {
        "id": FIRST_COURSE + place,
        "name": f"Course {code}",
        "course_code": code,
        "sis_course_id": sis_id,
        "account_id": 0,
        "enrollment_term_id": 0,
        "state": "available",
        "sections": [{"id": FIRST_SECTION + place, "name": f"{code} 01", "sis_section_id": f"{sis_id}-01"}],
        "enrollments": enrollments,
        "assignment_groups": [{"id": FIRST_GROUP + place, "name": "Assignments"}],
        "assignments": assignments,
    }


def make_world(folder, size):
    """Writes a world of this size into the folder. The same size gives the same world."""
    chance = random.Random(1)
    everybody = list(students(size.people or size.courses * size.students, chance))
    files = World(
        size, *(folder / name for name in ("world.json", "scores.csv", "cells.csv", "users.csv", "courses.csv"))
    )
    folder.mkdir(parents=True, exist_ok=True)
    head = {
        "time_zone": "America/New_York",
        "accounts": [{"id": 1, "name": "Example University", "admins": [{"user_id": ADMIN}]}],
        "terms": [{"id": 1, "name": "Fall 2026", "sis_term_id": "F26"}],
        "tokens": [
            {"id": 900_003, "user_id": ADMIN, "token": PUSH_TOKEN, "purpose": "push"},
            {"id": 900_004, "user_id": ADMIN, "token": CHECK_TOKEN, "purpose": "check"},
        ],
        "notifications": {},
        "users": [
            person(ADMIN, "Grade Robot", "grade.robot", "SVC-7"),
            person(TEACHER, "Teacher One", "teacher1", "E000001"),
            *everybody,
        ],
        "last_id": FIRST_ENROLLMENT + size.courses * (size.students + 1),
    }
    with ExitStack() as open_files:
        world = open_files.enter_context(files.world.open("w", encoding="utf-8"))
        tables = [
            open_files.enter_context(path.open("w", newline="")) for path in (files.scores, files.cells, files.courses)
        ]
        scores, cells, courses = (csv.writer(table) for table in tables)
        scores.writerow(["course_id", "assignment_title", "score_possible", "user_id", "score_received"])
        cells.writerow(["course", "assignment", "login", "user", "score"])
        courses.writerow(["sis", "course"])
        # Course after course: all of a large world would not fit into memory.
        world.write(json.dumps(head)[:-1] + ', "courses": [')
        for place in range(size.courses):
            if size.people:
                members = chance.sample(everybody, size.students)
            else:
                members = everybody[place * size.students : (place + 1) * size.students]
            made = course(place, size, members)
            world.write((", " if place else "") + json.dumps(made))
            courses.writerow([made["sis_course_id"], made["id"]])
            for assignment in made["assignments"]:
                for member in members:
                    login, score = member["logins"][0]["unique_id"], f"{chance.randrange(41) / 4:g}"
                    scores.writerow([made["sis_course_id"], assignment["name"], 10, login, score])
                    cells.writerow([made["id"], assignment["id"], login, member["id"], score])
        world.write("]}")
    with files.users.open("w", newline="") as table:
        users = csv.writer(table)
        users.writerow(["login", "user"])
        users.writerows([one["logins"][0]["unique_id"], one["id"]] for one in everybody)
    return files
