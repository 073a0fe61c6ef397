//! The faults file of a sandbox explained; `help faults`.

/// Every key, rule, fault, moment and event, and a file to start from.
pub(crate) const TEXT: &str = r#"The faults file says what goes wrong on a sandbox: `gradepush sandbox --faults FILE`. It is TOML, or
JSON when it begins with `{`. A word or key that is not on this page is an error.

seed      where probabilities take their chance from (default 0)
rules     faults of single requests; the first rule that strikes is the only one
events    things that happen once

A RULE says which requests it strikes, and what happens to them:

method       GET, POST, PUT, DELETE; any when left out
route        a path; * stands for one segment, ** at the end for any number; any when left out
after        so many matching requests pass before it begins (default 0)
count        it strikes so often, then no more; without end when left out
probability  how likely it strikes a matching request, 0.0 to 1.0; always when left out
fault        one of the faults below (default "throttle")

FAULTS of a request. `executed` says whether the request was carried out although its answer was
lost. With true, a tool that simply sends again does it twice.

"throttle"                                      refused by the rate limit: 429; self-hosted 403
{ status = { code = 502, executed = false } }   this HTTP status, such as 500, 502, 503 or 504
{ reset = { executed = true } }                 the connection is cut before the answer
"reset_mid_body"                                carried out, and cut in the middle of the answer
{ hang = { seconds = 90, executed = true } }    no answer for so long, then a cut connection
"malformed_json"                                carried out; the answer ends too early to be JSON

FAULTS of a job. They strike the request that starts one, such as POST …/update_grades, which is
answered as ever; the job's Progress shows what became of it.

"job_stuck_queued"                              it never starts
{ job_stuck_running = { rows = 20 } }           it writes so many rows, and never ends
{ job_dies = { rows = 20 } }                    it writes so many rows, then fails of an exception
{ job_killed = { rows = 20, after_ms = 1000 } } its worker ends: so many rows are whole, the next has
                                                its grade and not its comment, and after so many
                                                milliseconds the job has failed

An EVENT is a `moment` and `what` happens then.

MOMENTS
"first_write"                                   just before the first request that is not a GET
{ request = 40 }                                just before the 40th request, counted from 1
{ seconds = 30 }                                so many seconds after the first request
{ time = "2026-12-14T17:00:00Z" }               at this time of the clock

Seconds and times may fall between the rows of a job that takes its time.

WHAT happens. Courses, students and graders are named by any id that Canvas accepts, such as 1201,
sis_course_id:BIO-101-F26 or sis_login_id:jdoe; an assignment by its id or its exact name. An event
about something that does not exist does nothing.

"revoke_token"                                  the token printed first is revoked
{ maintenance = { seconds = 60 } }              every request is answered with 503 for so long
{ grade = { course, assignment, user, grade, grader } }
                                                another grader enters a grade; "" clears, "EX" excuses
{ drop_enrollment = { course, user } }          a student drops the course

A WHOLE EXAMPLE, for `gradepush sandbox --world demo`:

seed = 7

# The first three assignment lists meet a server that is down.
[[rules]]
method = "GET"
route = "/api/v1/courses/*/assignments"
count = 3
fault = { status = { code = 502, executed = false } }

# The second bulk request is carried out, and its answer is lost.
[[rules]]
method = "POST"
route = "/api/v1/courses/*/submissions/update_grades"
after = 1
count = 1
fault = { reset = { executed = true } }

# The jobs of one course die after ten rows.
[[rules]]
method = "POST"
route = "/api/v1/courses/1205/submissions/update_grades"
fault = { job_dies = { rows = 10 } }

# One request in twenty is refused by the rate limit.
[[rules]]
route = "/api/v1/**"
probability = 0.05
fault = "throttle"

# A teacher changes a grade just before the first write.
[[events]]
moment = "first_write"
[events.what.grade]
course = "1201"
assignment = "9001"
user = "sis_login_id:aokafor3"
grade = "88"
grader = "601"

# A student drops a course while the push runs.
[[events]]
moment = { seconds = 5 }
what = { drop_enrollment = { course = "1205", user = "sis_login_id:ppatel1" } }

# Canvas is closed for twenty seconds.
[[events]]
moment = { request = 200 }
what = { maintenance = { seconds = 20 } }
"#;
