// Uses a report as a reader would, and leaves what it saw in the page for the test to read.
'use strict';
const seen = { errors: [], violations: [] };
addEventListener('error', (event) => seen.errors.push(String(event.message)));
addEventListener('securitypolicyviolation', (event) => seen.violations.push(event.violatedDirective));

const rows = () => [...document.querySelectorAll('#cell-table tbody tr')];
const texts = (column) => rows().map((row) => row.cells[column].textContent);
const statuses = () => [...new Set(rows().map((row) => row.className))].sort();
const pause = () => new Promise((done) => setTimeout(done, 400));
const filters = () => document.getElementById('filters');
const choose = async (name, value) => {
  filters().elements[name].value = value;
  filters().elements[name].dispatchEvent(new Event('input', { bubbles: true }));
  await pause();
};
const heading = (table, name) =>
  [...document.querySelectorAll(`${table} thead th`)].find((one) => one.textContent === name);
const press = async (where) => { where.click(); await pause(); };

// The ratio of WCAG 2 between a text and what is painted behind it.
const channels = (color) => color.match(/[\d.]+/g).map(Number);
const luminance = (color) => {
  const [red, green, blue] = channels(color).slice(0, 3).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const behind = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const color = getComputedStyle(one).backgroundColor;
    if ((channels(color)[3] ?? 1) > 0.99) return color;
  }
  return 'rgb(255, 255, 255)';
};
const faint = () => {
  const found = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || element.closest('script, style, svg, option')) continue;
    const [one, other] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.add(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  return [...found];
};

// Words that a line break falls into.
const broken = () => {
  const found = new Set();
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('code, .unseen, [hidden]')) continue;
    for (const word of node.data.matchAll(/\p{Script=Latin}{2,20}/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) found.add(word[0]);
    }
  }
  return [...found];
};

// A browser's window is at least 500 wide; a phone is 390.
const asOnAPhone = () => {
  document.documentElement.style.width = '390px';
  const inView = (one) => one.getBoundingClientRect().width > 0 && one.getBoundingClientRect().right <= 390;
  const label = (one) => getComputedStyle(one, '::after').content.replace(/["\s]+/g, ' ').trim();
  const counts = (row) => [...row.querySelectorAll('td.number')].filter(inView)
    .map((one) => `${one.textContent} ${label(one)}`);
  return {
    wide: document.body.scrollWidth > 390,
    broken: broken(),
    counts: [...document.querySelectorAll('#courses tbody tr')].map(counts),
    links: [...document.querySelectorAll('#decisions a[href^=https]')].filter(inView).length,
  };
};

addEventListener('load', async () => {
  try {
    if (innerWidth < 600) seen.phone = asOnAPhone();
    seen.title = document.title;
    seen.images = document.images.length;
    seen.visible = !filters().hidden;
    seen.count = document.getElementById('count').textContent;
    seen.rows = rows().length;
    seen.dark = matchMedia('(prefers-color-scheme: dark)').matches;
    seen.nameless = [...document.querySelectorAll('input, select')]
      .filter((control) => !control.labels?.[0]?.textContent.trim()).length;

    if (seen.rows < 1000) {
      seen.faint = faint();
      const plain = texts(1);
      const conflicts = document.querySelector('.tiles a[data-status=conflict]');
      await press(conflicts);
      seen.conflicts = statuses();
      filters().reset();
      await pause();
      seen.afterReset = rows().length;

      const unchanged = filters().querySelector('[value=unchanged]');
      await press(unchanged);
      seen.withoutUnchanged = statuses();
      filters().reset();
      await pause();

      const course = document.querySelector('#courses a[data-course]').dataset.course;
      const allAssignments = filters().elements.assignment.options.length;
      await choose('course', course);
      seen.courses = [...new Set(texts(2))];
      seen.fewerAssignments = filters().elements.assignment.options.length < allAssignments;
      await choose('assignment', 'Lecture 3');
      seen.assignment = [...new Set(texts(3))];
      filters().reset();
      await pause();

      await choose('text', 'SØRENSEN walls');
      seen.found = texts(1).map((name) => name.split(' ')[0]);
      await choose('text', 'nothing like this');
      seen.noneShown = !document.getElementById('none').hidden;
      filters().reset();
      await pause();

      const score = heading('#cell-table', 'New');
      await press(score.firstElementChild);
      seen.ascending = texts(5);
      seen.sort = score.getAttribute('aria-sort');
      await press(score.firstElementChild);
      seen.descending = texts(5);
      await press(score.firstElementChild);
      seen.ownOrder = texts(1).join('|') === plain.join('|');
      await press(heading('#courses', 'Course').firstElementChild);
      seen.courseOrder = [...document.querySelectorAll('#courses tbody th')].map((one) => one.textContent.trim());
    } else {
      await choose('text', 'scores.csv:7100');
      seen.found = rows().map((row) => row.lastElementChild.textContent);
    }
    seen.requests = performance.getEntriesByType('resource').map((entry) => entry.name);
  } catch (error) {
    seen.errors.push(String(error));
  }
  const note = document.createElement('pre');
  note.id = 'seen';
  note.textContent = JSON.stringify(seen);
  document.body.append(note);
});
