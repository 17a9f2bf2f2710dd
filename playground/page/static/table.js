"use strict";
/* The tables that Slack's clients draw: sorted by a click on a head, filtered, and turned by page. What is sorted and
   shown stands in the table itself, so nothing is kept beside it. */

const rowsOf = (table) => [...table.querySelectorAll("tbody tr")];

function showPage(table, page = 0) {
  const wanted = table.querySelector("[data-filter]").value.trim().toLowerCase();
  const size = Number(table.dataset.size);
  const rows = rowsOf(table);
  const fitting = rows.filter((row) => [...row.cells].some((cell) => cell.textContent.toLowerCase().includes(wanted)));
  const last = Math.max(0, Math.ceil(fitting.length / size) - 1);
  const at = Math.min(Math.max(page, 0), last);
  const shown = new Set(fitting.slice(at * size, (at + 1) * size));
  for (const row of rows) row.hidden = !shown.has(row);
  table.dataset.page = at;
  const [back, on] = table.querySelectorAll("[data-turn]");
  back.disabled = at === 0;
  on.disabled = at === last;
  const status = table.querySelector("[role=status]");
  const figures = { first: at * size + 1, last: at * size + shown.size, total: fitting.length };
  const said = shown.size ? status.dataset.said : status.dataset.none;
  status.textContent = said.replace(/{(\w+)}/g, (_, name) => figures[name]);
}

/* Up, down, and as they came. A column sorts by its numbers only if it has nothing else, as in Slack. */
function sortBy(table, head) {
  const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")];
  for (const each of head.parentElement.cells) each.setAttribute("aria-sort", each === head ? next : "none");
  const rows = rowsOf(table);
  const cell = (row) => row.cells[head.cellIndex];
  const isNumeric = rows.every((row) => "value" in cell(row).dataset);
  const compare = isNumeric
    ? (one, other) => cell(one).dataset.value - cell(other).dataset.value
    : (one, other) => cell(one).textContent.localeCompare(cell(other).textContent, document.documentElement.lang);
  const came = (one, other) => one.dataset.at - other.dataset.at;
  const way = next === "descending" ? -1 : 1;
  rows.sort(next === "none" ? came : (one, other) => way * compare(one, other) || came(one, other));
  table.querySelector("tbody").append(...rows);
  showPage(table);
}

document.addEventListener("click", (event) => {
  const table = event.target.closest("[data-table]");
  if (!table) return;
  const head = event.target.closest("[data-sort]");
  const turn = event.target.closest("[data-turn]");
  if (head) sortBy(table, head.closest("th"));
  if (turn) showPage(table, Number(table.dataset.page) + Number(turn.dataset.turn));
});

document.addEventListener("input", (event) => {
  if ("filter" in event.target.dataset) showPage(event.target.closest("[data-table]"));
});
