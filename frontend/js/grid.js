// A table one types into (table[data-grid]): ↓ ↑ Enter move down a column, a block copied from WPS fills cells from here on.
const CELL = "input[data-cell]";

const column = (input) => [...input.closest("table").querySelectorAll(`input[data-cell="${input.dataset.cell}"]`)];

function step(input, by) {
  const cells = column(input);
  const next = cells[cells.indexOf(input) + by];
  if (!next) return false;
  next.focus();
  next.select();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  if (!event.target.matches(`table[data-grid] ${CELL}`)) return;
  const by = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
  if (by && step(event.target, by)) event.preventDefault();
  else if (event.key === "Enter") {
    event.preventDefault();
    event.target.blur(); // the last one is saved as well
  }
});

/** Put a text into a cell as if it had been typed: the row saves itself. */
function put(input, text) {
  if (input.value === text) return;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

const cellsRight = (input) => {
  const cells = [...input.closest("tr").querySelectorAll(CELL)].filter((one) => one.dataset.cell !== "confirmed");
  return cells.slice(cells.indexOf(input));
};

document.addEventListener("paste", (event) => {
  if (!event.target.matches(`table[data-grid] ${CELL}`)) return;
  const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
  if (!/[\t\n]/.test(text)) return;
  event.preventDefault();
  const rows = column(event.target);
  const start = rows.indexOf(event.target);
  text.split("\n").forEach((line, down) => {
    const first = rows[start + down];
    if (!first) return;
    const cells = cellsRight(first);
    line.split("\t").forEach((value, right) => {
      if (cells[right]) cells[right].value = value.trim();
    });
    first.dispatchEvent(new Event("change", { bubbles: true })); // the row is saved once, with all of its cells
  });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-same-progress], [data-put]");
  if (!button) return;
  if (button.dataset.put) {
    const input = document.querySelector(button.dataset.put);
    put(input, button.dataset.text);
    input.focus();
    return;
  }
  for (const input of document.querySelectorAll("table[data-grid] input[data-last]")) {
    if (!input.value && input.dataset.last) put(input, input.dataset.last);
  }
});

// What is still being saved is saved before the table is handed in.
const SAVING = "table[data-grid] .htmx-request, table[data-grid].htmx-request, [data-autosave].htmx-request, [name=photos].htmx-request";
let waiting = null;

document.addEventListener(
  "submit",
  (event) => {
    if (!document.querySelector(SAVING)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { form: event.target, button: event.submitter };
  },
  true,
);

// Once a form is on its way, what would have been kept as typed goes with it: a second request would meet its own version.
let handedIn = false;
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.querySelector("[data-autosave]")) handedIn = true;
});
window.addEventListener("pageshow", () => {
  handedIn = false;
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (handedIn && event.target.matches("[data-autosave]")) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", () => {
  setTimeout(() => {
    if (!waiting || document.querySelector(SAVING)) return;
    const { form, button } = waiting;
    waiting = null;
    form.requestSubmit(button); // the button says what is meant: 提交, or only 保存草稿
  }, 50);
});
