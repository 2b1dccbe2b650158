// Register tables: heading and first columns that stay, and ↑ ↓ 空格 Enter from row to row.

/** Where the second and third column stand when the first stay: the sum of the widths before them. */
function measureSticky(table) {
  const cells = table.tHead && table.tHead.rows[0] ? table.tHead.rows[0].cells : [];
  let left = 0;
  for (let i = 0; i < Number(table.dataset.sticky) && i < cells.length; i += 1) {
    table.style.setProperty(`--s${i + 1}`, `${left}px`);
    left += cells[i].offsetWidth;
  }
}

/** What scrolls must be reachable by keyboard. */
function reach(scroller, scrolls) {
  if (scrolls) scroller.tabIndex = 0;
  else scroller.removeAttribute("tabindex");
}

function fit(frame) {
  const table = frame.querySelector("table");
  if (!table) return;
  frame.classList.remove("fits");
  const fits = table.offsetWidth <= frame.clientWidth;
  frame.classList.toggle("fits", fits);
  reach(frame, !fits);
  if (table.dataset.sticky) measureSticky(table);
}

function measure(root) {
  root.querySelectorAll(".table-frame").forEach(fit);
  root.querySelectorAll(".table-scroll").forEach((one) => reach(one, one.scrollWidth > one.clientWidth));
}

const watched = window.ResizeObserver ? new ResizeObserver(() => requestAnimationFrame(() => measure(document))) : null;

export function startTables(root) {
  measure(root);
  for (const frame of root.querySelectorAll(".table-frame")) {
    frame.addEventListener("scroll", () => frame.classList.toggle("scrolled", frame.scrollLeft > 0), { passive: true });
  }
  if (watched && root === document && document.querySelector("main")) watched.observe(document.querySelector("main"));
}

const rowLink = (row) => row && row.querySelector("a[data-row-link], td.title a, th a, a");

/** The next or previous row that can be entered, group and total rows skipped. */
function neighbour(row, step) {
  let other = row;
  do other = step > 0 ? other.nextElementSibling : other.previousElementSibling;
  while (other && !rowLink(other));
  return other;
}

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.target.matches(TYPING)) return;
  const row = event.target.closest("[data-rows] > tr, tbody[data-rows] tr");
  if (event.key === " " && row && event.target.tagName === "A") {
    const box = row.querySelector("input[type=checkbox]");
    if (box) {
      event.preventDefault();
      box.click();
    }
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.target.closest("details[open]")) return;
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = row ? neighbour(row, step) : firstRow(event);
  if (!next) return;
  event.preventDefault();
  rowLink(next).focus();
  next.scrollIntoView({ block: "nearest" });
});

/** ↓ enters the list when nothing else has the focus. */
function firstRow(event) {
  if (event.key !== "ArrowDown" || event.target !== document.body) return null;
  return [...document.querySelectorAll("[data-rows] tr")].find(rowLink) || null;
}
