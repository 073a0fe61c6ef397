(() => {
  'use strict';
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  const text = (row, column) => row.cells[column].textContent;
  const number = (row, column) => parseFloat(text(row, column).replace(/,/g, ''));

  // Empty and wordy values come last, whichever way the numbers go.
  const byNumber = (column, way) => (one, other) => {
    const [a, b] = [number(one, column), number(other, column)];
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
    return way * (a - b);
  };
  const byText = (column, way) => (one, other) => way * collator.compare(text(one, column), text(other, column));

  // The third press gives the report's own order back.
  const NEXT = { none: 'ascending', ascending: 'descending', descending: 'none' };

  /** Puts a button into each heading; `sorted` is called with the column, the way and the kind, or with null. */
  const headings = (table, sorted) => {
    for (const heading of table.tHead.rows[0].cells) {
      if ('plain' in heading.dataset) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = heading.textContent;
      heading.replaceChildren(button);
      heading.setAttribute('aria-sort', 'none');
    }
    table.tHead.addEventListener('click', (event) => {
      const heading = event.target.closest('button')?.closest('th');
      if (!heading) return;
      const next = NEXT[heading.getAttribute('aria-sort')];
      for (const other of table.tHead.querySelectorAll('[aria-sort]')) other.setAttribute('aria-sort', 'none');
      heading.setAttribute('aria-sort', next);
      const kind = heading.dataset.sort ?? (heading.classList.contains('number') ? 'number' : 'text');
      sorted(next === 'none' ? null : { column: heading.cellIndex, way: next === 'ascending' ? 1 : -1, kind });
    });
  };

  for (const table of document.querySelectorAll('table.sortable')) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    headings(table, (order) => {
      const compare = order && (order.kind === 'number' ? byNumber : byText)(order.column, order.way);
      body.replaceChildren(...(compare ? [...rows].sort(compare) : rows));
    });
  }

  const table = document.getElementById('cell-table');
  if (!table) return;
  const filters = document.getElementById('filters');
  const count = document.getElementById('count');
  const none = document.getElementById('none');
  const fields = filters.elements;
  const boxes = [...filters.querySelectorAll('[name=status]')];
  const rank = new Map(boxes.map((box, place) => [box.value, place]));
  const ASSIGNMENT = 3;
  const GROUP = 200;

  const courseOf = new Map();
  const rows = [];
  for (const body of table.tBodies) {
    for (const row of body.rows) {
      courseOf.set(row, body.dataset.c);
      rows.push(row);
    }
  }
  const searchable = new Map();
  const holds = (row, words) => {
    let hay = searchable.get(row);
    if (hay === undefined) searchable.set(row, (hay = row.textContent.toLowerCase()));
    return words.every((word) => hay.includes(word));
  };
  let order = null;

  const listAssignments = () => {
    const chosen = fields.assignment.value;
    const course = fields.course.value;
    const names = new Set();
    for (const row of rows) if (!course || courseOf.get(row) === course) names.add(text(row, ASSIGNMENT));
    const options = [...names].sort(collator.compare).map((name) => new Option(name, name, false, name === chosen));
    fields.assignment.replaceChildren(new Option('all assignments', ''), ...options);
  };

  const show = () => {
    const statuses = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const course = fields.course.value;
    const assignment = fields.assignment.value;
    const words = fields.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((row) =>
      statuses.has(row.className)
      && (!course || courseOf.get(row) === course)
      && (!assignment || text(row, ASSIGNMENT) === assignment)
      && holds(row, words));
    if (order) {
      const { column, way, kind } = order;
      const byStatus = (one, other) => way * (rank.get(one.className) - rank.get(other.className));
      found.sort(kind === 'status' ? byStatus : (kind === 'number' ? byNumber : byText)(column, way));
    }
    const bodies = [];
    for (let start = 0; start < found.length; start += GROUP) {
      const body = document.createElement('tbody');
      const group = found.slice(start, start + GROUP);
      body.style.setProperty('--n', group.length);
      body.append(...group);
      bodies.push(body);
    }
    table.replaceChildren(table.caption, table.tHead, ...bodies);
    none.hidden = found.length > 0;
    count.textContent = `${found.length.toLocaleString('en')} of ${rows.length.toLocaleString('en')} rows shown`;
  };

  headings(table, (chosen) => { order = chosen; show(); });
  let timer = 0;
  filters.addEventListener('input', (event) => {
    clearTimeout(timer);
    if (event.target === fields.course) listAssignments();
    timer = setTimeout(show, event.target === fields.text ? 150 : 0);
  });
  filters.addEventListener('submit', (event) => event.preventDefault());
  filters.addEventListener('reset', () => setTimeout(() => { listAssignments(); show(); }, 0));
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-status], a[data-course]');
    if (!link) return;
    event.preventDefault();
    const { status, course } = link.dataset;
    for (const box of boxes) box.checked = status === undefined || box.value === status;
    fields.course.value = course ?? '';
    fields.assignment.value = '';
    fields.text.value = '';
    listAssignments();
    show();
    document.getElementById('cells').scrollIntoView();
    fields.text.focus({ preventScroll: true });
  });
  listAssignments();
  filters.hidden = false;
  count.textContent = `${rows.length.toLocaleString('en')} of ${rows.length.toLocaleString('en')} rows shown`;
})();
