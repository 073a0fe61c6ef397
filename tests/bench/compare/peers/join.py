"""Finds the course and the person of every row of a sheet with a data frame library, and counts those without.

    python join.py pandas|polars SCORES.csv USERS.csv COURSES.csv [OUTPUT.csv]

With an output, the rows are written there with what was found.
"""

import sys


def with_pandas(scores, users, courses, output=None):
    import pandas

    scores, users, courses = (pandas.read_csv(path, dtype=str, engine="pyarrow") for path in (scores, users, courses))
    found = scores.merge(users, how="left", left_on="user_id", right_on="login")
    found = found.merge(courses, how="left", left_on="course_id", right_on="sis")
    if output:
        found.to_csv(output, index=False)
    return found["user"].isna().sum() + found["course"].isna().sum()


def with_polars(scores, users, courses, output=None):
    import polars

    scores, users, courses = (polars.read_csv(path, infer_schema=False) for path in (scores, users, courses))
    found = scores.join(users, how="left", left_on="user_id", right_on="login")
    found = found.join(courses, how="left", left_on="course_id", right_on="sis")
    if output:
        found.write_csv(output)
    return found["user"].null_count() + found["course"].null_count()


if __name__ == "__main__":
    library, *paths = sys.argv[1:]
    if missing := {"pandas": with_pandas, "polars": with_polars}[library](*paths):
        sys.exit(f"{missing} ids were not found")
