//! The cheap bulk read: pages over students, each with the cells of all columns asked for (`canvas-contract §I1`).

use futures_util::{StreamExt, TryStreamExt, stream};

use super::super::decode::decode;
use super::super::error::{CanvasError, Context};
use super::super::link::{Target, last_page, target};
use super::super::model::StudentSubmissions;
use super::super::path::Path;
use super::super::transport::{Call, Reply};
use super::Reader;
use super::SubmissionInclude;
use crate::domain::{AssignmentId, CourseId, UserId};

/// The most students that Canvas takes in one list (`canvas-contract §I1`), and on one page.
const MOST_STUDENTS: u32 = 100;

/// The smallest page that is still worth a request.
const SMALLEST_PAGE: u32 = 10;

/// More pages than any course has.
const MOST_PAGES: u32 = 2_000;

/// How many pages are asked for side by side; the throttle decides how many of them really are in flight.
const SIDE_BY_SIDE: usize = 10;

/// Whose cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Students {
    /// Every student of the course that is not deleted, inactive and concluded ones included.
    All,
    /// These; a page takes 100 at most. Canvas answers [`CanvasError::Forbidden`] for all if it may not show one of them.
    List(Vec<UserId>),
}

/// Which cells of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupedQuery {
    /// Whose.
    pub students: Students,
    /// Of which columns; all of them must be published. Empty for every published one.
    pub assignments: Vec<AssignmentId>,
    /// What to send along.
    pub include: Vec<SubmissionInclude>,
    /// Students per page, 1..=100; fewer where Canvas takes too long for so many.
    pub per_page: u32,
}

impl GroupedQuery {
    /// Of as many students a page as Canvas allows, and answers in time.
    pub fn new(students: Students, assignments: Vec<AssignmentId>) -> Self {
        Self { students, assignments, include: Vec::new(), per_page: MOST_STUDENTS }
    }

    fn path(&self, course: CourseId) -> Path {
        let path = Path::api()
            .course(&course.into())
            .word("students/submissions")
            .query("grouped", 1)
            .query_each("assignment_ids[]", &self.assignments)
            .query_each("include[]", &self.include)
            .query_each("exclude_response_fields[]", ["attachments", "discussion_entries", "body"]);
        match &self.students {
            Students::All => path.query("student_ids[]", "all"),
            Students::List(students) => path.query_each("student_ids[]", students),
        }
    }
}

/// One page of students.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupedPage {
    /// The students of the page with their cells; may be fewer than asked for.
    pub students: Vec<StudentSubmissions>,
    /// How many pages there are, where Canvas says so.
    pub pages: Option<u32>,
    /// Whether Canvas says that there is a next page.
    pub has_next: bool,
}

impl Reader {
    /// One page, counted from 1. A page after the last is empty.
    pub async fn grouped_page(
        &self,
        course: CourseId,
        query: &GroupedQuery,
        page: u32,
    ) -> Result<GroupedPage, CanvasError> {
        self.page_in_context(course, query, page).await.map(|(page, _)| page)
    }

    async fn page_in_context(
        &self,
        course: CourseId,
        query: &GroupedQuery,
        page: u32,
    ) -> Result<(GroupedPage, Context), CanvasError> {
        let path = query.path(course).query("page", page).per_page(query.per_page);
        let call = Call { again_after_timeout: query.per_page <= SMALLEST_PAGE, ..Call::read(path) };
        let Reply { response, context, took } = self.transport.call(&call).await?;
        let base_url = self.transport.base_url();
        let has_next = match target(&response, "next", base_url) {
            Some(Target::Elsewhere(to)) => return Err(CanvasError::ForeignLink { to, context }),
            Some(Target::Here(_)) => true,
            None => false,
        };
        let students: Vec<StudentSubmissions> = decode(&response.body, &context)?;
        let rows = students.iter().map(|student| student.submissions.len()).sum::<usize>();
        self.transport.list_size().took(u32::try_from(rows).unwrap_or(u32::MAX), took);
        Ok((GroupedPage { students, pages: last_page(&response, base_url), has_next }, context))
    }

    /// How many students' cells of so many columns Canvas answers in time: a list of no more is one request.
    pub fn students_per_list(&self, columns: usize) -> usize {
        self.students_per_page(columns) as usize
    }

    fn students_per_page(&self, columns: usize) -> u32 {
        // Of all columns nobody knows how many there are.
        let columns = u32::try_from(columns).unwrap_or(u32::MAX).max(1);
        (self.transport.list_size().rows() / columns).clamp(SMALLEST_PAGE, MOST_STUDENTS)
    }

    /// All pages, fetched side by side where Canvas says how many there are. Pages are halved when Canvas takes too long
    /// for one. Longer lists of students than Canvas takes at once are split.
    pub async fn grouped_submissions(
        &self,
        course: CourseId,
        query: &GroupedQuery,
    ) -> Result<Vec<StudentSubmissions>, CanvasError> {
        let Students::List(students) = &query.students else {
            return self.halving(course, query.clone()).await;
        };
        let mut all = Vec::new();
        for some in students.chunks(MOST_STUDENTS as usize) {
            let query = GroupedQuery { students: Students::List(some.to_vec()), ..query.clone() };
            all.extend(self.halving(course, query).await?);
        }
        Ok(all)
    }

    async fn halving(&self, course: CourseId, mut query: GroupedQuery) -> Result<Vec<StudentSubmissions>, CanvasError> {
        query.per_page = query.per_page.min(self.students_per_page(query.assignments.len()));
        loop {
            match self.every_page(course, &query).await {
                Err(error) if error.timed_out() && query.per_page > SMALLEST_PAGE => {
                    query.per_page = (query.per_page / 2).max(SMALLEST_PAGE);
                }
                outcome => return outcome,
            }
        }
    }

    async fn every_page(&self, course: CourseId, query: &GroupedQuery) -> Result<Vec<StudentSubmissions>, CanvasError> {
        let (first, context) = self.page_in_context(course, query, 1).await?;
        let mut students = first.students;
        match known_pages(query).or(first.pages) {
            Some(pages) if pages > MOST_PAGES => return Err(CanvasError::EndlessPages { context }),
            Some(pages) => {
                let rest = stream::iter(2..=pages).map(|page| self.grouped_page(course, query, page));
                let rest: Vec<GroupedPage> = rest.buffered(SIDE_BY_SIDE).try_collect().await?;
                students.extend(rest.into_iter().flat_map(|page| page.students));
            }
            None => {
                let (mut page, mut has_next) = (1, first.has_next);
                while has_next {
                    if page == MOST_PAGES {
                        return Err(CanvasError::EndlessPages { context });
                    }
                    page += 1;
                    let next = self.grouped_page(course, query, page).await?;
                    has_next = next.has_next;
                    students.extend(next.students);
                }
            }
        }
        Ok(students)
    }
}

/// How many pages a list of students has: a long list may crowd the links out of the header (`canvas-contract §C`).
fn known_pages(query: &GroupedQuery) -> Option<u32> {
    match &query.students {
        Students::All => None,
        Students::List(students) => u32::try_from(students.len()).ok().map(|count| count.div_ceil(query.per_page)),
    }
}
