"""Drives a running sandbox with the public client `canvasapi` (PyPI, 3.6.0), unmodified.

    python canvasapi_check.py http://127.0.0.1:8765 TOKEN hosted|self-hosted

The sandbox must serve the demonstration world in that dialect, and take its time (`--latency 40`), so that requests
overlap: only then are some of them throttled, and only then do two of them race for a SIS id. Ends with status 0 when everything holds, with 1 and a traceback when
something does not, and with 77 (skipped) when the client is not installed.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

try:
    from canvasapi import Canvas
    from canvasapi import exceptions as refused
except ImportError:
    print("skipped: the canvasapi package is not installed")
    sys.exit(77)


def expect(wanted, call):
    """The call must raise exactly this exception."""
    try:
        call()
    except wanted:
        return
    raise AssertionError(f"expected {wanted.__name__}")


def at_once(calls):
    """Makes the calls at the same time; what each returned or raised."""

    def outcome(call):
        try:
            return call()
        except refused.CanvasException as error:
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(outcome, calls))


def finish(poll, done=("completed", "failed", "complete", "error")):
    """Polls until a job or report has ended."""
    for _ in range(100):
        job = poll()
        state = getattr(job, "workflow_state", None) or job.status
        if state in done:
            return job
        time.sleep(0.05)
    raise AssertionError("the job did not end")


def accounts_and_people(canvas):
    assert canvas.get_current_user().name == "Grade Robot"
    account = canvas.get_account(1)
    assert [found.id for found in canvas.get_accounts()] == [1]
    assert len(list(account.get_users())) == 157
    assert len(list(account.get_courses(include=["term"]))) == 6
    assert canvas.get_user("AOKAFOR3", "sis_login_id").id == 7011
    assert canvas.get_user(7042).get_profile()["id"] == 7042
    assert {found.course_id for found in canvas.get_user(7042).get_enrollments()} <= set(range(1201, 1207))
    assert len(list(canvas.get_user(7042).get_user_logins())) == 2
    expect(refused.ResourceDoesNotExist, lambda: canvas.get_user("nobody404", "sis_login_id"))
    return account


def rosters(canvas):
    assert canvas.get_course(1202).sis_course_id == "CS/201 F26"
    assert canvas.get_course("BIO-101-F26", use_sis_id=True).id == 1201
    assert canvas.get_course("1201", use_sis_id=True).id == 1204
    course = canvas.get_course(1201)
    assert len(list(course.get_users(enrollment_type=["student"]))) == 60
    # The students, their teacher, and a teaching assistant of the first section.
    assert len(list(course.get_enrollments(per_page=7))) == 62
    assert len(list(course.get_sections())) == 2
    assert course.get_section(3002).id == canvas.get_section(3002).id == 3002
    assert len(list(canvas.get_section(3002).get_enrollments())) == 32
    expect(refused.ResourceDoesNotExist, lambda: canvas.get_section(1))
    return course


def assignments(course):
    made = course.create_assignment({"name": "Outside", "points_possible": 12.5, "published": True})
    assert made.published and made.points_possible == 12.5
    assert made.edit(assignment={"name": "Outside client"}).name == "Outside client"
    assert "Outside client" in [found.name for found in course.get_assignments()]
    expect(refused.BadRequest, lambda: course.create_assignment({"name": "x" * 300}))
    expect(refused.ResourceDoesNotExist, lambda: course.get_assignment(1))
    return made


def grades(canvas, course, assignment):
    students = [found.id for found in course.get_users(enrollment_type=["student"])][:4]
    one = assignment.get_submission(students[0])
    one.edit(submission={"posted_grade": "7.5"}, comment={"text_comment": "by hand, \"quoted\""})
    read = assignment.get_submission(students[0], include=["submission_comments"])
    assert read.score == 7.5 and read.submission_comments[0]["comment"] == "by hand, \"quoted\""
    expect(refused.BadRequest, lambda: one.edit(submission={"posted_grade": "5", "excuse": True}))

    job = assignment.submissions_bulk_update(grade_data={student: {"posted_grade": "9"} for student in students[1:3]})
    assert finish(job.query).workflow_state == "completed"
    data = {assignment.id: {students[3]: {"posted_grade": "11"}, 1: {"posted_grade": "5"}}}
    ended = finish(course.submissions_bulk_update(grade_data=data).query)
    assert ended.workflow_state == "failed" and ended.message == "Couldn't find User(s) with API ids '1'"

    scores = {found.user_id: found.score for found in assignment.get_submissions()}
    assert [scores[student] for student in students] == [7.5, 9.0, 9.0, 11.0]
    # Rows of a new column come a moment later.
    def flat():
        return list(course.get_multiple_submissions(student_ids=["all"], assignment_ids=[assignment.id], per_page=13))

    for _ in range(50):
        if len(flat()) == 60:
            break
        time.sleep(0.2)
    assert len(flat()) == 60
    grouped = list(course.get_multiple_submissions(student_ids=["all"], grouped=True, per_page=25))
    assert len(grouped) == 60 and all(found.submissions for found in grouped)
    # Whether there are too many is asked only where all are visible.
    invisible = lambda: list(course.get_multiple_submissions(student_ids=list(range(101))))
    expect((refused.Forbidden, refused.Unauthorized), invisible)


def reports(account):
    report = account.create_report("provisioning_csv", parameters={"users": True, "enrollments": True})
    ended = finish(lambda: account.get_report("provisioning_csv", report.id))
    assert ended.status == "complete" and ended.attachment["filename"].endswith(".zip")
    assert report.id in [found.id for found in account.get_index_of_reports("provisioning_csv")]
    assert ended.delete_report().status == "deleted"
    expect(refused.ResourceDoesNotExist, lambda: account.create_report("horoscope_csv"))


def refusals(url, token, dialect, canvas, course, assignment):
    """Each error as the exception that this client has for it."""
    hosted = dialect == "hosted"
    expect(refused.InvalidAccessToken, lambda: Canvas(url, "foreign").get_current_user())
    expect(refused.Unauthorized, lambda: list(canvas.get_courses(as_user_id=1)))
    teacher = 601
    not_permitted = refused.Forbidden if hosted else refused.Unauthorized
    expect(not_permitted, lambda: list(canvas.get_account(1).get_users(as_user_id=teacher)))
    expect(refused.ResourceDoesNotExist, lambda: canvas.get_course(1))
    student = next(iter(course.get_users(enrollment_type=["student"]))).id
    submission = assignment.get_submission(student)
    expect(refused.UnprocessableEntity, lambda: submission.edit(submission={"posted_grade": "9" * 256}))

    throttle = refused.RateLimitExceeded if hosted else refused.Forbidden
    # So many at once are more than the bucket holds, if this machine gets them out before the first have their answers.
    for _ in range(10):
        outcomes = at_once([lambda: Canvas(url, token).get_current_user().id] * 60)
        throttled = [outcome for outcome in outcomes if isinstance(outcome, throttle)]
        if throttled:
            break
    else:
        raise AssertionError("600 requests, 60 at once, and none was throttled")
    assert hosted or all("Rate Limit Exceeded" in str(outcome) for outcome in throttled)
    assert set(outcome for outcome in outcomes if not isinstance(outcome, throttle)) == {501}

    # Two that take the same SIS id at once: one of them is too late, unless the other was quicker by all of the latency.
    for attempt in range(10):
        fields = {"name": "Race", "sis_assignment_id": f"RACE-{attempt}"}
        outcomes = at_once([lambda: course.create_assignment(fields)] * 2)
        late = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert len(late) == 1, outcomes
        if isinstance(late[0], refused.Conflict):
            break
        assert isinstance(late[0], refused.BadRequest), late
    else:
        raise AssertionError("no race in ten attempts")


def main(url, token, dialect):
    canvas = Canvas(url, token)
    account = accounts_and_people(canvas)
    course = rosters(canvas)
    assignment = assignments(course)
    grades(canvas, course, assignment)
    reports(account)
    refusals(url, token, dialect, canvas, course, assignment)
    assert assignment.delete().workflow_state == "deleted"
    expect(refused.ResourceDoesNotExist, lambda: course.get_assignment(assignment.id))
    print(f"canvasapi: everything holds ({dialect})")


if __name__ == "__main__":
    main(*sys.argv[1:4])
